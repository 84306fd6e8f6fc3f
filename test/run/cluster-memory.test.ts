// What the state folder remembers of a cluster: the good night behind the bad one, alarms once each, and nothing out of a damaged file.
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import {
  clusterMemory,
  isAlarmTold,
  rememberBackup,
  rememberDown,
  rememberAlarm,
  rememberHook,
  rememberLook,
} from "../../src/run/cluster-memory.ts";

let state = "";
beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), "itlctl-memory-"));
});
afterEach(() => {
  rmSync(state, { recursive: true, force: true });
});

const kept = { proof: "matched", certificateSerial: "61:40" } as const;
const nodes = [{ node: "sub", role: "subscriber", isUp: true, listBytes: 5000 }];
const seen = {
  ...{ at: "2026-11-20T04:15:00Z", nodes, recoverySerials: ["61:40"] },
  recoveryNotAfter: "2031-01-01T00:00:00Z",
};

test("an attempt that kept nothing leaves the last success and the hooks as they were", () => {
  expect(clusterMemory(state, "east")).toEqual({ backup: null, look: null });
  rememberHook(state, "east", "backupStored", true);
  expect(clusterMemory(state, "east").backup).toEqual({
    ...{ lastAttemptAt: null, lastExit: null, lastSuccess: null },
    hooks: { backupStored: true },
  });
  rememberBackup(state, "east", { at: "2026-11-20T04:15:00Z", exit: 3, kept });
  expect(clusterMemory(state, "east").backup?.hooks).toEqual({ backupStored: true });
  rememberBackup(state, "east", { at: "2026-11-21T04:15:00Z", exit: 13, kept: null });
  expect(clusterMemory(state, "east").backup).toEqual({
    lastAttemptAt: "2026-11-21T04:15:00Z",
    lastExit: 13,
    lastSuccess: { at: "2026-11-20T04:15:00Z", ...kept },
    hooks: { backupStored: true },
  });
  expect(clusterMemory(state, "west").backup).toBeNull();
});

test("the first attempt of all may keep nothing, and the first look may read nothing", () => {
  rememberBackup(state, "east", { at: "2026-11-20T04:15:00Z", exit: 13, kept: null });
  expect(clusterMemory(state, "east").backup).toEqual({
    ...{ lastAttemptAt: "2026-11-20T04:15:00Z", lastExit: 13, lastSuccess: null, hooks: {} },
  });
  const blind = { ...seen, recoverySerials: [], recoveryNotAfter: null };
  rememberLook(state, "east", blind, null);
  expect(clusterMemory(state, "east").look).toEqual({ ...blind, lastStatusExit: null });
});

test("a look that read no list keeps what was known of the key, and a backup's look the exit of status", () => {
  rememberLook(state, "east", seen, 20);
  const blind = { ...seen, at: "2026-11-21T04:15:00Z", recoverySerials: [], recoveryNotAfter: null };
  rememberLook(state, "east", blind, null);
  expect(clusterMemory(state, "east").look).toEqual({ ...seen, at: blind.at, lastStatusExit: 20 });
  const renewed = { ...seen, recoverySerials: ["77:77"], recoveryNotAfter: "2040-01-01T00:00:00Z" };
  rememberLook(state, "east", renewed, 0);
  expect(clusterMemory(state, "east").look).toEqual({ ...renewed, lastStatusExit: 0 });
});

test("a node that is down is down, known before or not, and the others are as they were seen", () => {
  const down = { node: "pub", role: "publisher", at: "2026-11-21T04:15:00Z" };
  rememberDown(state, "east", down);
  expect(clusterMemory(state, "east").look).toEqual({
    ...{ at: down.at, lastStatusExit: null, recoverySerials: [], recoveryNotAfter: null },
    nodes: [{ node: "pub", role: "publisher", isUp: false, listBytes: null }],
  });
  const tftp2 = { node: "tftp2", role: "tftp", isUp: true, listBytes: 4000 };
  rememberLook(state, "east", { ...seen, nodes: [...nodes, tftp2] }, 0);
  rememberDown(state, "east", { ...down, node: "sub", role: "subscriber" });
  expect(clusterMemory(state, "east").look).toMatchObject({
    ...{ at: seen.at, recoverySerials: ["61:40"], lastStatusExit: 0 },
    nodes: [{ node: "sub", isUp: false, listBytes: null }, tftp2],
  });
});

test("an alarm is told once: again only in other words, or when it was raised again", () => {
  const alarm = (raised: string, node = "pub") =>
    `${node}: last raised at ${raised}; backup of 2026-11-01T00:00:00Z`;
  const first = alarm("2026-11-20T05:00:00Z");
  expect(isAlarmTold(state, "east", first)).toBe(false);
  expect(isAlarmTold(state, "east", first)).toBe(false);
  rememberAlarm(state, "east", first);
  expect(isAlarmTold(state, "east", first)).toBe(true);
  expect(isAlarmTold(state, "east", alarm("2026-11-20T05:00:02Z"))).toBe(true);
  expect(isAlarmTold(state, "west", first)).toBe(false);
  expect(isAlarmTold(state, "east", alarm("2026-11-21T05:00:00Z"))).toBe(false);
  rememberAlarm(state, "east", alarm("2026-11-21T05:00:00Z"));
  expect(isAlarmTold(state, "east", alarm("2026-11-21T05:00:01Z"))).toBe(true);
  expect(isAlarmTold(state, "east", alarm("2026-11-21T05:00:01Z", "pub2"))).toBe(false);
});

test.each(["", "{", "null", '{"lastAttemptAt": "yesterday"}', "[]"])(
  "a damaged file (%j) is nothing",
  (text) => {
    rememberBackup(state, "east", { at: "2026-11-20T04:15:00Z", exit: 0, kept });
    rememberLook(state, "east", seen, 0);
    for (const name of readdirSync(join(state, "last"))) writeFileSync(join(state, "last", name), text);
    expect(clusterMemory(state, "east")).toEqual({ backup: null, look: null });
    rememberBackup(state, "east", { at: "2026-11-21T04:15:00Z", exit: 0, kept });
    expect(clusterMemory(state, "east").backup?.lastExit).toBe(0);
  },
);
