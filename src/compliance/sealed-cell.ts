// One cell of a column that may be encrypted → what it looks like before any key is tried.
import { base64Trouble, decodeBase64 } from "./base64-bytes.ts";
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

/** Looks at `bytes[from..to)`, the raw cell, and decodes it to `target[at..]`; `length` counts only where it is `sealed`. */
export function lookAtCell(
  bytes: Buffer,
  [rawFrom, rawTo]: readonly [number, number],
  shape: Shape,
  target: Uint8Array,
  at: number,
): { readonly look: CellLook; readonly length: number } {
  const [from, to] = insideOf(bytes, rawFrom, rawTo);
  const characters = to - from;
  if (characters === 0 || isNull(bytes, from, to)) return { look: "empty", length: 0 };
  const length = decodeBase64(bytes, [from, to], target, at);
  if (length > 0 && length % blockBytes === 0) return { look: "sealed", length };
  if (length !== base64Trouble.alphabet)
    return { look: characters >= (shape === "text" ? shortest : shortestCut) ? "cut" : "word", length };
  return { look: isSpoiled(bytes, from, to, shape) ? "spoiled" : "plain", length };
}

/** Blanks around a value, as columns of a fixed width have them, are no part of it, and quotes are not. */
function insideOf(bytes: Uint8Array, rawFrom: number, rawTo: number): [number, number] {
  let [from, to] = [rawFrom, rawTo];
  if (bytes[from] === quote && to - from >= 2) {
    from += 1;
    if (bytes[to - 1] === quote) to -= 1;
  }
  while (from < to && bytes[from] === 0x20) from += 1;
  while (to > from && bytes[to - 1] === 0x20) to -= 1;
  return [from, to];
}

/** Long, without a blank, and nothing of what its kind of text has. */
function isSpoiled(bytes: Uint8Array, from: number, to: number, shape: Shape): boolean {
  if (to - from < shortest) return false;
  if (shape === "jid" && isJid(bytes, from, to)) return false;
  if (shape === "packet" && isPacket(bytes, from, to)) return false;
  for (let at = from; at < to; at += 1) if ((bytes[at] ?? 0) <= 0x20) return false;
  return true;
}
