// What TFTP nodes serve after a reset, and what the plan named, to a proof for each node: trust-rules.md section 4.
import type { ClusterFacts, NodeFacts } from "../facts/node-facts.ts";
import type { Forecast } from "./forecast.ts";
import type { HeldList } from "./held-list.ts";
import {
  checkPhones,
  checkServed,
  checkSignature,
  checkSigner,
  checkVerified,
  type ProofCheck,
  type ProofName,
} from "./proof-checks.ts";
import type { SignerIdentity } from "./signer-identity.ts";
import { tvsSeen } from "./tvs-view.ts";
import type { Finding } from "./verdict.ts";

export type { ProofCheck, ProofName } from "./proof-checks.ts";

/**
 * `isProven`: nothing contradicts, the signer is the named one, and the node or we verified the file.
 * `isReadable`: `show itl` gave a list. `findings`: what to report beside it.
 */
export interface NodeProof {
  readonly node: string;
  readonly isProven: boolean;
  readonly isReadable: boolean;
  readonly detail: string;
  readonly checks: readonly ProofCheck[];
  readonly findings: readonly Finding[];
}

/**
 * `baseline`: SHA-1 of each node's list before the reset (lower-case joined hex), null where unknown. `mayBeUnchanged`:
 * nodes that were reset before. `forecasts`: what the plan said of each node's phones; they also stand for the TVS
 * services where this look read none of their certificates.
 */
export interface ProofInput {
  readonly facts: ClusterFacts;
  readonly tftpNodes: readonly string[];
  readonly signer: SignerIdentity;
  readonly baseline: Readonly<Record<string, string | null>>;
  readonly held: readonly HeldList[];
  readonly forecasts: readonly Forecast[];
  readonly mayBeUnchanged: readonly string[];
}

/** One proof for each of `tftpNodes`, in their order, also for those that could not be read. */
export function judgeProof(input: ProofInput): NodeProof[] {
  const tvs = tvsSeen(input.facts);
  return input.tftpNodes.map((name) => {
    const node = input.facts.nodes.find((each) => each.node === name);
    if (node?.itl?.kind !== "shown") return unreadable(name, node ?? null);
    const held = input.held.find((list) => list.node === name)?.file ?? null;
    const forecast = input.forecasts.find((each) => each.node === name)?.take ?? null;
    return proofOf(node, [
      checkSigner(node.itl, input.signer),
      checkServed(node.served, node.itl),
      checkSignature(node.served, input.signer),
      checkChanged(
        node.itl.checksums["sha1"],
        input.baseline[name] ?? null,
        input.mayBeUnchanged.includes(name),
      ),
      checkPhones({ served: node.served, signer: input.signer, held, forecast, tvs }),
      checkVerified(node.itl),
    ]);
  });
}

/** Draws one node's checks together; a served file that cannot be fetched is reported, not held against the node. */
export function proofOf(node: NodeFacts, checks: readonly ProofCheck[]): NodeProof {
  const isMet = (name: ProofName) => checks.find((check) => check.name === name)?.isMet ?? null;
  const failed = checks.filter((check) => check.isMet === false);
  const isVerified = isMet("signature") === true || isMet("verified-by-node") === true;
  const isProven = failed.length === 0 && isMet("signer") === true && isVerified;
  const unchecked = checks.filter((check) => check.isMet === null);
  const told = isProven ? checks.filter(({ name }) => name === "signer" || name === "phones-accept") : [];
  const reasons =
    failed.length > 0 ? failed : [...told, ...unchecked.filter((check) => !told.includes(check))];
  const word = isProven ? "proven" : "not proven";
  const detail = [word, ...reasons.map((check) => check.detail)].join("; ");
  const findings = node.served?.kind === "unreachable" ? [restsOnShowItl(node, node.served.reason)] : [];
  return { node: node.node, isProven, isReadable: true, detail, checks, findings };
}

/** A node whose list could not be read proves nothing, one way or the other. */
export function unreadable(name: string, node: NodeFacts | null): NodeProof {
  const why =
    node?.itl?.kind === "missing"
      ? "`show itl` finds no ITL file"
      : (node?.trouble[0]?.message ?? "the node was not asked, or did not answer");
  const detail = `not proven; ${why}`;
  return {
    node: name,
    isProven: false,
    isReadable: node?.itl?.kind === "missing",
    detail,
    checks: [],
    findings: [],
  };
}

function checkChanged(now: string | undefined, before: string | null, mayBeUnchanged: boolean): ProofCheck {
  const name = "changed";
  if (before === null || now === undefined) {
    return { name, isMet: null, detail: "the checksum before the reset is not known" };
  }
  if (now !== before) return { name, isMet: true, detail: `the list changed (SHA-1 ${now})` };
  if (mayBeUnchanged) return { name, isMet: true, detail: "the list was already the reset one" };
  return { name, isMet: false, detail: `the list is still the one from before (SHA-1 ${now})` };
}

function restsOnShowItl(node: NodeFacts, reason: string): Finding {
  return {
    code: "served-itl-unreachable",
    severity: "warn",
    node: node.node,
    message: `${node.node}: the file that phones fetch could not be fetched from here (${reason}); its proof rests on \`show itl\` alone`,
    advice: `Open the TFTP node's HTTP port (6970) from here to ${node.address}, and look again with \`status\`.`,
  };
}
