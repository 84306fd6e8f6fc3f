// One node by itself: what is told of it once, and what is not told because something else says it already.
import { describe, expect, test } from "vitest";
import type { NodeFacts } from "../../src/facts/node-facts.ts";
import { judgeNode } from "../../src/verdict/judge-node.ts";
import { factsOf, makeLab, nodeOf } from "../support/lab-facts.ts";

const node = nodeOf(factsOf(makeLab("11.5")), "tftp2");
const { itl, served, services } = node;
if (itl?.kind !== "shown" || served?.kind !== "fetched") throw new Error("no list");
const judge = (parts: Partial<NodeFacts>) => judgeNode({ ...node, ...parts }, "11.5.1");
const told = (parts: Partial<NodeFacts>) => judge(parts).map(({ code }) => code);
const nothing = { itl: null, served: null, services: null, clockSkewMs: null, certificates: {} } as const;
const tftpIs = (state: string, isActivated = true) => ({
  services: (services ?? []).map((row) => (row.name === "Cisco Tftp" ? { ...row, state, isActivated } : row)),
});

test("a node that gave nothing is told once: by why, or as unreachable where nobody said why", () => {
  const trouble = [{ code: "login-refused", command: null, message: "wrong password" }] as const;
  expect(told({ ...nothing, isReachable: false, trouble })).toEqual(["login-refused"]);
  const [finding, ...others] = judge({ ...nothing, isReachable: false });
  expect(others).toEqual([]);
  expect(finding).toMatchObject({ code: "node-unreachable", severity: "block" });
  expect(finding?.message).toBe(`tftp2: the node at ${node.address} could not be reached`);
  expect(told({ ...nothing, isReachable: true })).toEqual([]);
});

test("no list is missing where Cisco Tftp is stopped, or not known: it could not be there", () => {
  const missing = { itl: { kind: "missing", text: "" }, served: null } as const;
  expect(told(missing)).toEqual(["itl-missing"]);
  expect(told({ ...missing, ...tftpIs("STOPPED") })).toEqual(["tftp-not-started"]);
  expect(told({ ...missing, ...tftpIs("STOPPED", false) })).toEqual([]);
  expect(told({ ...missing, services: null })).toEqual([]);
});

test("a list of a node where Cisco Tftp is not activated is not judged: no phone is given it", () => {
  const unwell = { itl: { ...itl, isVerified: false }, served: null };
  expect(told(unwell)).toEqual(["itl-not-verified"]);
  expect(told({ ...unwell, ...tftpIs("STOPPED", false) })).toEqual([]);
});

test("what `show itl` says instead of its success is quoted, or that it says nothing", () => {
  const message = (verdictText: string | null) =>
    judge({ itl: { ...itl, isVerified: false, verdictText } })[0]?.message;
  expect(message("Error -3")).toMatch(/it says "Error -3"$/);
  expect(message(null)).toMatch(/it says nothing$/);
});

test("a service that is not started is told with its state", () => {
  expect(judge(tftpIs("STARTING"))[0]?.message).toBe("tftp2: Cisco Tftp is activated, but STARTING");
});

describe("the size of a list", () => {
  const large = 64 * 1024;
  const shownBytes = (lengthBytes: number) => ({ itl: { ...itl, lengthBytes } });
  const servedBytes = (sizeBytes: number) => ({ served: { ...served, file: { ...served.file, sizeBytes } } });

  test.each([
    ["shown", shownBytes],
    ["served", servedBytes],
  ])("is the larger one, here the one that is %s", (_, sized) => {
    expect(judge(sized(large)).map(({ code, severity }) => [code, severity])).toEqual([
      ["itl-too-large", "warn"],
    ]);
    expect(judge(sized(large + 1)).map(({ severity }) => severity)).toEqual(["block"]);
  });
});

test.each([
  [61_400, "tftp2: its clock is 61 s ahead of the clock here"],
  [-3_600_000, "tftp2: its clock is 3600 s behind the clock here"],
])("a clock that is %i ms off is told in words", (clockSkewMs, message) => {
  expect(judge({ clockSkewMs }).map((finding) => finding.message)).toEqual([message]);
});

describe("a signer that is not the normal one", () => {
  const { signer } = itl;
  if (signer === null) throw new Error("no signer");

  test("is told by its name where it has no role that is known", () => {
    const stranger = { ...signer, name: "CN=stranger", serial: "0A:0B" };
    const [finding] = judge({ itl: { ...itl, signer: stranger } });
    expect(finding?.code).toBe("signer-unexpected");
    expect(finding?.message).toContain("signed by CN=stranger, serial 0A:0B, normal for release 11.5.1");
  });

  test("is not judged where no release is known, or the list names none", () => {
    const stranger = { ...itl, signer: { ...signer, name: "CN=stranger" } };
    expect(judgeNode({ ...node, itl: stranger }, null)).toEqual([]);
    expect(told({ itl: { ...itl, signer: null } })).toEqual([]);
    expect(told({ certificates: {} })).toEqual([]);
  });

  test("is told of a list that nobody could show, by the file that is served", () => {
    const file = {
      ...served.file,
      header: { ...served.file.header, signer: { ...signer, name: "CN=stranger" } },
    };
    expect(told({ itl: null, served: { ...served, file } })).toEqual(["signer-unexpected"]);
  });
});
