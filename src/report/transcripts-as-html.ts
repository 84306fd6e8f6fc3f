// Transcripts in exchanges → HTML: each node's commands, folded away, those that change the cluster marked.
import { htmlBlock, htmlLine, htmlTime } from "./html-text.ts";
import type { ToldExchange } from "./run-report.ts";

/** `writes` are the lines that change the cluster, as typed. Empty where there is no transcript. */
export function renderTranscriptsHtml(
  transcripts: readonly { readonly node: string; readonly exchanges: readonly ToldExchange[] }[],
  writes: readonly { readonly node: string; readonly line: string }[],
): string {
  return transcripts
    .map(({ node, exchanges }) => {
      const lines = new Set(writes.filter((write) => write.node === node).map(({ line }) => line));
      const folded = exchanges.map((exchange) => exchangeHtml(exchange, lines));
      return `<h3>${htmlLine(node)}</h3>\n${folded.join("\n")}`;
    })
    .join("\n");
}

function exchangeHtml({ at, line, parts }: ToldExchange, writes: ReadonlySet<string>): string {
  const title = line === null ? "login and notes" : line.trim() === "" ? "(empty line)" : line;
  const mark = line !== null && writes.has(line) ? ' <strong class="open">changes the cluster</strong>' : "";
  const time = at === null ? "" : `${htmlTime(at)} `;
  const body = parts
    .map(({ by, text }) => {
      if (by === "note") return `\n# ${htmlBlock(text)}\n`;
      return by === "itlctl" ? `<kbd>${htmlBlock(text)}</kbd>` : htmlBlock(shown(text));
    })
    .join("");
  return `<details><summary>${time}<code>${htmlLine(title)}</code>${mark}</summary><pre>${body}</pre></details>`;
}

/** A terminal's bare carriage returns say nothing on paper. */
function shown(text: string): string {
  return text.replaceAll("\r\n", "\n").replaceAll("\r", "");
}
