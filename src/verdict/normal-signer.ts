// What TFTP nodes serve after their restart to whether the normal signer is back: trust-rules.md sections 2 and 4.
import type { ListFile, ShownList } from "../facts/list-facts.ts";
import type { ClusterFacts, NodeFacts } from "../facts/node-facts.ts";
import { expectedNormalSigner } from "./expected-signer.ts";
import { type NodeProof, proofOf, unreadable } from "./proof.ts";
import {
  checkPhones,
  checkServed,
  checkSignature,
  checkSigner,
  checkVerified,
  type ProofCheck,
} from "./proof-checks.ts";
import { normalSigner, type SignerRole } from "./release-rules.ts";
import { signedBy } from "./signed-by.ts";
import { identityOfSigner, type SignerIdentity, sameSigner } from "./signer-identity.ts";
import { tvsSeen } from "./tvs-view.ts";
import type { Finding } from "./verdict.ts";

export { expectedNormalSigner } from "./expected-signer.ts";

/**
 * `signersBefore`: the signer's role of each node's list before the recovery. `resetSigner`: who signed the reset list.
 * `resetLists`: the reset list of each node, which its phones hold now (null: not known). `baseline`: SHA-1 of each
 * node's list before the restart, null where unknown; a list that stayed as it was is told, not held against the node.
 */
export interface NormalSignerInput {
  readonly facts: ClusterFacts;
  readonly tftpNodes: readonly string[];
  readonly release: string;
  readonly signersBefore: Readonly<Record<string, SignerRole>>;
  readonly resetSigner: SignerIdentity;
  readonly resetLists: Readonly<Record<string, ListFile | null>>;
  readonly baseline: Readonly<Record<string, string | null>>;
}

type Shown = Extract<ShownList, { kind: "shown" }>;

/** One proof for each of `tftpNodes`, in their order. */
export function judgeNormalSigner(input: NormalSignerInput): NodeProof[] {
  const tvs = tvsSeen(input.facts);
  return input.tftpNodes.map((name) => {
    const node = input.facts.nodes.find((each) => each.node === name);
    if (node?.itl?.kind !== "shown") return unreadable(name, node ?? null);
    const { signer, check, finding } = judgeSigner(node, node.itl, input);
    const held = input.resetLists[name] ?? null;
    const proof = proofOf(node, [
      check,
      checkServed(node.served, node.itl),
      checkSignature(node.served, signer),
      checkPhones({ served: node.served, signer, held, forecast: null, tvs }),
      checkVerified(node.itl),
      ...checkRewritten(node.itl, input.baseline[name] ?? null),
    ]);
    return finding === null ? proof : { ...proof, findings: [...proof.findings, finding] };
  });
}

/** The expected certificate; else the role that signed before the recovery and does so again, with a warning. */
function judgeSigner(
  node: NodeFacts,
  shown: Shown,
  input: NormalSignerInput,
): { signer: SignerIdentity; check: ProofCheck; finding: Finding | null } {
  const seen = identityOfSigner(shown) ?? nobody;
  const role = signedBy(shown);
  const normal = normalSigner(input.release);
  const expected = expectedNormalSigner(input.facts, node.node, input.release);
  const check = expected === null ? checkRole(role, normal, seen) : checkSigner(shown, expected);
  if (check.isMet === true) return { signer: expected ?? seen, check, finding: null };
  const isAsBefore = role === input.signersBefore[node.node] && role !== normal && role !== "other";
  if (!isAsBefore || sameSigner(seen, input.resetSigner)) {
    return { signer: expected ?? seen, check, finding: null };
  }
  const detail = `signed by ${role} (serial ${seen.serial}), as before the recovery`;
  return {
    signer: seen,
    check: { name: "signer", isMet: true, detail },
    finding: unexpected(node, role, normal, input.release),
  };
}

function checkRole(role: SignerRole, normal: SignerRole, seen: SignerIdentity): ProofCheck {
  return role === normal
    ? {
        name: "signer",
        isMet: true,
        detail: `signed by ${role}, serial ${seen.serial} (its certificate was not read)`,
      }
    : { name: "signer", isMet: false, detail: `signed by ${seen.subject} (${role}), expected was ${normal}` };
}

function checkRewritten(shown: Shown, before: string | null): ProofCheck[] {
  if (before === null || shown.checksums["sha1"] !== before) return [];
  return [{ name: "changed", isMet: null, detail: "the list is the same file as before the TFTP restart" }];
}

function unexpected(node: NodeFacts, role: SignerRole, normal: SignerRole, release: string): Finding {
  return {
    code: "signer-unexpected",
    severity: "warn",
    node: node.node,
    message: `${node.node}: the list is signed by ${role} again, as before the recovery; normal for release ${release} is ${normal}`,
    advice: `Compare with the other TFTP nodes, and restart Cisco Tftp on ${node.node} once more if they differ.`,
  };
}

const nobody: SignerIdentity = {
  subject: "nobody",
  issuer: "",
  serial: "",
  certificate: null,
  publicKey: null,
};
