// TFTP nodes and a signer to those whose list that very signer has signed, and who serve it whole.
import { verifyWithKey } from "../facts/itl-file.ts";
import type { ClusterFacts, NodeFacts } from "../facts/node-facts.ts";
import { isServedAsShown } from "./judge-served.ts";
import { identityOfSigner, keyOf, type SignerIdentity, sameSigner } from "./signer-identity.ts";

/** The TFTP nodes that a reset with this signer would bring nothing new. */
export function alreadyReset(
  facts: ClusterFacts,
  tftpNodes: readonly string[],
  signer: SignerIdentity,
): string[] {
  return facts.nodes
    .filter((node) => tftpNodes.includes(node.node) && isSignedBy(node, signer))
    .map((node) => node.node);
}

function isSignedBy(node: NodeFacts, signer: SignerIdentity): boolean {
  if (node.itl?.kind !== "shown") return false;
  const shown = identityOfSigner(node.itl);
  if (shown === null || !sameSigner(shown, signer)) return false;
  const { served } = node;
  if (served === null || served.kind === "unreachable") return node.itl.isVerified;
  if (served.kind === "unreadable" || isServedAsShown(served, node.itl) === false) return false;
  const key = keyOf(signer);
  if (key === null) return served.signature === "valid";
  return verifyWithKey(Buffer.from(served.bytes, "base64"), key) === "valid";
}
