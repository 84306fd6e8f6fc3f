// A hook and what happened in; the program started with it as JSON on its stdin, how it ended out.
import { type ChildProcess, spawn } from "node:child_process";
import type { Masker } from "../base/secret.ts";
import { messageOf } from "../base/errors.ts";
import { renderDuration } from "../base/duration.ts";
import type { HookCommand } from "../inventory/cluster.ts";

/** How a hook ended; `detail` in words for people, with the end of what it printed, masked. */
export interface HookResult {
  readonly kind: "ok" | "failed" | "timed-out";
  readonly detail: string;
}

export interface HookTools {
  readonly timeoutMs: number;
  /** Aborted: the hook is ended at once and counts as failed. */
  readonly signal: AbortSignal;
  readonly masker: Pick<Masker, "mask">;
  /** What the hook sees; the caller leaves out the variables that hold passwords. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

const mostOutput = 4096;
/** More is read than is told: a password that the end of the reading cut in two could not be masked. */
const mostReadBytes = 2 * mostOutput;
/** How long output is still awaited from what a hook left behind in the background. */
const outputAfterEndMs = 250;
/** A process that even SIGKILL does not end is not waited for. */
const endAfterKillMs = 2000;

/** Starts the program without a shell, in a process group of its own, which is killed at the limit. Never throws for what the hook does. */
export function runHook(command: HookCommand, document: unknown, tools: HookTools): Promise<HookResult> {
  const { timeoutMs, signal, masker, environment } = tools;
  const [program, ...words] = command;
  if (signal.aborted) return Promise.resolve({ kind: "failed", detail: "not started: interrupted" });
  return new Promise((resolve) => {
    let output = Buffer.alloc(0);
    let ended: HookResult | null = null;
    let late: NodeJS.Timeout | undefined;
    const child = started(program, words, environment);
    if ("error" in child) {
      resolve({ kind: "failed", detail: masker.mask(notStarted(child.error)) });
      return;
    }
    const settle = () => {
      clearTimeout(limit);
      clearTimeout(late);
      signal.removeEventListener("abort", onAbort);
      for (const stream of child.stdio) stream?.destroy();
      child.unref();
      const { kind, detail } = ended ?? { kind: "failed", detail: "ended in an unknown way" };
      resolve({ kind, detail: masker.mask(detail) + told(output, masker) });
    };
    const stop = (result: HookResult) => {
      ended ??= result;
      killGroup(child);
      late ??= setTimeout(settle, endAfterKillMs);
    };
    const onAbort = () => stop({ kind: "failed", detail: "ended by an interrupt" });
    signal.addEventListener("abort", onAbort, { once: true });
    const limit = setTimeout(
      () => stop({ kind: "timed-out", detail: `ended: took longer than ${renderDuration(timeoutMs)}` }),
      timeoutMs,
    );
    const keep = (chunk: Buffer) => {
      if (output.length < mostReadBytes)
        output = Buffer.concat([output, chunk.subarray(0, mostReadBytes - output.length)]);
    };
    child.stdout.on("data", keep);
    child.stderr.on("data", keep);
    child.on("error", (error) => {
      ended ??= { kind: "failed", detail: notStarted(error) };
      settle();
    });
    child.on("exit", (code, by) => {
      ended ??= resultOf(code, by);
      clearTimeout(late);
      late = setTimeout(settle, outputAfterEndMs);
    });
    child.on("close", settle);
    // A hook that does not read its stdin is no worse for it.
    child.stdin.on("error", () => {});
    child.stdin.end(`${masker.mask(JSON.stringify(document))}\n`);
  });
}

/** Some of what keeps a program from being started is thrown at once: a path through a file, too long words, a NUL in one. */
function started(program: string, words: readonly string[], env: HookTools["environment"]) {
  try {
    return spawn(program, words, { env, shell: false, detached: true });
  } catch (error) {
    return { error };
  }
}

const notStarted = (error: unknown) => `could not be started: ${messageOf(error)}`;

function resultOf(code: number | null, by: NodeJS.Signals | null): HookResult {
  if (code === 0) return { kind: "ok", detail: "ended well" };
  return { kind: "failed", detail: code === null ? `ended by ${by ?? "a signal"}` : `ended with ${code}` };
}

/** With everything the hook started, unless that left the group by itself. */
function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch {
    // it has just ended by itself
  }
}

/** The beginning of what it printed, on one line. */
function told(output: Buffer, masker: HookTools["masker"]): string {
  const masked = masker.mask(output.toString("utf8"));
  const isCut = output.length === mostReadBytes;
  const safe = isCut ? masked.slice(0, Math.max(0, masked.length - mostOutput)) : masked;
  const text = safe.slice(0, mostOutput).trim().replace(/\s+/g, " ");
  return text === "" ? "" : `; it said: ${text}`;
}
