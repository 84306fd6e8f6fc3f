// A command → a real terminal (tmux) that shows it, to be typed at, looked at, resized and closed.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface Pane {
  /** Keys as typed; `\n` is Enter, `\t` is Tab. */
  type(text: string): void;
  /** One key by tmux's name: `C-c`, `Down`, `Enter`. */
  press(key: string): void;
  /** What stands on the screen and above it, a line a row, without colours. */
  screen(): string;
  /** Every byte that was sent to the terminal. */
  bytes(): string;
  /** Settles when the terminal was sent that text; throws after 45 s, with the screen. */
  whenShown(text: string | RegExp): Promise<void>;
  resize(columns: number, rows: number): void;
  /** Closes the terminal, as its window's button does. */
  hangUp(): void;
  close(): void;
}

export interface PaneOptions {
  readonly folder: string;
  /** The whole environment but for PATH and TERM. */
  readonly environment: Readonly<Record<string, string>>;
  readonly columns?: number;
}

/** Runs `command` in a terminal of its own, of 80 columns by default; its tmux server is nobody else's. */
export async function openPane(command: string, options: PaneOptions): Promise<Pane> {
  const home = mkdtempSync(join(tmpdir(), "itlctl-pane-"));
  const log = join(home, "bytes");
  const socket = join(home, "tmux");
  const environment = { PATH: process.env["PATH"] ?? "", LANG: "C.UTF-8", ...options.environment };
  const tmux = (...args: readonly string[]) =>
    execFileSync("tmux", ["-S", socket, "-f", "/dev/null", ...args], {
      ...{ encoding: "utf8", env: environment, cwd: options.folder, stdio: ["ignore", "pipe", "pipe"] },
    });
  // The command waits for a key, so that the bytes are gathered from its very first.
  const size = ["-x", String(options.columns ?? 80), "-y", "50"];
  tmux("new-session", "-d", ...size, "-c", options.folder, `printf ready; read -r begin; exec ${command}`);
  tmux("set-option", "-g", "history-limit", "5000");
  tmux("set-option", "-g", "window-size", "manual");
  const bytes = () => {
    try {
      return readFileSync(log, "utf8");
    } catch {
      return "";
    }
  };
  const screen = () => tmux("capture-pane", "-p", "-J", "-S", "-");
  await until(() => screen().includes("ready"));
  tmux("pipe-pane", "-o", `cat > '${log}'`);
  tmux("send-keys", "Enter");
  await until(() => bytes() !== "");
  return {
    ...{ bytes, screen },
    type: (text) => {
      for (const part of text.split(/(\n|\t)/)) {
        if (part === "\n") tmux("send-keys", "Enter");
        else if (part === "\t") tmux("send-keys", "Tab");
        else if (part !== "") tmux("send-keys", "-l", part);
      }
    },
    press: (key) => void tmux("send-keys", key),
    async whenShown(text) {
      const isShown = (shown: string) => (typeof text === "string" ? shown.includes(text) : text.test(shown));
      const isThere = () => isShown(bytes()) || isShown(screen());
      if (await until(isThere)) return;
      throw new Error(`${String(text)} was not shown:\n${screen()}`);
    },
    resize: (columns, rows) => void tmux("resize-window", "-x", String(columns), "-y", String(rows)),
    hangUp: () => void tmux("kill-session"),
    close: () => {
      try {
        tmux("kill-server");
      } catch {
        // its last window is closed already
      }
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** True as soon as it is so; false after 45 s. */
async function until(isSo: () => boolean): Promise<boolean> {
  for (const end = Date.now() + 45_000; Date.now() < end; ) {
    if (isSo()) return true;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  return false;
}
