// The history of lists with damage in it → what phones may hold, and which keys they may need: of whole lists only.
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { seenRecords, serialsSeenSince } from "../../src/run/backup/seen-records.ts";
import { keptList, seenLists } from "../../src/run/seen-lists.ts";
import { type ListHistory, openListHistory } from "../../src/served/list-history.ts";
import { makeLab } from "../support/lab-facts.ts";

const lab = makeLab("12.5");
const fileOf = (name: string) => lab.node(name).servedFile ?? Buffer.alloc(0);
const [ofPub, ofTftp2, noList] = [fileOf("pub"), fileOf("tftp2"), Buffer.from("no list")];
const other = makeLab("12.5", { name: "west" }).publisher.servedFile ?? Buffer.alloc(0);
const sha1Of = (bytes: Buffer) => createHash("sha1").update(bytes).digest("hex");
const at = (minute: number) => `2026-11-20T22:0${minute}:00Z`;
let state: string;
let history: ListHistory;

beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), "itlctl-seen-"));
  history = openListHistory(state);
});
afterEach(() => rmSync(state, { recursive: true }));

const see = (node: string, minute: number, bytes: Buffer) =>
  history.remember({ cluster: "east", node, seenAt: at(minute), bytes });

/** By node, the first bytes and the time of each list. */
const told = (lists: ReturnType<typeof seenLists>) =>
  Object.entries(lists).map(([node, seen]) => [
    node,
    ...seen.map(({ bytes, lastSeenAt }) => [sha1Of(Buffer.from(bytes, "base64")), lastSeenAt]),
  ]);

test("each node's lists, newest first; what is no list is left out", () => {
  see("pub", 1, other);
  see("tftp2", 2, ofTftp2);
  see("pub", 3, noList);
  see("pub", 4, ofPub);
  expect(told(seenLists(history, "east"))).toEqual([
    ["pub", [sha1Of(ofPub), at(4)], [sha1Of(other), at(1)]],
    ["tftp2", [sha1Of(ofTftp2), at(2)]],
  ]);
  expect(seenLists(history, "west")).toEqual({});
  expect(seenLists(null, "east")).toEqual({});
});

test("a list that was damaged on disk proves nothing, and hides no other", () => {
  see("pub", 1, other);
  see("pub", 2, ofPub);
  writeFileSync(join(state, "lists", `${sha1Of(ofPub)}.tlv`), ofPub.subarray(9));
  expect(told(seenLists(history, "east"))).toEqual([["pub", [sha1Of(other), at(1)]]]);
  expect(keptList(history, sha1Of(ofPub))).toBeNull();
  expect(keptList(history, sha1Of(other))?.bytes).toBe(other.toString("base64"));
  expect(keptList(history, "0".repeat(40))).toBeNull();
});

test("a node that serves no readable list now has no key now; its former ones are known still", () => {
  see("pub", 1, ofPub);
  see("tftp2", 2, ofTftp2);
  const [, now] = seenRecords(history, "east").newest;
  see("tftp2", 3, noList);
  const { newest, all } = seenRecords(history, "east");
  expect(newest).toHaveLength(1);
  expect(all.map(({ node, lastSeenAt }) => [node, lastSeenAt])).toEqual([
    ["tftp2", at(2)],
    ["pub", at(1)],
  ]);
  expect(all.map(({ record }) => record.serial)).toEqual([now?.serial, now?.serial]);
});

test("serials of keys that phones may need, since then", () => {
  see("pub", 1, other);
  see("pub", 3, ofPub);
  see("tftp2", 4, noList);
  const since = (minute: number) => serialsSeenSince(history, "east", Date.parse(at(minute)));
  const present = seenRecords(history, "east").all[0]?.record.serial;
  expect([since(0).size, since(1).size, [...since(2)], since(4).size]).toEqual([2, 2, [present], 0]);
});
