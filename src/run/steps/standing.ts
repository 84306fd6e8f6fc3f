// A look after (or before) a write → how each TFTP node stands to it: intended, as before, something else, unreadable.
import type { ClusterFacts, NodeFacts } from "../../facts/node-facts.ts";
import { identityOfSigner, sameSigner, type SignerIdentity } from "../../verdict/signer-identity.ts";

export type Standing = "intended" | "unchanged" | "other" | "unreadable";

/** SHA-1 of the list a node serves, as far as it can be known; lower-case joined hex. */
export function listSha1(node: NodeFacts | undefined): string | null {
  if (node?.itl?.kind === "shown" && node.itl.checksums["sha1"] !== undefined)
    return node.itl.checksums["sha1"];
  return node?.served?.kind === "fetched" ? node.served.file.sha1 : null;
}

/** How one node stands: `intended` when its list is signed by the named signer, whatever its checksum. */
export function standingOf(
  node: NodeFacts | undefined,
  signer: SignerIdentity,
  baselineSha1: string | null,
): Standing {
  const sha1 = listSha1(node);
  if (node === undefined || node.itl === null || sha1 === null) return "unreadable";
  const current = node.served?.kind === "fetched" ? node.served.file : node.itl;
  const identity = current.kind === "missing" ? null : identityOfSigner(current);
  if (identity !== null && sameSigner(identity, signer)) return "intended";
  return sha1 === baselineSha1 ? "unchanged" : "other";
}

/** Node names by standing, for sentences. */
export function sortByStanding(standings: Readonly<Record<string, Standing>>): Record<Standing, string[]> {
  const sorted: Record<Standing, string[]> = { intended: [], unchanged: [], other: [], unreadable: [] };
  for (const [node, standing] of Object.entries(standings)) sorted[standing].push(node);
  return sorted;
}

/** What was and was not changed, in a sentence. */
export function standingText(standings: Readonly<Record<string, Standing>>): string {
  const words: Record<Standing, string> = {
    intended: "has the new list",
    unchanged: "serves the list from before",
    other: "serves a list that is neither the one from before nor signed as planned",
    unreadable: "could not be read",
  };
  return Object.entries(standings)
    .map(([node, standing]) => `${node} ${words[standing]}`)
    .join("; ");
}

/** The facts of a node by its name. */
export function nodeOf(facts: ClusterFacts, name: string): NodeFacts | undefined {
  return facts.nodes.find((node) => node.node === name);
}
