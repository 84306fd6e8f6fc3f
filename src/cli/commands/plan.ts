// plan: what a playbook would do on a cluster, in order, with times and what users notice; read-only.
import { resolve } from "node:path";
import { OperatorError } from "../../base/errors.ts";
import { plainLine } from "../../report/plain-text.ts";
import { acceptedCodes, acceptFlag } from "../accept-flag.ts";
import { planPlaybook } from "../carry-out-playbook.ts";
import type { PreparedPlan } from "../../run/prepare-plan.ts";
import type { Command } from "../command.ts";
import { findPlaybook } from "../find-playbook.ts";
import { clusterFlag, givenValues, playbookFlags } from "../var-flags.ts";

export const plan: Command = {
  name: "plan",
  summary: "what a playbook would do on a cluster, step by step",
  description: [
    "Looks at every node, judges, and prints what will be typed on which node in which order, what the platform will ask and who answers, about how long it takes, and what it does to users. Makes no run, takes no lock, writes nothing on the cluster.",
    "--save FILE keeps the plan; `run FILE` carries out exactly that one, and refuses where the nodes, the playbook, its values, a list or a certificate changed since.",
  ],
  arguments: [{ name: "<playbook>", description: "a file, or the name of one that itlctl brings" }],
  options: [
    ...playbookFlags,
    { flags: "--save <FILE>", description: "keep the plan for `run FILE`" },
    acceptFlag,
  ],
  examples: [
    "itlctl plan certificate-regeneration --cluster east --var units=CallManager,TVS",
    "itlctl plan ./window.yaml --cluster east --save window.json",
  ],
  exits: [3, 10, 11, 12, 13, 14, 15, 16, 20],
  handlesInterrupts: true,
  async run(context, input) {
    const cluster = clusterFlag(input);
    const given = givenValues(input);
    const found = findPlaybook(input.words[0] ?? "", context.world.cwd);
    if (found.kind === "plan-file") {
      throw new OperatorError("usage", `${found.file} is a plan already`, {
        hint: `Carry it out with \`itlctl run ${input.words[0]}\`.`,
      });
    }
    const [{ findCluster }, { savePlan }] = await Promise.all([
      import("../../inventory/select-nodes.ts"),
      import("../plan-file.ts"),
    ]);
    const playbookFile = found.kind === "playbook-file" ? found.file : null;
    const name = found.kind === "shipped" ? found.name : "";
    const choice = {
      ...{ cluster: findCluster(await context.loadInventory(), cluster), name, given },
      file: playbookFile ?? undefined,
    };
    const save = input.text("save");
    const vars = Object.entries(given).map(([key, value]) => ` --var ${key}=${value}`);
    const accepted = acceptedCodes(input);
    const flags = [...vars, ...accepted.map((code) => ` --accept ${code}`)].join("");
    const next =
      save === null ? `itlctl run ${input.words[0]} --cluster ${cluster}${flags}` : `itlctl run ${save}`;
    const onPlan = ({ settled }: PreparedPlan) => {
      if (save === null || settled === null) return;
      const file = resolve(context.world.cwd, save);
      const { playbook } = settled.plan;
      savePlan(file, { cluster, playbook, playbookFile, given, accepted }, settled);
      context.output.note(plainLine(`saved: ${file}`));
    };
    return planPlaybook(context, input, choice, { next, onPlan });
  },
};
