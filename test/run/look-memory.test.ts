// What is remembered of a look: the list as fetched before the list as told, and no end of a certificate that cannot be read.
import { expect, test } from "vitest";
import { lookMemoryOf } from "../../src/run/look-memory.ts";
import type { ServedFact } from "../../src/facts/node-facts.ts";
import { shownList, smallCluster, smallNode, smallRecord } from "../verdict/small-facts.ts";
import { factsOf, makeLab } from "../support/lab-facts.ts";

const recovery = (serial: string, certificate: string | null = null) =>
  smallRecord("token", serial, { unit: "ITLRecovery", certificate });
const listed = (...records: Parameters<typeof shownList>[0]) => ({ itl: shownList(records) });
const gone: ServedFact = { kind: "unreachable", reason: "refused" };

test("a list that was not fetched is known by what `show itl` told", () => {
  const sub = smallNode("sub", { ...listed(recovery("62")), served: gone });
  const memory = lookMemoryOf(smallCluster(smallNode("pub", listed(recovery("61"))), sub));
  expect(memory).toEqual({
    at: "2026-01-01T00:00:00Z",
    nodes: [
      { node: "pub", role: "publisher", isUp: true, listBytes: 5000 },
      { node: "sub", role: "subscriber", isUp: true, listBytes: 5000 },
    ],
    ...{ recoverySerials: ["61", "62"], recoveryNotAfter: null },
  });
});

test("a node without any list has none, whether it was asked or not", () => {
  const missing = smallNode("sub", { itl: { kind: "missing", text: "" } });
  const down = smallNode("down", { isReachable: false });
  const memory = lookMemoryOf(smallCluster(missing, down));
  expect(memory.nodes.map(({ isUp, listBytes }) => [isUp, listBytes])).toEqual([
    [true, null],
    [false, null],
  ]);
  expect([memory.recoverySerials, memory.recoveryNotAfter]).toEqual([[], null]);
});

test("a list that was fetched counts, its size is that of its bytes, and the first end of its certificates is kept", () => {
  const lab = makeLab("12.5");
  const { observedAt, recoverySerials, recoveryNotAfter, nodes } = {
    observedAt: factsOf(lab).observedAt,
    ...lookMemoryOf(factsOf(lab)),
  };
  expect(nodes.map(({ listBytes }) => listBytes)).toEqual([
    ...[lab.node("pub").servedFile?.length, lab.node("tftp2").servedFile?.length, null],
  ]);
  expect(recoverySerials).toHaveLength(1);
  expect(recoveryNotAfter).toMatch(/^20\d\d-\d\d-\d\dT/);
  expect(Date.parse(recoveryNotAfter ?? "")).toBeGreaterThan(Date.parse(observedAt));
});

test("a certificate that cannot be read has no end, and spoils nothing else", () => {
  const spoilt = lookMemoryOf(smallCluster(smallNode("pub", listed(recovery("61", "bm9uZQ==")))));
  expect([spoilt.recoverySerials, spoilt.recoveryNotAfter]).toEqual([["61"], null]);
});
