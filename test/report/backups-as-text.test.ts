// Backups as people read them: runs, what is kept, what was verified and what was pruned; nothing of it can pass for another line.
import { expect, test } from "vitest";
import {
  type ListedBackup,
  renderBackupListText,
  renderBackupRunsText,
  renderBackupVerifyText,
  renderPruneText,
} from "../../src/report/backups-as-text.ts";
import type { Paint } from "../../src/report/paint.ts";
import type { RunDocument } from "../../src/report/run-document.ts";

const paint: Paint = (color, text) => `<${color}>${text}</${color}>`;
const plain: Paint = (_color, text) => text;
const look = { width: 200, paint: plain };
const nowMs = Date.UTC(2026, 10, 20, 12);

function kept(change: Partial<ListedBackup> = {}): ListedBackup {
  return {
    ...{ id: "20261120T100000Z-61", cluster: "east", takenAt: "2026-11-20T10:00:00Z", proof: "matched" },
    ...{ certificateSerial: "61:40:52:1F:00:01", notAfter: "2046-01-01T00:00:00Z" },
    ...change,
  } as ListedBackup;
}

const rowsOf = (text: string) => text.split("\n").map((line) => line.trim().split(/ {2,}/));

test("the list: age in hours up to two days, then in days; what nobody saw is unknown", () => {
  const text = renderBackupListText(
    [
      kept(),
      kept({ id: "b", takenAt: "2026-11-18T12:00:01Z" }),
      kept({ id: "c", takenAt: "2026-11-18T12:00:00Z", certificateSerial: null, notAfter: null }),
      kept({ id: "d", takenAt: "2026-11-20T13:00:00Z" }),
    ],
    [],
    nowMs,
    look,
  );
  expect(rowsOf(text)).toEqual([
    ["cluster", "backup", "age", "proof", "serial", "ends"],
    ["east", "20261120T100000Z-61", "2h", "matched", "6140521f", "2046-01-01"],
    ["east", "b", "47h", "matched", "6140521f", "2046-01-01"],
    ["east", "c", "2d", "matched", "unknown", "unknown"],
    ["east", "d", "0h", "matched", "6140521f", "2046-01-01"],
  ]);
});

test("an id stays whole however narrow the terminal is, so that it can be copied", () => {
  const text = renderBackupListText([kept()], [], nowMs, { width: 20, paint: plain });
  expect(text).toContain("20261120T100000Z-61");
});

test.each([
  ["list", renderBackupListText([], [], nowMs, look)],
  ["verify", renderBackupVerifyText([], [], look)],
  ["prune", renderPruneText([], false, look)],
])("%s of an empty vault says how one is taken", (_what, text) => {
  expect(text).toBe("no backup is kept yet: itlctl backup run takes one");
});

test("folders that are no whole backups stand below, in red, and cannot begin a line of their own", () => {
  const damaged = [{ cluster: "east", path: "east/1\nwest", reason: "manifest.json\x1b[2J is missing" }];
  const [, empty, head, ...lines] = renderBackupListText([], damaged, nowMs, { width: 80, paint }).split(
    "\n",
  );
  expect([empty, head]).toEqual(["", "<red>not whole backups:</red>"]);
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(/^ {2}east: east\/1.*west: manifest\.json.* is missing$/);
  expect(lines[0]).not.toContain("\x1b");
});

test("verify: what is damaged says so in its row, and its note stands below", () => {
  const text = renderBackupVerifyText(
    [
      { ...kept(), intact: true, note: null },
      { ...kept({ id: "b" }), intact: false, note: "its SHA-256 is another" },
    ],
    [{ cluster: "east", path: "east/x", reason: "no manifest" }],
    look,
  );
  expect(rowsOf(text)).toEqual([
    ["cluster", "backup", "proof", "copy"],
    ["east", "20261120T100000Z-61", "matched", "intact"],
    ["east", "b", "matched", "DAMAGED"],
    [""],
    ["b: its SHA-256 is another"],
    [""],
    ["not whole backups:"],
    ["east: east/x: no manifest"],
  ]);
});

test("prune: every backup with what becomes of it and why; a dry run removes nothing in words either", () => {
  const backups = [
    { ...kept(), kept: true, removed: false, reasons: ["newest of its key", "protected"] },
    { ...kept({ id: "b" }), kept: false, removed: true, reasons: ["older than keep:"] },
  ];
  const told = (isDryRun: boolean) => rowsOf(renderPruneText(backups, isDryRun, look));
  expect(told(false).slice(1)).toEqual([
    ["east", "20261120T100000Z-61", "kept", "newest of its key; protected"],
    ["east", "b", "removed", "older than keep:"],
    [""],
    ["1 of 2 removed"],
  ]);
  expect(told(true).slice(2)).toEqual([
    ["east", "b", "would go", "older than keep:"],
    [""],
    ["1 of 2 would go"],
  ]);
});

const finding = { code: "backup-unproven", severity: "warn", message: "it is opened", advice: "Look." };
const warned = { outcome: "warned", findings: [finding] };
const ended = (change: object = {}) =>
  ({
    ...{ cluster: "east", outcome: "done", backup: kept(), error: null, findings: [] },
    ...change,
  }) as unknown as RunDocument;
const error = { code: "vault-unreachable", message: "the vault is down", hint: "Look at it.", place: {} };

test("runs: a row a cluster, in the colour of its outcome; what went wrong stands below with its hint", () => {
  const runs = [
    ended(),
    ended(warned),
    ended({ cluster: "north", outcome: "cancelled", backup: null }),
    ended({ cluster: "west", outcome: "failed", backup: null, error }),
  ];
  const lines = renderBackupRunsText(runs, { width: 200, paint }).split("\n");
  expect(lines.slice(1, 5).map((line) => /<(\w+)>(\w+)/.exec(line)?.slice(1))).toEqual([
    ["green", "done"],
    ["yellow", "warned"],
    ["yellow", "cancelled"],
    ["red", "failed"],
  ]);
  expect(lines[1]).toMatch(/matched +20261120T100000Z-61$/);
  expect(lines[4]).toMatch(/ vault-unreachable$/);
  expect(lines[6]).toBe("east: backup-unproven: it is opened. Look.");
  expect(lines[7]).toMatch(/^west: .*: the vault is down$/);
  expect(lines.slice(8)).toEqual(["  hint: Look at it."]);
});

test("runs: nothing stands below where nothing went wrong", () => {
  expect(renderBackupRunsText([ended()], look).split("\n")).toHaveLength(2);
});
