// The shape of a playbook file.
import { z } from "zod";

const id = z.string().regex(/^[a-z][a-z0-9-]*$/, "use lower-case letters, digits and hyphens");
const fromRelease = z
  .string()
  .regex(/^\d+\.\d+$/, 'write a release as "12.0"')
  .optional();

const step = z.discriminatedUnion("verb", [
  z.strictObject({ id, verb: z.literal("preflight"), fromRelease }),
  z.strictObject({ id, verb: z.literal("reset"), fromRelease }),
  z.strictObject({ id, verb: z.literal("verify"), fromRelease, signer: z.enum(["reset", "normal"]) }),
  z.strictObject({ id, verb: z.literal("confirm"), fromRelease, text: z.string().min(1) }),
  z.strictObject({ id, verb: z.literal("restart-service"), fromRelease, service: z.string().min(1) }),
  z.strictObject({ id, verb: z.literal("backup"), fromRelease }),
]);

/** A playbook as written; step ids are unique because a held run is answered by them. */
export const playbookSchema = z
  .strictObject({ playbook: id, description: z.string().min(1), steps: z.array(step).min(1) })
  .superRefine(({ steps }, context) => {
    for (const [index, { id: name }] of steps.entries()) {
      if (steps.findIndex((other) => other.id === name) === index) continue;
      context.addIssue({
        code: "custom",
        path: ["steps", index, "id"],
        message: `the step ${name} is there twice`,
      });
    }
  });
