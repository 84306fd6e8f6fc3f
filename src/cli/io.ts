// Everything of the process that the porch touches, as one value: tests hand in another world.
import type { Readable, Writable } from "node:stream";
import { type Clock, systemClock } from "../base/clock.ts";
import type { SessionPoolOptions } from "../session/session-pool.ts";
import type { openVault } from "../vault/open-vault.ts";
import type { Question } from "./question.ts";

export type InputStream = Readable & { readonly isTTY?: boolean; setRawMode?(isRaw: boolean): unknown };
export type OutputStream = Writable & { readonly isTTY?: boolean; readonly columns?: number };

/** The process as seen from a command; `argv` without the interpreter and the script. */
export interface World {
  readonly argv: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly stdin: InputStream;
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  readonly clock: Clock;
  /** Calls the listener at every SIGINT or SIGTERM, and at a closed terminal (SIGHUP) unless one came before; gives the way to stop that. */
  onInterrupt(listener: () => void): () => void;
  /** Calls the listener with an error that nobody caught: the process would print it as it is, secrets and all. */
  onCrash?(listener: (error: unknown) => void): void;
  /** Where `remotekey` servers listen: 22, another only when rehearsing (ITLCTL_REMOTE_KEY_PORT). */
  readonly remoteKeyPort: number;
  /** Scripted answers of a test; left out, the terminal is asked. */
  answer?(question: Question): Promise<string>;
  /** Another vault behind the inventory's settings, for tests; left out, the one that they name. */
  readonly openVault?: typeof openVault;
  /** Another way to reach nodes, for tests; left out, SSH with the default limits. */
  readonly session?: Pick<SessionPoolOptions, "openTransport" | "retryDelayMs" | "limits">;
}

function remoteKeyPortOf(text: string | undefined): number {
  const port = Number(text);
  return Number.isInteger(port) && port > 0 && port < 65_536 ? port : 22;
}

/**
 * A closed terminal is a first interrupt and never a second: the kernel and the shell may each send a SIGHUP, and
 * nobody who closes a window asks to leave a write at once.
 */
function onInterrupt(listener: () => void): () => void {
  let isTold = false;
  const tell = () => {
    isTold = true;
    listener();
  };
  const hangUp = () => {
    if (!isTold) tell();
  };
  process.on("SIGINT", tell).on("SIGTERM", tell).on("SIGHUP", hangUp);
  return () => process.off("SIGINT", tell).off("SIGTERM", tell).off("SIGHUP", hangUp);
}

/** What was thrown is told by the listener; then the process ends soon, as it would have by itself. */
function onCrash(listener: (error: unknown) => void): void {
  process.on("uncaughtException", (error) => {
    listener(error);
    setTimeout(() => process.exit(1), 250);
  });
}

/** The world of this very process. */
export function processWorld(): World {
  // What is read from a terminal that was closed is an error; the hang-up has its own signal.
  process.stdin.on("error", () => {});
  return {
    argv: process.argv.slice(2),
    environment: process.env,
    cwd: process.cwd(),
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    clock: systemClock,
    onInterrupt,
    onCrash,
    remoteKeyPort: remoteKeyPortOf(process.env.ITLCTL_REMOTE_KEY_PORT),
  };
}
