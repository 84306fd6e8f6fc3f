// A folder and the two texts of a pair → both files in it, or none.
import { existsSync, mkdirSync, rmdirSync, rmSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { messageOf, OperatorError } from "../base/errors.ts";
import type { KeyPairFiles } from "../compliance/key-pair.ts";
import { refuseIfThere, writeNewFile } from "./write-new-file.ts";

const namesIn = (folder: string) => ({
  privateKey: join(folder, "private_key.pem"),
  publicKey: join(folder, "public_key.pem"),
});

/** Throws `usage` where either file is there: told before a passphrase is asked for. */
export function refuseKnownPair(folder: string): void {
  const hint = "Name another folder with --out: what was downloaded with the older pair needs it";
  for (const file of Object.values(namesIn(folder))) refuseIfThere(file, hint);
}

/** Makes the folder (mode 0700) where it is missing. The private key is written first; what fails leaves neither file nor folder behind. */
export function writePair(
  folder: string,
  pair: KeyPairFiles,
): { readonly privateKey: string; readonly publicKey: string } {
  const made = makeFolder(folder);
  const { privateKey, publicKey } = namesIn(folder);
  const written: string[] = [];
  try {
    writeNewFile(privateKey, pair.privatePem);
    written.push(privateKey);
    writeNewFile(publicKey, pair.publicPem, 0o644);
    return { privateKey, publicKey };
  } catch (error) {
    for (const file of written) rmSync(file, { force: true });
    if (made !== null) removeFolders(folder, made);
    throw error;
  }
}

/** The first folder that had to be made; null where all were there. */
function makeFolder(folder: string): string | null {
  try {
    const made = mkdirSync(folder, { recursive: true, mode: 0o700 }) ?? null;
    const { mode } = statSync(folder);
    if ((mode & 0o002) !== 0 && (mode & 0o1000) === 0) {
      throw new OperatorError("state-not-writable", `everybody may write in ${folder}`, {
        hint: `Take that right away: chmod o-w ${folder}`,
        place: { file: folder },
      });
    }
    return made;
  } catch (error) {
    throw error instanceof OperatorError ? error : unwritable(folder, error);
  }
}

function removeFolders(folder: string, first: string): void {
  try {
    for (let path = folder; path.startsWith(first); path = dirname(path)) {
      if (existsSync(path)) rmdirSync(path);
    }
  } catch {
    // Somebody else has put something into it meanwhile: it stays.
  }
}

function unwritable(folder: string, error: unknown): OperatorError {
  return new OperatorError("state-not-writable", `cannot write into ${folder}: ${messageOf(error)}`, {
    hint: "Name a folder with --out that you may write to, with room on its disk",
    place: { file: folder },
    cause: error,
  });
}
