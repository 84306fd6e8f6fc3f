// The same property over many more days on 12.5 and 15, new ones every time.
import { expect, test, vi } from "vitest";
import { from12 } from "../support/lab-facts.ts";
import { liveManyDays } from "./many-days.ts";

vi.mock("node:crypto", async (importOriginal) => {
  const { withRememberedCertificates } = await import("./quick-certificates.ts");
  return withRememberedCertificates(importOriginal);
});

test("no phone is stranded in many days", async () => {
  const tally = await liveManyDays(from12, { numRuns: 1_200 });
  expect(tally.done).toBeGreaterThan(250);
  expect(tally.watched).toBeGreaterThan(1_200);
});
