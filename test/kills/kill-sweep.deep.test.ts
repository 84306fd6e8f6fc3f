// Every process of a recovery killed at every line of its journal: it ends as if nobody had, and nothing is sent twice.
import { afterAll, describe, expect, test } from "vitest";
import { type Combination, type SweepCount, sweep } from "./kill-sweep.ts";

const combinations: readonly Combination[] = [
  { release: "10.0", key: "local", place: "after" },
  { release: "12.5", key: "local", place: "after" },
  { release: "11.5", key: "local", place: "after" },
  { release: "15", key: "local", place: "after" },
  { release: "11.5", key: "remote", place: "torn" },
  { release: "12.5", key: "remote", place: "unflushed" },
];
const counts: SweepCount[] = [];

describe.concurrent("killed at every line", { timeout: 1_200_000 }, () => {
  test.each(combinations)("$release, $key key, $place the line", async (combination) => {
    const count = await sweep(combination);
    counts.push(count);
    console.log(JSON.stringify(count));
    expect(count.runs).toBeGreaterThanOrEqual(18);
  });
});

afterAll(() => {});
