// The same property over more days on 12.5 and 15; ITLCTL_DAYS=n lives n new ones.
import { expect, test, vi } from "vitest";
import { from12 } from "../support/lab-facts.ts";
import { liveManyDays, manyDays } from "./many-days.ts";

vi.mock("node:crypto", async (importOriginal) => {
  const { withRememberedCertificates } = await import("./quick-certificates.ts");
  return withRememberedCertificates(importOriginal);
});

test("no phone is stranded in many days", async () => {
  const tally = await liveManyDays(from12, manyDays());
  expect(tally.done).toBeGreaterThan(50);
  expect(tally.watched).toBeGreaterThan(300);
});
