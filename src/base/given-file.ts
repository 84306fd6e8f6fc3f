// The path of a file that an operator named → its bytes, without ever waiting for somebody to write them.
import { closeSync, constants, fstatSync, openSync, readFileSync, type Stats } from "node:fs";
import { isatty } from "node:tty";

/** Throws as node:fs does, and for a pipe or a terminal: to wait for one would hold the process, and Ctrl-C with it. `check` may refuse. */
export function readGivenFile(path: string, check: (stand: Stats) => void = () => {}): Buffer {
  const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const stand = fstatSync(file);
    if (stand.isFIFO() || isatty(file)) throw new Error("it is not a regular file");
    check(stand);
    return readFileSync(file);
  } finally {
    closeSync(file);
  }
}
