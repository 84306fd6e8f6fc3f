// A status document → the one line of a monitoring plugin, with performance data.
import type { Finding } from "../verdict/verdict.ts";
import { plainLine } from "./plain-text.ts";
import { type StatusDocument, worstVerdict } from "./status-document.ts";

/** The line, and the plugin's exit code: 0 OK, 1 WARNING, 2 CRITICAL. */
export interface NagiosAnswer {
  readonly line: string;
  readonly exit: 0 | 1 | 2;
}

const words = { pass: ["OK", 0], warn: ["WARNING", 1], block: ["CRITICAL", 2] } as const;
const mostNamed = 5;

function named(cluster: string, { node, code }: Finding): string {
  return `${cluster}${node === null ? "" : `/${node}`} ${code}`;
}

/** Blocking findings are named first, at most five of all; the rest are counted. */
export function renderStatusNagios(document: StatusDocument): NagiosAnswer {
  const { clusters } = document;
  const [word, exit] = words[worstVerdict(document)];
  const all = clusters.flatMap(({ cluster, findings }) => findings.map((finding) => ({ cluster, finding })));
  const blocks = all.filter(({ finding }) => finding.severity === "block");
  const warnings = all.filter(({ finding }) => finding.severity === "warn");
  const nodes = clusters.flatMap((cluster) => cluster.nodes);
  const unreachable = nodes.filter(({ reachable }) => !reachable).length;
  const texts = [...blocks, ...warnings].map(({ cluster, finding }) => named(cluster, finding));
  const rest = texts.length - mostNamed;
  const told = [...texts.slice(0, mostNamed), ...(rest > 0 ? [`${rest} more`] : [])].join(", ");
  const message = told === "" ? `${clusters.length} clusters, ${nodes.length} nodes: nothing is wrong` : told;
  const data = [
    `clusters=${clusters.length};;;0`,
    `nodes=${nodes.length};;;0`,
    `unreachable=${unreachable};;0;0;${nodes.length}`,
    `warnings=${warnings.length};0;;0`,
    `blocks=${blocks.length};;0;0`,
  ].join(" ");
  return { line: `ITL ${word} - ${plainLine(message).replaceAll("|", "/")} | ${data}`, exit };
}
