// A run and its journal lines → each certificate that it renewed, or was to renew, before and after.
import type { JournalEntry } from "../run/journal-entry.ts";
import type { RunState } from "../run/replay.ts";

type Recorded = Extract<JournalEntry, { kind: "certificate-changed" }>;

/** Serials in upper-case pairs with colons, times ISO 8601 UTC. `before` null: not looked at; `after` null: no new one was read. */
export interface CertificateChange {
  readonly node: string;
  readonly unit: string;
  readonly before: Recorded["before"] | null;
  readonly after: Recorded["after"] | null;
  /** Null where a regeneration was sent and no new certificate has been read since. */
  readonly isChanged: boolean | null;
}

/** In the order of the plan, then what else was recorded; none for a run that leaves certificates alone. */
export function certificateChanges(
  state: RunState,
  entries: readonly JournalEntry[],
): readonly CertificateChange[] {
  const recorded = entries.filter((entry) => entry.kind === "certificate-changed");
  const planned = (state.expanded ?? []).flatMap((step) =>
    step.verb === "regenerate"
      ? (step.nodes ?? []).flatMap((node) => step.units.map((unit) => ({ node, unit, step: step.id })))
      : [],
  );
  const places = [...planned, ...recorded].filter(
    ({ node, unit }, index, all) =>
      all.findIndex((other) => other.node === node && other.unit === unit) === index,
  );
  return places.map(({ node, unit, step }) => {
    const own = recorded.filter((entry) => entry.node === node && entry.unit === unit);
    const then = state.work?.certificates.find((one) => one.node === node && one.unit === unit);
    const before = own[0]?.before ?? (then === undefined ? null : { serial: then.serial, sha1: then.sha1 });
    const after = own.at(-1)?.after ?? null;
    const isSent = state.writes.some(
      (write) =>
        write.step === step && write.node === node && write.end !== "not-sent" && write.end !== "refused",
    );
    return { node, unit, before, after, isChanged: after !== null ? true : isSent ? null : false };
  });
}

/** `renewed`, `unchanged` or `not known`. */
export function certificateWord({ isChanged }: CertificateChange): string {
  return isChanged === null ? "not known" : isChanged ? "renewed" : "unchanged";
}
