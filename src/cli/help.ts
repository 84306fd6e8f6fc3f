// A command's data → its help, under fixed headings.
import type { Command } from "./command.ts";
import { exitCodes } from "./exit-codes.ts";
import { type FlagText, globalFlags } from "./flags.ts";

/** The flag that every command has beside its own and the global ones. */
export const helpFlag: FlagText = { flags: "-h, --help", description: "print this help" };

/** The flag that itlctl itself has, without a command. */
export const versionFlag: FlagText = { flags: "-V, --version", description: "print the version" };

/** What itlctl is for, in a sentence. */
export const purpose =
  "Shows and repairs the trust lists (ITL) that the TFTP nodes of a Cisco Unified Communications Manager cluster serve to its phones.";

function wrapped(text: string, indent: string, width = 80): string {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && indent.length + line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  return [...lines, line].map((each) => `${indent}${each}`).join("\n");
}

function columns(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([left]) => left.length)) + 2;
  const indent = " ".repeat(width + 2);
  return rows
    .map(([left, right]) => `  ${left.padEnd(width)}${wrapped(right, indent).trimStart()}`)
    .join("\n");
}

function section(heading: string, body: string): string {
  return `${heading}\n${body}\n`;
}

function flagRows(flags: readonly FlagText[]): string {
  return columns(flags.map(({ flags: left, description }) => [left, description]));
}

function exitRows(codes: readonly number[]): string {
  const listed = [...new Set(codes)].sort((a, b) => a - b);
  return columns(listed.map((code) => [String(code), exitCodes[code] ?? ""]));
}

/** Help of one command. */
export function renderCommandHelp(command: Command): string {
  const words = command.arguments.map(({ name }) => name);
  const usage = ["  itlctl", command.name, ...words, "[options]"].join(" ");
  const parts = [
    section("Usage", usage),
    section("What it does", command.description.map((text) => wrapped(text, "  ")).join("\n\n")),
  ];
  if (command.arguments.length > 0) {
    parts.push(
      section("Arguments", columns(command.arguments.map(({ name, description }) => [name, description]))),
    );
  }
  parts.push(
    section("Options", flagRows([...command.options, ...globalFlags, helpFlag])),
    section("Examples", command.examples.map((line) => `  ${line}`).join("\n")),
    section("Exit codes", exitRows([0, 1, 2, ...command.exits, 130])),
  );
  return parts.join("\n");
}

/** Help of itlctl itself, or of the commands behind one word (`inventory`). */
export function renderGroupHelp(group: string | null, commands: readonly Command[]): string {
  const usage = group === null ? "  itlctl <command> [options]" : `  itlctl ${group} <command> [options]`;
  const about = group === null ? purpose : `The commands behind \`itlctl ${group}\`.`;
  const version = group === null ? [versionFlag] : [];
  const examples = commands.flatMap(({ examples: [first] }) => (first === undefined ? [] : [`  ${first}`]));
  return [
    section("Usage", usage),
    section("What it does", wrapped(about, "  ")),
    section("Commands", columns(commands.map(({ name, summary }) => [name, summary]))),
    section("Options", flagRows([...globalFlags, ...version, helpFlag])),
    section("Examples", examples.join("\n")),
    section("Exit codes", exitRows(Object.keys(exitCodes).map(Number))),
  ].join("\n");
}
