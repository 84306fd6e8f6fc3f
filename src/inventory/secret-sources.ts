// `file:` and `exec:` → the first line of a file only its owner may read, or of a program's output.
import { spawn } from "node:child_process";
import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";

const mostBytes = 65_536;

/** Builds the error to throw from what is wrong. */
type Trouble = (problem: string) => Error;

/** The first line, its line end taken off; refused where group or others may read or write the file. */
export function firstLineOfFile(path: string, trouble: Trouble): string {
  let file: number;
  try {
    file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    throw trouble(openProblem(error));
  }
  try {
    const stand = fstatSync(file);
    if (!stand.isFile()) throw trouble("is not a regular file");
    if ((stand.mode & 0o066) !== 0) {
      const mode = (stand.mode & 0o777).toString(8).padStart(3, "0");
      throw trouble(`can be read or written by others than its owner (mode ${mode})`);
    }
    const bytes = Buffer.alloc(mostBytes);
    return firstLine(bytes.subarray(0, readSync(file, bytes, 0, mostBytes, 0)));
  } finally {
    closeSync(file);
  }
}

/** The first line of what the program prints; started without a shell, its errors not shown, ended at the time limit. */
export function firstLineOfProgram(
  run: { readonly program: string; readonly arguments: readonly string[] },
  options: {
    readonly environment: Readonly<Record<string, string | undefined>>;
    readonly timeoutMs: number;
    readonly trouble: Trouble;
  },
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(run.program, run.arguments, {
      env: options.environment,
      shell: false,
      stdio: ["ignore", "pipe", "ignore"],
    });
    let output = Buffer.alloc(0);
    const fail = (problem: string) => {
      clearTimeout(timer);
      child.kill("SIGKILL");
      child.stdout.destroy();
      reject(options.trouble(problem));
    };
    const timer = setTimeout(() => fail(`took longer than ${options.timeoutMs / 1000} s`), options.timeoutMs);
    child.stdout.on("data", (chunk: Buffer) => {
      if (output.length < mostBytes) output = Buffer.concat([output, chunk]);
    });
    child.on("error", (error) => fail(openProblem(error)));
    child.on("close", (code, signal) => {
      if (code !== 0)
        return fail(code === null ? `was ended by ${signal ?? "a signal"}` : `ended with ${code}`);
      clearTimeout(timer);
      resolve(firstLine(output.subarray(0, mostBytes)));
    });
  });
}

function firstLine(bytes: Buffer): string {
  return /^[^\r\n]*/.exec(bytes.toString("utf8"))?.[0] ?? "";
}

function openProblem(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === "ENOENT") return "was not found";
  if (code === "EACCES" || code === "EPERM") return "may not be opened by this user";
  return `could not be opened (${code ?? "unknown error"})`;
}
