// A settled plan ↔ the file it is saved in: what will be carried out, on which cluster, and what must not have changed until then.
import { z } from "zod";
import { messageOf, OperatorError } from "../base/errors.ts";
import { writePrivateFile } from "../base/files.ts";
import { readGivenFile } from "../base/given-file.ts";
import type { SettledPlan } from "../run/settled-plan.ts";
import { type SavedBaseline, savedBaselineOf } from "../run/saved-baseline.ts";

/** `playbookFile` null: the shipped playbook of that name. `given`: the values as written with --var. */
export interface SavedPlan {
  readonly format: "itlctl-plan-1";
  readonly cluster: string;
  readonly playbook: string;
  readonly playbookFile: string | null;
  readonly given: Readonly<Record<string, string>>;
  readonly accepted: readonly string[];
  readonly baseline: SavedBaseline;
  /** For people and other programs; not read again. */
  readonly plan: unknown;
}

const mostBytes = 4 * 1024 * 1024;
const texts = z.record(z.string(), z.string());
const shape = z.object({
  format: z.literal("itlctl-plan-1"),
  cluster: z.string().min(1),
  playbook: z.string().regex(/^[a-z][a-z0-9-]*$/),
  playbookFile: z.string().nullable(),
  given: texts,
  accepted: z.array(z.string()),
  baseline: z.object({
    fingerprint: z.string(),
    lists: z.record(z.string(), z.string().nullable()),
    certificates: texts,
    commands: z.string().optional(),
  }),
  plan: z.unknown(),
});

/** Written 0600, beside and renamed; an older file of that name is replaced. */
export function savePlan(
  file: string,
  about: Omit<SavedPlan, "format" | "baseline" | "plan">,
  settled: SettledPlan,
): void {
  const saved: SavedPlan = {
    format: "itlctl-plan-1",
    ...about,
    baseline: savedBaselineOf(settled),
    plan: settled.plan,
  };
  writePrivateFile(file, `${JSON.stringify(saved, null, 2)}\n`);
}

/** Throws `playbook-invalid` for anything but a plan that `savePlan` wrote. */
export function loadPlan(file: string): SavedPlan {
  const refuse = (what: string, cause?: unknown) =>
    new OperatorError("playbook-invalid", `${file} is not a saved plan: ${what}`, {
      hint: "Save one with `itlctl plan PLAYBOOK --cluster C --save FILE`.",
      place: { file },
      cause,
    });
  let value: unknown;
  try {
    const bytes = readGivenFile(file, ({ size }) => {
      if (size > mostBytes) throw new Error("it is too large");
    });
    value = JSON.parse(bytes.toString("utf8"));
  } catch (error) {
    throw refuse(messageOf(error), error);
  }
  const read = shape.safeParse(value);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw refuse(`${issue?.path.join(".") ?? ""}: ${issue?.message ?? "wrong shape"}`);
}
