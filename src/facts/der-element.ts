// Bytes in DER in; one element and its children out.
import { fileUnreadable } from "./not-understood.ts";

/** One element; `content` is a view, `end` the offset of the first byte after it. */
export interface DerElement {
  readonly tag: number;
  readonly content: Buffer;
  readonly end: number;
}

/** The element at `at`; definite lengths and one-byte tags only, else file-unreadable. */
export function readDer(bytes: Buffer, at: number, what: string): DerElement {
  const broken = () => fileUnreadable(what, "it is not whole DER", at);
  const first = bytes[at + 1];
  const tag = bytes[at];
  if (tag === undefined || first === undefined || (tag & 0x1f) === 0x1f) throw broken();
  const lengthBytes = first < 0x80 ? 0 : first - 0x80;
  const start = at + 2 + lengthBytes;
  if ((first >= 0x80 && (lengthBytes === 0 || lengthBytes > 4)) || start > bytes.length) throw broken();
  const length = lengthBytes === 0 ? first : bytes.readUIntBE(at + 2, lengthBytes);
  if (start + length > bytes.length) throw broken();
  return { tag, content: bytes.subarray(start, start + length), end: start + length };
}

/** The first `most` elements that stand side by side in `content`. */
export function derChildren(content: Buffer, what: string, most: number): DerElement[] {
  const children: DerElement[] = [];
  for (let at = 0; at < content.length && children.length < most; ) {
    const child = readDer(content, at, what);
    children.push(child);
    at = child.end;
  }
  return children;
}

/** Content of an OBJECT IDENTIFIER as dotted numbers. */
export function derObjectId(content: Buffer): string {
  const arcs: number[] = [];
  let arc = 0;
  for (const byte of content) {
    arc = arc * 128 + (byte & 0x7f);
    if (byte < 0x80) {
      if (arcs.length === 0)
        arcs.push(Math.min(2, Math.floor(arc / 40)), arc - 40 * Math.min(2, Math.floor(arc / 40)));
      else arcs.push(arc);
      arc = 0;
    }
  }
  return arcs.join(".");
}
