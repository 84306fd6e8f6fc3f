// Bytes of a .cnf.xml.sgn or .cnf.xml.enc.sgn file, or of plain XML, in; header and body apart out.
import { OperatorError } from "../base/errors.ts";
import { parseListFile } from "../facts/itl-file.ts";
import type { ListFile } from "../facts/list-facts.ts";
import { fileUnreadable } from "../facts/not-understood.ts";

/** `body` is a view of what was given: XML where `signed` or `unsigned`, ciphertext where `encrypted`. */
export type ConfigFile =
  | {
      readonly kind: "signed" | "encrypted";
      readonly list: ListFile;
      readonly bytes: Buffer;
      readonly body: Buffer;
    }
  | { readonly kind: "unsigned"; readonly list: null; readonly bytes: Buffer; readonly body: Buffer };

const versionTag = 1;

/** The body is not looked at. Throws file-unreadable, also for an ITL or CTL. */
export function parseConfigFile(given: Uint8Array): ConfigFile {
  const bytes = Buffer.from(given.buffer, given.byteOffset, given.byteLength);
  if (bytes[0] !== versionTag) {
    if (looksLikeXml(bytes)) return { kind: "unsigned", list: null, bytes, body: bytes };
    throw fileUnreadable("the file", "it is neither a signed file nor XML");
  }
  const list = parseListFile(bytes);
  if (list.kind === "itl" || list.kind === "ctl") {
    throw new OperatorError("file-unreadable", "the file is a trust list, not a phone's configuration", {
      hint: "Read it with `itlctl itl show`.",
    });
  }
  const body = bytes.subarray(list.header.headerLength);
  return { kind: list.kind === "encrypted-config" ? "encrypted" : "signed", list, bytes, body };
}

function looksLikeXml(bytes: Buffer): boolean {
  return /^(?:\u00ef\u00bb\u00bf)?\s*</.test(bytes.subarray(0, 1024).toString("latin1"));
}
