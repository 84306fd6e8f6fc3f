// The bytes of a list file in, the text of `show itl` or `show ctl` out (shapes: transcripts tac-03, tac-04, ext-29, ext-05).
import { createHash } from "node:crypto";
import {
  isListSignedBy,
  isSignerRecord,
  keyOf,
  type ReadField,
  type ReadList,
  type ReadRecord,
  readList,
  textOf,
} from "./list-bytes.ts";

export interface ShowListOptions {
  readonly kind: "ITL" | "CTL";
  /** As the platform prints it: `Wed Feb 26 10:24:27 PST 2014`. */
  readonly lastModified: string;
  /** True: columns are parted by TABs as on the wire; false: expanded to 8 columns. */
  readonly hasTabs: boolean;
  /** Printed where the signature does not verify; unknown on the real platform. */
  readonly notVerified: string;
  /** Asked where no record of the file is its signer. */
  readonly verifiesElsewhere?: (list: ReadList) => boolean;
}

const headerNames = new Map([
  [3, "SIGNERID"],
  [4, "SIGNERNAME"],
  [5, "SERIALNUMBER"],
  [6, "CANAME"],
  [7, "SIGNATUREINFO"],
  [8, "DIGESTALGORTITHM"],
  [9, "SIGNATUREALGOINFO"],
  [10, "SIGNATUREALGORTITHM"],
  [11, "SIGNATUREMODULUS"],
  [12, "SIGNATURE"],
  [14, "FILENAME"],
  [15, "TIMESTAMP"],
]);

const recordNames = new Map([
  [1, "RECORDLENGTH"],
  [2, "DNSNAME"],
  [3, "SUBJECTNAME"],
  [4, "FUNCTION"],
  [5, "ISSUERNAME"],
  [6, "SERIALNUMBER"],
  [7, "PUBLICKEY"],
  [8, "SIGNATURE"],
  [9, "CERTIFICATE"],
  [10, "IPADDRESS"],
  [11, "CERTHASH"],
  [12, "HASH ALGORITHM"],
]);

const functionNames = new Map([
  [0, "System Administrator Security Token"],
  [1, "CCM"],
  [2, "CCM+TFTP"],
  [3, "TFTP"],
  [4, "CAPF"],
  [21, "TVS"],
]);

const hashNames = new Map([
  [1, "SHA-1"],
  [2, "SHA-256"],
  [3, "SHA-512"],
]);

const columns = ["BYTEPOS\tTAG\t\tLENGTH\tVALUE", "-------\t---\t\t------\t-----"];

/** The whole answer, lines joined by `\n`, without the command line and the prompt. */
export function renderShowList(file: Buffer, options: ShowListOptions): string {
  const { kind } = options;
  const lines = [
    `The checksum value of the ${kind} file:`,
    `${createHash("md5").update(file).digest("hex")}(MD5)`,
    `${createHash("sha1").update(file).digest("hex")}(SHA1)`,
    ...(kind === "ITL" ? ["", ""] : [""]),
    `Length of ${kind} file: ${file.length}`,
    `The ${kind} File was last modified on ${options.lastModified}`,
    "",
    `\tParse ${kind} File`,
    "\t----------------",
    "",
  ];
  let list: ReadList;
  try {
    list = readList(file);
  } catch {
    lines.push(`Error parsing the ${kind} File.`);
    return tabbed(lines, options.hasTabs);
  }
  lines.push(`Version:\t${list.version}`, `HeaderLength:\t${list.headerLength} (BYTES)`, "", ...columns);
  for (const field of list.fields) lines.push(...headerLines(field));
  lines.push("");
  for (const [index, record] of list.records.entries())
    lines.push(...recordLines(list, record, index, kind), "");
  lines.push(isVerified(list, options) ? `The ${kind} file was verified successfully.` : options.notVerified);
  return tabbed(lines, options.hasTabs);
}

function isVerified(list: ReadList, options: ShowListOptions): boolean {
  const signers = list.records.filter((record) => record.functionCode === 0 && isSignerRecord(record, list));
  if (signers.length === 0) return options.verifiesElsewhere?.(list) ?? false;
  return signers.some((record) => {
    const key = keyOf(record);
    return key !== null && isListSignedBy(list, key);
  });
}

function headerLines({ tag, length, value }: ReadField): string[] {
  const name = headerNames.get(tag);
  if (name === undefined) return tag === 1 || tag === 2 ? [] : [row(tag, `UNKNOWN${tag}`, length, "")];
  if (tag === 3 || tag === 7 || tag === 9) return [row(tag, name, 2, String(length))];
  if (tag === 4 || tag === 6) return [row(tag, name, length, textOf(value))];
  if (tag === 5) return [row(tag, name, length, pairs(value, ":"))];
  if (tag === 12) return [row(tag, name, length, ""), ...signatureRows(value)];
  return [row(tag, name, length, "")];
}

/** Eight bytes a row, hex without leading zeros, four columns each. */
function signatureRows(signature: Buffer): string[] {
  const rows: string[] = [];
  for (let at = 0; at < signature.length; at += 8) {
    const cells = Array.from(signature.subarray(at, at + 8), (byte) => byte.toString(16).padEnd(4));
    rows.push(cells.join("").trimEnd());
  }
  return rows;
}

function recordLines(list: ReadList, record: ReadRecord, index: number, kind: "ITL" | "CTL"): string[] {
  const lines = [`\t${kind} Record #:${index + 1}`, "\t\t  ----", ...columns];
  for (const field of record.fields) lines.push(recordLine(field));
  if (record.functionCode === 0) {
    const used = isSignerRecord(record, list) ? "was used" : "was not used";
    lines.push(`This etoken ${used} to sign the ${kind} file.`);
  }
  return lines;
}

function recordLine({ tag, length, value }: ReadField): string {
  const name = recordNames.get(tag) ?? `UNKNOWN${tag}`;
  return row(tag, name, length, recordValue(tag, value));
}

function recordValue(tag: number, value: Buffer): string {
  switch (tag) {
    case 1:
      return String(value.readUInt16BE(0));
    case 2:
      return textOf(value).trim();
    case 3:
    case 5:
      return textOf(value);
    case 4: {
      const code = value.readUInt16BE(0);
      return functionNames.get(code) ?? `Unknown (${code})`;
    }
    case 6:
      return pairs(value, ":");
    case 9:
      return `${pairs(createHash("sha1").update(value).digest(), " ")} (SHA1 Hash HEX)`;
    case 11:
      return pairs(value, " ");
    case 12:
      return hashNames.get(value[0] ?? 0) ?? String(value[0]);
    default:
      return "";
  }
}

/** TABs after the number, after the name (two after a short one), and after the length where a value follows. */
function row(tag: number, name: string, length: number, value: string): string {
  const gap = name.length < 8 ? "\t\t" : "\t";
  return `${tag}\t${name}${gap}${length}${value === "" ? "" : `\t${value}`}`;
}

function pairs(bytes: Buffer, separator: string): string {
  return Array.from(bytes, (byte) => byte.toString(16).toUpperCase().padStart(2, "0")).join(separator);
}

function tabbed(lines: readonly string[], hasTabs: boolean): string {
  return lines.map((line) => (hasTabs ? line : expandTabs(line))).join("\n");
}

function expandTabs(line: string): string {
  let out = "";
  for (const char of line) out += char === "\t" ? " ".repeat(8 - (out.length % 8)) : char;
  return out;
}
