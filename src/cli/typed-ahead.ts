// A terminal about to be asked → what was typed before the question could be seen is dropped: it must not answer it.
import type { InputStream } from "./io.ts";

/** How long the terminal is given to hand over what it holds back. */
const drainMs = 50;

/** Drops what waits in the terminal. Resolves to true when Ctrl-C was among it. */
export async function dropTypedAhead(stdin: InputStream): Promise<boolean> {
  if (stdin.isTTY !== true || stdin.setRawMode === undefined) return false;
  let hasCtrlC = false;
  const drop = (chunk: Buffer | string) => {
    hasCtrlC ||= chunk.toString().includes("\x03");
  };
  try {
    // Raw, so that a line without its Enter is handed over too.
    stdin.setRawMode(true);
    stdin.on("data", drop);
    await new Promise((resolve) => setTimeout(resolve, drainMs));
    stdin.off("data", drop);
    stdin.pause();
    stdin.setRawMode(false);
  } catch {
    // The terminal was closed: the question itself finds that out.
    stdin.off("data", drop);
  }
  return hasCtrlC;
}
