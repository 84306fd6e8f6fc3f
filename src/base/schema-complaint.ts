// A value and a zod schema → what does not fit, in plain words with the path; values are not repeated unless they are choices, numbers or keys.
import type { z } from "zod";
import { nearestWord } from "./nearest-word.ts";

/** `at` says whether the key or the value is to blame. */
export interface SchemaComplaint {
  readonly path: readonly PropertyKey[];
  readonly message: string;
  readonly at: "key" | "value";
}

type Issue = z.core.$ZodIssue;

/** The schema's own messages win; unknown keys come with the nearest known one. */
export function schemaComplaints<Value>(
  value: unknown,
  schema: z.ZodType<Value>,
): { kind: "valid"; value: Value } | { kind: "invalid"; complaints: readonly SchemaComplaint[] } {
  const knownKeys = new Map<string, readonly string[]>();
  const parsed = schema.safeParse(value, {
    reportInput: true,
    error: (issue) => {
      if (issue.code === "unrecognized_keys") knownKeys.set(placeOf(issue.path), shapeKeys(issue.inst));
      return complaint(issue as unknown as Issue);
    },
  });
  if (parsed.success) return { kind: "valid", value: parsed.data };
  return {
    kind: "invalid",
    complaints: parsed.error.issues.flatMap((issue) => {
      if (issue.code !== "unrecognized_keys") {
        const at = issue.code === "invalid_key" ? ("key" as const) : ("value" as const);
        return [{ path: issue.path, message: issue.message, at }];
      }
      const known = knownKeys.get(placeOf(issue.path)) ?? [];
      return issue.keys.map((key) => ({
        path: [...issue.path, key],
        message: unknownKey(key, known),
        at: "key" as const,
      }));
    }),
  };
}

function placeOf(path: readonly PropertyKey[] | undefined): string {
  return JSON.stringify((path ?? []).map(String));
}

function shapeKeys(inst: unknown): readonly string[] {
  const shape = (inst as { _zod?: { def?: { shape?: object } } } | undefined)?._zod?.def?.shape;
  return shape === undefined ? [] : Object.keys(shape);
}

function unknownKey(key: string, known: readonly string[]): string {
  const nearest = nearestWord(key, known);
  if (nearest !== null) return `unknown key; did you mean ${nearest}?`;
  return known.length === 0 ? "unknown key" : `unknown key; known here: ${known.join(", ")}`;
}

function complaint(issue: Issue): string {
  switch (issue.code) {
    case "invalid_type":
      return issue.input === undefined
        ? "is missing"
        : `must be ${expectedWord(issue.expected)}, not ${kindOf(issue.input)}`;
    case "invalid_value":
      return oneOf(issue.values, issue.input);
    case "too_small":
      return limit("at least", issue.minimum, issue.origin);
    case "too_big":
      return limit("at most", issue.maximum, issue.origin);
    case "invalid_union": {
      const options = (issue as { options?: unknown }).options;
      if (Array.isArray(options))
        return issue.input === undefined ? "is missing" : oneOf(options, issue.input, issue.discriminator);
      return `fits none of its forms: ${issue.errors.map((one) => one[0]?.message ?? "").join("; or ")}`;
    }
    case "invalid_key":
      return issue.issues[0]?.message ?? "this key is not allowed";
    case "not_multiple_of":
      return `must be a multiple of ${issue.divisor}`;
    case "invalid_format":
      return "has the wrong form";
    default:
      return "is not allowed here";
  }
}

function limit(words: string, bound: number | bigint, origin: string): string {
  if (origin === "string")
    return bound === 1 && words === "at least" ? "is empty" : `must be ${words} ${bound} characters long`;
  if (origin === "array" || origin === "set")
    return `must have ${words} ${bound} ${bound === 1 ? "entry" : "entries"}`;
  return `must be ${words} ${bound}`;
}

function oneOf(values: readonly unknown[], input: unknown, discriminator?: string): string {
  const names = values.map(String);
  const given =
    discriminator === undefined ? input : (input as Record<string, unknown> | null)?.[discriminator];
  if (given === undefined) return `is missing: ${listed(names)}`;
  const nearest = typeof given === "string" ? nearestWord(given, names) : null;
  return `must be ${listed(names)}${nearest === null ? "" : `; did you mean ${nearest}?`}`;
}

function listed(names: readonly string[]): string {
  return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} or ${names.at(-1)}`;
}

function expectedWord(expected: string): string {
  const expectedWords: Record<string, string> = {
    string: "text",
    number: "a number",
    int: "a whole number",
    boolean: "true or false",
    array: "a list",
    object: "a mapping",
    record: "a mapping",
  };
  return expectedWords[expected] ?? expected;
}

function kindOf(value: unknown): string {
  if (value === null) return "empty";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "string") return "text";
  if (typeof value === "number") return Number.isInteger(value) ? "a number" : "a fraction";
  if (typeof value === "boolean") return "true or false";
  return "a mapping";
}
