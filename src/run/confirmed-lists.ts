// A run under way → the lists that phones hold by a person's word: what was served when they were last confirmed to have followed.
import type { HeldList } from "../verdict/held-list.ts";
import { keptList } from "./seen-lists.ts";
import type { RunContext } from "./step-kind.ts";

/** Null: nobody has said so in this run, or one of those lists is not kept. */
export function confirmedLists(
  context: Pick<RunContext, "state" | "history" | "journal">,
): readonly HeldList[] | null {
  const { listsSeen, confirmed } = context.state();
  const [step, lists] = Object.entries(listsSeen).findLast(([seen]) => confirmed.includes(seen)) ?? [];
  if (step === undefined || lists === undefined) return null;
  const said = context.journal
    .entries()
    .findLast((entry) => entry.kind === "confirmed" && entry.step === step);
  const held = Object.entries(lists).map(([node, sha1]): HeldList | null => {
    const list = sha1 === null ? null : keptList(context.history, sha1);
    return list === null ? null : { node, ...list, source: "history", seenAt: said?.at ?? null };
  });
  return held.every((each) => each !== null) ? held : null;
}
