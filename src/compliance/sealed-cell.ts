// One cell of a column that may be encrypted → what it looks like before any key is tried.
import { base64Trouble, decodeBase64, isBase64Byte } from "./base64-bytes.ts";
import { quote } from "./csv-rows.ts";
import { isNull } from "./csv-output.ts";
import { isJid, isPacket, type Shape } from "./judge-plain.ts";
import { blockBytes } from "./key-opener.ts";

/** What a cell looks like. `sealed`: Base64 of whole blocks. `cut`, `spoiled`: might have been that once. `word`: Base64 too, but so are words. */
export type CellLook = "empty" | "plain" | "sealed" | "cut" | "spoiled" | "word";

/** The shortest encrypted value is one block. */
const shortest = 24;
/** Some characters of it may be lost. */
const shortestCut = 22;

/** How many bytes the last cell that looked `sealed` was decoded to. */
export interface SealedLength {
  bytes: number;
}

/** Looks at the raw cell `bytes[rawFrom..rawTo)`; one that is `sealed` is decoded to `target[at..]`, and `length` told. */
export function lookAtCell(
  bytes: Buffer,
  rawFrom: number,
  rawTo: number,
  shape: Shape,
  target: Uint8Array,
  at: number,
  length: SealedLength,
): CellLook {
  let from = rawFrom;
  let to = rawTo;
  if (bytes[from] === quote && to - from >= 2) {
    from += 1;
    if (bytes[to - 1] === quote) to -= 1;
  }
  // Columns of a fixed width end in blanks.
  while (from < to && bytes[from] === 0x20) from += 1;
  while (to > from && bytes[to - 1] === 0x20) to -= 1;
  if (from === to || isNull(bytes, from, to)) return "empty";
  const decoded = decodeBase64(bytes, from, to, target, at);
  length.bytes = decoded;
  if (decoded > 0 && decoded % blockBytes === 0) return "sealed";
  if (decoded === base64Trouble.alphabet) return isSpoiled(bytes, from, to, shape) ? "spoiled" : "plain";
  return to - from >= (shape === "text" ? shortest : shortestCut) ? "cut" : "word";
}

/** Long, nothing of what its kind of text has, and without a blank or Base64 but for one character in twenty. */
function isSpoiled(bytes: Uint8Array, from: number, to: number, shape: Shape): boolean {
  if (to - from < shortest) return false;
  if (shape === "jid" && isJid(bytes, from, to)) return false;
  if (shape === "packet" && isPacket(bytes, from, to)) return false;
  let hasBlanks = false;
  let odd = 0;
  for (let at = from; at < to; at += 1) {
    hasBlanks ||= (bytes[at] ?? 0) <= 0x20;
    if (!isBase64Byte(bytes[at])) odd += 1;
    if (hasBlanks && odd * 20 > to - from) return false;
  }
  return true;
}
