// run: a playbook, or a plan that was saved, carried out on a cluster.
import { OperatorError } from "../../base/errors.ts";
import { carryOutPlaybook, changeFlags, type PlaybookChoice, refuseUnasked } from "../carry-out-playbook.ts";
import type { Command, CommandContext, CommandInput } from "../command.ts";
import { findPlaybook } from "../find-playbook.ts";
import { clusterFlag, givenValues, playbookFlags } from "../var-flags.ts";

export const run: Command = {
  name: "run",
  summary: "carry out a playbook, or a saved plan (writes)",
  description: [
    "Makes the plan, shows it, asks for the cluster's name, and carries it out step by step, each checked before the next. Units of work begin only inside the playbook's window and only where they fit; what has begun is finished. What does not fit ends the run as held until the window opens again.",
    "A saved plan is refused (11) where the nodes, the playbook, its values, a list or a certificate changed since it was saved.",
    "A run that stops, for whatever reason, is carried on with `resume`. The flags that choose a recovery key are those of `recover`, which carries out itl-recovery.",
  ],
  arguments: [
    {
      name: "<playbook>",
      description: "a file, the name of one that itlctl brings, or a plan saved with `plan --save`",
    },
  ],
  options: [...playbookFlags, ...changeFlags],
  examples: [
    "itlctl run certificate-regeneration --cluster east --var units=TVS",
    "itlctl run ./window.yaml --cluster east --yes",
    "itlctl run window.json --yes --json",
  ],
  exits: [3, 10, 11, 12, 13, 14, 15, 16, 20, 21, 22, 23],
  handlesInterrupts: true,
  async run(context, input) {
    refuseUnasked(context, input, "run");
    return carryOutPlaybook(context, input, "run", await choiceOf(context, input));
  },
};

async function choiceOf(context: CommandContext, input: CommandInput): Promise<PlaybookChoice> {
  const found = findPlaybook(input.words[0] ?? "", context.world.cwd);
  const { findCluster } = await import("../../inventory/select-nodes.ts");
  if (found.kind !== "plan-file") {
    const [cluster, given] = [clusterFlag(input), givenValues(input)];
    return {
      ...{ cluster: findCluster(await context.loadInventory(), cluster), given },
      ...(found.kind === "shipped" ? { name: found.name } : { name: "", file: found.file }),
    };
  }
  const { loadPlan } = await import("../plan-file.ts");
  const saved = loadPlan(found.file);
  const other = input.text("cluster");
  if (other !== null && other !== saved.cluster)
    throw usage(`the plan is for ${saved.cluster}, not for ${other}`);
  if (input.texts("var").length > 0) throw usage("a saved plan has its values; --var does not go with it");
  if (input.texts("accept").length > 0)
    throw usage("a saved plan says what is accepted; --accept does not go with it");
  return {
    cluster: findCluster(await context.loadInventory(), saved.cluster),
    ...{ name: saved.playbook, file: saved.playbookFile ?? undefined, given: saved.given },
    ...{ accepted: saved.accepted, saved: saved.baseline },
  };
}

function usage(message: string): OperatorError {
  return new OperatorError("usage", message, { hint: "Read `itlctl run --help`." });
}
