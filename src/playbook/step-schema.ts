// The verbs of a playbook file and what each of them takes; plain values only, or with `${name}` in their places too.
import { z } from "zod";
import { certificateUnits, restartableServices } from "../base/platform-names.ts";
import { hook, name } from "../inventory/inventory-schema.ts";

/** Leaves a field's schema as it is, or widens it to what else may stand there. */
export type Widening = <Schema extends z.ZodType>(schema: Schema) => Schema;

const typeError = (message: string) => ({
  error: (issue: { input?: unknown }) => (issue.input === undefined ? undefined : message),
});

/** The id of a step, and the name of a playbook. */
export const id = z
  .string(typeError("must be text; put numbers in quotes"))
  .max(64)
  .regex(/^[a-z][a-z0-9-]*$/, "use lower-case letters, digits and hyphens, a letter first");

/** Text for people: line ends, but nothing else that steers a terminal. */
export const prose = z
  .string(typeError("must be text; put it in quotes"))
  .min(1)
  .max(4096)
  .regex(/^[\P{Cc}\n]*$/u, "may not hold a control character");

/** A node as the inventory names it. */
export const node = name;

/** A certificate unit by the platform's name. */
export const unit = z.enum(certificateUnits);

/** A service that may be restarted, by the platform's name. */
export const service = z.enum(restartableServices);

/** At least one unit, each once. */
export const units = z.array(unit).min(1).superRefine(refuseTwice).meta({ uniqueItems: true });

/** Nodes, each once; may be empty. */
export const nodes = z.array(node).max(1000).superRefine(refuseTwice).meta({ uniqueItems: true });

function refuseTwice(items: readonly string[], context: z.RefinementCtx<unknown>): void {
  const seen = new Set<string>();
  for (const [index, item] of items.entries()) {
    if (seen.has(item.toLowerCase()))
      context.addIssue({ code: "custom", path: [index], message: "stands in this list twice" });
    seen.add(item.toLowerCase());
  }
}

const releaseForm = 'write a release in quotes, as "12.0"';
const release = z.string(typeError(releaseForm)).regex(/^\d{1,3}\.\d{1,3}$/, releaseForm);

const always = {
  id: id.meta({
    description: "Unique in the file; plan, journal and `resume --confirm` name the step by it.",
  }),
  fromRelease: release.optional().meta({ description: "Left out below this release." }),
  belowRelease: release.optional().meta({ description: "Left out from this release on." }),
  onlyIn: z
    .literal("mixed-mode")
    .optional()
    .meta({ description: "`mixed-mode`: left out where the cluster is not in it." }),
};

function form<Verb extends string, Own extends z.ZodRawShape>(verb: Verb, description: string, own: Own) {
  const { id: first, ...releases } = always;
  return z.strictObject({ id: first, verb: z.literal(verb), ...own, ...releases }).meta({ description });
}

/** A step as written, by its verb. Ids, verbs and releases are never widened: a file promises them whatever its parameters. */
export function stepSchema(widen: Widening) {
  return z.discriminatedUnion("verb", [...looks(), ...changes(widen), ...waits(widen), ...notices()]);
}

function looks() {
  const signer = z.enum(["reset", "normal", "present"]).meta({
    description:
      "Who has to have signed: `reset`, the key of the reset before; `normal`, the normal signer of the release; `present`, whoever signs now.",
  });
  return [
    // It is what learns the release, so it cannot depend on one.
    z
      .strictObject({ id: always.id, verb: z.literal("preflight") })
      .meta({ description: "Look at every node and judge. Read-only, and the first step of a playbook." }),
    form(
      "verify",
      "Prove on every TFTP node what it serves: the signer, the signature, the file itself, and that phones with the list from before take it. Read-only.",
      { signer },
    ),
    form(
      "backup",
      "Have the publisher deliver its recovery key to the vault of the inventory, and prove it. Changes no trust.",
      {},
    ),
  ] as const;
}

function changes(widen: Widening) {
  const where = (description: string) => widen(nodes).optional().meta({ description });
  return [
    form(
      "regenerate",
      "`set cert regen`, one unit on one node at a time. Each is a unit of work: the hold, the regeneration read back, `update-ctl` in mixed mode, the restarts of the services that use it, the proof; and a gate between two different anchors. ITLRecovery is only regenerated, as the way on from there differs by release and stands in the playbook.",
      {
        units: widen(units).meta({
          description: "By the platform's names; carried out in the documented order.",
        }),
        nodes: where(
          "Only on these nodes. Absent or empty: every node that has the unit, the publisher first.",
        ),
        replaceCaSigned: widen(z.boolean())
          .optional()
          .meta({ description: "Whether a certificate that a CA signed may be overwritten. Absent: false." }),
      },
    ),
    form("restart-service", "`utils service restart`, node by node, each looked at before the next.", {
      service: widen(service).meta({ description: "By the platform's name." }),
      nodes: where("Only on these nodes. Absent or empty: wherever it is activated, the publisher first."),
    }),
    form(
      "reset",
      "`utils itl reset`: the publisher's list is signed with another key and given to every TFTP node. Phones then need a reset, and the normal signer comes back with the next restart of Cisco Tftp.",
      {},
    ),
    form(
      "update-ctl",
      "`utils ctl update CTLFile`. Skipped by itself where the cluster is not in mixed mode.",
      {},
    ),
    form(
      "reset-ctl",
      "`utils ctl reset localkey`: the CTL is made anew and signed with a key of the publisher that phones know: CallManager from 12.0, and up to 11.5 ITLRecovery, as is inferred. What the platform prints is on no record, so that the run stops once and `resume` goes on. Skipped by itself where the cluster is not in mixed mode.",
      {},
    ),
  ] as const;
}

function waits(widen: Widening) {
  return [
    form(
      "hold",
      "Wait until the platform takes another regeneration on these nodes. The deadline is in the journal before the wait: a resumed run waits the rest.",
      {
        nodes: widen(nodes)
          .optional()
          .meta({ description: "The nodes whose deadlines count. Absent or empty: all of them." }),
      },
    ),
    form(
      "gate",
      "Go on only where every TFTP node serves a list that phones with the list from before take, and a person says that the phones have followed.",
      {
        text: prose
          .optional()
          .meta({ description: "What the person is asked. Absent: to reset the phones and wait for them." }),
      },
    ),
    form("confirm", "Ask a person. Without a terminal the run is held until `resume RUN --confirm ID`.", {
      text: prose.meta({ description: "What has to be done or seen, shown as it stands." }),
    }),
  ] as const;
}

function notices() {
  return [
    form(
      "notify",
      "Start a program and tell it, as JSON on its standard input, where the run stands. Its failure is told and stops nothing.",
      {
        hook: hook.meta({
          description: "Program and words, started without a shell; the program itself is never a parameter.",
        }),
      },
    ),
  ] as const;
}
