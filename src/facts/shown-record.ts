// The rows printed for one record in; the record out, with what could not be read kept as unknown fields.
import { normalSerial } from "../base/serial.ts";
import { functionNames } from "./itl-record.ts";
import type { ItlRecord, UnknownField } from "./itl-record.ts";
import type { ShownRow } from "./shown-row.ts";

const names: Readonly<Record<number, string>> = {
  1: "RECORDLENGTH",
  2: "DNSNAME",
  3: "SUBJECTNAME",
  4: "FUNCTION",
  5: "ISSUERNAME",
  6: "SERIALNUMBER",
  7: "PUBLICKEY",
  8: "SIGNATURE",
  9: "CERTIFICATE",
  10: "IPADDRESS",
  11: "CERTHASH",
  12: "HASHALGORITHM",
};

/** Rows may come in any order; the first of a kind wins. `lengthBytes` is 0 where it was not printed. */
export function shownRecord(index: number, rows: readonly ShownRow[], isSigner: boolean | null): ItlRecord {
  const known = new Map<number, ShownRow>();
  const unknownFields: UnknownField[] = [];
  const keep = (row: ShownRow) =>
    unknownFields.push({ tag: row.tag, lengthBytes: row.length, value: row.value });
  for (const row of rows) {
    if (names[row.tag] !== row.name || known.has(row.tag)) keep(row);
    else known.set(row.tag, row);
  }
  const read = <T>(tag: number, reading: (value: string) => T | null): T | null => {
    const row = known.get(tag);
    if (row === undefined) return null;
    const value = reading(row.value);
    if (value === null && row.value !== "") keep(row);
    return value;
  };
  const functionName = read(4, filled) ?? "unknown";
  return {
    index,
    lengthBytes: read(1, (value) => (/^\d{1,9}$/.test(value) ? Number(value) : null)) ?? 0,
    functionCode: functionCodeOf(functionName),
    functionName,
    dnsName: read(2, (value) => value),
    subjectName: read(3, filled),
    issuerName: read(5, filled),
    serial: read(6, normalSerial),
    publicKeyBytes: known.get(7)?.length ?? null,
    publicKey: null,
    certificate: null,
    certificateSha1: read(9, sha1Text),
    certHash: read(11, hexText),
    hashAlgorithm: read(12, filled),
    ipAddress: read(10, filled),
    isSigner,
    unknownFields,
  };
}

function functionCodeOf(name: string): number | null {
  for (const [code, known] of Object.entries(functionNames)) if (known === name) return Number(code);
  const unknown = /^unknown \((\d{1,5})\)$/i.exec(name);
  return unknown ? Number(unknown[1]) : null;
}

function filled(value: string): string | null {
  return value === "" ? null : value;
}

/** Pairs of hex digits apart by blanks or colons, or joined; a remark in brackets may follow. */
function hexText(value: string): string | null {
  const hex = (value.split("(", 1)[0] ?? "").replace(/[\s:]/g, "").toUpperCase();
  if (hex.length % 2 !== 0 || !/^[0-9A-F]{2,1024}$/.test(hex)) return null;
  return hex.replace(/..(?=.)/g, "$&:");
}

function sha1Text(value: string): string | null {
  const hash = hexText(value);
  const remark = value.split("(", 2)[1];
  const isSha1 = remark === undefined || /^SHA-?1\b/i.test(remark);
  return hash !== null && hash.length === 59 && isSha1 ? hash : null;
}
