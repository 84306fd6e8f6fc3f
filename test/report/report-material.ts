// One run with everything in it, as journal lines → the report of it; and any report with a hostile text in every field.
import type { JournalEntry, JournalEvent } from "../../src/run/journal-entry.ts";
import type { RecoveryBasis } from "../../src/run/recovery-basis.ts";
import { type RunState, replay } from "../../src/run/replay.ts";
import type { Finding } from "../../src/verdict/verdict.ts";
import { type RunReport, runReport, type ToldExchange } from "../../src/report/run-report.ts";

export const [listBefore, listAfter] = ["a".repeat(40), "b".repeat(40)];
const listReset = "c".repeat(40);

const baseline = [
  { node: "pub", sha1: listBefore, signerSerial: "4E:9A", signedBy: "CallManager" as const },
  { node: "tftp2", sha1: null, signerSerial: null, signedBy: null },
];
const basis = { release: "11.5.1", publisher: "pub", baseline } as unknown as RecoveryBasis;
const work = {
  certificates: [
    { node: "pub", unit: "TVS", serial: "51:0A", sha1: "1".repeat(40), isSelfSigned: true, notBefore: "" },
    { node: "cm3", unit: "TVS", serial: "53:0A", sha1: "3".repeat(40), isSelfSigned: true, notBefore: "" },
  ],
  baseline,
} as unknown as NonNullable<RunState["work"]>;
const steps = ["pub", "cm3"].map((node) => {
  return { verb: "regenerate" as const, id: `regenerate-tvs-${node}`, units: ["TVS"], nodes: [node] };
});
const plan = { ...{ cluster: "east", playbook: "itl-recovery", release: "11.5.1" }, fingerprint: "f" };
const finding: Finding = {
  code: "clock-skew",
  severity: "warn",
  node: "pub",
  message: "the clock is 3 s ahead",
  advice: "Check NTP.",
};
const backup = {
  ...{ id: "20261120T221403Z-40", cluster: "east", takenAt: "2026-11-20T22:14:03Z", sizeBytes: 2048 },
  ...{ sha256: "d".repeat(64), certificateSerial: "40:90", proof: "matched" as const, proofNote: "a note" },
  path: "east/20261120",
};

/** With its minute after 22:00. */
const told: readonly (readonly [number, JournalEvent])[] = [
  [
    0,
    {
      ...{ kind: "run-started", run: "r1", cluster: "east", playbook: "itl-recovery", fingerprint: "f" },
      ...{ nodes: ["pub", "tftp2"], version: "0.1.0" },
      request: { requestedKey: null, accepted: [], isUnattended: true, remoteKey: null, heldFile: null },
    },
  ],
  [0, { kind: "step-started", step: "preflight", node: null }],
  [1, { kind: "findings", step: "preflight", findings: [finding] }],
  [1, { kind: "planned", plan: { ...plan, steps: [], preface: [] }, basis, work, steps }],
  [1, { kind: "backup-stored", backup, isNew: true }],
  [1, { kind: "step-ended", step: "preflight", node: null, outcome: "done", detail: "1 finding" }],
  [1, { kind: "step-started", step: "reset", node: null }],
  [1, { kind: "write-intended", step: "reset", node: "pub", line: "utils itl reset localkey", baseline: {} }],
  [2, { kind: "write-ended", step: "reset", node: "pub", end: "answered", detail: "reset" }],
  [
    2,
    {
      ...{ kind: "certificate-changed", step: "regenerate-tvs-pub", node: "pub", unit: "TVS" },
      before: { serial: "51:0A", sha1: "1".repeat(40) },
      after: {
        ...{ serial: "51:0B", sha1: "2".repeat(40) },
        ...{ notBefore: "2026-11-20T22:02:00Z", notAfter: "2031-11-20T22:02:00Z" },
      },
    },
  ],
  [2, { kind: "lists-seen", step: "verify-reset", lists: { pub: listReset, tftp2: listReset } }],
  [2, { kind: "node-ended", step: "reset", node: "pub", outcome: "done", detail: "re-signed" }],
  [2, { kind: "step-ended", step: "reset", node: "pub", outcome: "done", detail: "re-signed" }],
  [2, { kind: "step-started", step: "phones", node: null }],
  [2, { kind: "waiting", step: "phones", text: "Reset the phones", until: null }],
  [2, { kind: "step-ended", step: "phones", node: null, outcome: "held", detail: "waits" }],
  [2, { kind: "run-ended", outcome: "held", error: null, next: "itlctl resume r1 --confirm phones" }],
  [40, { kind: "run-resumed", confirmed: "phones" }],
  [40, { kind: "step-started", step: "phones", node: null }],
  [40, { kind: "confirmed", step: "phones", by: "flag" }],
  [40, { kind: "step-ended", step: "phones", node: null, outcome: "done", detail: "confirmed" }],
  [40, { kind: "step-started", step: "verify-normal", node: null }],
  [41, { kind: "lists-seen", step: "verify-normal", lists: { pub: listAfter, tftp2: listAfter } }],
  [
    41,
    {
      kind: "step-ended",
      step: "verify-normal",
      node: null,
      outcome: "failed",
      detail: "tftp2 is not there",
    },
  ],
  [
    41,
    {
      ...{ kind: "run-ended", outcome: "failed", next: "Look at tftp2 (itlctl resume r1)" },
      error: { code: "step-failed", message: "not proven on tftp2", hint: "Look at tftp2", place: {} },
    },
  ],
];

export const entries: readonly JournalEntry[] = told.map(([minute, event], index) => {
  const at = `2026-11-20T22:${String(minute).padStart(2, "0")}:00Z`;
  return { ...event, seq: index + 1, at, previous: "" };
});

export const report: RunReport = runReport({
  state: replay(entries),
  entries,
  files: [{ file: "runs/r1/journal.jsonl", sizeBytes: 4711, sha256: "e".repeat(64) }],
  lists: [{ sha1: listAfter, signer: "CN=pub", signerSerial: "4E:9B", signedBy: "CallManager" }],
});

export const transcripts: readonly { readonly node: string; readonly exchanges: readonly ToldExchange[] }[] =
  [
    {
      node: "pub",
      exchanges: [
        { at: "2026-11-20T22:00:00.000Z", line: null, parts: [{ by: "note", text: "login 1 to pub" }] },
        {
          ...{ at: "2026-11-20T22:01:00.000Z", line: "utils itl reset localkey" },
          parts: [
            { by: "node", text: "Enter CCM Administrator password :" },
            { by: "itlctl", text: "••••" },
            { by: "node", text: "\r\nSuccessfully reset\r\nadmin:" },
          ],
        },
      ],
    },
  ];

/** Every text replaced; words that the code decides by stay. */
export function spoilt<Value>(value: Value, spoil: (text: string) => string, key = ""): Value {
  if (typeof value === "string") return (decided.has(key) ? value : spoil(value)) as Value;
  if (Array.isArray(value)) return value.map((item: unknown) => spoilt(item, spoil)) as Value;
  if (typeof value !== "object" || value === null) return value;
  const pairs = Object.entries(value).map(([name, item]) => [name, spoilt(item, spoil, name)] as const);
  return Object.fromEntries(pairs) as Value;
}

const decided: ReadonlySet<string> = new Set(["outcome", "kind", "by"]);
