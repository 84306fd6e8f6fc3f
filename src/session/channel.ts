// Bytes in, recognitions out: prompt, pager, question or echo at the end of what came so far. Never by timer; memory is bounded.
import { StringDecoder } from "node:string_decoder";
import {
  filePagerPattern,
  knownQuestions,
  pagerPattern,
  promptPattern,
  promptPrefix,
} from "./platform-text.ts";
import type { KnownQuestion } from "./platform-text.ts";
import { createScreen } from "./screen.ts";

export type Recognition =
  | { readonly kind: "prompt" }
  | { readonly kind: "pager" }
  /** The first of the expected, else of the known questions that fits. */
  | { readonly kind: "question"; readonly name: string };

/** What one session hears, from one `begin` to the next. */
export interface Channel {
  /** The chunk's text (UTF-8 across chunks), uncleaned. */
  push(chunk: Buffer): string;
  /** Forgets what came: the next character starts an echo or an answer. */
  begin(): void;
  /** True once more came than is kept. */
  readonly isOverfull: boolean;
  /** At the end of what came; null while none of them stands there. A prompt counts only behind a line end, unless `isFirst`. */
  recognise(expected: readonly KnownQuestion[], isFirst?: boolean): Recognition | null;
  /** The question at the end is answered: from now on only what follows it counts. */
  settleQuestion(): void;
  /** What follows the settled question on its line; null once that line has ended. */
  readonly afterQuestion: string | null;
  dropPager(): void;
  /** Takes the pager of `file view` away and tells what it said: the lines shown, and whether they are the last; null where it is not there. */
  dropFilePager(): { readonly lines: string; readonly isLast: boolean } | null;
  /** True when the typed line stands at the end, however the line editor drew it. */
  hasEchoOf(typed: string): boolean;
  /** Finished lines of the answer: the rest of the echoed line is not one. */
  readonly answerLines: readonly string[];
  /** The answer without echo and prompt, LF between lines. */
  answerText(): string;
  /** All that came since `begin`, cleaned. */
  wholeText(): string;
}

const squeezed = (text: string) => text.replace(/\s+/g, "");
/** No pattern needs more of an unterminated line than this. */
const longestEnd = 2_000;
const longestRaw = 16_384;
/** The terminal asked for has 512 columns; older nodes may not grant it. */
const longestUnwrapped = 72;

export function createChannel(options: { readonly maxCharacters?: number } = {}): Channel {
  const maxCharacters = options.maxCharacters ?? 8 * 1024 * 1024;
  const decoder = new StringDecoder("utf8");
  const screen = createScreen();
  let raw = "";
  let settled: { readonly line: number; readonly column: number } | null = null;

  const openPart = () => {
    const from = settled !== null && settled.line === screen.lines.length ? settled.column : 0;
    return screen.line.slice(Math.max(from, screen.line.length - longestEnd));
  };
  const isPrompt = () =>
    screen.line.length < longestEnd &&
    (promptPattern.test(screen.line) || promptPattern.test(screen.line.slice(screen.erasedFrom)));

  return {
    push(chunk) {
      const text = decoder.write(chunk);
      if (screen.size <= maxCharacters) {
        screen.write(text);
        raw = (raw + text).slice(-longestRaw);
      }
      return text;
    },
    begin() {
      screen.reset();
      raw = "";
      settled = null;
    },
    get isOverfull() {
      return screen.size > maxCharacters;
    },
    recognise(expected, isFirst = false) {
      if ((isFirst || screen.lines.length > 0) && isPrompt()) return { kind: "prompt" };
      const end = openPart();
      if (pagerPattern.test(end)) return { kind: "pager" };
      const question = [...expected, ...knownQuestions].find(({ pattern }) => pattern.test(end));
      return question === undefined ? null : { kind: "question", name: question.name };
    },
    settleQuestion() {
      settled = { line: screen.lines.length, column: screen.line.length };
    },
    get afterQuestion() {
      return settled !== null && settled.line === screen.lines.length
        ? screen.line.slice(settled.column)
        : null;
    },
    dropPager() {
      const column = screen.line.search(pagerPattern);
      if (column >= 0) screen.cut(column);
    },
    dropFilePager() {
      const pager = filePagerPattern.exec(openPart());
      if (pager === null) return null;
      screen.cut(Math.max(0, screen.line.search(filePagerPattern)));
      const [, first = "", last = "", all = ""] = pager;
      return { lines: `${first} - ${last}`, isLast: Number(last) >= Number(all) };
    },
    hasEchoOf(typed) {
      if (screen.line.replace(promptPrefix, "").trimEnd() === typed) return true;
      if (typed.length < longestUnwrapped) return false;
      // A line longer than the terminal is redrawn with CR or line ends inside it.
      const drawn = raw.replace(/\x1b\[[\d;?]*[@-~]/g, "").replace(/[\x00-\x1f]/g, "");
      return squeezed(drawn).endsWith(squeezed(typed));
    },
    get answerLines() {
      return screen.lines.slice(1);
    },
    answerText() {
      const end = isPrompt() ? screen.line.slice(0, screen.line.search(/\s*admin:\s*$/)) : screen.line;
      const lines = screen.lines.slice(1);
      return (end.trim() === "" ? lines : [...lines, end]).join("\n");
    },
    wholeText: () => [...screen.lines, screen.line].join("\n"),
  };
}
