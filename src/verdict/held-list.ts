// What is served, named and remembered to the list that the phones of each TFTP node hold: trust-rules.md section 3.
import type { ListFile } from "../facts/list-facts.ts";
import type { NodeFacts } from "../facts/node-facts.ts";
import { forecastTake, judgeTake, tvsHashesOf } from "./phone-trust.ts";
import { normalSigner } from "./release-rules.ts";
import { listFileOfShown } from "./shown-list.ts";
import { signedBy, tokensOf } from "./signed-by.ts";
import { identityOfSigner } from "./signer-identity.ts";
import type { Finding } from "./verdict.ts";

/**
 * The list that a TFTP node's phones hold. `bytes` is Base64. Source `shown`: only `show itl` could be read, so
 * `bytes` and the digests it did not print are empty, and records carry no keys.
 */
export interface HeldList {
  readonly node: string;
  readonly file: ListFile;
  readonly bytes: string;
  readonly source: "named" | "history" | "served" | "shown";
  readonly seenAt: string | null;
}

/** A list seen before; `bytes` Base64, `lastSeenAt` ISO 8601 UTC. */
export interface SeenList {
  readonly file: ListFile;
  readonly bytes: string;
  readonly lastSeenAt: string;
}

/** `history` is newest first, by node; `nodes` are the TFTP nodes. */
export interface HeldListInput {
  readonly nodes: readonly NodeFacts[];
  readonly named: { readonly file: ListFile; readonly bytes: string } | null;
  readonly history: Readonly<Record<string, readonly SeenList[]>>;
  readonly release: string;
}

/** A list without or with its bytes (Base64; empty: only `show itl` could be read). */
interface CurrentList {
  readonly file: ListFile;
  readonly bytes: string;
  readonly source: "served" | "shown";
}

/** One held list for each TFTP node of which any list is known; a finding for each node where it is only assumed. */
export function chooseHeldLists(input: HeldListInput): {
  held: readonly HeldList[];
  findings: readonly Finding[];
} {
  const { named } = input;
  if (named !== null) {
    const held = input.nodes.map(({ node }): HeldList => ({ node, ...named, source: "named", seenAt: null }));
    return { held, findings: [] };
  }
  const held: HeldList[] = [];
  const findings: Finding[] = [];
  for (const node of input.nodes) {
    const history = input.history[node.node] ?? [];
    const current = currentListOf(node, history);
    const before = listBeforeTheChange(current, history, input.release);
    if (before !== null) {
      const { file, bytes, lastSeenAt: seenAt } = before;
      held.push({ node: node.node, file, bytes, source: "history", seenAt });
      continue;
    }
    if (current !== null) held.push({ node: node.node, ...current, seenAt: null });
    findings.push(assumed(node.node, current !== null));
  }
  return { held, findings };
}

/**
 * The newest list in the history older than the change that lost phones. What that change led to is the list served now or,
 * while a reset is unfinished, the newest list that the normal signer had signed. Older lists: first the newest whose
 * holder would not take it, else the newest with other anchors.
 */
function listBeforeTheChange(
  current: CurrentList | null,
  history: readonly SeenList[],
  release: string,
): SeenList | null {
  const isNormal = (file: ListFile) => signedBy(file) === normalSigner(release);
  const lastNormal = history.find((seen) => isNormal(seen.file)) ?? null;
  const reference = current !== null && isNormal(current.file) ? current : (lastNormal ?? current);
  if (reference === null) return null;
  const candidates = history.filter(
    (seen) => seen.file.sha1 !== reference.file.sha1 && seen.file.sha1 !== current?.file.sha1,
  );
  return (
    candidates.find((seen) => !wouldTake(seen, reference)) ??
    candidates.find((seen) => anchorsOf(seen.file) !== anchorsOf(reference.file)) ??
    null
  );
}

function currentListOf(node: NodeFacts, history: readonly SeenList[]): CurrentList | null {
  if (node.served?.kind === "fetched") {
    return { file: node.served.file, bytes: node.served.bytes, source: "served" };
  }
  const file = node.itl?.kind === "shown" ? listFileOfShown(node.itl) : null;
  if (file === null) return null;
  const same = history.find((seen) => seen.file.sha1 === file.sha1);
  return same === undefined
    ? { file, bytes: "", source: "shown" }
    : { file: same.file, bytes: same.bytes, source: "served" };
}

/** At the time of that change the TVS services had the certificates that the reference names. */
function wouldTake(seen: SeenList, reference: { readonly file: ListFile; readonly bytes: string }): boolean {
  const held = seen.file;
  const tvs = { runningTvs: tvsHashesOf(reference.file), storeSerials: "any-of-cluster" } as const;
  if (reference.bytes !== "") {
    const offered = { bytes: Buffer.from(reference.bytes, "base64"), file: reference.file };
    return judgeTake({ held, offered, tvs }).kind !== "not";
  }
  const signer = identityOfSigner(reference.file);
  return signer !== null && forecastTake({ held, signer, tvs }).kind !== "not";
}

/** What a phone trusts by a list, as either view tells it: its tokens and its TVS certificates. */
function anchorsOf(list: ListFile): string {
  const tokens = tokensOf(list).map((token) => `${token.serial} ${token.certificateSha1 ?? ""}`);
  return [...new Set([...tokens, ...tvsHashesOf(list)])].toSorted().join("\n");
}

function assumed(node: string, hasList: boolean): Finding {
  return {
    code: "held-list-assumed",
    severity: "warn",
    node,
    message: hasList
      ? `${node}: no list from before the change is known; its phones are taken to hold the list that it serves now`
      : `${node}: no list is known that its phones could hold`,
    advice:
      "Give `recover` the list from before the change with --held FILE, for example from a TFTP backup.",
  };
}
