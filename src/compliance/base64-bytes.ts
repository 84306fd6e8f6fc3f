// Base64 as bytes of text → the bytes it stands for, strictly, into a buffer that is there already.

/** Why a range is no Base64: a character of another alphabet (or padding inside), or a length that no Base64 has. */
export const base64Trouble = { alphabet: -1, length: -2 } as const;

const equals = 0x3d;
const lineFeed = 0x0a;
const carriageReturn = 0x0d;
/** Six bits for each byte of the alphabet, -1 for all others. */
const sextets = sextetsOfBytes();

/**
 * Decodes `source[from..to)` to `target[at..]`, which must have room for three quarters of it, and gives how many bytes
 * that were, or a negative `base64Trouble`. Padding must be there and its spare bits zero; line breaks are skipped.
 */
export function decodeBase64(
  source: Uint8Array,
  from: number,
  to: number,
  target: Uint8Array,
  at: number,
): number {
  let position = from;
  let written = at;
  for (;;) {
    // Four characters at once, as long as all are of the alphabet.
    for (; position + 4 <= to; position += 4) {
      const bits =
        (sextetAt(source, position) << 18) |
        (sextetAt(source, position + 1) << 12) |
        (sextetAt(source, position + 2) << 6) |
        sextetAt(source, position + 3);
      if (bits < 0) break;
      target[written] = bits >> 16;
      target[written + 1] = bits >> 8;
      target[written + 2] = bits;
      written += 3;
    }
    let bits = 0;
    let count = 0;
    for (; position < to && count < 4; position += 1) {
      const sextet = sextetAt(source, position);
      if (sextet >= 0) {
        bits = (bits << 6) | sextet;
        count += 1;
      } else if (!isLineBreak(source[position])) break;
    }
    if (count < 4) return endOf(source, position, to, target, written, bits, count, at);
    target[written] = bits >> 16;
    target[written + 1] = bits >> 8;
    target[written + 2] = bits;
    written += 3;
  }
}

function sextetAt(source: Uint8Array, position: number): number {
  return sextets[source[position] ?? 0] ?? -1;
}

/** A character of the alphabet; `=` is none. */
export function isBase64Byte(byte: number | undefined): boolean {
  return (sextets[byte ?? 0] ?? -1) >= 0;
}

function isLineBreak(byte: number | undefined): boolean {
  return byte === lineFeed || byte === carriageReturn;
}

/** The last `count` characters, of which `bits` are; behind them only padding may stand. */
function endOf(
  source: Uint8Array,
  position: number,
  to: number,
  target: Uint8Array,
  written: number,
  bits: number,
  count: number,
  at: number,
): number {
  const pads = padsAtEnd(source, position, to);
  if (pads < 0) return base64Trouble.alphabet;
  if (count === 0) return pads === 0 ? written - at : base64Trouble.length;
  if (count + pads !== 4 || count === 1) return base64Trouble.length;
  if ((bits & (count === 2 ? 0xf : 0x3)) !== 0) return base64Trouble.alphabet;
  target[written] = count === 2 ? bits >> 4 : bits >> 10;
  if (count === 3) target[written + 1] = bits >> 2;
  return written + count - 1 - at;
}

/** How many `=` stand there to the end; -1 where anything else does. */
function padsAtEnd(source: Uint8Array, from: number, to: number): number {
  let pads = 0;
  for (let position = from; position < to; position += 1) {
    const byte = source[position] ?? 0;
    if (byte === equals) pads += 1;
    else if (!isLineBreak(byte)) return -1;
  }
  return pads;
}

function sextetsOfBytes(): Int8Array {
  const table = new Int8Array(256).fill(-1);
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (let value = 0; value < alphabet.length; value += 1) table[alphabet.charCodeAt(value)] = value;
  return table;
}
