// A look at a cluster → the lists kept beside a backup: each node's whole and own one, or the reason why it is missing there.
import { expect, test } from "vitest";
import { servedNow } from "../../src/run/backup/served-records.ts";
import type { ListFile, ShownList } from "../../src/facts/list-facts.ts";
import type { NodeFacts, ServedFact } from "../../src/facts/node-facts.ts";
import { shownList, smallCluster, smallNode, smallRecord } from "../verdict/small-facts.ts";

const record = smallRecord("token", "61:40", { unit: "ITLRecovery" });
const file = (parts: object = {}) =>
  ({ md5: "m", sha1: "s", sha256: "t", records: [record], header: {}, ...parts }) as unknown as ListFile;
const fetched = (parts: object = {}, signature: "valid" | "invalid" = "valid"): ServedFact => ({
  ...{ kind: "fetched", file: file(parts), signature, bytes: Buffer.from("a list").toString("base64") },
});
const shown = (checksums: Extract<ShownList, { kind: "shown" }>["checksums"] = { sha1: "s" }): ShownList => ({
  ...shownList([record]),
  checksums,
});
const now = (parts: Partial<NodeFacts>) => servedNow(smallCluster(smallNode("pub", parts)));

test("the list that `show itl` describes is kept, with its record and its serial once", () => {
  const parts = { itl: shown(), served: fetched() };
  expect(servedNow(smallCluster(smallNode("pub", parts), smallNode("sub", parts)))).toEqual({
    lists: ["pub", "sub"].map((node) => ({
      ...{ node, sha1: "s", file: `ITLFile-${node}.tlv`, bytes: Buffer.from("a list") },
    })),
    ...{ records: [record, record], serials: ["61:40"], unread: [] },
  });
});

test("a list without a recovery record is kept, and gives none", () => {
  const told = now({ itl: shown(), served: fetched({ records: [] }) });
  expect([told.lists.length, told.records, told.serials]).toEqual([1, [], []]);
});

test("a serial that no manifest could hold is not claimed", () => {
  const odd = { records: [{ ...record, serial: "many" }] };
  expect(now({ itl: shown(), served: fetched(odd) })).toMatchObject({ serials: [], unread: [] });
});

test.each<[string, Partial<NodeFacts>]>([
  ["that has no list", { itl: { kind: "missing", text: "" } }],
  ["that was not asked for one", { itl: null }],
])("a node %s is not amiss", (_what, parts) => {
  expect(now(parts)).toEqual({ lists: [], records: [], serials: [], unread: [] });
});

const trouble = [{ code: "node-unreachable", command: null, message: "nobody answers" }] as const;
test.each<[string, Partial<NodeFacts>, string]>([
  ["a node that is down", { isReachable: false, trouble }, "nobody answers"],
  ["a node that is down without a word", { isReachable: false }, "it could not be reached"],
  ["an answer that could not be read", { itl: null, trouble }, "nobody answers"],
  ["a list that was not fetched", { itl: shown(), served: null }, "its list was not fetched"],
  [
    "a list that could not be fetched",
    { itl: shown(), served: { kind: "unreachable", reason: "refused" } },
    "refused",
  ],
  [
    "bytes that are no list",
    { itl: shown(), served: { kind: "unreadable", sha1: "s", reason: "too short" } },
    "too short",
  ],
  [
    "a list to be compared with nothing",
    { itl: shown({}), served: fetched() },
    "`show itl` prints no checksum to compare the fetched list with",
  ],
  [
    "another list than the node's",
    { itl: shown({ sha1: "x" }), served: fetched() },
    "the list fetched is not the one that `show itl` describes",
  ],
  [
    "a list of which one sum fits and one does not",
    { itl: shown({ sha1: "s", md5: "x" }), served: fetched() },
    "the list fetched is not the one that `show itl` describes",
  ],
  [
    "a list with a wrong signature",
    { itl: shown(), served: fetched({}, "invalid") },
    "the signature of its list is not valid",
  ],
])("%s is not kept and proves nothing; why is told", (_what, parts, why) => {
  expect(now(parts)).toEqual({ lists: [], records: [], serials: [], unread: [`pub: ${why}`] });
});
