// Bytes of a phone file in; its tag-length-value fields, never past their bounds, out.
import { fileUnreadable } from "./not-understood.ts";

/** One field; `start` is the offset of its tag, `end` the first byte after its value. */
export interface TlvField {
  readonly tag: number;
  readonly start: number;
  readonly end: number;
  readonly value: Buffer;
}

/** The field at `at`, its value a view; throws file-unreadable where it would pass `limit`. */
export function readTlvField(bytes: Buffer, at: number, limit: number, what: string): TlvField {
  if (at + 3 > limit) throw fileUnreadable(what, "it ends inside a field", at);
  const tag = bytes.readUInt8(at);
  const end = at + 3 + bytes.readUInt16BE(at + 1);
  if (end > limit) throw fileUnreadable(what, `field ${tag} is longer than what holds it`, at);
  return { tag, start: at, end, value: bytes.subarray(at + 3, end) };
}

/** Unsigned big-endian number of exactly `size` bytes (1, 2 or 4). */
export function tlvNumber(field: TlvField, size: 1 | 2 | 4, what: string): number {
  if (field.value.length !== size) {
    throw fileUnreadable(
      what,
      `field ${field.tag} has ${field.value.length} bytes instead of ${size}`,
      field.start,
    );
  }
  return field.value.readUIntBE(0, size);
}

/** Text without its closing NULs; UTF-8, or Latin-1 where it is not valid UTF-8. */
export function tlvText(field: TlvField): string {
  let end = field.value.length;
  while (end > 0 && field.value[end - 1] === 0) end -= 1;
  const bytes = field.value.subarray(0, end);
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return bytes.toString("latin1");
  }
}
