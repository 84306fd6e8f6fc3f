// What holds for any bytes on the lab's wire: cutting loses nothing, and a redrawn line shows what was typed.
import fc from "fast-check";
import { expect, test } from "vitest";
import { createLineEditor } from "../../mocks/lab/line-editor.ts";
import { createChunker } from "../../mocks/lab/wire/chunker.ts";
import { seededRandom } from "../../mocks/lab/wire/random.ts";
import { appliedEcho } from "./front-client.ts";

test("however output is gathered and cut, the same bytes arrive in order", () => {
  fc.assert(
    fc.property(
      fc.integer(),
      fc.array(fc.tuple(fc.uint8Array({ maxLength: 300 }), fc.boolean(), fc.boolean())),
      (seed, pushes) => {
        const sent: Buffer[] = [];
        let isCut = true;
        const chunker = createChunker({
          random: seededRandom(seed),
          isCut: () => isCut,
          send: (chunk) => sent.push(chunk),
        });
        for (const [bytes, isCutNow, isFlushed] of pushes) {
          isCut = isCutNow;
          chunker.push(bytes);
          if (isFlushed) chunker.flush();
        }
        chunker.flush();
        expect(Buffer.concat(sent)).toEqual(Buffer.concat(pushes.map(([bytes]) => bytes)));
        expect(sent.every((chunk) => chunk.length > 0)).toBe(true);
      },
    ),
  );
});

test("a line of any length on a terminal of any width shows as it was typed", () => {
  const keys = fc.string({ unit: fc.constantFrom(..."abc XYZ09-_./'=,()".split("")), maxLength: 300 });
  fc.assert(
    fc.property(
      keys,
      fc.integer({ min: 10, max: 120 }),
      fc.integer({ min: 0, max: 40 }),
      (line, width, column) => {
        const press = createLineEditor({ column, width, echo: "shown" });
        const echo = [...Buffer.from(line)].map((byte) => press(byte).print).join("");
        expect(appliedEcho(echo)).toBe(line);
        expect(press(0x0d).event).toEqual({ kind: "line", line });
      },
    ),
  );
});
