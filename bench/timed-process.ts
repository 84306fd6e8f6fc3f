// A command line in; its wall time, peak memory, exit code and output out.
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";

export interface TimedProcess {
  readonly wallMs: number;
  /** High-water mark of resident memory in MiB; null where the system has no /proc. */
  readonly peakMiB: number | null;
  readonly exit: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const sampleEveryMs = 50;

/** Wall time is from the spawn to the end of the process. The mark is the kernel's own, read every 50 ms. */
export function runTimed(
  command: readonly string[],
  environment: Readonly<Record<string, string>>,
  options: { readonly isMemoryWatched?: boolean } = {},
): Promise<TimedProcess> {
  const [program = "", ...words] = command;
  return new Promise((resolve, reject) => {
    const startMs = performance.now();
    const child = spawn(program, words, {
      env: { PATH: process.env["PATH"] ?? "", ...environment },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const text = { stdout: "", stderr: "" };
    let peakMiB: number | null = null;
    let wallMs = 0;
    const sample = () => {
      peakMiB = peakOf(child.pid) ?? peakMiB;
    };
    const timer = options.isMemoryWatched === true ? setInterval(sample, sampleEveryMs) : undefined;
    child.stdout.on("data", (chunk: Buffer) => (text.stdout += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (text.stderr += chunk.toString()));
    child.on("error", reject);
    child.on("exit", () => {
      wallMs = performance.now() - startMs;
      clearInterval(timer);
    });
    child.on("close", (exit) => resolve({ wallMs, peakMiB, exit, ...text }));
  });
}

function peakOf(pid: number | undefined): number | null {
  try {
    const kilobytes = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
    return kilobytes === undefined ? null : Number(kilobytes) / 1024;
  } catch {
    return null;
  }
}
