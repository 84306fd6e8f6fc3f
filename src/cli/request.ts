// Words typed and the commands there are → what the words ask for, with no more loaded than that needs.
import { OperatorError } from "../base/errors.ts";
import type { Command, KnownCommand } from "./command.ts";
import type { Request } from "./program.ts";

/**
 * Where the first words are a command's name, that command alone is loaded; help of several, and every mistake, need them all.
 * Throws `usage` for anything that is not a whole command line.
 */
export async function requestOf(
  argv: readonly string[],
  known: readonly KnownCommand[],
  version: string,
): Promise<Request> {
  const [first] = argv;
  if (argv.length === 1 && (first === "--version" || first === "-V"))
    return { kind: "text", about: "version", text: version };
  const { parseRequest } = await import("./program.ts");
  const named = known.find(({ name }) => isBegunBy(argv, name));
  if (named !== undefined) {
    try {
      return parseRequest(argv, [await named.load()], version);
    } catch (error) {
      // The complaint is made once more where every command is known: it may name others.
      if (!(error instanceof OperatorError)) throw error;
    }
  }
  return parseRequest(argv, await loadCommands(known), version);
}

/** Every one of them, for what describes them all. */
export function loadCommands(known: readonly KnownCommand[]): Promise<readonly Command[]> {
  return Promise.all(known.map((command) => command.load()));
}

function isBegunBy(argv: readonly string[], name: string): boolean {
  return name.split(" ").every((word, at) => argv[at] === word);
}
