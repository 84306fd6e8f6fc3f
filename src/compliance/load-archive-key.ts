// Bytes of an opened key file (of `open-key --out`, of the manual way, of `openssl enc -P`) → the archive key in it.
import { OperatorError } from "../base/errors.ts";
import type { ArchiveKey } from "./archive-key.ts";
import { fileText } from "./file-text.ts";
import { archiveKeyOf, parseKeyText } from "./key-text.ts";

/** Throws `file-unreadable` with `file` as its place; no message holds any part of a value. */
export function loadArchiveKey(bytes: Buffer, file: string): ArchiveKey {
  const text = fileText(bytes);
  const read = parseKeyText(text);
  if (read.kind === "key") return archiveKeyOf(file, read);
  const problem = read.kind === "wrong" ? read.problem : reasonForNone(text);
  throw new OperatorError("file-unreadable", `${file} holds no archive key: ${problem}`, {
    hint: "Open the downloaded key again with `itlctl compliance open-key`, and give the file that --out wrote",
    place: { file },
  });
}

function reasonForNone(text: string): string {
  const dense = text.replace(/\s/g, "");
  if (dense === "") return "it is empty";
  if (/[\u0000-\u0008\u000e-\u001f\ufffd]/.test(text))
    return "it is no text; `openssl pkeyutl` may write random bytes where the private key is another one";
  if (dense.includes("PRIVATEKEY-----")) return "it is the private key, which opens the downloaded key";
  if (dense.length >= 172 && /^[A-Za-z0-9+/]+=*$/.test(dense))
    return "it looks like the key as it was downloaded, which is still encrypted";
  return "it has no line `key =` and none `iv =`";
}
