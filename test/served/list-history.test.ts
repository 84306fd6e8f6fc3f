// The history on disk: lists kept once, sightings per node, and damage that is reported and survived.
import { createHash } from "node:crypto";
import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type ListHistory, openListHistory } from "../../src/served/list-history.ts";

let state = "";
let history: ListHistory;
beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), "itlctl-history-"));
  history = openListHistory(state);
});
afterEach(() => {
  rmSync(state, { recursive: true, force: true });
});

const listA = Buffer.from("list a");
const listB = Buffer.from("list b");
const sha1 = (bytes: Buffer) => createHash("sha1").update(bytes).digest("hex");
const at = (minute: number) => `2026-11-20T22:${String(minute).padStart(2, "0")}:00Z`;
const record = () => join(state, "lists", "east.jsonl");
const see = (node: string, minute: number, bytes: Buffer) =>
  history.remember({ cluster: "east", node, seenAt: at(minute), bytes });

test("asking an empty history makes nothing on disk", () => {
  expect(history.sightings("east")).toEqual([]);
  expect(history.damage("east")).toEqual([]);
  expect(existsSync(join(state, "lists"))).toBe(false);
});

test("a list is kept once under its SHA-1, private, and given back", () => {
  expect(see("pub", 1, listA)).toBe(sha1(listA));
  see("tftp2", 2, listA);
  const lists = readdirSync(join(state, "lists")).filter((name) => name.endsWith(".tlv"));
  expect(lists).toEqual([`${sha1(listA)}.tlv`]);
  expect(statSync(join(state, "lists", lists[0] ?? "")).mode & 0o777).toBe(0o600);
  expect(statSync(join(state, "lists")).mode & 0o777).toBe(0o700);
  expect(history.bytesOf(sha1(listA))).toEqual(listA);
});

test("a node's list is sighted anew only when it changed; else its last time moves on", () => {
  see("pub", 1, listA);
  see("tftp2", 1, listB);
  see("pub", 2, listA);
  see("pub", 3, listB);
  see("pub", 4, listB);
  see("pub", 5, listA);
  expect(history.sightings("east")).toEqual([
    { node: "pub", sha1: sha1(listA), firstSeenAt: at(1), lastSeenAt: at(2) },
    { node: "tftp2", sha1: sha1(listB), firstSeenAt: at(1), lastSeenAt: at(1) },
    { node: "pub", sha1: sha1(listB), firstSeenAt: at(3), lastSeenAt: at(4) },
    { node: "pub", sha1: sha1(listA), firstSeenAt: at(5), lastSeenAt: at(5) },
  ]);
  expect(readFileSync(record(), "utf8").trimEnd().split("\n")).toHaveLength(4);
});

test("clusters do not mix, and another process sees the same", () => {
  see("pub", 1, listA);
  history.remember({ cluster: "west", node: "pub", seenAt: at(2), bytes: listB });
  expect(
    openListHistory(state)
      .sightings("east")
      .map((sighting) => sighting.sha1),
  ).toEqual([sha1(listA)]);
  expect(
    openListHistory(state)
      .sightings("west")
      .map((sighting) => sighting.sha1),
  ).toEqual([sha1(listB)]);
});

test("a clock set back does not make the record grow", () => {
  see("pub", 30, listA);
  see("pub", 10, listB);
  see("pub", 11, listB);
  see("pub", 12, listB);
  expect(readFileSync(record(), "utf8").trimEnd().split("\n")).toHaveLength(2);
});

test("a cut last line is reported and left out, and the next sighting starts a line of its own", () => {
  see("pub", 1, listA);
  appendFileSync(record(), '{"node":"pub","sha1":"12');
  expect(history.sightings("east")).toHaveLength(1);
  expect(history.damage("east")).toEqual([`${record()}:2: this line cannot be read and is left out`]);
  see("pub", 3, listB);
  expect(history.sightings("east").map((sighting) => sighting.sha1)).toEqual([sha1(listA), sha1(listB)]);
  expect(history.damage("east")).toHaveLength(1);
});

test("a change that two processes wrote down at once is one sighting", () => {
  see("pub", 1, listA);
  see("pub", 2, listB);
  const lines = readFileSync(record(), "utf8").trimEnd().split("\n");
  appendFileSync(record(), `${lines[1]}\n`);
  expect(history.sightings("east")).toHaveLength(2);
});

test("a damaged last-seen file costs only the last time", () => {
  see("pub", 1, listA);
  see("pub", 5, listA);
  writeFileSync(join(state, "lists", "east.seen", "pub.json"), "{");
  expect(history.sightings("east")).toMatchObject([{ firstSeenAt: at(1), lastSeenAt: at(1) }]);
});

test("a damaged list is refused, and kept anew when it is seen again", () => {
  see("pub", 1, listA);
  writeFileSync(join(state, "lists", `${sha1(listA)}.tlv`), "list");
  expect(() => history.bytesOf(sha1(listA))).toThrow(expect.objectContaining({ code: "file-unreadable" }));
  see("tftp2", 2, listA);
  expect(history.bytesOf(sha1(listA))).toEqual(listA);
});

test("a list that is not kept, or a name that is none, is refused with a hint", () => {
  for (const name of [sha1(listB), "../../etc/passwd", ""]) {
    expect(() => history.bytesOf(name)).toThrow(
      expect.objectContaining({ code: "file-unreadable", hint: expect.stringContaining("itl history") }),
    );
  }
});

test("a name that would lead out of the folder is a bug, not a file", () => {
  expect(() => history.sightings("../east")).toThrow("not a name of the inventory");
  expect(() => see("../pub", 1, listA)).toThrow("not a name of the inventory");
});
