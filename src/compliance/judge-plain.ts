// What a key made of a value → whether that is the text that was encrypted, and for which kind of column.
import { isUtf8 } from "node:buffer";
import { blockBytes } from "./key-opener.ts";

/** What a column holds. A JID has `@` or a dot, a packet begins with `<message`; of a text nothing more is known. */
export type Shape = "jid" | "packet" | "text";

/** `other-shape`: it is text, but not of that kind. `first-block`: all but the first 16 bytes is text, as another IV leaves it. */
export type PlainVerdict = "fits" | "other-shape" | "first-block" | "no-text";

/** Where the text ends that begins at `from`, by its PKCS#7 padding; -1 where that is none. */
export function endOfText(bytes: Uint8Array, from: number, to: number): number {
  const count = bytes[to - 1] ?? 0;
  if (count < 1 || count > blockBytes || to - count < from) return -1;
  for (let at = to - count; at < to; at += 1) if (bytes[at] !== count) return -1;
  return to - count;
}

/**
 * `bytes[from..end)` without padding. UTF-8 without the control characters that XML forbids: of random bytes with right
 * padding not one in ten thousand gets so far in 16 bytes, and none that is seen in longer ones.
 */
export function judgePlain(bytes: Buffer, from: number, end: number, shape: Shape): PlainVerdict {
  if (isText(bytes, from, end)) return hasShape(bytes, from, end, shape) ? "fits" : "other-shape";
  // A character may begin in the first block.
  let second = from + blockBytes;
  for (let skipped = 0; skipped < 3 && ((bytes[second] ?? 0) & 0xc0) === 0x80; skipped += 1) second += 1;
  return end - second >= blockBytes && isText(bytes, second, end) ? "first-block" : "no-text";
}

function isText(bytes: Buffer, from: number, end: number): boolean {
  let isAscii = true;
  for (let at = from; at < end; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte < 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d) return false;
    if (byte > 0x7f) isAscii = false;
  }
  return isAscii || isUtf8(bytes.subarray(from, end));
}

const packetStart = Buffer.from("<message");

function hasShape(bytes: Buffer, from: number, end: number, shape: Shape): boolean {
  if (shape === "text") return true;
  if (shape === "packet") return isPacket(bytes, from, end);
  return isJid(bytes, from, end);
}

/** `<message`, behind blanks at most. */
export function isPacket(bytes: Uint8Array, from: number, end: number): boolean {
  let at = from;
  while (at < end && (bytes[at] ?? 0) <= 0x20) at += 1;
  return end - at >= packetStart.length && packetStart.every((byte, index) => bytes[at + index] === byte);
}

/** `@` or a dot in it. */
export function isJid(bytes: Uint8Array, from: number, end: number): boolean {
  for (let at = from; at < end; at += 1) if (bytes[at] === 0x40 || bytes[at] === 0x2e) return true;
  return false;
}
