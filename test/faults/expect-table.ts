// A swept write against its table in docs/reliability.md; with ITLCTL_WRITE_DOCS=1 the table is written instead.
import { expect } from "vitest";
import { renderFaultTable } from "./fault-table.ts";
import { readPart, writePart } from "./reliability-page.ts";
import { type SweptWrite, sweepWrite } from "./sweep.ts";

/** Carries every case out; its promises and the page both have to hold. */
export async function expectTable(name: string, write: SweptWrite): Promise<void> {
  const table = renderFaultTable(await sweepWrite(write));
  if (process.env["ITLCTL_WRITE_DOCS"] === "1") writePart(name, table);
  expect(readPart(name), "docs/reliability.md is old: run with ITLCTL_WRITE_DOCS=1").toBe(table);
}
