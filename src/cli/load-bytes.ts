// A path or an http URL, as typed → the bytes behind it.
import { constants } from "node:fs";
import { open } from "node:fs/promises";
import { resolve } from "node:path";
import { messageOf, OperatorError } from "../base/errors.ts";
import type { CommandContext } from "./command.ts";

const mostBytes = 8 * 1024 * 1024;

/** True for anything that begins like a URL; only http can be loaded. */
export function isUrl(named: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(named);
}

/** Throws `file-unreadable` (also for URLs that answer nothing useful), or `usage` for a URL that is not http. */
export async function loadBytes(
  named: string,
  context: Pick<CommandContext, "world" | "signal">,
): Promise<Buffer> {
  if (isUrl(named)) return fetchBytes(named, context.signal);
  const path = resolve(context.world.cwd, named);
  try {
    return await readAtMost(path);
  } catch (error) {
    throw unreadable(named, messageOf(error), "Give the path of a file, or an http:// URL", error);
  }
}

async function readAtMost(path: string): Promise<Buffer> {
  // A named pipe that nobody writes to would hold `open`, and with it the process, for ever.
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const stand = await file.stat();
    if (!stand.isFile()) throw new Error("it is not a regular file");
    if (stand.size > mostBytes) throw new Error("it is larger than 8 MiB");
    return await file.readFile();
  } finally {
    await file.close();
  }
}

async function fetchBytes(named: string, signal: AbortSignal): Promise<Buffer> {
  const url = URL.canParse(named) ? new URL(named) : null;
  if (url === null || url.protocol !== "http:" || url.username !== "" || url.password !== "") {
    // Whatever stands before an @ may be a password, and errors are copied around.
    const shown = named.replace(/:\/\/.*@/s, "://••••@");
    throw new OperatorError("usage", `${shown} is not a plain http:// URL`, {
      hint: "Give a path, or http://HOST:6970/ITLFile.tlv as phones fetch it",
    });
  }
  const { fetchServedFile } = await import("../served/fetch-list.ts");
  const address = url.hostname.replace(/^\[(.*)\]$/, "$1");
  const port = url.port === "" ? 80 : Number(url.port);
  const path = `${url.pathname}${url.search}`;
  const answer = await fetchServedFile({ address, port, path, maxBytes: mostBytes, signal });
  if (answer.kind === "fetched") return answer.bytes;
  throw unreadable(
    named,
    answer.reason,
    "Check the address, and that the node's TFTP service is started",
    undefined,
  );
}

function unreadable(file: string, reason: string, hint: string, cause: unknown): OperatorError {
  return new OperatorError("file-unreadable", `${file} could not be read: ${reason}`, {
    hint,
    place: { file },
    cause,
  });
}
