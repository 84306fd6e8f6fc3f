// A playbook as parsed from YAML and the values of its parameters → the same with each `${name}` of a step replaced, and what is wrong with them.
import { type Complaint, type SettledParameters, unknownParameter } from "./parameter-values.ts";
import type { ParameterValue } from "./step.ts";

/** A place where a parameter stood. */
export interface Reference {
  readonly path: readonly PropertyKey[];
  readonly name: string;
  /** False: the value there is still the text of the file, and nothing more should be said of it. */
  readonly isFilled: boolean;
}

export interface FilledIn {
  readonly value: unknown;
  readonly references: readonly Reference[];
  readonly complaints: readonly Complaint[];
}

const fixedFields = ["id", "verb", "fromRelease", "belowRelease"];

/** Only whole values are replaced; there is nothing to compute with. Unused parameters are complained about too. */
export function fillIn(
  written: unknown,
  parameters: Pick<SettledParameters, "values" | "unsettled">,
): FilledIn {
  const known = [...parameters.values.keys(), ...parameters.unsettled];
  const references: Reference[] = [];
  const complaints: Complaint[] = [];

  function textAt(text: string, path: readonly PropertyKey[]): ParameterValue {
    if (!text.includes("${")) return text;
    const { name, wrong } = referenceIn(text, path);
    const value = parameters.values.get(name);
    const isUnknown = wrong === null && !known.includes(name);
    references.push({ path, name, isFilled: wrong === null && value !== undefined });
    if (wrong !== null) complaints.push({ path, message: wrong });
    if (isUnknown) complaints.push({ path, message: unknownParameter(name, known) });
    if (wrong !== null || value === undefined) return text;
    // The words of a hook are texts; elsewhere a number stays one.
    return path[2] === "hook" && typeof value !== "object" ? String(value) : value;
  }

  function filled(value: unknown, path: readonly PropertyKey[]): unknown {
    if (typeof value === "string") return textAt(value, path);
    if (Array.isArray(value)) return value.map((item, index) => filled(item, [...path, index]));
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, part]) => [key, filled(part, [...path, key])]),
    );
  }

  const value = filled(written, []);
  const used = new Set(references.map(({ name }) => name));
  for (const name of known.filter((one) => !used.has(one)))
    complaints.push({ path: ["parameters", name], message: "is used in no step", at: "key" });
  return { value, references, complaints };
}

/** `wrong` is null where the text may be replaced; the name is empty where there is none. */
function referenceIn(text: string, path: readonly PropertyKey[]): { name: string; wrong: string | null } {
  const name = /^\$\{([A-Za-z][A-Za-z0-9_-]{0,63})\}$/.exec(text)?.[1] ?? "";
  const [top, step, field, word] = path;
  if (top !== "steps" || typeof step !== "number" || field === undefined)
    return { name, wrong: "parameters are filled in nowhere but in the values of steps" };
  if (fixedFields.includes(String(field)))
    return { name, wrong: `is the same whatever the parameters: write the ${String(field)} out` };
  if (field === "hook" && (word === undefined || word === 0))
    return { name, wrong: "the program of a hook is never a parameter: write it out" };
  if (name === "") {
    return {
      name,
      wrong:
        'a parameter is a whole value, as in nodes: "${nodes}": there are no expressions, and no text around it',
    };
  }
  return { name, wrong: null };
}
