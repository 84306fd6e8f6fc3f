// Base64 as bytes of text → the bytes it stands for, strictly, into a buffer that is there already.

/** Why a range is no Base64: a character of another alphabet (or padding inside), or a length that no Base64 has. */
export const base64Trouble = { alphabet: -1, length: -2 } as const;

const other = 64;
const padding = 65;
const lineBreak = 66;
const equals = 0x3d;
const values = valuesOfBytes();

/**
 * Decodes `source[from..to)` to `target[at..]`, which must have room for three quarters of it, and gives how many bytes
 * that were, or a negative `base64Trouble`. Padding must be there and its spare bits zero; line breaks are skipped.
 */
export function decodeBase64(
  source: Uint8Array,
  [from, to]: readonly [number, number],
  target: Uint8Array,
  at: number,
): number {
  let written = at;
  let bits = 0;
  let count = 0;
  let position = from;
  for (; position < to; position += 1) {
    const value = values[source[position] ?? 0] ?? other;
    if (value < other) {
      bits = (bits << 6) | value;
      count += 1;
      if (count === 4) {
        target[written] = bits >> 16;
        target[written + 1] = bits >> 8;
        target[written + 2] = bits;
        written += 3;
        bits = 0;
        count = 0;
      }
    } else if (value === padding) break;
    else if (value === other) return base64Trouble.alphabet;
  }
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
    else if (values[byte] !== lineBreak) return -1;
  }
  return pads;
}

function valuesOfBytes(): Uint8Array {
  const table = new Uint8Array(256).fill(other);
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (let value = 0; value < alphabet.length; value += 1) table[alphabet.charCodeAt(value)] = value;
  table[equals] = padding;
  table[0x0a] = lineBreak;
  table[0x0d] = lineBreak;
  return table;
}
