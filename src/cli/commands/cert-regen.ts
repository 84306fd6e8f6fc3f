// cert regen: certificates made anew, one trust anchor at a time, each with its restarts and its proof.
import { OperatorError } from "../../base/errors.ts";
import { nearestWord } from "../../base/nearest-word.ts";
import { certificateUnits } from "../../base/platform-names.ts";
import { carryOutPlaybook, changeFlags, planPlaybook, refuseUnasked } from "../carry-out-playbook.ts";
import type { Command, CommandInput } from "../command.ts";

export const certRegen: Command = {
  name: "cert regen",
  summary: "make certificates anew, in the safe order, under the hold (writes)",
  description: [
    "For each unit and each node that has it, the publisher first: waits out the platform's hold, regenerates once, reads the new certificate back, restarts exactly the services that need it, node by node, and proves that every TFTP node serves a list with the new certificate that phones take. Between two trust anchors (CallManager, TVS) it waits until you say that the phones have followed; the plan begins with the same question.",
    "The order is tomcat, ipsec, CAPF, CallManager, TVS whatever the order of the words. ITLRecovery is renewed alone, by a procedure of its own with a backup of the recovery key before and after it: `cert regen CLUSTER ITLRecovery`.",
    "A certificate that a CA has signed is not overwritten without --replace-ca-signed. A run that stops is carried on with `resume`: it looks before it acts. With --yes and without a terminal it stops as held where it needs a person; answer with `resume RUN --confirm STEP --yes`.",
  ],
  arguments: [
    { name: "<cluster>", description: "a name of the inventory" },
    {
      name: "<unit...>",
      description:
        "tomcat, tomcat-ECDSA, ipsec, CAPF, CallManager, CallManager-ECDSA, TVS; or ITLRecovery alone",
      choices: certificateUnits.filter((unit) => unit !== "authz"),
    },
  ],
  options: [
    {
      flags: "--node <NAME>",
      description: "only on this node; default: every node that has the unit",
      isRepeatable: true,
    },
    { flags: "--replace-ca-signed", description: "overwrite certificates of a CA with self-signed ones" },
    { flags: "--dry-run", description: "stop after the plan; makes no run, takes no lock" },
    ...changeFlags,
  ],
  examples: [
    "itlctl cert regen east CallManager TVS --dry-run",
    "itlctl cert regen east TVS --node tftp2",
    "itlctl cert regen east ITLRecovery",
  ],
  exits: [3, 10, 11, 12, 13, 14, 15, 16, 20, 21, 22, 23],
  handlesInterrupts: true,
  async run(context, input) {
    const [name = "", ...named] = input.words;
    const units = [...new Set(named)];
    refuseUnknown("unit", units, certificateUnits);
    const isDryRun = input.isSet("dryRun");
    if (!isDryRun) refuseUnasked(context, input, "cert regen");
    const { findCluster } = await import("../../inventory/select-nodes.ts");
    const cluster = findCluster(await context.loadInventory(), name);
    const nodes = [...new Set(input.texts("node"))];
    refuseUnknown(
      `node of ${cluster.name}`,
      nodes,
      cluster.nodes.map((node) => node.name),
    );
    const isRenewal = units.includes("ITLRecovery");
    if (isRenewal && (units.length > 1 || nodes.length > 0 || input.isSet("replaceCaSigned"))) {
      throw usage("ITLRecovery is renewed alone, on the publisher, by a procedure of its own");
    }
    const choice = isRenewal
      ? { cluster, name: "itlrecovery-renewal", given: {} }
      : {
          cluster,
          name: "certificate-regeneration",
          given: givenOf(units, nodes, input.isSet("replaceCaSigned")),
        };
    return isDryRun
      ? planPlaybook(context, input, choice, { next: withoutDryRun(name, units, nodes, input) })
      : carryOutPlaybook(context, input, "cert-regen", choice);
  },
};

function givenOf(units: readonly string[], nodes: readonly string[], replaceCaSigned: boolean) {
  return {
    units: units.join(","),
    ...(nodes.length === 0 ? {} : { nodes: nodes.join(",") }),
    replaceCaSigned: String(replaceCaSigned),
  };
}

function withoutDryRun(
  cluster: string,
  units: readonly string[],
  nodes: readonly string[],
  input: CommandInput,
): string {
  const flags = [
    ...nodes.map((node) => ` --node ${node}`),
    ...(input.isSet("replaceCaSigned") ? [" --replace-ca-signed"] : []),
    ...input.texts("accept").map((code) => ` --accept ${code}`),
  ];
  return `itlctl cert regen ${[cluster, ...units].join(" ")}${flags.join("")}`;
}

function refuseUnknown(what: string, words: readonly string[], known: readonly string[]): void {
  const unknown = words.find((word) => !known.includes(word));
  if (unknown === undefined) return;
  const meant = nearestWord(unknown, known);
  const guess = meant === null ? "" : `; did you mean ${meant}?`;
  throw new OperatorError("usage", `there is no ${what} called ${unknown}${guess}`, {
    hint: `Name one of: ${known.join(", ")}.`,
  });
}

function usage(message: string): OperatorError {
  return new OperatorError("usage", message, { hint: "Read `itlctl cert regen --help`." });
}
