// Chunks of a text file → the same text in UTF-8 without its byte order mark; which encoding it was.
import { openUtf16Reader, type Utf16Reader } from "./utf16-bytes.ts";

/** How a file writes its characters; `utf-8` stands for every encoding whose first 128 characters are those of ASCII. */
export type TextEncoding = "utf-8" | "utf-16le" | "utf-16be";

export interface TextReader {
  push(chunk: Buffer): Buffer;
  /** What was held back. */
  end(): Buffer;
  /** Known once `push` or `end` gave something. */
  encoding(): TextEncoding;
  hasMark(): boolean;
}

const nothing = Buffer.alloc(0);

/** UTF-16 is known by its mark, or without one by a zero beside each of its first two characters. */
export function openTextReader(): TextReader {
  let held: Buffer = nothing;
  let found: { encoding: TextEncoding; markBytes: number; utf16: Utf16Reader | null } | null = null;
  const begin = (bytes: Buffer) => {
    const [encoding, markBytes] = encodingOf(bytes);
    found = { encoding, markBytes, utf16: encoding === "utf-8" ? null : openUtf16Reader(encoding) };
    held = nothing;
    return pass(bytes.subarray(markBytes));
  };
  const pass = (bytes: Buffer) => found?.utf16?.push(bytes) ?? bytes;
  return {
    push(chunk) {
      if (found !== null) return pass(chunk);
      held = Buffer.concat([held, chunk]);
      return held.length < 4 ? nothing : begin(held);
    },
    end() {
      const rest = found === null ? begin(held) : nothing;
      return found?.utf16 ? Buffer.concat([rest, found.utf16.end()]) : rest;
    },
    encoding: () => found?.encoding ?? "utf-8",
    hasMark: () => (found?.markBytes ?? 0) > 0,
  };
}

function encodingOf(bytes: Buffer): [TextEncoding, number] {
  const [first, second, third, fourth] = bytes;
  if (first === 0xef && second === 0xbb && third === 0xbf) return ["utf-8", 3];
  if (first === 0xff && second === 0xfe) return ["utf-16le", 2];
  if (first === 0xfe && second === 0xff) return ["utf-16be", 2];
  if (first !== 0 && second === 0 && third !== 0 && fourth === 0) return ["utf-16le", 0];
  if (first === 0 && second !== 0 && third === 0 && fourth !== 0) return ["utf-16be", 0];
  return ["utf-8", 0];
}
