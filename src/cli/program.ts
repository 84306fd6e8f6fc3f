// Words typed → the command meant, its input and the global flags; or the text that --help and --version ask for. The only importer of commander.
import { Command as Parser, CommanderError, Option } from "commander";
import { OperatorError } from "../base/errors.ts";
import type { Command, CommandInput } from "./command.ts";
import { globalFlags } from "./flags.ts";
import { renderCommandHelp, renderGroupHelp } from "./help.ts";

/** What the words asked for. `flags` are the global ones as parsed. */
export type Request =
  | { readonly kind: "text"; readonly about: "help" | "version"; readonly text: string }
  | {
      readonly kind: "command";
      readonly command: Command;
      readonly input: CommandInput;
      readonly flags: Readonly<Record<string, unknown>>;
    };

/** Throws `usage` for anything that is not a whole command line. */
export function parseRequest(
  argv: readonly string[],
  commands: readonly Command[],
  version: string,
): Request {
  let printed = "";
  let request: Request | null = null;
  const root = new Parser("itlctl");
  root
    .exitOverride()
    .configureOutput({ writeOut: (text) => (printed += text), writeErr: () => {} })
    .configureHelp({ formatHelp: (parser) => helpOf(parser, commands) })
    .version(version, "-V, --version");
  for (const { flags, description } of globalFlags) root.option(flags, description);
  for (const command of commands) {
    const parser = parserFor(root, command);
    parser.action(() => {
      request = { kind: "command", command, input: inputOf(parser), flags: root.opts() };
    });
  }
  try {
    root.parse(argv, { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode !== 0) throw usageError(error, root, argv);
    const about = error.code === "commander.version" ? "version" : "help";
    return { kind: "text", about, text: printed.trimEnd() };
  }
  if (request === null) throw noCommand(root, argv);
  return request;
}

function parserFor(root: Parser, command: Command): Parser {
  const words = command.name.split(" ");
  let parser = root;
  for (const word of words) {
    parser = parser.commands.find((known) => known.name() === word) ?? parser.command(word);
  }
  for (const { name, description } of command.arguments) parser.argument(name, description);
  for (const { flags, description, isRepeatable } of command.options) {
    const option = new Option(flags, description);
    if (isRepeatable === true) option.argParser<string[]>((value, before) => [...(before ?? []), value]);
    parser.addOption(option);
  }
  return parser;
}

function inputOf(parser: Parser): CommandInput {
  const options: Readonly<Record<string, unknown>> = parser.opts();
  return {
    words: parser.args,
    isSet: (name, value = true) => options[name] === value,
    text: (name) => (typeof options[name] === "string" ? options[name] : null),
    texts: (name) => {
      const given = options[name];
      return Array.isArray(given) ? given.map(String) : [];
    },
  };
}

function nameOf(parser: Parser): string {
  return parser.parent === null ? "" : `${nameOf(parser.parent)} ${parser.name()}`.trim();
}

function helpOf(parser: Parser, commands: readonly Command[]): string {
  const name = nameOf(parser);
  const command = commands.find((known) => known.name === name);
  if (command !== undefined) return renderCommandHelp(command);
  if (name === "") return renderGroupHelp(null, commands);
  return renderGroupHelp(
    name,
    commands.filter((known) => known.name.startsWith(`${name} `)),
  );
}

/** The deepest command that the words name, for the hint. */
function namedBy(root: Parser, argv: readonly string[]): string {
  let parser = root;
  for (const word of argv) parser = parser.commands.find((known) => known.name() === word) ?? parser;
  return ["itlctl", nameOf(parser), "--help"].filter((part) => part !== "").join(" ");
}

function usageError(error: CommanderError, root: Parser, argv: readonly string[]): OperatorError {
  if (error.code === "commander.help") return noCommand(root, argv);
  const message = error.message.replace(/^error: /, "").replace(/\s*\n\s*/g, " ");
  return new OperatorError("usage", message, { hint: `Read \`${namedBy(root, argv)}\`` });
}

function noCommand(root: Parser, argv: readonly string[]): OperatorError {
  return new OperatorError("usage", "no command was given", { hint: `Read \`${namedBy(root, argv)}\`` });
}
