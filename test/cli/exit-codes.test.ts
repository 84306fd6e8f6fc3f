// The table of errors and exits, counted: each code of errors.ts and each exit of the interface is produced, or is said not to be reachable yet.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ErrorCode, errorCodes } from "../../src/base/errors.ts";
import { exitCodes, exitOfError, exitOfVerdict } from "../../src/cli/exit-codes.ts";
import type { ErrorDocument } from "../../src/cli/print-error.ts";
import { type LostCluster, openLostCluster } from "../support/lost-cluster.ts";
import type { CliResult } from "../support/run-cli.ts";
import { loadSourceFiles, withoutComments } from "../support/source-files.ts";
import { type Producer, producers, quietExits } from "./error-producers.ts";

type Calling = Extract<Producer, { kind: "call" }>;
const codes = Object.keys(errorCodes) as ErrorCode[];
const produced = codes.flatMap((code) => {
  const producer = producers[code];
  return producer.kind === "call" ? [[code, producer] as const] : [];
});
const unreachable = codes.filter((code) => producers[code].kind === "not reachable yet");

let shared: LostCluster;
beforeAll(async () => {
  shared = await openLostCluster("lost-trust", "11.5");
});
afterAll(() => shared.close());

/** What the call ends with, and the lines written meanwhile. */
async function outcomeOf({ call, onOwnCluster }: Calling): Promise<{ result: CliResult; written: string[] }> {
  if (onOwnCluster !== true) return { result: await call(shared), written: shared.written() };
  const own = await openLostCluster("lost-trust", "11.5");
  try {
    return { result: await call(own), written: own.written() };
  } finally {
    await own.close();
  }
}

describe("every error code", () => {
  test.each(produced)("%s is produced, with its exit, a hint and one document", async (code, producer) => {
    const { result, written } = await outcomeOf(producer);
    const { error } = result.json<{ error: ErrorDocument | null }>();
    expect([error?.code, result.exit]).toEqual([code, errorCodes[code].exit]);
    expect(error?.hint).toMatch(/^[A-Za-z]+ \S+/);
    expect(error?.message).toMatch(/\S/);
    if (result.exit < 22) expect(written).toEqual([]);
  });

  test("is produced, or is not reachable yet for a reason", () => {
    expect(Object.keys(producers).sort()).toEqual([...codes].sort());
    expect(unreachable.sort()).toEqual(["confirmation-mismatch", "held"]);
    for (const code of unreachable) {
      const producer = producers[code];
      expect(producer.kind === "not reachable yet" ? producer.why : "").toMatch(/\w+ \w+/);
    }
  });

  test("that is not reachable yet is thrown nowhere, but where it is caught again", () => {
    const files = loadSourceFiles(["src"]);
    for (const code of unreachable) {
      const thrown = new RegExp(`OperatorError\\(\\s*"${code}"`);
      const throwers = files.filter(({ text }) => thrown.test(withoutComments(text))).map(({ path }) => path);
      expect([code, throwers]).toEqual([code, code === "confirmation-mismatch" ? ["src/cli/ask.ts"] : []]);
    }
  });
});

describe("every exit code", () => {
  test.each(Object.entries(quietExits))("%s, without an error", async (exit, producer) => {
    const { result } = await outcomeOf(producer);
    expect(result.exit).toBe(Number(exit));
    expect(result.json<{ error: unknown }>().error).toBeNull();
  });

  test("is produced by an error code or by a call without an error", () => {
    const exits = new Set([
      ...produced.map(([code]) => exitOfError(code)),
      ...Object.keys(quietExits).map(Number),
    ]);
    expect([...exits].sort((a, b) => a - b)).toEqual(Object.keys(exitCodes).map(Number));
  });

  test("of a verdict is 0, 3 or 20", () => {
    expect((["pass", "warn", "block"] as const).map(exitOfVerdict)).toEqual([0, 3, 20]);
  });
});
