// A playbook file → Playbook, or every problem in it at once.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { messageOf, OperatorError } from "../base/errors.ts";
import { checkAgainst, readYamlSource, renderProblems, type SourceProblem } from "../base/yaml-source.ts";
import { playbookSchema } from "./playbook-schema.ts";
import type { Playbook } from "./step.ts";

/** Loads and checks a playbook. Throws `playbook-invalid` with `file:line:column path: what is wrong` for each problem. */
export function loadPlaybook(file: string): Playbook {
  const text = readText(file);
  const checked = checkAgainst(readYamlSource(file, text), playbookSchema);
  if (checked.kind === "invalid") throw invalid(checked.problems);
  const { playbook: name, description, steps } = checked.value;
  return { name, description, steps, sha256: createHash("sha256").update(text).digest("hex") };
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new OperatorError("playbook-invalid", `cannot read the playbook: ${messageOf(error)}`, {
      hint: "Name a playbook file that exists.",
      place: { file },
      cause: error,
    });
  }
}

function invalid(problems: readonly SourceProblem[]): OperatorError {
  const [first] = problems;
  return new OperatorError("playbook-invalid", renderProblems(problems), {
    hint: "Mend the named places of the playbook.",
    ...(first ? { place: { file: first.file, line: first.line, column: first.column } } : {}),
  });
}
