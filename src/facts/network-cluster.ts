// The answer of `show network cluster` in; the cluster's servers out.
import { answerLines } from "./answer-lines.ts";
import type { NetworkClusterRow } from "./node-facts.ts";
import { answerNotUnderstood } from "./not-understood.ts";

/** `serverTable` (addresses or names of the processnode table) is printed on the publisher only, else null. */
export interface NetworkCluster {
  readonly rows: readonly NetworkClusterRow[];
  readonly serverTable: readonly string[] | null;
}

const command = "show network cluster";
const address = /^(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-fA-F]{0,4}(?::[0-9a-fA-F]{0,4}){2,8})$/;
const roles = new Set(["publisher", "subscriber"]);

/** A line that names an address or a role and cannot be read is answer-not-understood, as is an answer without a row. */
export function parseNetworkCluster(text: string): NetworkCluster {
  const rows: NetworkClusterRow[] = [];
  let serverTable: string[] | null = null;
  for (const line of answerLines(text, command)) {
    const words = line.trim().split(/\s+/);
    if (/^Server Table \(processnode\) Entries$/i.test(words.join(" "))) serverTable = [];
    else if (/^-+$/.test(words.join(""))) continue;
    else if (serverTable !== null && words.length === 1) serverTable.push(words.join());
    else if (address.test(words[0] ?? "") || words.some((word) => roles.has(word.toLowerCase()))) {
      rows.push(parseRow(words, text));
    }
  }
  if (rows.length === 0) throw answerNotUnderstood(command, text, "it names no server");
  return { rows, serverTable };
}

function parseRow(words: readonly string[], text: string): NetworkClusterRow {
  const at = words.findIndex((word) => roles.has(word.toLowerCase()));
  const hostName = words[at - 1];
  const product = words[at + 1];
  if (
    !address.test(words[0] ?? "") ||
    (at !== 2 && at !== 3) ||
    hostName === undefined ||
    product === undefined
  ) {
    throw answerNotUnderstood(command, text, `unknown line "${words.join(" ").slice(0, 120)}"`);
  }
  const rest = words.slice(at + 2).filter((word) => !/^DB(?:Pub|Sub)$/i.test(word));
  const stop = rest.findIndex((word) => word === "using" || word === "since");
  return {
    address: words[0] ?? "",
    fqdn: at === 3 ? (words[1] ?? null) : null,
    hostName,
    isPublisher: words[at]?.toLowerCase() === "publisher",
    product,
    authentication: (stop === -1 ? rest : rest.slice(0, stop)).join(" "),
  };
}
