// What the preflight settled and every later step of a recovery rests on; kept in the journal, so it survives a crash.
import type { CtlForecast } from "../verdict/ctl-forecast.ts";
import type { HeldList } from "../verdict/held-list.ts";
import type { Preflight } from "../verdict/preflight.ts";

/** How a node stood before the first write. */
export interface NodeBaseline {
  readonly node: string;
  /** Of the list it served; null: none or not readable. */
  readonly sha1: string | null;
  readonly signerSerial: string | null;
  readonly signedBy: "CallManager" | "ITLRecovery" | "other" | null;
}

/** The settled facts of a recovery. Held lists stand as whole files (Base64), so a proof needs no history later. */
export interface RecoveryBasis {
  readonly release: string;
  readonly publisher: string;
  readonly tftpNodes: readonly string[];
  /** Every node that answered: their Trust Verification Services may vouch for the normal signer. */
  readonly seenNodes: readonly string[];
  readonly choice: NonNullable<Preflight["choice"]>;
  readonly held: readonly HeldList[];
  readonly forecasts: Preflight["forecasts"];
  /** At the TFTP restart, for phones that took the reset list. */
  readonly normalForecasts: Preflight["normalForecasts"];
  readonly alreadyResetNodes: readonly string[];
  readonly baseline: readonly NodeBaseline[];
  /** Where the platform fetches the remote key; null with the local one. */
  readonly remoteAddress: { readonly user: string; readonly host: string; readonly path: string } | null;
  /** The kept backup whose key that is; null or absent: it is not in the vault. */
  readonly backup?: string | null;
  /** That backup in words. */
  readonly aboutRemoteKey?: string | null;
  /** The fingerprints of the SFTP server's RSA key that the platform may show; null without a remote key. */
  readonly remoteHostKey: { readonly md5: string; readonly sha256: string } | null;
  /** True where this recovery writes the CTL of mixed mode too; absent: it does not. */
  readonly isMixedMode?: boolean;
  /** What phones do with each CTL of the plan. */
  readonly ctlForecasts?: readonly CtlForecast[];
}
