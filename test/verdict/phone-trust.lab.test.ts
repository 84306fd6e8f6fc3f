// Phones of the lab and our judgement of them, over random histories: two authors of the same rules must agree.
import { expect, test } from "vitest";
import { releases } from "../support/lab-facts.ts";
import { compareHistories } from "../support/phone-histories.ts";

test.each(releases)(
  "the lab's phones do what is said of them, whatever happened to the cluster (%s)",
  async (release) => {
    const tally = await compareHistories(release, { numRuns: 12, seed: 7 });
    expect(Object.entries(tally).filter(([, count]) => count === 0)).toEqual([]);
  },
);
