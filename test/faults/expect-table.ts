// A swept write against its promises: a spread sample in every deep run, all of it (and the table of docs/reliability.md) when asked for.
import { expect } from "vitest";
import { renderFaultTable } from "./fault-table.ts";
import { readPart, writePart } from "./reliability-page.ts";
import { type SweptWrite, sweepWrite } from "./sweep.ts";

/** Every so many cases is in the sample: the whole sweep takes an hour. Primes, so that they walk through places and troubles alike. */
export const sampleEvery = process.env["ITLCTL_SWEEP"] === "some" ? 11 : 53;

/** Carries the cases out; their promises have to hold. With ITLCTL_SWEEP=all every case, and the page has to say what came of them; ITLCTL_WRITE_DOCS=1 writes it. */
export async function expectTable(name: string, write: SweptWrite): Promise<void> {
  await expectPart(name, async (isWhole) => {
    const swept = await sweepWrite(write, (_one, index) => isWhole || index % sampleEvery === 0);
    expect(swept.length).toBeGreaterThan(8);
    return { cases: swept.length, table: renderFaultTable(swept) };
  });
}

/** The same for any sweep; `isWhole` asks it for every case. */
export async function expectPart(
  name: string,
  carryOut: (isWhole: boolean) => Promise<{ readonly cases: number; readonly table: string }>,
): Promise<void> {
  const isWriting = process.env["ITLCTL_WRITE_DOCS"] === "1";
  const isWhole = isWriting || process.env["ITLCTL_SWEEP"] === "all";
  const { cases, table } = await carryOut(isWhole);
  if (!isWhole) {
    process.stdout.write(`${name}: ${cases} cases, one in ${sampleEvery}; all with ITLCTL_SWEEP=all\n`);
    return;
  }
  if (isWriting) writePart(name, table);
  expect(readPart(name), "docs/reliability.md is old: run with ITLCTL_WRITE_DOCS=1").toBe(table);
}
