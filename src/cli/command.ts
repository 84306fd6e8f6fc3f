// What a command is: its help as data, and one action; what its action is given.
import type { Inventory, SecretReference } from "../inventory/cluster.ts";
import type { Place } from "../base/errors.ts";
import type { Masker, Secret } from "../base/secret.ts";
import type { Asker } from "./ask.ts";
import type { FlagText, Settings } from "./flags.ts";
import type { World } from "./io.ts";
import type { Output } from "./output.ts";
import type { ErrorDocument } from "./print-error.ts";

/** One command; files in commands/ export one each, index.ts there lists them. Its heavy rooms are imported by `run`. */
export interface Command {
  /** As typed: `inventory check`. */
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** Paragraphs under `What it does`. */
  readonly description: readonly string[];
  /** In commander's spelling: `<cluster>`, `[cluster...]`. */
  readonly arguments: readonly {
    readonly name: string;
    readonly description: string;
    /** Every word it can be, where those are fixed. */
    readonly choices?: readonly string[];
  }[];
  /** In commander's spelling; `isRepeatable` gathers every use. */
  readonly options: readonly (FlagText & { readonly isRepeatable?: boolean })[];
  /** Whole command lines; help.test.ts parses each. */
  readonly examples: readonly string[];
  /** The exit codes this command can give, besides 0, 1, 2 and 130. */
  readonly exits: readonly number[];
  /** True: the action listens to `world.onInterrupt` itself. Else the first Ctrl-C aborts `context.signal` and ends the call with 130. */
  readonly handlesInterrupts?: boolean;
  /** Does it all; gives the exit code. Throws OperatorError for expected trouble. */
  run(context: CommandContext, input: CommandInput): Promise<number>;
}

/** A command that is not loaded yet; `load` gives the one of this name. */
export interface KnownCommand {
  readonly name: string;
  load(): Promise<Command>;
}

/** What was typed behind the command's name. */
export interface CommandInput {
  /** The arguments in order; those of `[x...]` follow each other. */
  readonly words: readonly string[];
  /** Whether a flag without value was given: `isSet("dryRun")` for `--dry-run`, `isSet("wait", false)` for `--no-wait`. */
  isSet(name: string, value?: boolean): boolean;
  /** The value of a flag, or null. */
  text(name: string): string | null;
  /** Every value of a repeatable flag. */
  texts(name: string): readonly string[];
}

/** A run that has begun: from then on it is the document, on every exit. */
export interface AttachedRun {
  readonly folder: string;
  /** The document of interface section 6 with this error in it. */
  document(error: ErrorDocument): unknown;
}

export interface CommandContext {
  readonly world: World;
  readonly settings: Settings;
  readonly output: Output;
  readonly masker: Masker;
  readonly asker: Asker;
  readonly version: string;
  /** Aborted at the first Ctrl-C, unless the command handles interrupts itself. */
  readonly signal: AbortSignal;
  /** Every command there is, for those that describe the others. */
  loadCommands(): Promise<readonly Command[]>;
  /** Loads the inventory; throws `inventory-invalid`. */
  loadInventory(): Promise<Inventory>;
  /** The value behind a reference, known to the masker from then on. `what` for the question or error: `platform password of east`. */
  resolveSecret(reference: SecretReference, what: string, place: Place): Promise<Secret>;
  /** Says that a run has begun; an error afterwards is printed as that run's document, a bug names its folder. */
  attachRun(run: AttachedRun): void;
}
