// Everything of the process that the porch touches, as one value: tests hand in another world.
import type { Readable, Writable } from "node:stream";
import { type Clock, systemClock } from "../base/clock.ts";
import type { SessionPoolOptions } from "../session/session-pool.ts";
import type { Question } from "./question.ts";

export type InputStream = Readable & { readonly isTTY?: boolean };
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
  /** Calls the listener at every SIGINT or SIGTERM; gives the way to stop that. */
  onInterrupt(listener: () => void): () => void;
  /** Where `remotekey` servers listen: 22, another only when rehearsing (ITLCTL_REMOTE_KEY_PORT). */
  readonly remoteKeyPort: number;
  /** Scripted answers of a test; left out, the terminal is asked. */
  answer?(question: Question): Promise<string>;
  /** Another way to reach nodes, for tests; left out, SSH with the default limits. */
  readonly session?: Pick<SessionPoolOptions, "openTransport" | "retryDelayMs" | "limits">;
}

function remoteKeyPortOf(text: string | undefined): number {
  const port = Number(text);
  return Number.isInteger(port) && port > 0 && port < 65_536 ? port : 22;
}

/** The world of this very process. */
export function processWorld(): World {
  return {
    argv: process.argv.slice(2),
    environment: process.env,
    cwd: process.cwd(),
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    clock: systemClock,
    onInterrupt(listener) {
      process.on("SIGINT", listener);
      process.on("SIGTERM", listener);
      return () => {
        process.off("SIGINT", listener);
        process.off("SIGTERM", listener);
      };
    },
    remoteKeyPort: remoteKeyPortOf(process.env.ITLCTL_REMOTE_KEY_PORT),
  };
}
