// The same agreement between the lab's phones and our judgement, over many more histories, new ones every time.
import { expect, test } from "vitest";
import { releases } from "../support/lab-facts.ts";
import { compareHistories } from "../support/phone-histories.ts";

test.each(releases)(
  "the lab's phones do what is said of them in hundreds of histories (%s)",
  async (release) => {
    const tally = await compareHistories(release, { numRuns: 150 });
    expect(Object.entries(tally).filter(([, count]) => count === 0)).toEqual([]);
  },
);
