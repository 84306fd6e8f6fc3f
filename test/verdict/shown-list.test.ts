// Which of a node's two views of its list counts, and what a list that was only printed is as a file.
import { describe, expect, test } from "vitest";
import type { NodeFacts, ServedFact } from "../../src/facts/node-facts.ts";
import { listFileOfNode, listFileOfShown, listOfNode } from "../../src/verdict/shown-list.ts";
import { shownList, smallNode, smallRecord } from "./small-facts.ts";

const itl = {
  ...shownList([smallRecord("token", "0A")]),
  checksums: { md5: "01", sha1: "02", sha256: "03" },
};
const file = listFileOfShown(shownList([smallRecord("token", "0B")]));
if (file === null) throw new Error("no file");
const served: ServedFact = { kind: "fetched", file, signature: "valid", bytes: "" };
const serialsOf = (parts: Partial<NodeFacts>) => {
  const node = smallNode("pub", parts);
  return [listOfNode(node), listFileOfNode(node)].map((list) => list?.records[0]?.serial ?? null);
};
const missing = { kind: "missing", text: "" } as const;
const unread = [
  { kind: "unreachable", reason: "closed" },
  { kind: "unreadable", sha1: "00", reason: "HTML" },
] as const;

describe("a node's list", () => {
  test("is what `show itl` printed for whoever reads it, and the file for what phones do", () => {
    expect(serialsOf({ itl, served })).toEqual(["0A", "0B"]);
  });

  test("is the one that there is", () => {
    expect(serialsOf({ itl })).toEqual(["0A", "0A"]);
    expect(serialsOf({ served })).toEqual(["0B", "0B"]);
    for (const nothing of unread) expect(serialsOf({ itl, served: nothing })).toEqual(["0A", "0A"]);
    expect(serialsOf({ itl: missing, served })).toEqual(["0B", "0B"]);
  });

  test("is none where neither was read", () => {
    expect(serialsOf({})).toEqual([null, null]);
    for (const nothing of unread) expect(serialsOf({ itl: missing, served: nothing })).toEqual([null, null]);
  });
});

describe("a printed list as a file", () => {
  test("keeps what was printed, and is empty where nothing was", () => {
    expect(listFileOfShown(itl)).toMatchObject({
      ...{ kind: "itl", sizeBytes: 5000, md5: "01", sha1: "02", sha256: "03" },
      header: { version: "1.2", headerLength: 300, signer: itl.signer, digest: "unknown" },
      records: itl.records,
    });
    const bare = { ...itl, checksums: {}, version: null, headerLengthBytes: null };
    expect(listFileOfShown(bare)).toMatchObject({
      ...{ md5: "", sha1: "", sha256: "" },
      header: { version: "", headerLength: 0 },
    });
  });

  test("is none where it names no signer", () => {
    expect(listFileOfShown({ ...itl, signer: null })).toBeNull();
  });
});
