// Arguments for Node → what the process printed, and every argument of it and of those it started.
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";

export interface Ended {
  readonly exit: number | null;
  readonly output: string;
  /** Arguments of the process and of those it started, as often as they were looked at. */
  readonly seen: readonly string[];
}

/** Node with these arguments, in an environment of nothing but PATH and what is given. */
export function watchProcess(
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<Ended> {
  const child = spawn(process.execPath, args, { env: { PATH: process.env["PATH"], ...environment } });
  let output = "";
  const seen = new Set<string>();
  const look = setInterval(() => {
    for (const pid of familyOf(child.pid ?? 0)) seen.add(argumentsOf(pid));
  }, 10);
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += String(chunk)));
  return new Promise((resolve) => {
    child.on("close", (exit) => {
      clearInterval(look);
      resolve({ exit, output, seen: [...seen] });
    });
  });
}

function familyOf(pid: number): number[] {
  const path = `/proc/${pid}/task/${pid}/children`;
  const children = existsSync(path) ? readFileSync(path, "utf8").trim().split(/\s+/).filter(Boolean) : [];
  return [pid, ...children.flatMap((child) => familyOf(Number(child)))];
}

function argumentsOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
  } catch {
    return "";
  }
}
