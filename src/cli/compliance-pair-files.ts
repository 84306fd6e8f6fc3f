// A folder and the two texts of a pair → both files in it, or none.
import { existsSync, rmdirSync, rmSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { OperatorError } from "../base/errors.ts";
import type { KeyPairFiles } from "../compliance/key-pair.ts";
import { makeOutFolder } from "./make-out-folder.ts";
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
  const { privateKey, publicKey } = namesIn(folder);
  const missing = foldersMissing(folder);
  const written: string[] = [];
  try {
    makeFolder(folder);
    writeNewFile(privateKey, pair.privatePem);
    written.push(privateKey);
    writeNewFile(publicKey, pair.publicPem, 0o644);
    return { privateKey, publicKey };
  } catch (error) {
    for (const file of written) rmSync(file, { force: true });
    removeFolders(missing);
    throw error;
  }
}

/** The folder and those above it that are not there yet, deepest first. */
function foldersMissing(folder: string): readonly string[] {
  const missing: string[] = [];
  for (let path = folder; !existsSync(path) && path !== dirname(path); path = dirname(path))
    missing.push(path);
  return missing;
}

function makeFolder(folder: string): void {
  makeOutFolder(folder, "--out");
  const { mode } = statSync(folder);
  if ((mode & 0o002) !== 0 && (mode & 0o1000) === 0) {
    throw new OperatorError("state-not-writable", `everybody may write in ${folder}`, {
      hint: `Take that right away: chmod o-w ${folder}`,
      place: { file: folder },
    });
  }
}

/** Those that were made before the trouble came. */
function removeFolders(deepestFirst: readonly string[]): void {
  try {
    for (const path of deepestFirst) if (existsSync(path)) rmdirSync(path);
  } catch {
    // Somebody else has put something into it meanwhile: it stays.
  }
}
