// A size in; an export of that size with rows of three keys, of none and plain ones, its key files, and some of its values, out.
import { createCipheriv, randomBytes } from "node:crypto";
import { closeSync, openSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";

export interface SealedExport {
  readonly file: string;
  readonly keyFiles: readonly string[];
  readonly bytes: number;
  /** Encrypted values, those of no key and damaged ones with them. */
  readonly values: number;
  /** Values of the first key, in Base64; its key and IV in hex. */
  readonly sample: readonly string[];
  readonly key: string;
  readonly iv: string;
}

const head =
  "to_jid,from_jid,sent_date,subject,thread_id,msg_type,direction,body_len,message_len,body_string,message_string,body_text,message_text,history_flag";
const words =
  "could you please look at the ticket of this morning before the call with them at noon thanks".split(" ");

/** Rows are made until there are `distinctBytes` of them, and then written again and again. */
export function makeSealedExport(folder: string, bytes: number, distinctBytes: number): SealedExport {
  const keys = Array.from({ length: 4 }, () => ({ key: randomBytes(32), iv: randomBytes(16) }));
  const keyFiles = keys.slice(0, 3).map(({ key, iv }, nth) => {
    const path = join(folder, `key-${nth + 1}.txt`);
    writeFileSync(path, `key = ${key.toString("hex")}\niv  = ${iv.toString("hex")}\n`, { mode: 0o600 });
    return path;
  });
  const seal = (text: string, nth: number) => {
    const { key, iv } = keys[nth] ?? { key: "", iv: "" };
    const cipher = createCipheriv("aes-256-cbc", key, iv);
    return Buffer.concat([cipher.update(text), cipher.final()]).toString("base64");
  };
  const sample: string[] = [];
  const rows: string[] = [];
  let size = 0;
  let sealed = 0;
  for (let nth = 0; size < distinctBytes; nth += 1) {
    const cells = rowOf(nth);
    const key = keyOf(nth);
    if (key !== null) {
      for (const at of [0, 1, 9, 10]) cells[at] = seal(cells[at] ?? "", key);
      sealed += 4;
      if (key === 0 && sample.length < 300) sample.push(cells[10] ?? "");
      if (nth % 997 === 0) cells[10] = cells[10]?.slice(0, -3) ?? "";
      if (nth % 1499 === 0) cells[9] = cells[9]?.replace(/^../, "//") ?? "";
    }
    const row = `${cells.join(",")}\r\n`;
    rows.push(row);
    size += row.length;
  }
  const file = join(folder, "jm.csv");
  const opened = openSync(file, "wx");
  let written = writeSync(opened, `${head}\r\n`);
  const block = Buffer.from(rows.join(""));
  let blocks = 0;
  for (; written < bytes; blocks += 1) written += writeSync(opened, block);
  closeSync(opened);
  const [first] = keys;
  const hex = (part: Buffer | undefined) => part?.toString("hex") ?? "";
  const values = sealed * blocks;
  return { file, keyFiles, bytes: written, values, sample, key: hex(first?.key), iv: hex(first?.iv) };
}

/** A fifth plain; the first key in a long run, as an archive has it; the other two row by row; one in two thousand of a key that is lost. */
function keyOf(nth: number): number | null {
  if (nth % 2003 === 1) return 3;
  if (nth % 5 === 0) return null;
  return nth % 40_000 < 20_000 ? 0 : 1 + (nth % 2);
}

function rowOf(nth: number): string[] {
  const body = Array.from(
    { length: 3 + (nth % 19) },
    (_word, at) => words[(nth + at * 7) % words.length],
  ).join(" ");
  const [to, from] = [`user${nth % 811}@example.com`, `user${nth % 577}@example.com/jabber_${nth % 89}`];
  const packet = `<message from='${from}' id='${nth}:m' to='${to}' type='chat' xml:lang='en'><body>${body}</body><thread>t${nth % 4001}</thread></message>`;
  return [
    to,
    from,
    "2026-11-21 08:15:00.000",
    "NULL",
    `t${nth % 4001}`,
    "c",
    nth % 2 === 0 ? "O" : "I",
  ].concat([String(body.length), String(packet.length), body, packet, "NULL", "NULL", "N"]);
}
