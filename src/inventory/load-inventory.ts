// An inventory file or folder → the Inventory, or one error that holds every problem of every file.
import { isUtf8 } from "node:buffer";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { messageOf, OperatorError } from "../base/errors.ts";
import {
  brokenSource,
  checkAgainst,
  inOrder,
  readYamlSource,
  renderProblems,
  type SourceProblem,
  type YamlSource,
} from "../base/yaml-source.ts";
import type { Cluster, Inventory } from "./cluster.ts";
import { findContradictions } from "./inventory-rules.ts";
import { inventorySchema } from "./inventory-schema.ts";
import { completeCluster } from "./written-cluster.ts";

const largestFileBytes = 4_194_304;

/**
 * A folder means every `*.yaml` in it but `*.example.yaml`; clusters come in the order of file names, then of the file.
 * @throws {OperatorError} `inventory-invalid`; the message has one line per problem, the place is the first problem's.
 */
export function loadInventory(path: string): Inventory {
  const read = inventoryFiles(path).map((file) => readInventoryFile(file));
  const problems = inOrder([...read.flatMap((file) => file.problems), ...clustersTwice(read)]);
  const [first] = problems;
  if (first !== undefined) {
    throw new OperatorError("inventory-invalid", renderProblems(problems), {
      hint: "correct the inventory and try it with: itlctl inventory check",
      place: { file: first.file, line: first.line, column: first.column },
    });
  }
  return { clusters: read.flatMap((file) => file.clusters) };
}

interface ReadFile {
  readonly source: YamlSource;
  readonly problems: readonly SourceProblem[];
  readonly clusters: readonly Cluster[];
}

function inventoryFiles(path: string): string[] {
  const stand = statOf(path);
  if (!stand.isDirectory()) return [path];
  const names = namesIn(path).filter((name) => name.endsWith(".yaml"));
  const files = names.filter((name) => !name.endsWith(".example.yaml")).toSorted();
  if (files.length > 0) return files.map((name) => join(path, name));
  throw new OperatorError("inventory-invalid", `${path}: no inventory file (*.yaml) in this folder`, {
    hint: "copy clusters.example.yaml to a name of your own in that folder and fill it in, or give --inventory",
    place: { file: path },
  });
}

function statOf(path: string) {
  try {
    return statSync(path);
  } catch (error) {
    throw unreadable(path, error);
  }
}

function namesIn(path: string): string[] {
  try {
    return readdirSync(path);
  } catch (error) {
    throw unreadable(path, error);
  }
}

function unreadable(path: string, error: unknown): OperatorError {
  const isMissing = (error as NodeJS.ErrnoException).code === "ENOENT";
  return new OperatorError(
    "inventory-invalid",
    `${path}: ${isMissing ? "no such file or folder" : messageOf(error)}`,
    {
      hint: "name the inventory file or folder with --inventory or ITLCTL_INVENTORY",
      place: { file: path },
      cause: error,
    },
  );
}

function readInventoryFile(file: string): ReadFile {
  const source = sourceOf(file);
  if (source.problems.length > 0) return { source, problems: source.problems, clusters: [] };
  const checked = checkAgainst(source, inventorySchema);
  const rules = findContradictions(source.value).map((rule) =>
    source.problemAt(rule.path, rule.message, rule.at),
  );
  const problems = [...(checked.kind === "invalid" ? checked.problems : []), ...rules];
  if (checked.kind === "invalid" || problems.length > 0) return { source, problems, clusters: [] };
  const clusters = Object.entries(checked.value.clusters).map(([name, written]) => {
    const { line } = source.problemAt(["clusters", name], "", "key");
    return completeCluster(name, written, { file, line });
  });
  return { source, problems, clusters };
}

function sourceOf(file: string): YamlSource {
  const bytes = bytesOf(file);
  if (typeof bytes === "string") return brokenSource(file, bytes);
  if (!isUtf8(bytes)) return brokenSource(file, "is not UTF-8 text");
  return readYamlSource(file, bytes.toString("utf8"));
}

/** The file's bytes, or in words why there are none. */
function bytesOf(file: string): Buffer | string {
  try {
    const stand = statSync(file);
    if (!stand.isFile()) return "is not a regular file";
    if (stand.size > largestFileBytes) return "is too large to be an inventory";
    return readFileSync(file);
  } catch (error) {
    return `cannot be read: ${messageOf(error)}`;
  }
}

function clustersTwice(read: readonly ReadFile[]): SourceProblem[] {
  const firsts = new Map<string, SourceProblem>();
  return read.flatMap(({ source }) =>
    clusterNames(source.value).flatMap((name) => {
      const here = source.problemAt(["clusters", name], "", "key");
      const first = firsts.get(name.toLowerCase());
      if (first === undefined) {
        firsts.set(name.toLowerCase(), here);
        return [];
      }
      return [{ ...here, message: `this cluster is already in ${first.file}:${first.line}` }];
    }),
  );
}

function clusterNames(value: unknown): string[] {
  const clusters = (value as { clusters?: unknown } | null | undefined)?.clusters;
  return typeof clusters === "object" && clusters !== null && !Array.isArray(clusters)
    ? Object.keys(clusters)
    : [];
}
