// Bytes of a .tlv, .sgn or .enc.sgn file in; its header and where its signature stands out.
import { isoTime } from "../base/clock.ts";
import { serialText } from "../base/serial.ts";
import type { UnknownField } from "./itl-record.ts";
import type { ListFile } from "./list-facts.ts";
import { fileUnreadable } from "./not-understood.ts";
import { readTlvField, tlvNumber, tlvText } from "./tlv-field.ts";
import type { TlvField } from "./tlv-field.ts";

/** The header as facts, and the signature field with its offsets in the file. */
export interface ItlHeader {
  readonly header: ListFile["header"];
  readonly signature: TlvField;
  readonly isEncrypted: boolean;
}

const what = "the header";
const paddingTag = 13;
const mostPadding = 3;

/** Which container a field must stand in; 0 is none. Some writers leave 26 and 27 outside of 16. */
const holders: Readonly<Record<number, readonly number[]>> = {
  1: [0],
  2: [0],
  3: [0],
  4: [3],
  5: [3],
  6: [3],
  7: [0],
  8: [7],
  9: [7],
  10: [9],
  11: [9],
  12: [0],
  14: [0],
  15: [0],
  16: [0],
  17: [16],
  18: [17],
  19: [17],
  20: [17],
  21: [16],
  22: [21],
  23: [21],
  24: [21],
  25: [21],
  26: [0, 16],
  27: [0, 16],
};
const containers = new Set([3, 7, 9, 16, 17, 21]);
/** Fields that have a place of their own in the facts; all others are kept as unknown. */
const named = new Set([1, 2, 4, 5, 6, 8, 10, 11, 12, 14, 15]);
const digests: Readonly<Record<number, string>> = { 1: "sha1", 2: "sha256", 3: "sha512" };

/** Throws file-unreadable where a length does not fit or version, length, signer or signature is absent. */
export function parseItlHeader(bytes: Buffer): ItlHeader {
  const fields = headerFields(bytes);
  const field = (tag: number): TlvField => {
    const found = fields.get(tag);
    if (found === undefined) throw fileUnreadable(what, `field ${tag} is absent`);
    return found;
  };
  const numberOf = (tag: number, size: 1 | 2 | 4) =>
    fields.has(tag) ? tlvNumber(field(tag), size, what) : null;
  const version = field(1);
  tlvNumber(version, 2, what);
  const digestCode = numberOf(8, 1);
  const timestamp = numberOf(15, 4);
  return {
    header: {
      version: `${version.value[0]}.${version.value[1]}`,
      headerLength: tlvNumber(field(2), 2, what),
      signer: { name: tlvText(field(4)), serial: serialText(field(5).value), issuerName: tlvText(field(6)) },
      digestCode,
      digest: digestCode === null ? "unknown" : (digests[digestCode] ?? `unknown (${digestCode})`),
      signatureAlgorithmCode: numberOf(10, 1),
      modulusCode: numberOf(11, 1),
      signatureBytes: field(12).value.length,
      filename: fields.has(14) ? tlvText(field(14)) : null,
      timestamp: timestamp === null ? null : isoTime(timestamp * 1000),
      unknownFields: [...fields.values()]
        .filter(({ tag }) => !named.has(tag) && !containers.has(tag))
        .map(unknownField),
    },
    signature: field(12),
    isEncrypted: fields.has(16),
  };
}

/** A field kept as it stood, value as joined lower-case hex. */
export function unknownField({ tag, value }: TlvField): UnknownField {
  return { tag, lengthBytes: value.length, value: value.toString("hex") };
}

/** Every field of the header, containers too, each inside the container that it belongs to. */
function headerFields(bytes: Buffer): ReadonlyMap<number, TlvField> {
  const fields = new Map<number, TlvField>();
  const open: { readonly tag: number; readonly end: number }[] = [];
  if (bytes[0] !== 1) throw fileUnreadable(what, "the file does not begin with a version", 0);
  let limit = bytes.length;
  let at = 0;
  while (at < limit) {
    while (open.at(-1)?.end === at) open.pop();
    const holder = open.at(-1);
    if (bytes[at] === paddingTag && holder === undefined) return paddingFills(bytes, at, limit, fields);
    const field = readTlvField(bytes, at, holder?.end ?? limit, what);
    const allowed = holders[field.tag];
    if (allowed !== undefined && !allowed.includes(holder?.tag ?? 0)) {
      throw fileUnreadable(what, `field ${field.tag} stands in the wrong place`, at);
    }
    if (fields.has(field.tag)) throw fileUnreadable(what, `field ${field.tag} comes twice`, at);
    fields.set(field.tag, field);
    if (field.tag === 2) {
      limit = tlvNumber(field, 2, what);
      if (limit > bytes.length || limit < field.end)
        throw fileUnreadable(what, "its length does not fit the file", at);
    }
    if (containers.has(field.tag)) open.push({ tag: field.tag, end: field.end });
    at = containers.has(field.tag) ? at + 3 : field.end;
  }
  while (open.at(-1)?.end === at) open.pop();
  return checkedEnd(fields, at, limit, open.length);
}

function paddingFills(bytes: Buffer, at: number, limit: number, fields: ReadonlyMap<number, TlvField>) {
  let end = at;
  while (end < limit && end - at < mostPadding && bytes[end] === paddingTag) end += 1;
  return checkedEnd(fields, end, limit, 0);
}

function checkedEnd(fields: ReadonlyMap<number, TlvField>, at: number, limit: number, openCount: number) {
  if (!fields.has(2) || at !== limit || openCount > 0) {
    throw fileUnreadable(what, "its fields do not end where its length says", at);
  }
  return fields;
}
