// What a file declares and what was given on the command line → the value of every parameter, or what is wrong with it.
import { nearestWord } from "../base/nearest-word.ts";
import { parameterDeclaration, parseGiven } from "./parameter-declaration.ts";
import type { ParameterValue } from "./step.ts";

/** Something wrong in a playbook and where it stands. */
export interface Complaint {
  readonly path: readonly PropertyKey[];
  readonly message: string;
  readonly at?: "key" | "value";
}

/** Every declared name is in one of the two: with its value, or unsettled, which has been complained about. */
export interface SettledParameters {
  readonly values: ReadonlyMap<string, ParameterValue>;
  readonly unsettled: ReadonlySet<string>;
  /** Of the file: everything else is wrong with what was given. */
  readonly complaints: readonly Complaint[];
}

/** `declared` is the section as parsed from YAML, whatever it holds; its own mistakes are left to the schema. */
export function settleParameters(
  declared: unknown,
  given: Readonly<Record<string, string>>,
): SettledParameters {
  const values = new Map<string, ParameterValue>();
  const unsettled = new Set<string>();
  const complaints: Complaint[] = [];
  const fields =
    typeof declared === "object" && declared !== null && !Array.isArray(declared) ? declared : {};
  for (const [name, declaration] of Object.entries(fields)) {
    const settled = settle(name, declaration, Object.hasOwn(given, name) ? given[name] : undefined);
    if (settled.value !== undefined) values.set(name, settled.value);
    else unsettled.add(name);
    if (settled.wrong !== undefined)
      complaints.push({ path: ["parameters", name], message: settled.wrong, at: "key" });
  }
  const known = [...values.keys(), ...unsettled];
  for (const name of Object.keys(given)) {
    if (known.includes(name)) continue;
    const message = `--var ${plainName(name)}: ${unknownParameter(name, known)}`;
    complaints.push({ path: ["parameters"], message, at: "key" });
  }
  return { values, unsettled, complaints };
}

function settle(
  name: string,
  declaration: unknown,
  given: string | undefined,
): { readonly value?: ParameterValue; readonly wrong?: string } {
  const read = parameterDeclaration.safeParse(declaration);
  if (!read.success) return {};
  if (given === undefined) {
    const { default: fallback, description } = read.data;
    if (fallback !== undefined) return { value: fallback };
    const what = description.replaceAll(/\s+/g, " ").trim();
    return { wrong: `has no value; give it with --var ${plainName(name)}=... (${what})` };
  }
  const parsed = parseGiven(read.data.type, given);
  if (parsed.kind === "value") return { value: parsed.value };
  return { wrong: `--var ${plainName(name)}: ${parsed.message}` };
}

/** Words for a name that is not declared, with the nearest one that is. */
export function unknownParameter(name: string, known: readonly string[]): string {
  if (known.length === 0) return "this playbook has no parameters";
  const nearest = nearestWord(name, known);
  const hint = nearest === null ? `it has ${known.slice(0, 20).join(", ")}` : `did you mean ${nearest}?`;
  return `this playbook has no parameter of that name; ${hint}`;
}

function plainName(name: string): string {
  return /^[\w-]{1,64}$/.test(name) ? name : JSON.stringify(name.slice(0, 64));
}
