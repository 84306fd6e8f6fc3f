// Global flags and the environment → settings of this call.
import { homedir } from "node:os";
import { isAbsolute, join, resolve } from "node:path";
import { OperatorError } from "../base/errors.ts";
import type { World } from "./io.ts";

/** One flag as commander reads it, with its line of help. */
export interface FlagText {
  readonly flags: string;
  readonly description: string;
}

/** Flags of every command, before or after its name. */
export const globalFlags: readonly FlagText[] = [
  { flags: "--inventory <PATH>", description: "file or folder; else $ITLCTL_INVENTORY, else ./inventory" },
  { flags: "--state <DIR>", description: "state folder; else $ITLCTL_STATE, else the XDG state folder" },
  { flags: "--parallel <N>", description: "nodes at once (default 64)" },
  { flags: "--json", description: "print exactly one JSON document on stdout, and ask nothing" },
  { flags: "--no-color", description: "no colours (NO_COLOR in the environment does the same)" },
  { flags: "--debug", description: "print causes and stacks of errors on stderr" },
];

/** How this call was asked to work; paths are absolute. */
export interface Settings {
  readonly inventoryPath: string;
  readonly stateFolder: string;
  readonly parallel: number;
  readonly isJson: boolean;
  /** Colours on stdout. */
  readonly hasColor: boolean;
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
  const wantsColor = flags.color !== false && !environment.NO_COLOR && environment.TERM !== "dumb";
  return {
    inventoryPath: resolve(world.cwd, text("inventory") ?? (environment.ITLCTL_INVENTORY || "inventory")),
    stateFolder: stateFolderOf(text("state"), world),
    parallel: parallelOf(text("parallel")),
    isJson,
    hasColor: wantsColor && stdout.isTTY === true,
    isDebug: flags.debug === true,
    isTerminal: stdin.isTTY === true && !isJson,
    width: Math.max(40, stdout.columns ?? 80),
  };
}
