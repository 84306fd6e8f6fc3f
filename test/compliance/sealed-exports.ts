// Exports of an archive as a server would have made them: keys, values sealed one by one, rows in any CSV form.
import { createCipheriv, createHash } from "node:crypto";
import { Secret } from "../../src/base/secret.ts";
import type { ArchiveKey } from "../../src/compliance/archive-key.ts";
import { type CsvFacts, openCsv } from "../../src/compliance/open-csv.ts";
import type { CsvTally, LeftCell } from "../../src/compliance/csv-tally.ts";

/** The same key for the same word; its file is called so. */
export function archiveKey(word: string): ArchiveKey {
  const bytes = createHash("sha512").update(word).digest();
  const print = (part: Buffer) => `SHA256:${createHash("sha256").update(part).digest("base64").slice(0, 43)}`;
  const [key, iv] = [bytes.subarray(0, 32), bytes.subarray(32, 48)];
  return {
    file: `${word}.txt`,
    key: new Secret(key.toString("hex")),
    iv: new Secret(iv.toString("hex")),
    keyFingerprint: print(key),
    ivFingerprint: print(iv),
  };
}

/** What `open-key --out` writes. */
export function keyFileText({ key, iv }: ArchiveKey): string {
  return `key = ${key.reveal()}\niv  = ${iv.reveal()}\n`;
}

/** One value, with a cipher of its own as the archiver has it. */
export function sealBytes(text: string | Buffer, { key, iv }: ArchiveKey): Buffer {
  const cipher = createCipheriv(
    "aes-256-cbc",
    Buffer.from(key.reveal(), "hex"),
    Buffer.from(iv.reveal(), "hex"),
  );
  return Buffer.concat([cipher.update(text), cipher.final()]);
}

export function seal(text: string | Buffer, key: ArchiveKey): string {
  return sealBytes(text, key).toString("base64");
}

export const header = "to_jid,from_jid,sent_date,body_string,message_string";

/** The five cells of `header`, sealed with the key or plain. */
export function messageRow(number: number, body: string, key: ArchiveKey | null): string[] {
  const close = (text: string) => (key === null ? text : seal(text, key));
  const packet = `<message to='b@example.com' id='m${number}'><body>${body}</body></message>`;
  return [
    close("b@example.com"),
    close(`a${number}@example.com`),
    "2026-01-02 03:04:05",
    close(body),
    close(packet),
  ];
}

export interface Opened {
  readonly text: string;
  readonly bytes: Buffer;
  readonly tally: CsvTally;
  readonly facts: CsvFacts | null;
  readonly left: readonly LeftCell[];
}

/** The whole text through `openCsv`, in pieces that end at `cuts`. */
export function openWhole(
  input: string | Buffer,
  keys: readonly ArchiveKey[],
  {
    columns = null,
    isSpreadsheetSafe = false,
    cuts = [],
  }: {
    readonly columns?: readonly string[] | null;
    readonly isSpreadsheetSafe?: boolean;
    readonly cuts?: readonly number[];
  } = {},
): Opened {
  const left: LeftCell[] = [];
  const csv = openCsv({ keys, columns, isSpreadsheetSafe, onLeft: (cell) => left.push(cell) });
  const bytes = Buffer.from(input);
  const pieces: Buffer[] = [];
  let from = 0;
  for (const cut of [...cuts.toSorted((a, b) => a - b), bytes.length]) {
    const piece = Buffer.from(bytes.subarray(from, cut));
    pieces.push(Buffer.from(csv.push(piece)));
    // A chunk belongs to its reader again once it was pushed.
    piece.fill(0x2a);
    from = cut;
  }
  pieces.push(Buffer.from(csv.end()));
  const out = Buffer.concat(pieces);
  return { text: out.toString(), bytes: out, tally: csv.tally(), facts: csv.facts(), left };
}
