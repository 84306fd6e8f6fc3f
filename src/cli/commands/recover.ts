// recover: guided ITL recovery, from the look at every node to the proof on each.
import { resolve } from "node:path";
import { OperatorError } from "../../base/errors.ts";
import type { Cluster } from "../../inventory/cluster.ts";
import type { RunRequest } from "../../run/journal-entry.ts";
import type { Command, CommandInput } from "../command.ts";
import { acceptedCodes, acceptFlag } from "../accept-flag.ts";
import { dryRun } from "../dry-run.ts";
import { remoteKeyRequest } from "../remote-key-flags.ts";
import { prepareRun, tellRun, untilSecondInterrupt } from "../run-setup.ts";
import { shellWord } from "../shell-word.ts";

const keys = ["local", "remote"] as const;

export const recover: Command = {
  name: "recover",
  summary: "bring back the trust of phones that reject every file (guided, writes)",
  description: [
    "Looks at every node, says which key helps and why, shows the plan, and asks for the cluster's name to be typed. Then it sends `utils itl reset` once, proves the new list on every TFTP node, waits for you to reset the phones, restarts Cisco Tftp node by node, and proves that the normal signer is back.",
    "Nothing is written before the plan is confirmed. A run that stops, for whatever reason, is carried on with `resume`: it looks before it acts.",
    "With --yes and without a terminal the run stops as held where it needs a person; answer it with `resume RUN --confirm STEP --yes`.",
  ],
  arguments: [{ name: "<cluster>", description: "name of the inventory" }],
  options: [
    {
      flags: "--key <KEY>",
      description: "local or remote; default: what the preflight recommends",
      choices: keys,
    },
    {
      flags: "--remote-key <ADDRESS>",
      description: "USER@HOST:/PATH of ITLRecovery.p12 on an SFTP server (port 22)",
    },
    {
      flags: "--remote-password <REF>",
      description: "its password: env:NAME, file:PATH, exec:PROGRAM or ask:",
    },
    { flags: "--remote-host-key <FINGERPRINT>", description: "SHA256:... of that server's RSA host key" },
    {
      flags: "--backup <ID>",
      description: "a backup of `backup list` as the remote key; default: the one that helps",
    },
    { flags: "--held <FILE>", description: "the list that the phones hold" },
    acceptFlag,
    { flags: "--dry-run", description: "stop after the plan; makes no run, takes no lock" },
    { flags: "--no-wait", description: "end as held instead of waiting out a timed hold" },
    { flags: "--yes", description: "do not ask for the cluster's name" },
  ],
  examples: [
    "itlctl recover east",
    "itlctl recover east --dry-run",
    "itlctl recover east --key local --yes --json",
    "itlctl recover east --key remote --backup 20261120T221403Z-61405212-9f86d081",
    "itlctl recover east --key remote --remote-key itl@10.20.0.5:/srv/itl/ITLRecovery.p12 --remote-password ask: --remote-host-key SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
  ],
  exits: [3, 10, 11, 12, 13, 14, 15, 16, 20, 21, 22, 23],
  handlesInterrupts: true,
  async run(context, input) {
    const isDryRun = input.isSet("dryRun");
    const isUnattended = input.isSet("yes");
    const request = requestOf(input, isUnattended && !isDryRun, context.world.cwd);
    if (!isDryRun && !isUnattended && !context.asker.isTerminal) throw needsYes();
    const { findCluster } = await import("../../inventory/select-nodes.ts");
    const cluster = findCluster(await context.loadInventory(), input.words[0] ?? "");
    refuseWithoutVault(cluster, request);
    return untilSecondInterrupt(context, async (signal) => {
      const setup = await prepareRun(context, {
        ...{ cluster, signal, playbook: "itl-recovery", remoteKey: request.remoteKey },
        heldFile: request.heldFile,
        isWaiting: !input.isSet("wait", false),
        isAsking: context.asker.isTerminal,
      });
      if (isDryRun) return dryRun(context, setup, request, { next: withoutDryRun(cluster.name, input) });
      const { startRun } = await import("../../run/start-run.ts");
      return tellRun(context, await startRun(setup, "recover", request));
    });
  },
};

function requestOf(input: CommandInput, isUnattended: boolean, cwd: string): RunRequest {
  const key = input.text("key");
  if (key !== null && key !== "local" && key !== "remote")
    throw usage(`--key must be local or remote, not "${key}"`);
  const accepted = acceptedCodes(input);
  const remoteKey = remoteKeyRequest(input);
  const backup = input.text("backup");
  if (key === "local" && remoteKey !== null) throw usage("--remote-key does not go with --key local");
  if (key === "local" && backup !== null) throw usage("--backup does not go with --key local");
  if (backup !== null && remoteKey !== null) throw usage("--backup does not go with --remote-key");
  const held = input.text("held");
  const heldFile = held === null ? null : resolve(cwd, held);
  const named = backup === null ? {} : { backup };
  return { requestedKey: key, accepted, isUnattended, remoteKey, heldFile, ...named };
}

/** The same recovery: without its key and its held list another one would be planned. */
function withoutDryRun(cluster: string, input: CommandInput): string {
  const named = [
    ["--key", input.text("key")],
    ["--backup", input.text("backup")],
    ["--remote-key", input.text("remoteKey")],
    ["--remote-password", input.text("remotePassword")],
    ["--remote-host-key", input.text("remoteHostKey")],
    ["--held", input.text("held")],
    ...input.texts("accept").map((code) => ["--accept", code] as const),
  ] as const;
  const flags = named.flatMap(([flag, value]) => (value === null ? [] : [flag, shellWord(value)]));
  return ["itlctl recover", cluster, ...flags].join(" ");
}

/** Without an address there has to be a vault to look into. */
function refuseWithoutVault(cluster: Cluster, { requestedKey, remoteKey, backup }: RunRequest): void {
  if (cluster.vault !== null || remoteKey !== null) return;
  if (backup !== undefined)
    throw usage(`--backup needs a vault, and ${cluster.name} has none in the inventory`);
  if (requestedKey === "remote") {
    throw usage(
      `--key remote needs --remote-key, or a vault in the inventory of ${cluster.name} to look into`,
    );
  }
}

function usage(message: string): OperatorError {
  return new OperatorError("usage", message, { hint: "Read `itlctl recover --help`" });
}

function needsYes(): OperatorError {
  return new OperatorError(
    "no-terminal",
    "recover writes on the cluster and there is no terminal to confirm it at",
    {
      hint: "Run it at a terminal, or give --yes; --dry-run shows the plan.",
    },
  );
}
