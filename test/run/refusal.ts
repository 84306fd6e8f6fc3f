// A lab and what is wrong about a call of recover, in; what every refusal has in common, checked, out.
import { readFileSync } from "node:fs";
import { expect } from "vitest";
import { parse, stringify } from "yaml";
import type { ErrorCode } from "../../src/base/errors.ts";
import type { ErrorDocument } from "../../src/cli/print-error.ts";
import type { RunDocument } from "../../src/report/run-document.ts";
import type { LostCluster } from "../support/lost-cluster.ts";
import type { CliResult, CliWorld } from "../support/run-cli.ts";

/** The part of the lab's inventory that tests change. */
export interface ClusterEntry {
  nodes: {
    name: string;
    role: string;
    address: string;
    ssh: { port: number; hostKeys?: string[]; knownHosts?: string };
  }[];
  credentials: Record<string, unknown>;
  recoveryKey?: Record<string, unknown>;
}

/** Where there is a run the document is the run, else only the error. */
export type Answer = Partial<RunDocument> & { readonly error: ErrorDocument | null };

/** `recover east --json --yes` in a world of its own. */
export function recoverIn(
  lost: LostCluster,
  flags: readonly string[],
  world: CliWorld = {},
): Promise<CliResult> {
  return lost.run(["recover", "east", "--json", "--yes", ...flags], {
    ...world,
    environment: { LAB_SFTP_PASSWORD: lost.lab.sftp.password, ...world.environment },
  });
}

/** The lab's inventory with something changed in it; gives the path. */
export function changedInventory(lost: LostCluster, change: (east: ClusterEntry) => void): string {
  const inventory = parse(readFileSync(lost.inventory, "utf8")) as { clusters: { east: ClusterEntry } };
  change(inventory.clusters.east);
  return lost.write("changed.yaml", stringify(inventory));
}

/** Takes the logins tried so far as the start; the function gives those tried since, by node. */
export function countAttempts(lost: LostCluster): () => Record<string, number> {
  const before = lost.attempts();
  return () =>
    Object.fromEntries(
      Object.entries(lost.attempts()).map(([name, count]) => [
        name.replace("east/", ""),
        count - (before[name] ?? 0),
      ]),
    );
}

/** One document; the code with its exit and place; a hint that says what to do; nothing written. */
export function expectRefused(
  lost: LostCluster,
  result: CliResult,
  expected: { readonly exit: number; readonly code: ErrorCode; readonly place?: Record<string, unknown> },
): Answer & { readonly error: ErrorDocument } {
  const answer = result.json<Answer>();
  const { error } = answer;
  expect(error).toMatchObject({ code: expected.code, place: expected.place ?? {} });
  expect(result.exit).toBe(expected.exit);
  expect(error?.hint).toMatch(/^[A-Za-z][a-z]+ \S+/);
  expect(error?.message).toMatch(/\S/);
  expect(lost.written()).toEqual([]);
  expect(lost.lab.complaints).toEqual([]);
  if (error === null) throw new Error("a refusal has an error");
  return { ...answer, error };
}
