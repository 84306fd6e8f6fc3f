// Transcripts in exchanges → HTML: each node's commands, and in each its dialogue, folded away; those that change the cluster marked.
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
      const commands = exchanges.filter(({ line }) => isCommand(line));
      const sent = commands.filter(({ line }) => line !== null && lines.has(line)).length;
      const counts = [
        commands.length === 1 ? "1 command" : `${commands.length} commands`,
        sent === 0
          ? "none changes the cluster"
          : `${sent} of them ${sent === 1 ? "changes" : "change"} the cluster`,
      ];
      return `<details class="node"><summary><h3>${htmlLine(node)}</h3> ${counts.join(", ")}</summary>\n${folded.join("\n")}\n</details>`;
    })
    .join("\n");
}

function isCommand(line: string | null): boolean {
  return line !== null && line.trim() !== "";
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
