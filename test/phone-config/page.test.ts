// The page of phone configuration against the code: a row for every state, finding and step, and none besides.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { phoneConfigFindingCodes } from "../../src/phone-config/check-findings.ts";
import { checkSteps } from "../../src/phone-config/check-step.ts";
import { phoneStates } from "../../src/phone-config/decide-state.ts";
import { projectRoot } from "../support/source-files.ts";

const page = readFileSync(`${projectRoot}docs/phone-configuration.md`, "utf8");

/** Every word in code marks of the first cells of a section's table. */
function wordsIn(heading: string): string[] {
  const section = page.split(`\n## ${heading}\n`)[1]?.split(/\n##+ /)[0] ?? "";
  return section
    .split("\n")
    .filter((line) => line.startsWith("| `"))
    .flatMap((line) => [...(line.split(" | ")[0] ?? "").matchAll(/`([^`]+)`/g)].map(([, word = ""]) => word));
}

test.each([
  ["States", phoneStates],
  ["Findings", phoneConfigFindingCodes],
  ["What is looked at, and how", checkSteps],
] as const)("%s: each word once", (heading, words) => {
  expect(wordsIn(heading).toSorted()).toEqual([...words].toSorted());
});

test("the reference names every step", () => {
  const reference = readFileSync(`${projectRoot}docs/reference.md`, "utf8");
  const section = reference.split("## `phone-config check --json`")[1]?.split("\n## ")[0] ?? "";
  for (const step of checkSteps) expect(section).toContain(`\`${step}\``);
});
