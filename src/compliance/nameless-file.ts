// A path → a file that has no name until it is whole: what is killed before leaves nothing that could be opened again.
import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
  closeSync,
  constants,
  existsSync,
  fsyncSync,
  linkSync,
  lstatSync,
  openSync,
  readSync,
} from "node:fs";
import { renameSync, rmSync, write, writeSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { promisify } from "node:util";
import { messageOf, OperatorError } from "../base/errors.ts";

const writeTo = promisify(write);

export interface NamelessFile {
  /** In order; one at a time. */
  write(bytes: Uint8Array): Promise<void>;
  /** Flushes it and gives it its name, in one go. Throws `usage` where that is taken by now. */
  publish(): void;
  /** Lets go of it, and with that of all that was written, unless it was published. */
  discard(): void;
}

/**
 * Mode 0600. On Linux a file made without a name (`O_TMPFILE`), which `ln` gives one at the end. Where the file system or
 * `ln` cannot do that, its name is taken away at once, and at the end it is copied to `asideOf(path)` and renamed: killed
 * in those moments, that copy stays. Throws `usage` where the path is taken, or that copy stands there, else `state-not-writable`.
 */
export function openNamelessFile(path: string, hasLinkTool = canLink): NamelessFile {
  refuseTaken(path);
  try {
    const isLinked = hasLinkTool(path);
    const file = isLinked ? openSync(dirname(path), unnamed, 0o600) : openUnlinked(path);
    return namelessFile(path, file, isLinked ? publishByLink : publishByCopy);
  } catch (error) {
    throw notWritten(path, error);
  }
}

/** Where the whole text stands for the moments of the last copy, where a file cannot be given a name. */
export function asideOf(path: string): string {
  return join(dirname(path), `.${basename(path)}.itlctl-part`);
}

// Not among Node's constants; on Linux it is the same for x86 and ARM, together with O_DIRECTORY.
const unnamed = constants.O_RDWR | (constants.O_DIRECTORY ?? 0) | 0o20000000;

function namelessFile(
  path: string,
  file: number,
  publish: (file: number, path: string) => void,
): NamelessFile {
  let isOpen = true;
  const close = () => {
    if (isOpen) closeSync(file);
    isOpen = false;
  };
  return {
    async write(bytes) {
      try {
        for (let done = 0; done < bytes.length; ) {
          const { bytesWritten } = await writeTo(file, bytes, done, bytes.length - done, null);
          done += bytesWritten;
        }
      } catch (error) {
        throw notWritten(path, error);
      }
    },
    publish() {
      try {
        fsyncSync(file);
        publish(file, path);
      } catch (error) {
        throw notWritten(path, error);
      } finally {
        close();
      }
    },
    discard: close,
  };
}

/** Whether a file without a name can be made beside `path` and given one: tried with an empty one. */
export function canLink(path: string): boolean {
  if (process.platform !== "linux") return false;
  const probe = join(dirname(path), `.itlctl-${randomBytes(6).toString("hex")}.probe`);
  let file: number;
  try {
    file = openSync(dirname(path), unnamed, 0o600);
  } catch (error) {
    if (["EOPNOTSUPP", "EISDIR", "EINVAL", "ENOTSUP"].includes(codeOf(error))) return false;
    throw error;
  }
  try {
    return linkTo(file, probe) === null;
  } finally {
    closeSync(file);
    rmSync(probe, { force: true });
  }
}

/** Null, or what `ln` said. Node's own `link` does not follow the link in /proc, so that it cannot do this. */
function linkTo(file: number, path: string): string | null {
  const words = ["-L", "-T", "--", "/proc/self/fd/3", path];
  const { status, stderr, error } = spawnSync("ln", words, { stdio: ["ignore", "ignore", "pipe", file] });
  return status === 0 ? null : (error?.message ?? stderr.toString("utf8").trim());
}

function publishByLink(file: number, path: string): void {
  const said = linkTo(file, path);
  if (said === null) return;
  refuseTaken(path);
  throw new Error(said);
}

function openUnlinked(path: string): number {
  refuseAside(path);
  const hidden = join(dirname(path), `.itlctl-${randomBytes(6).toString("hex")}.tmp`);
  const file = openSync(hidden, "wx+", 0o600);
  rmSync(hidden);
  return file;
}

function publishByCopy(file: number, path: string): void {
  const aside = asideOf(path);
  refuseAside(path);
  const copy = openSync(aside, "wx", 0o600);
  try {
    const piece = Buffer.allocUnsafe(1 << 20);
    for (let at = 0, count = 1; count > 0; at += count) {
      count = readSync(file, piece, 0, piece.length, at);
      for (let done = 0; done < count; ) done += writeSync(copy, piece, done, count - done);
    }
    fsyncSync(copy);
    takeName(aside, path);
  } finally {
    closeSync(copy);
    rmSync(aside, { force: true });
  }
}

/** A link never overwrites; some file systems know none. */
function takeName(aside: string, path: string): void {
  try {
    linkSync(aside, path);
  } catch (error) {
    if (codeOf(error) === "EEXIST") throw error;
    refuseTaken(path);
    renameSync(aside, path);
  }
}

function refuseTaken(path: string): void {
  if (lstatSync(path, { throwIfNoEntry: false }) === undefined) return;
  throw new OperatorError("usage", `${path} is there already`, {
    hint: "Name another file with --out: nothing is overwritten.",
    place: { file: path },
  });
}

function refuseAside(path: string): void {
  const aside = asideOf(path);
  if (!existsSync(aside)) return;
  throw new OperatorError(
    "usage",
    `${aside} was left by a call that was killed in its last moments: it holds opened text`,
    {
      hint: `Remove it, unless another call is writing ${path} now: rm ${aside}`,
      place: { file: aside },
    },
  );
}

function notWritten(path: string, error: unknown): unknown {
  if (error instanceof OperatorError) return error;
  if (codeOf(error) === "EEXIST") {
    return new OperatorError("usage", `${path} is there already`, {
      hint: "Name another file with --out: nothing is overwritten.",
      place: { file: path },
    });
  }
  return new OperatorError("state-not-writable", `cannot write the file: ${messageOf(error)}`, {
    hint: "Name a file in a folder that you may write to, with room on its disk.",
    place: { file: path },
    cause: error,
  });
}

function codeOf(error: unknown): string {
  return error instanceof Error ? String((error as NodeJS.ErrnoException).code) : "";
}
