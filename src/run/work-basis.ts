// What the preflight of a playbook that touches certificates settled; kept in the journal, so it survives a crash.
import type { NodeBaseline } from "./recovery-basis.ts";

/** A certificate before the first write. */
export interface CertificateBaseline {
  readonly node: string;
  readonly unit: string;
  /** Upper-case pairs with colons, no leading zero byte. */
  readonly serial: string;
  /** Of the DER, lower-case joined hex. */
  readonly sha1: string;
  readonly isSelfSigned: boolean;
  /** ISO 8601 UTC. */
  readonly notBefore: string;
}

/** The settled facts of a change of certificates, or of any playbook without a recovery in front. */
export interface WorkBasis {
  readonly release: string;
  readonly publisher: string;
  readonly isMixedMode: boolean;
  readonly tftpNodes: readonly string[];
  /** Every node that answered, the publisher first. */
  readonly seenNodes: readonly string[];
  /** Services by node that are activated there (started or not), by the platform's names. */
  readonly activatedServices: Readonly<Record<string, readonly string[]>>;
  /** What each TFTP node served. */
  readonly baseline: readonly NodeBaseline[];
  readonly certificates: readonly CertificateBaseline[];
}
