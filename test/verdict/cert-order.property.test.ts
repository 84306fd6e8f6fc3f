// Random dates: what ends first stands first, days are whole, and the anchors named are close in fact and first of their kind.
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  type Anchor,
  anchorGapDays,
  anchorsTogether,
  anchorUnits,
  byExpiry,
  daysLeft,
} from "../../src/verdict/cert-order.ts";

const dayMs = 86_400_000;
const nowMs = Date.UTC(2026, 0, 1);
const inDays = (days: number) => new Date(nowMs + days * dayMs).toISOString();

/** Days from now; fractions so that no border is hit by chance alone, whole numbers so that borders are. */
const days = fc.oneof(fc.integer({ min: -60, max: 260 }), fc.double({ min: -60, max: 260, noNaN: true }));
const anchor = fc.record({
  node: fc.constantFrom("pub", "tftp2", "cm3"),
  unit: fc.constantFrom(...anchorUnits),
  notAfter: days.map(inDays),
});
const anchors = fc.array(anchor, { maxLength: 8 });
const certificateDays = fc.integer({ min: 1, max: 200 });

const dueMs = ({ notAfter }: Anchor) => Math.max(Date.parse(notAfter), nowMs);
/** Said without any order: two units, the earlier inside the horizon, less than the gap between them. */
const areTogether = (one: Anchor, other: Anchor, horizonDays: number) =>
  one.unit !== other.unit &&
  Math.min(dueMs(one), dueMs(other)) - nowMs < horizonDays * dayMs &&
  Math.abs(dueMs(one) - dueMs(other)) < anchorGapDays * dayMs;
const kindOf = (...units: readonly string[]) => units.toSorted().join("+");

test("every certificate stays, the earlier end never stands behind a later one, equal ends keep their order", () => {
  fc.assert(
    fc.property(anchors, (given) => {
      const numbered = given.map((each, at) => ({ ...each, at }));
      const sorted = byExpiry(numbered);
      expect(new Set(sorted)).toEqual(new Set(numbered));
      for (const [at, each] of sorted.entries()) {
        const next = sorted[at + 1];
        if (next === undefined) continue;
        const [end, nextEnd] = [Date.parse(each.notAfter), Date.parse(next.notAfter)];
        expect(end < nextEnd || (end === nextEnd && each.at < next.at)).toBe(true);
      }
    }),
  );
});

test("days left are whole days that are sure to be there, and negative from the first moment after the end", () => {
  fc.assert(
    fc.property(days, (left) => {
      const notAfter = inDays(left);
      const whole = daysLeft({ notAfter }, nowMs);
      const leftMs = Date.parse(notAfter) - nowMs;
      expect(Number.isInteger(whole)).toBe(true);
      expect(whole * dayMs).toBeLessThanOrEqual(leftMs);
      expect((whole + 1) * dayMs).toBeGreaterThan(leftMs);
      expect(whole < 0).toBe(leftMs < 0);
    }),
  );
});

test("a pair is named for exactly those kinds of anchors of which some pair is together, and it is the one due first", () => {
  fc.assert(
    fc.property(anchors, certificateDays, (given, horizon) => {
      const found = anchorsTogether(given, { certificateDays: horizon, nowMs });
      const together = given.flatMap((one, at) =>
        given
          .slice(at + 1)
          .flatMap((other) => (areTogether(one, other, horizon) ? [[one, other] as const] : [])),
      );
      const kinds = found.map(({ first, second }) => kindOf(first.unit, second.unit));
      expect(new Set(kinds).size).toBe(kinds.length);
      expect(new Set(kinds)).toEqual(new Set(together.map(([one, other]) => kindOf(one.unit, other.unit))));
      for (const { first, second } of found) {
        expect(areTogether(first, second, horizon)).toBe(true);
        expect(dueMs(first)).toBeLessThanOrEqual(dueMs(second));
        const ofKind = together.filter(
          ([one, other]) => kindOf(one.unit, other.unit) === kindOf(first.unit, second.unit),
        );
        expect(dueMs(first)).toBe(Math.min(...ofKind.flat().map(dueMs)));
      }
    }),
  );
});

test("neither the order in which nodes are asked nor a wider horizon takes a pair away", () => {
  fc.assert(
    fc.property(anchors, certificateDays, (given, horizon) => {
      const kinds = (list: readonly Anchor[], certificateDays: number) =>
        new Set(
          anchorsTogether(list, { certificateDays, nowMs }).map(({ first, second }) =>
            kindOf(first.unit, second.unit),
          ),
        );
      const found = kinds(given, horizon);
      expect(kinds(given.toReversed(), horizon)).toEqual(found);
      for (const kind of found) expect(kinds(given, horizon + 30)).toContain(kind);
    }),
  );
});
