// The publisher's own alarm beside what the vault holds: what cannot be asked there costs the other findings nothing; an interrupt ends the look.
import { expect, test } from "vitest";
import { OperatorError } from "../../src/base/errors.ts";
import type { NodeFacts } from "../../src/facts/node-facts.ts";
import { lookAtBackups } from "../../src/run/backup/look-at-backups.ts";
import type { LookTools } from "../../src/run/look.ts";
import { judgeVaultTrouble } from "../../src/verdict/vault-trouble.ts";
import type { StoredBackup } from "../../src/vault/vault.ts";
import { sampleBackup } from "../vault/backup-samples.ts";
import { shownList, smallCluster, smallNode, smallRecord } from "../verdict/small-facts.ts";

const serial = "61:40:52:1F:00:00:00:01";
const record = smallRecord("token", serial, { unit: "ITLRecovery" });
const pub = smallNode("pub", { itl: shownList([record]) });
const kept: StoredBackup = { path: "east/1", manifest: sampleBackup().manifest };
const alarm = (stamp: string) => `${stamp} : %UC_CERT-4-ITLRecoveryCertBackup: the key has no backup`;
const later = "Nov 21 2026 04:00:00 AM.735";

interface Fakes {
  /** By a piece of the line. */
  readonly answers?: Readonly<Record<string, string>>;
  readonly error?: Error;
  readonly signal?: AbortSignal;
  readonly nodes?: readonly NodeFacts[];
  readonly backups?: readonly StoredBackup[];
}

async function found({ answers = {}, error, signal, nodes = [pub], backups = [kept] }: Fakes = {}) {
  const lines: string[] = [];
  const session = {
    mask: (text: string) => text,
    async read({ line }: { readonly line: string }) {
      lines.push(line);
      if (error !== undefined) throw error;
      return { text: Object.entries(answers).find(([piece]) => line.includes(piece))?.[1] ?? "" };
    },
  };
  const tools = {
    cluster: {
      ...{ name: "east", nodes: [{ name: "pub" }], thresholds: { certificateDays: 30, backupAgeMs: 1e12 } },
      recoveryKey: { requireProof: "matched" },
    },
    pool: { session: async () => session },
    clock: { now: () => Date.UTC(2026, 10, 22) },
    signal,
  } as unknown as LookTools;
  const findings = await lookAtBackups(tools, smallCluster(...nodes), {
    kept: Promise.resolve({ backups, findings: [] }),
    ...{ lastGoodRun: null, others: [] },
  });
  return { codes: findings.map(({ code }) => code), findings, lines };
}

test("an alarm that was raised after the newest backup", async () => {
  const raised = await found({ answers: { "file search": alarm(`${later} UTC`) } });
  expect(raised.codes).toEqual(["backup-alarm-active"]);
  const old = await found({ answers: { "file search": alarm("Nov 01 2026 04:00:00 AM.735 UTC") } });
  expect(old.codes).toEqual([]);
  expect(old.lines, "the zone of its clock is not asked for").toHaveLength(1);
});

test("an alarm in the node's own zone: the zone is asked for, and the alarm dated by it", async () => {
  const answers = {
    "file search": alarm(`${later} CET`),
    "show status":
      "Host Name : pub\nDate : Sat Nov 21, 2026 05:00:00\nTime Zone : Central European Standard Time (Europe/Berlin)\n",
  };
  const { codes, findings, lines } = await found({ answers });
  expect(lines[1]).toBe("show status");
  expect(codes).toEqual(["backup-alarm-active"]);
  expect(findings[0]?.message).toContain("2026-11-21T03:00:00Z");
});

test.each<[string, Fakes]>([
  ["a search that the node refuses", { answers: { "file search": "Executed command unsuccessfully" } }],
  ["a session that is lost", { error: new OperatorError("session-lost", "gone", { hint: "Look." }) }],
])("%s is no alarm, and the backups are judged all the same", async (_what, fakes) => {
  expect((await found(fakes)).codes).toEqual([]);
  expect((await found({ ...fakes, backups: [] })).codes).toEqual(["backup-missing"]);
});

test("a publisher that is down, or that the inventory does not have, is not asked", async () => {
  const down = smallNode("pub", { isReachable: false });
  expect((await found({ nodes: [down] })).lines).toEqual([]);
  expect((await found({ nodes: [smallNode("sub")] })).lines).toEqual([]);
  expect((await found({ nodes: [smallNode("other", { role: "publisher" })] })).lines).toEqual([]);
});

test("an interrupt and a bug are not taken for a node that does not answer", async () => {
  const stop = new AbortController();
  stop.abort();
  const error = new OperatorError("cancelled", "stopped", { hint: "Run it again." });
  await expect(found({ error, signal: stop.signal })).rejects.toBe(error);
  const bug = new Error("bug");
  await expect(found({ error: bug })).rejects.toBe(bug);
});

test("a vault that could not be asked is all that is said of its backups", async () => {
  const trouble = judgeVaultTrouble("east", { message: "down", hint: "Look." });
  const tools = { cluster: { nodes: [] }, pool: {} } as unknown as LookTools;
  const findings = await lookAtBackups(tools, smallCluster(), {
    kept: Promise.resolve({ backups: [], findings: [trouble] }),
    ...{ lastGoodRun: null, others: [] },
  });
  expect(findings).toEqual([trouble]);
});
