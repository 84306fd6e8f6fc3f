// Bytes of a file that people and editors have touched → its text, whatever byte order mark it carries.

/** UTF-8, or UTF-16 where a byte order mark says so; the mark is taken off. Bytes that are no text become replacement characters. */
export function fileText(bytes: Uint8Array): string {
  const [first, second] = bytes;
  const encoding =
    first === 0xff && second === 0xfe ? "utf-16le" : first === 0xfe && second === 0xff ? "utf-16be" : "utf-8";
  return new TextDecoder(encoding).decode(bytes);
}
