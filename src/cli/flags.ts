// Global flags and the environment → settings of this call.
import { homedir } from "node:os";
import { isAbsolute, join, resolve } from "node:path";
import { OperatorError } from "../base/errors.ts";
import type { World } from "./io.ts";

/** One flag as commander reads it, with its line of help. */
export interface FlagText {
  readonly flags: string;
  readonly description: string;
  /** Every value it takes, where those are fixed; completion offers them. */
  readonly choices?: readonly string[];
}

/** Flags of every command, before or after its name. */
export const globalFlags: readonly FlagText[] = [
  { flags: "--inventory <PATH>", description: "file or folder; else $ITLCTL_INVENTORY, else ./inventory" },
  { flags: "--state <DIR>", description: "state folder; else $ITLCTL_STATE, else the XDG state folder" },
  { flags: "--parallel <N>", description: "nodes at once (default 64)" },
  { flags: "--json", description: "print exactly one JSON document on stdout, and ask nothing" },
  { flags: "--no-color", description: "no colours (NO_COLOR in the environment does the same)" },
  {
    flags: "--plain",
    description: "for screen readers: one fact a line, no tables, questions by number (or ITLCTL_PLAIN=1)",
  },
  { flags: "--debug", description: "print causes and stacks of errors on stderr" },
];

/** The environment that is read, for the manual. */
export const environmentVariables: readonly { readonly name: string; readonly meaning: string }[] = [
  { name: "ITLCTL_INVENTORY", meaning: "the inventory, where --inventory is not given" },
  { name: "ITLCTL_STATE", meaning: "the state folder, where --state is not given" },
  { name: "XDG_STATE_HOME", meaning: "holds the state folder itlctl where neither is given" },
  { name: "ITLCTL_PLAIN", meaning: "1 does what --plain does" },
  { name: "NO_COLOR", meaning: "anything but empty does what --no-color does" },
  { name: "TERM", meaning: "no colours where it is dumb" },
  { name: "ITLCTL_REMOTE_KEY_PORT", meaning: "where remotekey servers listen, when rehearsing; else 22" },
];

/** How this call was asked to work; paths are absolute. */
export interface Settings {
  readonly inventoryPath: string;
  readonly stateFolder: string;
  readonly parallel: number;
  readonly isJson: boolean;
  /** Colours on stdout. */
  readonly hasColor: boolean;
  /** For screen readers: a line a fact, nothing that only the eye can read. */
  readonly isPlain: boolean;
  readonly isDebug: boolean;
  /** Somebody can be asked. */
  readonly isTerminal: boolean;
  /** Columns of stdout; 80 where there is no terminal. */
  readonly width: number;
}

function stateFolderOf(flag: string | null, { environment, cwd }: World): string {
  const named = flag ?? (environment.ITLCTL_STATE || null);
  if (named !== null) return resolve(cwd, named);
  const xdg = environment.XDG_STATE_HOME;
  if (xdg !== undefined && isAbsolute(xdg)) return join(xdg, "itlctl");
  return join(environment.HOME || homedir(), ".local", "state", "itlctl");
}

function parallelOf(flag: string | null): number {
  if (flag === null) return 64;
  if (/^\d{1,4}$/.test(flag) && Number(flag) > 0) return Number(flag);
  throw new OperatorError("usage", `--parallel must be a whole number from 1 to 9999, not "${flag}"`, {
    hint: "Give the number of nodes to talk to at once, e.g. --parallel 16",
  });
}

/** `flags` as commander parsed them; throws `usage`. */
export function settingsOf(flags: Readonly<Record<string, unknown>>, world: World): Settings {
  const text = (name: string) => (typeof flags[name] === "string" ? flags[name] : null);
  const { environment, stdin, stdout } = world;
  const isJson = flags.json === true;
  const isPlain = flags.plain === true || environment.ITLCTL_PLAIN === "1";
  const wantsColor =
    !isPlain && flags.color !== false && !environment.NO_COLOR && environment.TERM !== "dumb";
  return {
    inventoryPath: resolve(world.cwd, text("inventory") ?? (environment.ITLCTL_INVENTORY || "inventory")),
    stateFolder: stateFolderOf(text("state"), world),
    parallel: parallelOf(text("parallel")),
    isJson,
    hasColor: wantsColor && stdout.isTTY === true,
    isPlain,
    isDebug: flags.debug === true,
    isTerminal: stdin.isTTY === true && !isJson,
    width: Math.max(40, stdout.columns ?? 80),
  };
}
