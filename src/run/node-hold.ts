// What is remembered of a node's hold and what a look saw there → until when nothing may be regenerated on it.
import type { CertificateFacts } from "../facts/list-facts.ts";
import { holdAfterChange, holdSeenOnNode, remainingHold } from "../verdict/hold-deadline.ts";
import { type HoldEntry, holdTime, readHold, rememberHold } from "./hold-memory.ts";
import { marksOf, type NodeChanges, sha1Hex } from "./node-changes.ts";
import type { RunContext } from "./step-kind.ts";

/** A hold that has not ended. */
export interface NodeHold {
  readonly node: string;
  readonly untilMs: number;
  readonly recordedAtMs: number;
  /** Why, for people. */
  readonly because: string;
}

/** What may be regenerated on a node now. */
export type HoldState =
  | { readonly kind: "none" }
  | { readonly kind: "held"; readonly hold: NodeHold }
  | ClockWentBack;

/** No time can be trusted: neither a deadline nor what follows from it. */
export interface ClockWentBack {
  readonly kind: "clock-went-back";
  readonly byMs: number;
}

type HoldTools = Pick<RunContext, "cluster" | "stateFolder" | "clock" | "events">;

/**
 * The hold of a node after a look at it (null: nobody could look). What was not accounted for before goes to the memory
 * first, so that a run that dies now is held as long as this one.
 */
export function settleHold(context: RunContext, node: string, changes: NodeChanges | null): HoldState {
  const { clock, cluster, events } = context;
  const back = clockWentBack(context, node);
  if (back !== null) return back;
  const memory = readHold(context.stateFolder, cluster, node);
  const known = memory.kind === "known" ? memory.entry : null;
  if (memory.kind === "damaged") {
    events.emit({
      kind: "note",
      text: `what was remembered of the hold on ${node} is damaged (${memory.file}): a full hold from now on`,
    });
  }
  const found =
    memory.kind === "damaged"
      ? { untilMs: fullHold(context), unit: null, why: "assumed" as const }
      : latestChange(context, changes, known?.certificates ?? {});
  if (found !== null && found.untilMs > clock.now()) remember(context, node, { ...found, changes });
  return heldState(context, node);
}

/** A regeneration of ours that the platform has just told; called before anything else is done. */
export function holdAfterRegeneration(context: HoldTools, node: string, unit: string): void {
  const untilMs = holdAfterChange(context.clock.now(), context.cluster.regenerationHoldMs);
  remember(context, node, { untilMs, unit, why: "regenerated", changes: null });
}

/** The certificate that a hold on record stands for, so that it is not counted a second time. */
export function accountFor(
  context: HoldTools,
  node: string,
  unit: string,
  certificate: CertificateFacts,
): void {
  const memory = readHold(context.stateFolder, context.cluster, node);
  if (memory.kind !== "known") return;
  const { entry } = memory;
  const certificates = { ...entry.certificates, [unit]: sha1Hex(certificate.sha1) };
  rememberHold(context.stateFolder, context.cluster.name, node, { ...entry, certificates });
}

/** The platform refused because of `unit`: until that certificate is old enough by the node's clock, else (or `isAgain`) a full hold. */
export function holdAfterRefusal(
  context: HoldTools,
  node: string,
  refusal: { readonly unit: string; readonly changes: NodeChanges | null; readonly isAgain: boolean },
): void {
  const { unit, changes, isAgain } = refusal;
  const certificate = changes?.certificates[unit];
  const seen = isAgain || certificate === undefined ? null : holdOfCertificate(context, changes, certificate);
  const isAhead = seen !== null && seen > context.clock.now();
  const untilMs = isAhead ? seen : fullHold(context);
  remember(context, node, { untilMs, unit, why: "refused", changes });
}

/** How much is left of a hold now. */
export function restOf(context: HoldTools, hold: NodeHold): ReturnType<typeof remainingHold> {
  return remainingHold({
    untilMs: hold.untilMs,
    recordedAtMs: hold.recordedAtMs,
    nowMs: context.clock.now(),
    holdMs: context.cluster.regenerationHoldMs,
  });
}

interface Found {
  readonly untilMs: number;
  readonly unit: string | null;
  readonly why: HoldEntry["why"];
}

const fullHold = ({ clock, cluster }: HoldTools) => holdAfterChange(clock.now(), cluster.regenerationHoldMs);

/** The longest hold of what is not accounted for; null: everything is, or is old enough. */
function latestChange(
  context: HoldTools,
  changes: NodeChanges | null,
  accounted: Readonly<Record<string, string>>,
): Found | null {
  const fresh = Object.entries(marksOf(changes)).filter(([unit, mark]) => accounted[unit] !== mark);
  const holds = fresh.flatMap(([unit]): Found[] => {
    const certificate = changes?.certificates[unit];
    if (changes === null || certificate === undefined || changes.nodeUtc === null)
      return [{ untilMs: fullHold(context), unit: null, why: "assumed" }];
    const untilMs = holdOfCertificate(context, changes, certificate);
    return untilMs === null ? [] : [{ untilMs, unit, why: "seen" }];
  });
  return holds.sort((one, other) => other.untilMs - one.untilMs)[0] ?? null;
}

function holdOfCertificate(
  { cluster }: HoldTools,
  changes: NodeChanges | null,
  { notBefore }: CertificateFacts,
): number | null {
  if (changes === null || changes.nodeUtc === null) return null;
  const { nodeUtc, lookedAtMs } = changes;
  return holdSeenOnNode({ notBefore, nodeUtc, lookedAtMs, holdMs: cluster.regenerationHoldMs });
}

/** Never shorter than what is remembered already. */
function remember(
  context: HoldTools,
  node: string,
  { changes, ...found }: Found & { readonly changes: NodeChanges | null },
): void {
  const { stateFolder, cluster, clock } = context;
  const memory = readHold(stateFolder, cluster, node);
  const known = memory.kind === "known" ? memory.entry : null;
  const isLonger = known !== null && Date.parse(known.until) > found.untilMs;
  rememberHold(stateFolder, cluster.name, node, {
    until: isLonger ? known.until : holdTime(found.untilMs),
    recordedAt: holdTime(clock.now()),
    unit: isLonger ? known.unit : found.unit,
    why: isLonger ? known.why : found.why,
    certificates: { ...known?.certificates, ...(changes === null ? {} : marksOf(changes)) },
  });
}

function heldState(context: RunContext, node: string): HoldState {
  const memory = readHold(context.stateFolder, context.cluster, node);
  if (memory.kind !== "known") return { kind: "none" };
  const hold = holdOf(node, memory.entry);
  const rest = restOf(context, hold);
  if (rest.kind === "clock-went-back") return rest;
  return rest.kind === "over" ? { kind: "none" } : { kind: "held", hold };
}

function holdOf(node: string, { until, recordedAt, unit, why }: HoldEntry): NodeHold {
  const reasons: Record<HoldEntry["why"], string> = {
    regenerated: `${unit} was regenerated`,
    seen: `a new ${unit} certificate was seen there`,
    refused: `the platform refuses because ${unit} has changed`,
    assumed: "what changed there last could not be read",
  };
  return {
    node,
    untilMs: Date.parse(until),
    recordedAtMs: Date.parse(recordedAt),
    because: reasons[why],
  };
}

/** By what this run's journal and the node's memory have seen of the clock. */
function clockWentBack(context: RunContext, node: string): ClockWentBack | null {
  const memory = readHold(context.stateFolder, context.cluster, node);
  const times = context.journal.entries().map(({ at }) => Date.parse(at));
  if (memory.kind === "known") times.push(Date.parse(memory.entry.recordedAt));
  const newest = times.reduce((one, other) => Math.max(one, other), 0);
  const rest = remainingHold({
    untilMs: newest,
    recordedAtMs: newest,
    nowMs: context.clock.now(),
    holdMs: context.cluster.regenerationHoldMs,
  });
  return rest.kind === "clock-went-back" ? rest : null;
}
