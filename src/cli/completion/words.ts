// The commands and flags of the help → what may be typed where, the same for every shell.
import type { Command } from "../command.ts";
import { type FlagText, globalFlags } from "../flags.ts";
import { shippedNames } from "../find-playbook.ts";
import { helpFlag, versionFlag } from "../help.ts";

/** What a value can be; `files`: or one of `also`; `free`: nothing can be offered. */
export type Value =
  | { readonly kind: "choices"; readonly choices: readonly string[] }
  | { readonly kind: "files"; readonly also: readonly string[] }
  | { readonly kind: "folders" | "runs" | "free" };

/** `value` null: the flag takes none. */
export interface FlagWords {
  readonly long: string;
  readonly short: string | null;
  readonly description: string;
  readonly value: Value | null;
}

/** One place of the command line: itlctl itself (`path` empty), a group (`itl`) or a command (`itl show`). */
export interface Place {
  readonly path: string;
  /** The words that lead deeper, with a line on each. */
  readonly next: readonly { readonly word: string; readonly description: string }[];
  readonly flags: readonly FlagWords[];
  /** One for each argument, in order; the last counts again where `isEndless`. */
  readonly values: readonly Value[];
  readonly isEndless: boolean;
}

function valueOf(placeholder: string, choices: readonly string[] | undefined): Value {
  if (choices !== undefined) return { kind: "choices", choices };
  const name = placeholder.replace(/[<>[\].]/g, "").toLowerCase();
  if (name === "run") return { kind: "runs" };
  if (name === "dir") return { kind: "folders" };
  if (name === "playbook") return { kind: "files", also: shippedNames() };
  const isFile = ["path", "file", "pem", "file|url", "a", "b"].includes(name);
  return isFile ? { kind: "files", also: [] } : { kind: "free" };
}

function flagWords({ flags, description, choices }: FlagText): FlagWords {
  const long = /--[a-z-]+/.exec(flags)?.[0] ?? flags;
  const short = /^-[A-Za-z](?=,)/.exec(flags)?.[0] ?? null;
  const placeholder = /<.+>$/.exec(flags)?.[0];
  const value = placeholder === undefined ? null : valueOf(placeholder, choices);
  return { long, short, description, value };
}

function placeOf(path: string, commands: readonly Command[]): Place {
  const command = commands.find(({ name }) => name === path);
  const start = path === "" ? "" : `${path} `;
  const below = commands.filter(({ name }) => name.startsWith(start) && name !== path);
  const own = [...(command?.options ?? []), ...globalFlags, helpFlag, ...(path === "" ? [versionFlag] : [])];
  const words = [...new Set(below.map(({ name }) => name.slice(start.length).split(" ")[0] ?? ""))];
  const next = words.map((word) => {
    const named = below.find(({ name }) => name === start + word);
    const group = below.filter(({ name }) => name.startsWith(`${start}${word} `));
    const description = named?.summary ?? group.map(({ name }) => name.split(" ").at(-1)).join(", ");
    return { word, description };
  });
  return {
    ...{ path, next, flags: own.map(flagWords) },
    values: (command?.arguments ?? []).map(({ name, choices }) => valueOf(name, choices)),
    isEndless: command?.arguments.at(-1)?.name.includes("...") ?? false,
  };
}

/** Every place, itlctl itself first. */
export function placesOf(commands: readonly Command[]): Place[] {
  const paths = commands.flatMap(({ name }) => {
    const words = name.split(" ");
    return words.map((_word, at) => words.slice(0, at + 1).join(" "));
  });
  return ["", ...new Set(paths)].map((path) => placeOf(path, commands));
}

/** Flags that take a value anywhere. A flag has a value everywhere or nowhere. */
export function flagsWithValue(places: readonly Place[]): string[] {
  return [...new Set(places.flatMap(({ flags }) => flags.flatMap(({ long, value }) => (value ? long : []))))];
}
