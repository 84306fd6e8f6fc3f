// No phone that was on and trusting before is stranded by a plan that the tool agreed to: a few hundred random days, and those that once did it.
import { expect, test, vi } from "vitest";
import { releases } from "../support/lab-facts.ts";
import { foundDays } from "./found-days.ts";
import { liveThrough } from "./live-through.ts";
import { liveManyDays } from "./many-days.ts";

vi.mock("node:crypto", async (importOriginal) => {
  const { withRememberedCertificates } = await import("./quick-certificates.ts");
  return withRememberedCertificates(importOriginal);
});

test("no phone is stranded, whatever was done before, meanwhile, and left undone", async () => {
  const tally = await liveManyDays(releases, { numRuns: 250, seed: 3 });
  expect(tally.done).toBeGreaterThan(60);
  expect(tally.cut).toBeGreaterThan(20);
  expect(tally.refused).toBeGreaterThan(60);
  expect(tally.watched).toBeGreaterThan(250);
}, 300_000);

test.each(Object.entries(foundDays))("nobody is lost to %s", async (_, day) => {
  const { stranded } = await liveThrough(day);
  expect(stranded).toEqual([]);
});
