// Records of any shape are read without a crash, and what is remembered is what is told.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { openListHistory } from "../../src/served/list-history.ts";
import { parseLastSeen, parseSightings, renderSightingLine } from "../../src/served/sighting.ts";

const sha1s = ["a".repeat(40), "b".repeat(40), "c".repeat(40)];
const line = fc.record({
  node: fc.constantFrom("pub", "sub"),
  sha1: fc.constantFrom(...sha1s),
  firstSeenAt: fc.nat(1_000_000).map((second) => new Date(second * 1000).toISOString()),
  previousLastSeenAt: fc.constant(null),
});

test("any text is read without a crash, and every line is either told or reported", () => {
  const anyLine = fc.oneof(
    fc.string(),
    fc.json(),
    line.map((value) => JSON.stringify(value)),
  );
  fc.assert(
    fc.property(fc.array(anyLine), (lines) => {
      const text = lines.join("\n");
      const { sightings, damage } = parseSightings(text, () => parseLastSeen(text));
      const written = text.split("\n").filter((part) => part !== "").length;
      expect(sightings.length + damage.length).toBeLessThanOrEqual(written);
    }),
  );
});

test("a record cut anywhere keeps every whole line", () => {
  fc.assert(
    fc.property(fc.array(line, { minLength: 1, maxLength: 5 }), fc.nat(), (lines, cut) => {
      const text = lines.map(renderSightingLine).join("");
      const part = text.slice(0, cut % text.length);
      const whole = part.split("\n").length - 1;
      const told = parseSightings(part, () => null);
      const expected = parseSightings(lines.slice(0, whole).map(renderSightingLine).join(""), () => null);
      // A line without its line end may still be whole.
      if (told.damage.length === 0 && !part.endsWith("\n") && part !== "") return;
      expect(told.sightings).toEqual(expected.sightings);
    }),
  );
});

test("the newest sighting of a node is always the list remembered last, first seen when it came", () => {
  const seen = fc.array(fc.record({ node: fc.constantFrom("pub", "sub"), list: fc.nat(2) }), {
    minLength: 1,
    maxLength: 12,
  });
  fc.assert(
    fc.property(seen, (steps) => {
      const state = mkdtempSync(join(tmpdir(), "itlctl-history-"));
      try {
        const history = openListHistory(state);
        const model: { node: string; sha1: string; firstSeenAt: string; lastSeenAt: string }[] = [];
        for (const [second, { node, list }] of steps.entries()) {
          const seenAt = new Date(second * 1000).toISOString();
          const sha1 = history.remember({ cluster: "east", node, seenAt, bytes: Buffer.from([list]) });
          const index = model.findLastIndex((sighting) => sighting.node === node);
          const newest = model[index];
          if (newest?.sha1 === sha1) model[index] = { ...newest, lastSeenAt: seenAt };
          else model.push({ node, sha1, firstSeenAt: seenAt, lastSeenAt: seenAt });
        }
        expect(history.sightings("east")).toEqual(model);
      } finally {
        rmSync(state, { recursive: true, force: true });
      }
    }),
    { numRuns: 15 },
  );
});
