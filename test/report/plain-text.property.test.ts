// Any text, made safe to print, wrapped and put into tables.
import fc from "fast-check";
import { expect, test } from "vitest";
import { plainJson, plainLine, plainText } from "../../src/report/plain-text.ts";
import { renderTable, wrapText } from "../../src/report/text-table.ts";

const steering = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;
const anyText = fc.string({
  unit: fc.oneof(fc.constantFrom("\u001b", "\u009b", "\r", "\u202e", "\n", "a"), fc.string()),
});

test("no text keeps a character that steers a terminal", () => {
  fc.assert(
    fc.property(anyText, (text) => {
      expect(plainText(text)).not.toMatch(steering);
      expect(plainLine(text)).not.toMatch(/[\n\t]/);
    }),
  );
});

test("a document for scripts means the same after it was made plain", () => {
  fc.assert(
    fc.property(anyText, (text) => {
      expect(plainJson({ text }).replaceAll("\n", "")).not.toMatch(steering);
      expect(JSON.parse(plainJson({ text }))).toEqual({ text });
    }),
  );
});

test("wrapping keeps every word, in order", () => {
  fc.assert(
    fc.property(
      fc.array(fc.stringMatching(/^[a-z]{1,9}$/)),
      fc.integer({ min: 10, max: 60 }),
      (words, width) => {
        const wrapped = wrapText(words.join(" "), width);
        expect(wrapped.split(/\s+/).filter((word) => word !== "")).toEqual(words);
        for (const line of wrapped.split("\n")) expect(line.length).toBeLessThanOrEqual(width);
      },
    ),
  );
});

test("a table never passes its width as long as every column has six characters", () => {
  const rows = fc.array(fc.tuple(fc.string(), fc.string(), fc.string()), { minLength: 1 });
  fc.assert(
    fc.property(rows, fc.integer({ min: 22, max: 90 }), (cells, width) => {
      for (const line of renderTable(
        cells.map((row) => row.map(plainLine)),
        width,
      ).split("\n")) {
        expect(line.length).toBeLessThanOrEqual(width);
      }
    }),
  );
});
