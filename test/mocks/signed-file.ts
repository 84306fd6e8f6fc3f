// A signed file's bytes in, its fields by tag, its body and the bytes under its signature out: read apart from the lab's own writer.
export interface SignedFile {
  readonly values: ReadonlyMap<number, Buffer>;
  /** Length fields as written, of containers too. */
  readonly lengths: ReadonlyMap<number, number>;
  readonly body: Buffer;
  readonly signedBytes: Buffer;
}

const containers = [3, 7, 9, 16, 17, 21];

/** Throws where the header does not end where it says. */
export function readSigned(file: Buffer): SignedFile {
  const values = new Map<number, Buffer>();
  const lengths = new Map<number, number>();
  const end = file.readUInt16BE(8);
  let signed = Buffer.alloc(0);
  let at = 0;
  while (at < end) {
    const tag = file.readUInt8(at);
    if (tag === 13) {
      at += 1;
      continue;
    }
    const length = file.readUInt16BE(at + 1);
    const next = at + 3 + (containers.includes(tag) ? 0 : length);
    lengths.set(tag, length);
    values.set(tag, file.subarray(at + 3, next));
    if (tag === 12) signed = Buffer.concat([file.subarray(0, at), file.subarray(next)]);
    at = next;
  }
  if (at !== end) throw new Error("the header does not end where it says");
  return { values, lengths, body: file.subarray(end), signedBytes: signed };
}

/** The text of a field without its NUL. */
export function fieldText(file: SignedFile, tag: number): string {
  return (file.values.get(tag) ?? Buffer.alloc(0)).toString("utf8").replace(/\0$/, "");
}
