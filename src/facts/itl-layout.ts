// Bytes of a signed phone file in; its kind, header, records and the place of its signature out.
import { parseItlHeader } from "./itl-header.ts";
import type { ItlHeader } from "./itl-header.ts";
import { beginsLikeRecord, parseItlRecords } from "./itl-records.ts";
import type { ItlRecord } from "./itl-record.ts";
import type { ListKind } from "./list-facts.ts";
import { fileUnreadable } from "./not-understood.ts";

/** A file taken apart; `bytes` is a view of what was given. */
export interface ItlLayout extends ItlHeader {
  readonly bytes: Buffer;
  readonly kind: ListKind;
  readonly records: readonly ItlRecord[];
}

const maxListBytes = 1024 * 1024;
const maxFileBytes = 8 * maxListBytes;
const addressTag = 10;

/** Files up to 8 MiB, trust lists up to 1 MiB; everything that does not fit is file-unreadable. */
export function parseItlLayout(given: Uint8Array): ItlLayout {
  if (given.length > maxFileBytes) throw fileUnreadable("the file", "it is larger than 8 MiB");
  const bytes = Buffer.from(given.buffer, given.byteOffset, given.byteLength);
  const head = parseItlHeader(bytes);
  const kind = kindOf(bytes, head);
  const isList = kind === "itl" || kind === "ctl";
  if (isList && bytes.length > maxListBytes) throw fileUnreadable("the list", "it is larger than 1 MiB");
  const records = isList ? parseItlRecords(bytes, head.header.headerLength, head.header.signer) : [];
  return { ...head, bytes, kind, records };
}

/** By the name in the header; where that says nothing, by what the file holds. */
function kindOf(bytes: Buffer, { header, isEncrypted }: ItlHeader): ListKind {
  const name = (header.filename ?? "").toLowerCase();
  if (name.startsWith("itl") && name.endsWith(".tlv")) return "itl";
  if (name.startsWith("ctl") && name.endsWith(".tlv")) return "ctl";
  if (isEncrypted || name.endsWith(".enc.sgn")) return "encrypted-config";
  if (name.endsWith(".sgn") || !beginsLikeRecord(bytes, header.headerLength)) return "signed-file";
  return firstRecordHasAddress(bytes, header.headerLength) ? "ctl" : "itl";
}

function firstRecordHasAddress(bytes: Buffer, start: number): boolean {
  const end = start + bytes.readUInt16BE(start + 3);
  for (let at = start; at + 3 <= end; at += 3 + bytes.readUInt16BE(at + 1))
    if (bytes[at] === addressTag) return true;
  return false;
}
