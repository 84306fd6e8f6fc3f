// Masking switched off in one place at a time: each time the search finds the secret there, so each place is needed and watched.
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { type GuardedLab, openGuardedLab, type Passwords } from "./guarded-lab.ts";
import { masking } from "./leaky-masker.ts";
import { findSecrets } from "./written-forms.ts";

vi.mock("../../src/base/secret.ts", async (original) =>
  (await import("./leaky-masker.ts")).leakyModule(await original()),
);

let lab: GuardedLab;
beforeAll(async () => {
  lab = await openGuardedLab();
});
afterAll(() => lab.close());

type Call = "refused remote reset" | "refused local reset, as JSON" | "status";
const calls: Readonly<Record<Call, { args: readonly string[]; echo: readonly (keyof Passwords)[] }>> = {
  "refused remote reset": {
    args: ["recover", "east", "--yes", "--debug", "--accept", "held-list-assumed"],
    echo: ["platform", "ccm", "sftp", "security"],
  },
  "refused local reset, as JSON": {
    args: ["recover", "east", "--yes", "--json", "--debug", "--key", "local"],
    echo: ["platform", "ccm"],
  },
  status: { args: ["status", "--debug"], echo: ["platform"] },
};

/** Where the secrets stand after a call with masking off at these places: names of places, each once. */
async function leaksOf(call: Call, off: readonly string[]): Promise<readonly string[]> {
  const { args, echo } = calls[call];
  const isRemote = call === "refused remote reset";
  lab.lab.cluster().faults.clear();
  lab.forget("run");
  if (call === "status") lab.echoAt(/^show itl/, "before", echo);
  else lab.echoAt(/^utils itl reset/, "ccm-password", echo);
  masking.off = new Set(off);
  const result = await lab.call("run", [...args, ...(isRemote ? lab.remoteFlags : [])]);
  masking.off.clear();
  expect(lab.lab.cluster().faults.pending()).toEqual([]);
  const found = findSecrets(lab.placesOf("run", result), lab.secrets);
  return [...new Set(found.map((line) => line.replace(/: .*/, "")))];
}

/** They mask early, so that nothing unmasked is handed about; what is stored or printed is masked once more. */
const early = [
  "session/session.ts tail",
  "session/session.ts tellLines",
  "session/write-end.ts of",
  "session/read-answer.ts readAnswer",
];
const journal = "run/journal.ts maskFreeText";

/** `behind`: what masks before the place and would hide that it is off. */
const places: readonly { place: string; call: Call; behind: readonly string[]; leak: string }[] = [
  {
    place: "session/transcript.ts sent",
    call: "refused remote reset",
    behind: [],
    leak: "transcripts/pub.log",
  },
  {
    place: "session/transcript.ts received",
    call: "refused local reset, as JSON",
    behind: [],
    leak: "transcripts/pub.log",
  },
  { place: journal, call: "refused local reset, as JSON", behind: early, leak: "journal.jsonl" },
  {
    place: "cli/run-setup.ts keepReport",
    call: "refused local reset, as JSON",
    behind: [...early, journal],
    leak: "report.json",
  },
  {
    place: "cli/output.ts answerJson",
    call: "refused local reset, as JSON",
    behind: [...early, journal],
    leak: "stdout",
  },
  { place: "cli/output.ts answer", call: "status", behind: early, leak: "stdout" },
  { place: "cli/output.ts note", call: "refused local reset, as JSON", behind: early, leak: "stderr" },
];

describe.each(Object.keys(calls) as Call[])("%s", (call) => {
  test("leaves no secret anywhere", async () => {
    expect(await leaksOf(call, [])).toEqual([]);
  });

  test("leaves none either when nothing is masked early", async () => {
    expect(await leaksOf(call, early)).toEqual([]);
  });
});

describe("switched off in one place", () => {
  test.each(places)("$place: the secret is found in $leak", async ({ place, call, behind, leak }) => {
    expect(await leaksOf(call, [...behind, place])).toContain(leak);
  });

  test("behind the journal, everything that is printed or kept is masked again", async () => {
    const leaks = await leaksOf("refused local reset, as JSON", [...early, journal]);
    expect(leaks).toEqual(["journal.jsonl"]);
  });
});

test("no other place asks for masking: a new one belongs into the list above", () => {
  const listed = new Set([...early, ...places.map(({ place }) => place)]);
  // A note of a transcript and the rest of its stream are tried in transcript-notes.test.ts, a drawn line in output.test.ts.
  const elsewhere = [
    ...["session/transcript.ts note", "session/transcript.ts close", "session/session.ts fail"],
    "cli/output.ts draw",
  ];
  for (const place of elsewhere) listed.add(place);
  expect([...masking.asked].filter((place) => !listed.has(place))).toEqual([]);
});
