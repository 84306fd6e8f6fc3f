// YAML with positions: what is refused, where problems are said to stand, and that no value of the file is repeated.
import { expect, test } from "vitest";
import { z } from "zod";
import { checkAgainst, readYamlSource, renderProblems } from "../../src/base/yaml-source.ts";

const schema = z.strictObject({
  name: z.string().min(1),
  count: z.int().min(1).max(9).optional(),
  mode: z.enum(["slow", "fast"]).optional(),
  steps: z
    .array(
      z.discriminatedUnion("do", [
        z.strictObject({ do: z.literal("wait"), seconds: z.number() }),
        z.strictObject({ do: z.literal("say"), text: z.string() }),
      ]),
    )
    .optional(),
});

function problemsOf(text: string): string {
  const checked = checkAgainst(readYamlSource("a.yaml", text), schema);
  return "problems" in checked ? renderProblems(checked.problems) : "none";
}

test("a file that fits gives its value", () => {
  const checked = checkAgainst(
    readYamlSource("a.yaml", "name: x\nsteps:\n  - { do: wait, seconds: 5 }\n"),
    schema,
  );
  expect(checked).toEqual({ kind: "valid", value: { name: "x", steps: [{ do: "wait", seconds: 5 }] } });
});

test.each([
  ["a tab as indentation", "a:\n\tb: 1\n", "a.yaml:2:1: a tab is used as indentation: use spaces"],
  ["a key that stands twice", "name: x\nname: y\n", "a.yaml:2:1: the key name stands here twice"],
  ["an anchor", "name: &secret x\n", "a.yaml:1:15: anchors (&name) are not read here: write the value out"],
  [
    "a second document",
    "name: x\n---\nname: y\n",
    "a.yaml:2:1: a second document (---) begins here: one file holds one document",
  ],
  ["an unknown tag", "name: !run x\n", "a.yaml:1:7: this tag (!name) does not fit or is not known"],
  ["a known tag of another schema", "name: !!binary eA==\n", "a.yaml:1:16: tags (!name) are not read here"],
  [
    "a key that would change the prototype",
    "__proto__: { name: x }\n",
    "a.yaml:1:1: __proto__ is not allowed as a key",
  ],
  ["a key that is a list", "? [a]\n: b\n", "a.yaml:1:3: a key must be plain text"],
  [
    "a colon at the end of a value",
    "name: ask:\n",
    'a.yaml:1:7: a second ":" in a plain value: put the value in quotes, as in "ask:"',
  ],
  [
    "a list that is not closed",
    "name: x\nsteps: [1, 2\n",
    "a.yaml:3:1: a [ or { before this is not closed, or its closing bracket is not indented",
  ],
])("%s is refused with its place", (_, text, line) => {
  expect(problemsOf(text)).toBe(line);
});

test("an alias bomb is refused before it is opened", () => {
  const bomb = `a: &a [x,x]\n${Array.from({ length: 30 }, (_, i) => `b${i}: &b${i} [*a, *a, *a]`).join("\n")}`;
  expect(problemsOf(bomb)).toContain("aliases (*name) are not read here");
});

test.each(["[", "- ", "{a: ", "? "])("%j repeated twenty thousand times is refused, not a crash", (part) => {
  expect(problemsOf(part.repeat(20_000))).toBe("a.yaml:1:1: is nested more than 32 levels deep");
});

test("a text over 1 MiB is refused unread", () => {
  expect(problemsOf("a".repeat(1_048_577))).toBe("a.yaml:1:1: is larger than 1 MiB");
});

test("problems of the schema stand at the value, unknown keys at the key, missing fields at what lacks them", () => {
  expect(
    problemsOf("nmae: x\ncount: 12\nmode: fats\nsteps:\n  - { do: wait }\n  - { do: weit }\n  - 7\n").split(
      "\n",
    ),
  ).toEqual([
    "a.yaml:1:1 name: is missing",
    "a.yaml:1:1 nmae: unknown key; did you mean name?",
    "a.yaml:2:8 count: must be at most 9",
    "a.yaml:3:7 mode: must be slow or fast; did you mean fast?",
    "a.yaml:5:5 steps[0].seconds: is missing",
    "a.yaml:6:11 steps[1].do: must be wait or say; did you mean wait?",
    "a.yaml:7:5 steps[2]: must be a mapping, not a number",
  ]);
});

test.each([
  ["", "a.yaml:1:1: must be a mapping, not empty"],
  ["- name: x\n", "a.yaml:1:1: must be a mapping, not a list"],
  ["name: 5\n", "a.yaml:1:7 name: must be text, not a number"],
  ["name: ''\n", "a.yaml:1:7 name: is empty"],
  ["name:\n", "a.yaml:1:6 name: must be text, not empty"],
  ["name: x\ncount: 1.5\n", "a.yaml:2:8 count: must be a whole number, not a fraction"],
])("%j: %s", (text, line) => {
  expect(problemsOf(text)).toBe(line);
});

test("no value is repeated in any message", () => {
  const texts = [
    'name: "hunter2" hunter2\n',
    "name: @hunter2\n",
    "name: x\ncount: hunter2\n",
    "name: *hunter2\n",
    "name: [hunter2\n",
  ];
  for (const text of texts) {
    expect(problemsOf(text)).toMatch(/^a\.yaml:\d+:\d+/);
    expect(problemsOf(text)).not.toContain("hunter2");
  }
});

test("after a hundred problems only their number is told", () => {
  const lines = problemsOf("name: x\n".repeat(500)).split("\n");
  expect(lines).toHaveLength(101);
  expect(lines.at(-1)).toBe("and 399 more");
});
