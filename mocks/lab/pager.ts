// Lines in; pages with the platform's two pager prompts, moved by single key bytes, out.

/** `readKey` waits for one of the keys and ignores others; `write` writes text as it is. */
export interface PagerTerminal {
  write(text: string): void;
  readKey(keys: string): Promise<string>;
}

/** Automatic pagination's prompt, byte for byte as Cisco's own driver matches it (no blank before ESC[0m). */
const paginationPrompt = "\u001b[1mPress <enter> for 1 line, <space> for one page, or <q> to quit\u001b[0m";

/** Pager 1, of any command's output: stops after a page of rows; Enter shows one more line, the blank a page, q ends. */
export interface AutomaticPager {
  /** False once the reader has pressed q: nothing more of this command is to be shown. */
  line(text: string): Promise<boolean>;
  /** Something was asked or typed: a new page begins. */
  restart(): void;
}

/** `rows` and `columns` of the PTY; `isOn` is read at every line. `eraser` is CR ESC[K, or ESC[K alone. */
export function createAutomaticPager(options: {
  readonly terminal: PagerTerminal;
  readonly rows: number;
  readonly columns: number;
  readonly isOn: () => boolean;
  readonly eraser: () => string;
}): AutomaticPager {
  const pageRows = Math.max(1, options.rows - 1);
  let rowsLeft = pageRows;
  let isQuit = false;
  return {
    async line(text) {
      if (isQuit) return false;
      if (!options.isOn()) {
        options.terminal.write(`${text}\r\n`);
        return true;
      }
      const rows = Math.max(1, Math.ceil(text.length / Math.max(1, options.columns)));
      if (rowsLeft < rows) {
        options.terminal.write(paginationPrompt);
        const key = await options.terminal.readKey("\r\n q");
        options.terminal.write(options.eraser());
        if (key === "q") {
          isQuit = true;
          return false;
        }
        rowsLeft = Math.max(rows, key === " " ? pageRows : 1);
      }
      rowsLeft -= rows;
      options.terminal.write(`${text}\r\n`);
      return true;
    },
    restart() {
      rowsLeft = pageRows;
    },
  };
}

const filePageLines = 20;

/** Pager 2, of `file view` and `file dump`: 20 lines a page; the last page says so (ext-22) and still waits for q. */
export async function pageFile(lines: readonly string[], terminal: PagerTerminal): Promise<void> {
  const lastStart = Math.max(0, Math.floor((lines.length - 1) / filePageLines) * filePageLines);
  let start = 0;
  for (;;) {
    const page = lines.slice(start, start + filePageLines);
    for (const line of page) terminal.write(`${line}\r\n`);
    const isLast = start >= lastStart;
    if (isLast) terminal.write("end of the file reached");
    const shown = `(lines ${Math.min(start + 1, lines.length)} - ${start + page.length} of ${lines.length})`;
    terminal.write(`\u001b[1m\r\noptions: q=quit, n=next, p=prev, b=begin, e=end ${shown} : \u001b[0m`);
    const key = await terminal.readKey("qnpbe");
    terminal.write("\r\n");
    if (key === "q") return;
    if (key === "n" && !isLast) start += filePageLines;
    if (key === "p") start = Math.max(0, start - filePageLines);
    if (key === "b") start = 0;
    if (key === "e") start = lastStart;
  }
}
