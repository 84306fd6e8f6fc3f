// The shape of a playbook file. How its parameters are filled in is in fill-in.ts, rules between steps are in step-rules.ts.
import { z } from "zod";
import { parameterDeclaration } from "./parameter-declaration.ts";
import { id, prose, stepSchema, type Widening } from "./step-schema.ts";

// A parameter's name, as written in `${name}` and behind `--var`.
const parameterName = z
  .string()
  .max(64)
  .regex(/^[A-Za-z][A-Za-z0-9_-]*$/, "a name begins with a letter, then letters, digits, _ and -");

const timeForm = 'must be a time of the day such as "22:00", from "00:00" to "23:59"';
const zoneForm = "must be the IANA name of a time zone, such as Europe/Berlin or UTC";
const clockTime = (description: string) =>
  z
    .string({ error: (issue) => (issue.input === undefined ? undefined : timeForm) })
    .regex(/^([01]\d|2[0-3]):[0-5]\d$/, timeForm)
    .meta({ description });

const timeZone = z
  .string({ error: (issue) => (issue.input === undefined ? undefined : zoneForm) })
  .refine(isTimeZone, zoneForm)
  .meta({ description: "By its IANA name, such as Europe/Berlin or UTC." });

function isTimeZone(text: string): boolean {
  // Offsets such as +01:00 are taken by some releases of Node only, and know no summer time.
  if (!/^[A-Za-z][A-Za-z0-9_+/-]{0,63}$/.test(text)) return false;
  try {
    new Intl.DateTimeFormat("en", { timeZone: text });
    return true;
  } catch {
    return false;
  }
}

const window = z
  .strictObject({
    from: clockTime("When it opens, every day, by the clock of `timeZone`."),
    until: clockTime("When it closes; before `from` means the next day."),
    timeZone,
  })
  .refine(({ from, until }) => from !== until, {
    path: ["until"],
    error: "is the same as from: such a window is never open; leave the window out to have none",
  })
  .meta({
    description:
      "The part of the day in which units of work may begin. One that was begun is finished, whatever the time. Absent: any time.",
  });

function playbookOf(widen: Widening) {
  return z.strictObject({
    playbook: id.meta({ description: "Its name; it becomes part of the ids of runs." }),
    description: prose.meta({ description: "What it brings about, in a sentence." }),
    parameters: z
      .record(parameterName, parameterDeclaration)
      .optional()
      .meta({ description: "What differs from run to run, by name." }),
    window: window.optional(),
    steps: z.array(stepSchema(widen)).min(1).max(500).meta({ description: "In the order of the work." }),
  });
}

/** A playbook with its parameters filled in. */
export const playbookSchema = playbookOf((schema) => schema);

/** Every verb, in the order of the reference. */
export const verbs: readonly string[] = playbookSchema.shape.steps.element.options.map(
  ({ shape }) => shape.verb.value,
);

const orParameter: Widening = (schema) =>
  // Only drawn, never used to read a value: what is read has its parameters filled in already.
  z.union([
    schema,
    z
      .string()
      .regex(/^\$\{[A-Za-z][A-Za-z0-9_-]*\}$/)
      .meta({ description: "A parameter." }),
  ]) as unknown as typeof schema;

/** JSON Schema (2020-12) of a playbook file, for editors; `${name}` may stand for a value. */
export function playbookSchemaJson(): Record<string, unknown> {
  const schema = z.toJSONSchema(playbookOf(orParameter), { io: "input" }) as Record<string, unknown>;
  return { title: "itlctl playbook", ...schema };
}
