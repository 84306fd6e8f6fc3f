// The types of playbook parameters: what a value of each is, and how one is given on a command line.
import { z } from "zod";
import { schemaComplaints } from "../base/schema-complaint.ts";
import type { ParameterValue } from "./step.ts";
import { node, nodes, prose, service, unit, units } from "./step-schema.ts";

const forms = {
  string: { value: prose.max(4096), is: "Text." },
  number: { value: z.number().min(-1e15).max(1e15), is: "A number." },
  boolean: { value: z.boolean(), is: "`true` or `false`." },
  unit: { value: unit, is: "A certificate unit by the platform's name." },
  units: { value: units, is: "At least one unit. On a command line with commas: `CallManager,TVS`." },
  node: { value: node, is: "A node as the inventory names it." },
  nodes: { value: nodes, is: "Nodes, also none. On a command line with commas: `pub,sub1`." },
  service: { value: service, is: "A service by the platform's name." },
} as const satisfies Record<string, { value: z.ZodType<ParameterValue>; is: string }>;

export type ParameterType = keyof typeof forms;

const names = Object.keys(forms) as ParameterType[];

function declarationOf<Type extends ParameterType>(type: Type) {
  const { value, is } = forms[type];
  return z
    .strictObject({
      type: z.literal(type),
      description: prose.meta({ description: "What it is for; shown where a value is missing." }),
      default: value
        .optional()
        .meta({ description: "Its value where none is given. Absent: one has to be given." }),
    })
    .meta({ description: is });
}

/** One parameter as declared in a file. */
export const parameterDeclaration = z.discriminatedUnion("type", [
  declarationOf("string"),
  ...names.filter((name) => name !== "string").map(declarationOf),
]);

/** The value that a text of the command line stands for, or in words what is wrong with it. */
export function parseGiven(
  type: ParameterType,
  text: string,
):
  | { readonly kind: "value"; readonly value: ParameterValue }
  | { readonly kind: "wrong"; readonly message: string } {
  const judged = schemaComplaints<ParameterValue>(writtenValue(type, text), forms[type].value);
  if (judged.kind === "valid") return { kind: "value", value: judged.value };
  const [first] = judged.complaints;
  const entry = first !== undefined && typeof first.path[0] === "number" ? `entry ${first.path[0] + 1} ` : "";
  return { kind: "wrong", message: `${entry}${first?.message ?? "does not fit"}` };
}

function writtenValue(type: ParameterType, text: string): unknown {
  switch (type) {
    case "number":
      return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
    case "boolean":
      return text === "true" ? true : text === "false" ? false : text;
    case "units":
    case "nodes":
      return text.trim() === "" ? [] : text.split(",").map((item) => item.trim());
    default:
      return text;
  }
}
