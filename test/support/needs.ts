// The name of something a newcomer's machine may lack in, whether a test can run here out; under CI a lack is a failure.
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

const told = new Set<string>();
// Where daemons live, which is not on everybody's PATH.
const extraFolders = ["/usr/local/sbin", "/usr/sbin", "/sbin"];

/** What decides: environment, effective user id, and where the one line `not run: needs X` goes. */
export interface Machine {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly userId: number | null;
  readonly tell: (line: string) => void;
}

const thisMachine: Machine = {
  environment: process.env,
  userId: process.geteuid?.() ?? null,
  tell: (line) => console.warn(line),
};

/** The full path of a program, searched on PATH and where daemons live; null if there is none. */
export function pathOfProgram(name: string, machine: Machine = thisMachine): string | null {
  const folders = (machine.environment["PATH"] ?? "").split(delimiter).filter((folder) => folder !== "");
  for (const folder of [...folders, ...extraFolders]) {
    try {
      accessSync(join(folder, name), constants.X_OK);
      return join(folder, name);
    } catch {
      // not in this folder
    }
  }
  return null;
}

/**
 * True if the program (or `root`) is here. If not: throws when `CI` is set, else says `not run: needs X` once.
 * Use as `test.runIf(needs("sshd"))`, or in the condition of a `describe`.
 */
export function needs(name: string, machine: Machine = thisMachine): boolean {
  const isHere = name === "root" ? machine.userId === 0 : pathOfProgram(name, machine) !== null;
  if (isHere) return true;
  if (!["", "0", "false", undefined].includes(machine.environment["CI"]))
    throw new Error(`a test needs ${name}, and with CI set nothing may be left out: install it in .ci/run`);
  if (!told.has(name)) machine.tell(`not run: needs ${name}`);
  told.add(name);
  return false;
}
