// What a run says of the certificates that it was to renew: renewed with the last serial, left alone, or not known after a lost line.
import { expect, test } from "vitest";
import { certificateChanges } from "../../src/report/certificate-changes.ts";
import { runChanges } from "../../src/report/run-changes.ts";
import type { JournalEntry, JournalEvent, WriteEnd } from "../../src/run/journal-entry.ts";
import { type RunState, replay } from "../../src/run/replay.ts";
import { entries } from "./report-material.ts";

const recorded = entries.find((entry) => entry.kind === "certificate-changed");
const step = "regenerate-tvs-cm3";

function told(...events: readonly JournalEvent[]): { state: RunState; entries: JournalEntry[] } {
  const all = [
    ...entries,
    ...events.map((event, index) => ({
      ...event,
      seq: entries.length + index + 1,
      at: "2026-11-20T23:00:00Z",
      previous: "",
    })),
  ];
  return { state: replay(all), entries: all };
}
const ofRun = ({ state, entries }: ReturnType<typeof told>) =>
  certificateChanges(state, entries).map(
    ({ node, before, after, isChanged }) =>
      `${node} ${before?.serial ?? "-"} ${after?.serial ?? "-"} ${isChanged}`,
  );
const sent: JournalEvent = {
  ...{ kind: "write-intended", step, node: "cm3", line: "set cert regen TVS", baseline: {} },
};
const ended = (end: WriteEnd): JournalEvent => ({
  ...{ kind: "write-ended", step, node: "cm3", end, detail: "" },
});

test("one certificate made twice has the first serial before and the last one after", () => {
  if (recorded === undefined) throw new Error("the material has no renewed certificate");
  const again: JournalEvent = {
    ...{ kind: "certificate-changed", step: recorded.step, node: recorded.node, unit: recorded.unit },
    before: recorded.after,
    after: { ...recorded.after, serial: "51:0C" },
  };
  expect(ofRun(told(again))).toEqual(["pub 51:0A 51:0C true", "cm3 53:0A - false"]);
});

test.each<[WriteEnd, string]>([
  ["not-sent", "false"],
  ["refused", "false"],
  ["answered", "null"],
  ["lost", "null"],
])("a line that ended as %s, and no certificate read since: %s", (end, isChanged) => {
  expect(ofRun(told(sent, ended(end)))[1]).toBe(`cm3 53:0A - ${isChanged}`);
});

test("a line of which nobody knows the end leaves the certificate not known", () => {
  expect(ofRun(told(sent))[1]).toBe("cm3 53:0A - null");
});

test("a certificate that no plan named is told as recorded", () => {
  const { state, entries: all } = told();
  const unplanned = certificateChanges({ ...state, expanded: null, work: null }, all);
  expect(unplanned).toEqual([
    { node: "pub", unit: "TVS", before: recorded?.before, after: recorded?.after, isChanged: true },
  ]);
});

test("lists before a change of certificates are those before all of it, not before its last reset", () => {
  const { state } = told();
  const later = { baseline: [{ node: "pub", sha1: "f".repeat(40), signerSerial: null, signedBy: null }] };
  const changes = runChanges({ ...state, basis: later as unknown as RunState["basis"] }, []);
  expect(changes.find(({ node }) => node === "pub")?.before?.sha1).toBe("a".repeat(40));
});
