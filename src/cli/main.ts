// A world in, an exit code out: parses, runs one command, and catches everything. The only catch-all.
import { setMaxListeners } from "node:events";
import { OperatorError } from "../base/errors.ts";
import { createMasker } from "../base/secret.ts";
import { openAsker } from "./ask.ts";
import type { AttachedRun, Command, CommandContext, KnownCommand } from "./command.ts";
import { knownCommands } from "./commands/index.ts";
import { exitOfError } from "./exit-codes.ts";
import { type Settings, settingsOf } from "./flags.ts";
import type { World } from "./io.ts";
import { openOutput } from "./output.ts";
import { errorDocument, errorWidthOf, renderError, renderTrace } from "./print-error.ts";
import { isNagiosAsked, renderNagiosUnknown } from "./nagios-trouble.ts";
import { repeatFlags } from "./repeat-flags.ts";
import { loadCommands, requestOf } from "./request.ts";
import { resolverFor } from "./resolve-secret.ts";
import { itlctlVersion } from "./version.ts";

/** Runs the command that `world.argv` names; never throws. */
export async function main(world: World, known: readonly KnownCommand[] = knownCommands): Promise<number> {
  const masker = createMasker();
  const output = openOutput(world, masker);
  const version = itlctlVersion();
  const begun: { run: AttachedRun | null } = { run: null };
  let exit: number;
  const crashed = new Promise<never>((_resolve, reject) => world.onCrash?.(reject));
  try {
    const request = await requestOf(world.argv, known, version);
    if (request.kind === "text") {
      if (isJsonAsked(world.argv)) output.answerJson({ [request.about]: request.text });
      else output.answer(request.text);
      exit = 0;
    } else {
      const settings = settingsOf(request.flags, world);
      const asker = openAsker(world, settings.isTerminal, settings.isPlain);
      const tools = { world, settings, output, masker, asker, version };
      const attachRun = (run: AttachedRun) => {
        begun.run = run;
      };
      const work = untilInterrupted(world, request.command, (signal) =>
        request.command.run({ ...tools, signal, attachRun, ...loadersFor(tools, known) }, request.input),
      );
      exit = await Promise.race([work, crashed]);
    }
  } catch (error) {
    exit = tell(error, { world, output, version, run: begun.run });
  }
  try {
    await output.flush();
  } catch {
    // An answer that could not be delivered (a full disk behind `>`) must not look like success.
    return exit === 0 ? 1 : exit;
  }
  return exit;
}

function isJsonAsked(argv: readonly string[]): boolean {
  const end = argv.indexOf("--");
  const flags = end < 0 ? argv : argv.slice(0, end);
  const isFormat = flags.some((word, at) => word === "--format" && flags[at + 1] === "json");
  return flags.includes("--json") || flags.includes("--format=json") || isFormat;
}

type Tools = Pick<CommandContext, "world" | "masker" | "asker"> & { readonly settings: Settings };

function loadersFor(
  tools: Tools,
  known: readonly KnownCommand[],
): Pick<CommandContext, "loadCommands" | "loadInventory" | "resolveSecret"> {
  return {
    loadCommands: () => loadCommands(known),
    async loadInventory() {
      const { loadInventory } = await import("../inventory/load-inventory.ts");
      return loadInventory(tools.settings.inventoryPath);
    },
    resolveSecret: resolverFor(tools),
  };
}

/** Ctrl-C ends a command that changes nothing at once; its signal tells the sessions to close. */
async function untilInterrupted(
  world: World,
  command: Command,
  work: (signal: AbortSignal) => Promise<number>,
): Promise<number> {
  const controller = new AbortController();
  // Every node that is talked to listens: a sweep has more of them than Node expects.
  setMaxListeners(0, controller.signal);
  if (command.handlesInterrupts === true) return work(controller.signal);
  let stop = () => {};
  const interrupted = new Promise<never>((_resolve, reject) => {
    stop = world.onInterrupt(() => {
      const error = new OperatorError("cancelled", "cancelled by an interrupt; nothing was changed", {
        hint: "Run the command again",
      });
      controller.abort(error);
      reject(error);
    });
  });
  try {
    return await Promise.race([work(controller.signal), interrupted]);
  } finally {
    stop();
  }
}

interface Teller {
  readonly world: World;
  readonly output: ReturnType<typeof openOutput>;
  readonly version: string;
  readonly run: AttachedRun | null;
}

function tell(error: unknown, { world, output, version, run }: Teller): number {
  const document = errorDocument(error);
  const isBug = document.code === "bug";
  const about = { version, runFolder: run?.folder ?? null };
  if (isBug || world.argv.includes("--debug")) output.note(renderTrace(error, about));
  if (output.hasDocument()) return exitOfError(document.code);
  if (isJsonAsked(world.argv)) output.answerJson(run === null ? { error: document } : run.document(document));
  else if (isNagiosAsked(world.argv)) output.answer(renderNagiosUnknown(document.message));
  else {
    const hint = repeatFlags(world.argv, document.hint);
    output.note(renderError({ ...document, hint }, errorWidthOf(world)));
  }
  return isNagiosAsked(world.argv) && !isJsonAsked(world.argv) ? 3 : exitOfError(document.code);
}
