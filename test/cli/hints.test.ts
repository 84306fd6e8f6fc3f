// Hints and advice of the rooms that several commands share: a flag that only some of them take is named with one that does.
import { expect, test } from "vitest";
import { knownCommands } from "../../src/cli/commands/index.ts";
import { globalFlags } from "../../src/cli/flags.ts";
import { loadSourceFiles, withoutComments } from "../support/source-files.ts";

const shared = /^src\/(base|facts|inventory|playbook|run|served|session|vault|verdict)\//;
/** Reached only where the flag was given, or a word about playbooks, which every command takes values for that carries one out. */
const toldWhereGiven = new Set(["--remote-password", "--remote-host-key", "--var", "--accept"]);

const flagsOf = (options: readonly { readonly flags: string }[]) =>
  options.flatMap(({ flags }) => flags.match(/--[a-z-]+/g) ?? []);
const commands = await Promise.all(knownCommands.map(({ load }) => load()));
const takers = new Map(commands.map(({ name, options }) => [name, new Set(flagsOf(options))]));
const everywhere = new Set(flagsOf(globalFlags));

/** Texts that send nobody to a flag. */
const tellsOnly = /^.(?:--urgent|the list given with --held|--key \$\{|must be a list: the program)/;

test("every flag in them is one of all commands, or stands with a command that takes it", () => {
  const told: string[] = [];
  let flags = 0;
  for (const { path, text } of loadSourceFiles(["src"]).filter((file) => shared.test(file.path))) {
    const texts = withoutComments(text).match(/"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`/g) ?? [];
    for (const hint of texts.filter((each) => !tellsOnly.test(each))) {
      for (const flag of hint.match(/(?<![-\w])--[a-z][a-z-]*/g) ?? []) {
        flags += 1;
        if (everywhere.has(flag) || toldWhereGiven.has(flag)) continue;
        const isNamed = [...takers].some(
          ([name, taken]) => taken.has(flag) && new RegExp(`\\b${name}\\b`, "i").test(hint),
        );
        if (!isNamed) told.push(`${path}: ${flag}: ${hint}`);
      }
    }
  }
  expect(told).toEqual([]);
  expect(flags).toBeGreaterThan(15);
});
