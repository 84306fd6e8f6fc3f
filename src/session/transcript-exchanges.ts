// A transcript file → what was typed at each prompt, and all that crossed the wire until the next.

/** One command line and its dialogue. Texts are the node's own: whoever prints them makes them plain. */
export interface Exchange {
  /** ISO 8601 UTC; null where the transcript begins in the middle. */
  readonly at: string | null;
  /** As typed; null for what comes before the first command of a login. */
  readonly line: string | null;
  /** In order. `sent` leaves out the command itself and bare line ends, so it is answers (masked) or nothing. */
  readonly parts: readonly { readonly by: "node" | "itlctl" | "note"; readonly text: string }[];
}

interface Open {
  at: string | null;
  line: string | null;
  isTyped: boolean;
  parts: { by: "node" | "itlctl" | "note"; text: string }[];
}

/** Some releases erase the line before they print the prompt. */
const prompt = /(?:^|[\r\n])(?:\u001b\[[\d;]*[A-Za-z])*admin:\s*$/;

/** Lines of another form are left out; never throws. */
export function parseExchanges(transcript: string): readonly Exchange[] {
  const exchanges: Open[] = [];
  let received = "";
  let current: Open | null = null;
  const begin = (at: string | null, line: string | null): Open => {
    const fresh: Open = { at, line, isTyped: line === null, parts: [] };
    exchanges.push(fresh);
    return fresh;
  };
  for (const record of transcript.split("\n")) {
    const [, at = null, mark, rest = ""] = /^(\S+) ([><#]) (.*)$/s.exec(record) ?? [];
    if (mark === undefined) continue;
    if (mark === "#") {
      if (current === null || rest.startsWith("login ")) current = begin(at, null);
      add(current, "note", rest);
      continue;
    }
    const text = spoken(rest);
    if (text === null) continue;
    if (mark === "<") {
      received = `${received}${text}`.slice(-200);
      current ??= begin(at, null);
      add(current, "node", text);
      continue;
    }
    if (prompt.test(received) && (current === null || current.isTyped)) current = begin(at, "");
    current ??= begin(at, null);
    if (current.isTyped) add(current, "itlctl", text.replace(/[\r\n]+$/, ""));
    else current.line = `${current.line ?? ""}${text.replace(/[\r\n]+$/, "")}`;
    if (/[\r\n]$/.test(text)) {
      current.isTyped = true;
      received = "";
    }
  }
  return exchanges.map(({ at, line, parts }) => ({ at, line, parts }));
}

function add(open: Open, by: "node" | "itlctl" | "note", text: string): void {
  const last = open.parts.at(-1);
  if (text === "") return;
  if (last?.by === by && by !== "note") last.text += text;
  else open.parts.push({ by, text });
}

function spoken(json: string): string | null {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === "string" ? value : null;
  } catch {
    return null;
  }
}
