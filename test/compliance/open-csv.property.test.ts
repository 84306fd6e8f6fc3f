import fc from "fast-check";
import { parse } from "csv-parse/sync";
import { stringify } from "csv-stringify/sync";
import { expect, test } from "vitest";
import { archiveKey, openWhole, seal } from "./sealed-exports.ts";

const keys = ["one", "two", "three"].map(archiveKey);
const columns = ["note", "to_jid", "body_string", "when", "message_string", "from_jid"];

const words = fc.string({
  unit: fc.constantFrom("a", "é", "🌍", '"', ",", ";", "\n", "\r\n", " ", "|", "\t", "="),
});
const row = fc.record({
  key: fc.constantFrom(0, 1, 2, 3, null),
  user: fc.stringMatching(/^[a-z]{1,40}$/),
  body: words,
  note: words,
});
const forms = fc.record({
  delimiter: fc.constantFrom(",", ";", "\t", "|"),
  record_delimiter: fc.constantFrom("\n", "\r\n"),
  quoted: fc.boolean(),
});

test("what another program wrote and reads is opened, and nothing else is changed, however it is split", () => {
  fc.assert(
    fc.property(fc.array(row, { maxLength: 12 }), forms, fc.array(fc.nat(4000)), (rows, form, cutsAt) => {
      const lost = archiveKey("lost");
      const plain = rows.map(({ user, body, note }) => [
        ...[
          note,
          `${user}@example.com`,
          body,
          "2026",
          `<message><body>${body}</body></message>`,
          "x@y.example",
        ],
      ]);
      const sealed = plain.map((cells, nth) => {
        const key = rows[nth]?.key ?? null;
        const found = key === null ? null : (keys[key] ?? lost);
        return cells.map((cell, at) => (found === null || at === 0 || at === 3 ? cell : seal(cell, found)));
      });
      const input = Buffer.from(stringify([columns, ...sealed], form));
      const whole = openWhole(input, keys);
      const parsed: string[][] = parse(whole.bytes, {
        delimiter: form.delimiter,
        relax_column_count: true,
      });
      const wanted = plain.map((cells, nth) => {
        const key = rows[nth]?.key ?? null;
        if (key === null) return [...cells, ""];
        return key === 3 ? [...(sealed[nth] ?? []), "closed"] : [...cells, keys[key]?.file ?? ""];
      });
      expect(parsed).toEqual([[...columns, "archive_key"], ...wanted]);
      const cuts = cutsAt.map((cut) => cut % (input.length + 1));
      const inPieces = openWhole(input, keys, { cuts });
      expect(inPieces.bytes).toEqual(whole.bytes);
      expect(inPieces.tally).toEqual(whole.tally);
      expect(inPieces.left).toEqual(whole.left);
    }),
    { numRuns: 100 },
  );
});

test("without a key that fits, each byte of each row stays", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.array(fc.nat(400)), (noise, cutsAt) => {
      const input = Buffer.concat([Buffer.from("to_jid,body_string\n"), Buffer.from(noise)]);
      let opened;
      try {
        opened = openWhole(input, keys, { cuts: cutsAt.map((cut) => cut % (input.length + 1)) });
      } catch (error) {
        expect(error).toMatchObject({ code: "file-unreadable" });
        return;
      }
      const parts = opened.bytes.toString("latin1").split("\n").slice(1);
      for (const line of Buffer.from(noise).toString("latin1").split("\n").slice(0, -1)) {
        const [found = ""] = parts.splice(0, 1);
        expect(found.startsWith(line.replace(/\r$/, ""))).toBe(true);
      }
    }),
    { numRuns: 200 },
  );
});

test("a file of one byte at a time is the same in UTF-16", () => {
  const text = `\ufeffto_jid,body_string\r\n${seal("a@b.example", keys[1] ?? archiveKey(""))},"🌍 ""x"""\r\n`;
  const input = Buffer.from(text, "utf16le");
  const cuts = Array.from({ length: input.length }, (_cut, nth) => nth);
  const [whole, inBytes] = [openWhole(input, keys), openWhole(input, keys, { cuts })];
  expect(inBytes.bytes.equals(whole.bytes)).toBe(true);
  expect(whole.bytes.toString("utf16le")).toBe(
    '\ufeffto_jid,body_string,archive_key\r\na@b.example,"🌍 ""x""",two.txt\r\n',
  );
});
