// The answer of `utils service restart NAME` (or start, stop) in; the last state it printed out.
import { answerLines } from "./answer-lines.ts";
import { parseServiceRow } from "./service-list.ts";

/** `service` and `lastState` of the last state row; null where none was printed. Unknown lines fail closed. */
export interface ServiceRestart {
  readonly service: string | null;
  readonly lastState: string | null;
  readonly unknownLines: readonly string[];
}

const silent = [/^Do(?: not|n't) press Ctrl[-+][Cc] while the service is /, /^Service Manager is running$/];

/** A row of another service than the rows before it counts as unknown. Throws only past 8 MiB. */
export function parseServiceRestart(text: string): ServiceRestart {
  let service: string | null = null;
  let lastState: string | null = null;
  const unknownLines: string[] = [];
  for (const raw of answerLines(text, "utils service")) {
    const line = raw.trim();
    const row = parseServiceRow(line);
    if (row !== null && (service === null || row.name === service)) {
      service = row.name;
      lastState = row.state;
    } else if (!silent.some((known) => known.test(line))) unknownLines.push(line);
  }
  return { service, lastState, unknownLines };
}
