// Many thousands of damaged lists, answers and journals: every reader ends in its own error, and soon.
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { expect, test } from "vitest";
import { OperatorError } from "../../src/base/errors.ts";
import { parseCertList } from "../../src/facts/cert-list.ts";
import { parseShownCertificate } from "../../src/facts/certificate.ts";
import { parseItlReset } from "../../src/facts/itl-reset.ts";
import { parseNetworkCluster } from "../../src/facts/network-cluster.ts";
import { parseReplication } from "../../src/facts/replication.ts";
import { parseSqlRows } from "../../src/facts/run-sql.ts";
import { parseServiceList } from "../../src/facts/service-list.ts";
import { parseShownList } from "../../src/facts/show-itl.ts";
import { parseShowStatus } from "../../src/facts/show-status.ts";
import { parseActiveVersion } from "../../src/facts/version.ts";

const folder = fileURLToPath(new URL("../../mocks/transcripts/", import.meta.url));
const transcripts = readdirSync(folder)
  .filter((name) => name.endsWith(".txt"))
  .map((name) => readFileSync(folder + name, "utf8"));

const readers: Readonly<Record<string, (text: string) => unknown>> = {
  parseCertList,
  parseShownCertificate,
  parseItlReset,
  parseNetworkCluster,
  parseReplication,
  parseSqlRows,
  parseServiceList,
  parseShownList,
  parseShowStatus,
  parseActiveVersion,
};

/** Where, how much to take out, and what to put there. */
const damage = fc.array(
  fc.tuple(
    fc.double({ min: 0, max: 1, noNaN: true }),
    fc.nat({ max: 40 }),
    fc.string({ maxLength: 12, unit: "binary" }),
  ),
  { minLength: 1, maxLength: 6 },
);

function damaged(text: string, cuts: readonly (readonly [number, number, string])[]): string {
  return cuts.reduce((current, [where, length, put]) => {
    const at = Math.floor(where * current.length);
    return current.slice(0, at) + put + current.slice(at + length);
  }, text);
}

test.each(Object.keys(readers))("%s survives damaged transcripts", (name) => {
  const read = readers[name];
  let slowestMs = 0;
  fc.assert(
    fc.property(fc.constantFrom(...transcripts), damage, (text, cuts) => {
      const startedAt = performance.now();
      try {
        read?.(damaged(text, cuts));
      } catch (error) {
        expect(error).toBeInstanceOf(OperatorError);
      }
      slowestMs = Math.max(slowestMs, performance.now() - startedAt);
    }),
    { numRuns: 5_000 },
  );
  expect(slowestMs).toBeLessThan(250);
});
