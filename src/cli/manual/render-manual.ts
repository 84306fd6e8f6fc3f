// The commands, flags, exit codes and variables of the help → the page `man itlctl` shows.
import type { Command } from "../command.ts";
import { exitCodes } from "../exit-codes.ts";
import { environmentVariables, type FlagText, globalFlags } from "../flags.ts";
import { helpFlag, purpose, versionFlag } from "../help.ts";
import { roffBold, roffEntry, roffParagraphs, roffSection, roffTyped } from "./roff.ts";

const about = [
  "A phone keeps a signed list, the ITL, of the certificates it may trust. When the signer and the verification service that it knows both changed while it was away, it rejects every list and configuration file. `itlctl` says what is wrong on every TFTP node, which key can help, and what it would type; once the cluster's name has been typed, it does that, with proof on every node before and after.",
  "It talks to the platform's command line over SSH, and installs nothing on the cluster. Answers go to stdout; progress and questions go to stderr. Questions are asked only at a terminal, and never with `--json`.",
  "A run that stops, for whatever reason, is carried on with `itlctl resume`, which looks before it acts. The first Ctrl-C finishes the write that was begun and leaves the run to be resumed; a second one leaves at once. A terminal that is closed counts as the first.",
];

const files = [
  [
    "./inventory",
    "the inventory: a file, or a folder of `*.yaml` files, that names clusters and their nodes",
  ],
  ["~/.local/state/itlctl", "the state folder"],
  [
    "STATE/runs/RUN/journal.jsonl",
    "what a run did, one event a line, written before each write on the cluster",
  ],
  ["STATE/runs/RUN/transcripts/NODE.log", "every byte sent to and received from a node, secrets masked"],
  ["STATE/runs/RUN/report.json", "the run as a document"],
  ["STATE/lists/SHA1.tlv", "every list seen on a node, by its SHA-1"],
] as const;

function flagEntries(flags: readonly FlagText[]): string[] {
  return flags.flatMap(({ flags: typed, description }) => roffEntry(typed, description));
}

function commandPart({ name, arguments: words, description, options }: Command): string[] {
  const usage = ["itlctl", name, ...words.map((word) => word.name), "[options]"].join(" ");
  return [
    `.SS ${roffTyped(name)}`,
    roffBold(usage),
    ".PP",
    ...roffParagraphs(description),
    ...words.flatMap((word) => roffEntry(word.name, word.description)),
    ...flagEntries(options),
  ];
}

function exampleLines(commands: readonly Command[]): string[] {
  return commands.flatMap(({ summary, examples }, at) => [
    ...(at === 0 ? [] : [".PP"]),
    ...roffParagraphs([`${summary.slice(0, 1).toUpperCase()}${summary.slice(1)}:`]),
    ...[".PP", ".nf", ".RS 4", ...examples.map(roffTyped), ".RE", ".fi"],
  ]);
}

/** Roff for man(7). */
export function renderManual(commands: readonly Command[], version: string): string {
  const codes = Object.entries(exitCodes).map(([code, meaning]) => roffEntry(code, meaning));
  return [
    `.TH ITLCTL 1 "" "itlctl ${version}" "User Commands"`,
    ".nh",
    ...roffSection("NAME", ["itlctl \\- guided recovery of Cisco phone trust lists (ITL), with proof"]),
    ...roffSection("SYNOPSIS", [`${roffBold("itlctl")} ${roffTyped("<command> [options]")}`]),
    ...roffSection("DESCRIPTION", roffParagraphs([purpose, ...about])),
    ...roffSection("COMMANDS", commands.flatMap(commandPart)),
    ...roffSection("OPTIONS", [
      ...roffParagraphs(["Flags of every command, before or after its name:"]),
      ...flagEntries([...globalFlags, helpFlag, versionFlag]),
    ]),
    ...roffSection("EXIT STATUS", [
      ...codes.flat(),
      ".PP",
      ...roffParagraphs(["Any other code is a failure. Codes are added, never given a new meaning."]),
    ]),
    ...roffSection(
      "FILES",
      files.flatMap(([path, text]) => roffEntry(path, text)),
    ),
    ...roffSection(
      "ENVIRONMENT",
      environmentVariables.flatMap(({ name, meaning }) => roffEntry(name, meaning)),
    ),
    ...roffSection("EXAMPLES", exampleLines(commands)),
  ].join("\n");
}
