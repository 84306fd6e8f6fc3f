// A playbook file and the values of its parameters → Playbook, or every problem in it at once.
import { isUtf8 } from "node:buffer";
import { createHash } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { messageOf, OperatorError } from "../base/errors.ts";
import { schemaComplaints } from "../base/schema-complaint.ts";
import {
  brokenSource,
  inOrder,
  readYamlSource,
  renderProblems,
  type SourceProblem,
  type YamlSource,
} from "../base/yaml-source.ts";
import { type FilledIn, fillIn, type Reference } from "./fill-in.ts";
import { type Complaint, settleParameters } from "./parameter-values.ts";
import { playbookSchema, verbs } from "./playbook-schema.ts";
import type { Playbook } from "./step.ts";
import { findStepTroubles } from "./step-rules.ts";

const largestFileBytes = 262_144;

/**
 * Loads and checks a playbook. `given` are the texts of `--var NAME=TEXT`, lists by comma.
 * @throws {OperatorError} `playbook-invalid`, with `file:line:column path: what is wrong` for each problem, those of `given` too.
 */
export function loadPlaybook(file: string, given: Readonly<Record<string, string>> = {}): Playbook {
  const bytes = readBytes(file);
  const source = sourceOf(file, bytes);
  if (source.problems.length > 0) throw invalid(source.problems, "file");
  const parameters = settleParameters(fieldOf(source.value, "parameters"), given);
  const filled = fillIn(source.value, parameters);
  const judged = schemaComplaints(filled.value, playbookSchema);
  const ofFile = [
    ...filled.complaints,
    ...(judged.kind === "invalid" ? remaining(judged.complaints, filled) : []),
    ...remaining(findStepTroubles(fieldOf(filled.value, "steps"), verbs), filled),
  ];
  const problems = [...parameters.complaints, ...ofFile].map(({ path, message, at }) =>
    source.problemAt(path, message, at),
  );
  if (problems.length > 0) throw invalid(inOrder(problems), ofFile.length > 0 ? "file" : "given");
  if (judged.kind === "invalid") throw new Error("a playbook that is wrong without a problem");
  const { playbook: name, description, window = null, steps } = judged.value;
  return {
    ...{ name, description, window, steps },
    values: Object.fromEntries(parameters.values),
    sha256: createHash("sha256").update(bytes).digest("hex"),
  };
}

/** What is said of a value that a parameter filled in names it; of one that could not be filled in nothing more is said. */
function remaining(complaints: readonly Complaint[], { references }: FilledIn): Complaint[] {
  if (references.length === 0) return [...complaints];
  const known = new Map(references.map((reference) => [JSON.stringify(reference.path), reference]));
  return complaints.flatMap((complaint) => {
    const reference = referenceOver(complaint.path, known);
    if (reference === undefined) return [complaint];
    if (!reference.isFilled) return [];
    return [{ ...complaint, message: `${complaint.message} (by the parameter ${reference.name})` }];
  });
}

function referenceOver(
  path: readonly PropertyKey[],
  known: ReadonlyMap<string, Reference>,
): Reference | undefined {
  for (let length = path.length; length > 0; length -= 1) {
    const reference = known.get(JSON.stringify(path.slice(0, length)));
    if (reference !== undefined) return reference;
  }
  return undefined;
}

function fieldOf(value: unknown, field: string): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, field)
    ? (value as Record<string, unknown>)[field]
    : undefined;
}

function sourceOf(file: string, bytes: Buffer): YamlSource {
  if (bytes.length > largestFileBytes)
    return brokenSource(file, "is larger than 256 KiB, too large for a playbook");
  if (!isUtf8(bytes)) return brokenSource(file, "is not UTF-8 text");
  return readYamlSource(file, bytes.toString("utf8"));
}

function readBytes(file: string): Buffer {
  try {
    const stand = statSync(file);
    if (!stand.isFile()) throw new Error(`${file} is not a regular file`);
    if (stand.size > 64 * largestFileBytes) throw new Error(`${file} is far too large`);
    return readFileSync(file);
  } catch (error) {
    throw new OperatorError("playbook-invalid", `cannot read the playbook: ${messageOf(error)}`, {
      hint: "Name a playbook file that exists.",
      place: { file },
      cause: error,
    });
  }
}

const hints = {
  file: "Mend the named places of the playbook.",
  given: "Give the parameters of the playbook their values with --var NAME=VALUE.",
};

function invalid(problems: readonly SourceProblem[], where: keyof typeof hints): OperatorError {
  const [first] = problems;
  return new OperatorError("playbook-invalid", renderProblems(problems), {
    hint: hints[where],
    ...(first ? { place: { file: first.file, line: first.line, column: first.column } } : {}),
  });
}
