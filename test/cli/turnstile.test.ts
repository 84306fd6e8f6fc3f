// How many pieces of work are let in at once.
import { expect, test } from "vitest";
import { openTurnstile } from "../../src/cli/turnstile.ts";

test("no more than its places are in at once, all get through in order, and a failure frees its place", async () => {
  const throughTurnstile = openTurnstile(3);
  let inside = 0;
  let most = 0;
  const begun: number[] = [];
  const work = (index: number) => async () => {
    begun.push(index);
    inside += 1;
    most = Math.max(most, inside);
    await new Promise((resolve) => setImmediate(resolve));
    inside -= 1;
    if (index % 4 === 0) throw new Error(`piece ${index}`);
    return index;
  };
  const pieces = Array.from({ length: 20 }, (_, index) => throughTurnstile(work(index)));
  const results = await Promise.allSettled(pieces);
  expect(most).toBe(3);
  expect(begun).toEqual(Array.from({ length: 20 }, (_, index) => index));
  expect(results.filter(({ status }) => status === "rejected")).toHaveLength(5);
});
