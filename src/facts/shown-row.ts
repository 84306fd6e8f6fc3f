// One printed line of `show itl` or `show ctl` in; its table row out.

/** A row of a BYTEPOS table. `value` is empty where nothing is printed. */
export interface ShownRow {
  readonly tag: number;
  /** Upper case without blanks: `HASHALGORITHM`. */
  readonly name: string;
  readonly length: number;
  readonly value: string;
}

const number = /^\d{1,9}$/;
const wordStart = /^[A-Za-z]/;

/** Null unless the line is a number, a name of one word or more, a number, and perhaps a value. */
export function parseShownRow(line: string): ShownRow | null {
  const words = /\S+/g;
  const tag = words.exec(line)?.[0];
  if (tag === undefined || !number.test(tag)) return null;
  let name = "";
  for (let word = words.exec(line); word !== null; word = words.exec(line)) {
    if (name !== "" && number.test(word[0])) {
      const value = line.slice(words.lastIndex).trim();
      return { tag: Number(tag), name: name.toUpperCase(), length: Number(word[0]), value };
    }
    if (!wordStart.test(word[0]) || name.length > 64) return null;
    name += word[0];
  }
  return null;
}

const nameRows = new Set(["SIGNERNAME", "CANAME", "SUBJECTNAME", "ISSUERNAME", "DNSNAME"]);
const hashRows = new Set(["CERTIFICATE", "CERTHASH", "SERIALNUMBER"]);
const maxValueLength = 4096;
const hashRest = /^[0-9A-Fa-f]{2}(?:[ :][0-9A-Fa-f]{2}){0,63}(?: \(.{1,40}\))?$/;

/** The row with the wrapped rest of its value joined on; null if the line is no such rest. */
export function joinWrapped(row: ShownRow, rest: string): ShownRow | null {
  if (row.value.length + rest.length > maxValueLength) return null;
  if (hashRows.has(row.name)) {
    if (/^\(.{1,40}\)$/.test(rest) && !row.value.includes("("))
      return { ...row, value: `${row.value} ${rest}` };
    if (row.value.includes("(") || !hashRest.test(rest)) return null;
    return { ...row, value: `${row.value}${row.value.endsWith(":") ? "" : " "}${rest}` };
  }
  if (!nameRows.has(row.name) || row.value === "") return null;
  const textLength = row.length - 1;
  if (row.value.length + 1 + rest.length === textLength) return { ...row, value: `${row.value} ${rest}` };
  const isRest =
    rest.startsWith(";") || row.value.endsWith(";") || row.value.length + rest.length <= textLength;
  return isRest ? { ...row, value: row.value + rest } : null;
}
