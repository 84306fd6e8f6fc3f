// What `utils service list` says of Cisco Tftp and TVS, to whether a reset reaches the node and whether it serves phones.
import { describe, expect, test } from "vitest";
import type { NodeFacts } from "../../src/facts/node-facts.ts";
import { isServingNode, isTftpNode, serviceRow, tftpState, tvsState } from "../../src/verdict/tftp-state.ts";
import { factsOf, makeLab, nodeOf } from "../support/lab-facts.ts";

const healthy = nodeOf(factsOf(makeLab("11.5")), "tftp2");
const missing = { kind: "missing", text: "" } as const;
const rows = (name: string, state: string, isActivated: boolean) => [
  { name: "Cisco CTIManager", state: "STARTED", isActivated: true, note: null },
  { name, state, isActivated, note: null },
];
const tftp = (state: string, isActivated: boolean) => ({ services: rows("Cisco Tftp", state, isActivated) });

test.each<[string, Partial<NodeFacts>, string, boolean, boolean]>([
  ["started", tftp("STARTED", true), "started", true, true],
  ["started, and shows no list", { ...tftp("STARTED", true), itl: missing }, "started", true, true],
  ["activated and stopped", tftp("STOPPED", true), "stopped", true, false],
  ["on its way", tftp("STARTING", true), "stopped", true, false],
  ["not activated", tftp("STOPPED", false), "inactive", false, false],
  ["not in the list at all", { services: [] }, "inactive", false, false],
  ["not known, but it shows a list", { services: null }, "unknown", true, true],
  ["not known, and it shows none", { services: null, itl: missing }, "unknown", false, false],
  ["not known, and it was not asked for one", { services: null, itl: null }, "unknown", false, false],
])("Cisco Tftp is %s", (_, parts, state, isTftp, isServing) => {
  const node = { ...healthy, ...parts };
  expect([tftpState(node), isTftpNode(node), isServingNode(node)]).toEqual([state, isTftp, isServing]);
});

describe("a Trust Verification Service", () => {
  const name = "Cisco Trust Verification Service";

  test("has states of its own", () => {
    const node = { ...healthy, services: rows(name, "STOPPED", true) };
    expect([tvsState(node), tftpState(node)]).toEqual(["stopped", "inactive"]);
    expect(tvsState(healthy)).toBe("started");
    expect(tvsState({ ...healthy, services: null })).toBe("unknown");
  });

  test("is found by its whole name", () => {
    const node = { ...healthy, services: rows(`${name} Agent`, "STARTED", true) };
    expect(serviceRow(node, name)).toBeNull();
    expect(serviceRow({ ...healthy, services: null }, name)).toBeNull();
  });
});
