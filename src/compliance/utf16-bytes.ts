// UTF-16 in chunks of bytes ↔ UTF-8, without loss: half a surrogate pair, as a cut column ends with, comes back as it was.
import { OperatorError } from "../base/errors.ts";

/** Chunks may end anywhere. `end` gives what half a character at the very end makes; it throws `file-unreadable` at an odd byte. */
export interface Utf16Reader {
  push(chunk: Buffer): Buffer;
  end(): Buffer;
}

/** To UTF-8; a lone surrogate becomes three bytes that UTF-8 itself does not have. */
export function openUtf16Reader(encoding: "utf-16le" | "utf-16be"): Utf16Reader {
  const isLittle = encoding === "utf-16le";
  let oddByte = -1;
  let high = 0;
  return {
    push(chunk) {
      const out = Buffer.allocUnsafe(Math.ceil(chunk.length / 2 + 1) * 3 + 3);
      let at = 0;
      let index = 0;
      while (index < chunk.length) {
        if (oddByte < 0 && index + 1 >= chunk.length) {
          oddByte = chunk[index] ?? 0;
          break;
        }
        const first = oddByte < 0 ? (chunk[index] ?? 0) : oddByte;
        const second = chunk[oddByte < 0 ? index + 1 : index] ?? 0;
        index += oddByte < 0 ? 2 : 1;
        oddByte = -1;
        const unit = isLittle ? first | (second << 8) : (first << 8) | second;
        if (high !== 0) {
          if ((unit & 0xfc00) === 0xdc00) {
            at = writePair(out, at, 0x10000 + ((high & 0x3ff) << 10) + (unit & 0x3ff));
            high = 0;
            continue;
          }
          at = writeUnit(out, at, high);
          high = 0;
        }
        if ((unit & 0xfc00) === 0xd800) high = unit;
        else at = writeUnit(out, at, unit);
      }
      return out.subarray(0, at);
    },
    end() {
      if (oddByte >= 0)
        throw new OperatorError(
          "file-unreadable",
          "the file is UTF-16 with an odd number of bytes: it was cut",
          {
            hint: "Export it again, or copy it again from where it lies whole",
          },
        );
      const out = Buffer.alloc(3);
      return high === 0 ? out.subarray(0, 0) : out.subarray(0, writeUnit(out, 0, high));
    },
  };
}

function writeUnit(out: Uint8Array, at: number, unit: number): number {
  if (unit < 0x80) {
    out[at] = unit;
    return at + 1;
  }
  if (unit < 0x800) {
    out[at] = 0xc0 | (unit >> 6);
    out[at + 1] = 0x80 | (unit & 0x3f);
    return at + 2;
  }
  out[at] = 0xe0 | (unit >> 12);
  out[at + 1] = 0x80 | ((unit >> 6) & 0x3f);
  out[at + 2] = 0x80 | (unit & 0x3f);
  return at + 3;
}

function writePair(out: Uint8Array, at: number, point: number): number {
  out[at] = 0xf0 | (point >> 18);
  out[at + 1] = 0x80 | ((point >> 12) & 0x3f);
  out[at + 2] = 0x80 | ((point >> 6) & 0x3f);
  out[at + 3] = 0x80 | (point & 0x3f);
  return at + 4;
}

/** Whole characters of `openUtf16Reader`, or of valid UTF-8, back to UTF-16. */
export function toUtf16(bytes: Uint8Array, encoding: "utf-16le" | "utf-16be"): Buffer {
  const out = Buffer.allocUnsafe(bytes.length * 2);
  const isLittle = encoding === "utf-16le";
  let at = 0;
  const write = (unit: number) => {
    out[at] = isLittle ? unit & 0xff : unit >> 8;
    out[at + 1] = isLittle ? unit >> 8 : unit & 0xff;
    at += 2;
  };
  const rest = (index: number) => (bytes[index] ?? 0) & 0x3f;
  for (let index = 0; index < bytes.length; ) {
    const byte = bytes[index] ?? 0;
    if (byte < 0x80) {
      write(byte);
      index += 1;
    } else if (byte < 0xe0) {
      write(((byte & 0x1f) << 6) | rest(index + 1));
      index += 2;
    } else if (byte < 0xf0) {
      write(((byte & 0xf) << 12) | (rest(index + 1) << 6) | rest(index + 2));
      index += 3;
    } else {
      const point =
        (((byte & 7) << 18) | (rest(index + 1) << 12) | (rest(index + 2) << 6) | rest(index + 3)) - 0x10000;
      write(0xd800 | (point >> 10));
      write(0xdc00 | (point & 0x3ff));
      index += 4;
    }
  }
  return out.subarray(0, at);
}
