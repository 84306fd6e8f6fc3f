// A plan that was saved to a file → what has to be as it was then when the plan is carried out.
import { createHash } from "node:crypto";
import { OperatorError } from "../base/errors.ts";
import type { SettledPlan } from "./settled-plan.ts";

/** What a saved plan rests on: SHA-1 of the list of each TFTP node, and certificate serials by `node unit`. */
export interface SavedBaseline {
  readonly fingerprint: string;
  readonly lists: Readonly<Record<string, string | null>>;
  readonly certificates: Readonly<Record<string, string>>;
  /** SHA-256 of the steps with every line to be typed: which services are activated and mixed mode decide on them. Absent: a recovery. */
  readonly commands?: string | undefined;
}

/** What of a settled plan is saved with it. */
export function savedBaselineOf({ plan, basis, work }: SettledPlan): SavedBaseline {
  const baseline = (work ?? basis)?.baseline ?? [];
  return {
    fingerprint: plan.fingerprint,
    lists: Object.fromEntries(baseline.map(({ node, sha1 }) => [node, sha1])),
    certificates: Object.fromEntries(
      (work?.certificates ?? []).map(({ node, unit, serial }) => [`${node} ${unit}`, serial]),
    ),
    ...(work === undefined ? {} : { commands: commandsOf(plan) }),
  };
}

function commandsOf({ steps }: SettledPlan["plan"]): string {
  const lines = steps.map(({ step, commands }) => [step, ...commands.map(({ node, line }) => [node, line])]);
  return createHash("sha256").update(JSON.stringify(lines)).digest("hex");
}

/** Throws `plan-changed` or `baseline-changed` with every difference named; null: no plan was saved. */
export function refuseOtherBaseline(saved: SavedBaseline | null, settled: SettledPlan): void {
  if (saved === null) return;
  const now = savedBaselineOf(settled);
  if (saved.fingerprint !== now.fingerprint) {
    throw new OperatorError(
      "plan-changed",
      "nodes, playbook or its values changed since the plan was saved",
      {
        hint: "Make the plan again with `itlctl plan`, read it, and run that one.",
      },
    );
  }
  const isOther = saved.commands !== undefined && saved.commands !== now.commands;
  const changed = [
    ...(isOther
      ? ["what would be sent (a service was activated or not any more, or the security mode)"]
      : []),
    ...changedKeys(saved.lists, now.lists).map((node) => `the list that ${node} serves`),
    ...changedKeys(saved.certificates, now.certificates).map((name) => `the certificate ${name}`),
  ];
  if (changed.length === 0) return;
  throw new OperatorError(
    "baseline-changed",
    `changed since the plan was saved: ${changed.join(", ")}; nothing was sent`,
    { hint: "Make the plan again with `itlctl plan`, read it, and run that one." },
  );
}

function changedKeys(
  before: Readonly<Record<string, unknown>>,
  now: Readonly<Record<string, unknown>>,
): string[] {
  return [...new Set([...Object.keys(before), ...Object.keys(now)])].filter(
    (key) => before[key] !== now[key],
  );
}
