// The bytes of one value (Base64, hex, or as they are) and keys → its text and which key opened it, or why none did.
import type { ArchiveKey } from "./archive-key.ts";
import { base64Trouble, decodeBase64 } from "./base64-bytes.ts";
import { fileText } from "./file-text.ts";
import { endOfText, judgePlain } from "./judge-plain.ts";
import { blockBytes, openKeyOpener } from "./key-opener.ts";

/** `damaged`: no key could have opened it. `wrong-iv`: the key fits from the second block on, so its file has another IV. */
export type OpenedValue =
  | { readonly kind: "opened"; readonly text: string; readonly key: ArchiveKey }
  | { readonly kind: "damaged"; readonly reason: string }
  | { readonly kind: "plain"; readonly reason: string }
  | { readonly kind: "wrong-iv"; readonly key: ArchiveKey }
  | { readonly kind: "no-key" };

/**
 * Of which column the value is, is not known here: proof of the key is right padding and text without control
 * characters, which for the shortest value one wrong key in twenty million gives by chance.
 */
export function openValue(bytes: Buffer, keys: readonly ArchiveKey[]): OpenedValue {
  const forms = formsOf(bytes);
  if (!Array.isArray(forms)) return forms;
  let nearly: ArchiveKey | null = null;
  for (const key of keys) {
    const opener = openKeyOpener(key);
    for (const value of forms) {
      const room = Buffer.concat([Buffer.alloc(blockBytes), value]);
      const opened = opener.decrypt(room, [0]);
      const end = endOfText(opened, blockBytes, opened.length);
      if (end < 0) continue;
      const verdict = judgePlain(opened, blockBytes, end, "text");
      if (verdict === "fits") return { kind: "opened", text: opened.toString("utf8", blockBytes, end), key };
      if (verdict === "first-block") nearly = key;
    }
  }
  return nearly === null ? { kind: "no-key" } : { kind: "wrong-iv", key: nearly };
}

type NoForm = Extract<OpenedValue, { kind: "damaged" | "plain" }>;

/** Hex digits are Base64 too: each reading that gives whole blocks is tried. */
function formsOf(bytes: Buffer): Buffer[] | NoForm {
  const text = fileText(bytes).trim();
  if (text === "") return { kind: "damaged", reason: "it is empty" };
  if (/^[\t\n\r\x20-\x7e]*$/.test(text)) return formsOfText(text);
  if (bytes.length % blockBytes === 0) return [bytes];
  return { kind: "damaged", reason: `it has ${bytes.length} bytes, which are no whole blocks of 16` };
}

function formsOfText(text: string): Buffer[] | NoForm {
  const dense = text.replace(/\s+/g, "");
  const hex = /^(?:0x)?((?:[0-9a-f]{2})+)$/i.exec(dense)?.[1];
  const forms = hex === undefined || hex.length % (2 * blockBytes) !== 0 ? [] : [Buffer.from(hex, "hex")];
  const source = Buffer.from(dense, "latin1");
  const target = Buffer.alloc(source.length);
  const length = decodeBase64(source, 0, source.length, target, 0);
  if (length > 0 && length % blockBytes === 0) forms.push(target.subarray(0, length));
  if (forms.length > 0) return forms;
  if (text.startsWith("<") || /[^A-Za-z0-9+/=\s]/.test(text))
    return isMostlyBase64(dense)
      ? { kind: "damaged", reason: "a character stands in it that Base64 does not have" }
      : { kind: "plain", reason: "it is text already, neither Base64 nor hex" };
  if (/=[^=]/.test(dense))
    return {
      kind: "damaged",
      reason: "Base64 ends inside it: it holds more than one value, or two were joined",
    };
  return { kind: "damaged", reason: cutReason(dense.length, length) };
}

/** Why Base64 of `characters` characters that gave `bytes` (negative: could not be decoded) is no value. */
function cutReason(characters: number, bytes: number): string {
  if (characters % 4 !== 0)
    return `its Base64 has ${characters} characters, which is no multiple of 4: it was cut`;
  if (bytes === base64Trouble.alphabet || bytes === base64Trouble.length)
    return "its Base64 has a wrong end: it was cut or changed";
  return `it has ${bytes} bytes, which are no whole blocks of 16: it was cut`;
}

function isMostlyBase64(dense: string): boolean {
  const odd = dense.replace(/[A-Za-z0-9+/=]/g, "").length;
  return dense.length >= 24 && odd * 20 < dense.length && !/[@<.]/.test(dense);
}
