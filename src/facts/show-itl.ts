// The answer of `show itl` or `show ctl` in; the list as facts out.
import { normalSerial } from "../base/serial.ts";
import { answerLines } from "./answer-lines.ts";
import type { ListSigner, ShownList } from "./list-facts.ts";
import { answerNotUnderstood } from "./not-understood.ts";
import { shownRecord } from "./shown-record.ts";
import { joinWrapped, parseShownRow } from "./shown-row.ts";
import type { ShownRow } from "./shown-row.ts";

/** What stands between two record heads; the first section is the header. */
interface Section {
  readonly index: number;
  readonly rows: ShownRow[];
  readonly tags: Set<number>;
  isSigner: boolean | null;
}

/** The head lines, as far as they have come. */
interface Head {
  readonly checksums: Record<string, string>;
  list: "ITL" | "CTL" | null;
  lengthBytes: number | null;
  lastModified: string | null;
  version: string | null;
  headerLengthBytes: number | null;
}

const headerNames: Readonly<Record<number, RegExp>> = {
  3: /^SIGNERID$/,
  4: /^SIGNERNAME$/,
  5: /^SERIALNUMBER$/,
  6: /^CANAME$/,
  7: /^SIGNATUREINFO$/,
  8: /^DIGESTALGORT?ITHM$/,
  9: /^SIGNATUREALGOINFO$/,
  10: /^SIGNATUREALGORT?ITHM$/,
  11: /^SIGNATUREMODULUS$/,
  12: /^SIGNATURE$/,
  14: /^FILENAME$/,
  15: /^TIMESTAMP$/,
};

/**
 * Reads either command's answer. `missing` only where the platform says length 0 or that there is no file, and shows
 * no record. Without any length, or with two lists in one answer: answer-not-understood.
 */
export function parseShownList(text: string): ShownList {
  const command = text.includes("CTL") && !text.includes("ITL") ? "show ctl" : "show itl";
  const lines = answerLines(text, command).map((line) => line.trim());
  if (/^show [ic]tl$/.test(lines[0] ?? "")) lines.shift();
  const head: Head = {
    checksums: Object.create(null) as Record<string, string>,
    list: null,
    lengthBytes: null,
    lastModified: null,
    version: null,
    headerLengthBytes: null,
  };
  const header: Section = { index: 0, rows: [], tags: new Set(), isSigner: null };
  const sections: Section[] = [];
  const unread: string[] = [];
  let verdictText: string | null = null;
  let isNotFound = false;
  let isInSignature = false;

  for (const [at, line] of lines.entries()) {
    const isLast = at === lines.length - 1;
    const section = sections.at(-1) ?? header;
    if (isLast && isVerdict(line)) {
      verdictText = line;
      break;
    }
    if (isInSignature && /^[0-9a-f]{1,2}(?:\s+[0-9a-f]{1,2}){0,15}$/i.test(line)) continue;
    isInSignature = false;
    const record = /^[IC]TL Record #\s*:?\s*(\d{1,6})$/.exec(line);
    if (record) {
      if (Number(record[1]) !== sections.length + 1) unread.push(line);
      sections.push({ index: Number(record[1]), rows: [], tags: new Set(), isSigner: null });
    } else if (
      /^This etoken was (?:not )?used to sign the [IC]TL file\.?$/.test(line) &&
      section !== header
    ) {
      section.isSigner = !line.includes("was not used");
    } else if (isOrnament(line)) {
      // Titles and rules carry nothing.
    } else if (/^Length of [IC]TL file\s*:/.test(line) && head.lengthBytes !== null) {
      throw answerNotUnderstood(command, text, "it shows more than one list");
    } else if (readHead(line, head)) {
      // Kept in `head`.
    } else if (!readRow(line, section, section === header)) {
      if (/^[IC]TL File not found\b/i.test(line)) isNotFound = true;
      if (isLast) verdictText = line;
      else unread.push(line);
    } else {
      isInSignature = section.rows.at(-1)?.name === "SIGNATURE";
    }
  }

  const isMissing = head.lengthBytes === 0 || (head.lengthBytes === null && isNotFound);
  if (isMissing && sections.length === 0 && header.rows.length === 0)
    return { kind: "missing", text: lines.join("\n") };
  if (head.lengthBytes === null) throw answerNotUnderstood(command, text, "it names no length of the list");
  return {
    kind: "shown",
    checksums: { ...head.checksums },
    lengthBytes: head.lengthBytes,
    lastModified: head.lastModified,
    version: head.version,
    headerLengthBytes: head.headerLengthBytes,
    signer: signerOf(header.rows),
    records: sections.map(({ index, rows, isSigner }) => shownRecord(index, rows, isSigner)),
    isVerified: verdictText === `The ${head.list} file was verified successfully.`,
    verdictText,
    unread,
  };
}

function isVerdict(line: string): boolean {
  return (
    line === "The ITL file was verified successfully." || line === "The CTL file was verified successfully."
  );
}

function isOrnament(line: string): boolean {
  return (
    /^[-\s]+$/.test(line) ||
    /^BYTEPOS\s+TAG\s+LENGTH\s+VALUE$/.test(line) ||
    /^Parse [IC]TL File$/.test(line) ||
    /^The checksum value of the [IC]TL file\s*:$/.test(line)
  );
}

/** True if the line was a head line, and is now in `head`; what came before is never overwritten. */
function readHead(line: string, head: Head): boolean {
  const checksum = /^([0-9a-f]{8,256})\s?\((\w[\w-]{0,31})\)$/i.exec(line);
  if (checksum?.[1] !== undefined && checksum[2] !== undefined) {
    const name = checksum[2].toLowerCase();
    if (head.checksums[name] !== undefined) return false;
    head.checksums[name] = checksum[1].toLowerCase();
    return true;
  }
  const length = /^Length of ([IC]TL) file\s*:\s*(\d{1,9})$/.exec(line);
  if (length) {
    head.list = length[1] === "CTL" ? "CTL" : "ITL";
    head.lengthBytes = Number(length[2]);
    return true;
  }
  const modified = /^The [IC]TL [Ff]ile was last modified on (.+)$/.exec(line);
  if (modified?.[1] !== undefined && head.lastModified === null) {
    head.lastModified = modified[1].trim();
    return true;
  }
  const version = /^Version\s*:\s*(\d{1,5}\.\d{1,5})$/.exec(line);
  if (version?.[1] !== undefined && head.version === null) {
    head.version = version[1];
    return true;
  }
  const headerLength = /^HeaderLength\s*:\s*(\d{1,9})\s*(?:\(BYTES\))?$/.exec(line);
  if (headerLength && head.headerLengthBytes === null) {
    head.headerLengthBytes = Number(headerLength[1]);
    return true;
  }
  return false;
}

/** True if the line was a row, or the rest of the row before it. Header rows of unknown or repeated tags are not read. */
function readRow(line: string, section: Section, isHeader: boolean): boolean {
  const row = parseShownRow(line);
  if (row !== null) {
    const isUnknown = isHeader && headerNames[row.tag]?.test(row.name) !== true;
    if (section.tags.has(row.tag) || isUnknown) return false;
    section.tags.add(row.tag);
    section.rows.push(row);
    return true;
  }
  const last = section.rows.at(-1);
  const joined = last === undefined ? null : joinWrapped(last, line);
  if (joined === null) return false;
  section.rows[section.rows.length - 1] = joined;
  return true;
}

function signerOf(rows: readonly ShownRow[]): ListSigner | null {
  const valueOf = (tag: number) => rows.find((row) => row.tag === tag)?.value ?? "";
  const serial = normalSerial(valueOf(5));
  const name = valueOf(4);
  const issuerName = valueOf(6);
  return name === "" || issuerName === "" || serial === null ? null : { name, serial, issuerName };
}
