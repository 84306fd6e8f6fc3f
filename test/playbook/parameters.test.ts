// Parameters of a playbook: what is filled in where, and every way to get one wrong.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { OperatorError } from "../../src/base/errors.ts";
import { loadPlaybook } from "../../src/playbook/load-playbook.ts";
import type { Playbook } from "../../src/playbook/step.ts";

const folder = mkdtempSync(join(tmpdir(), "itlctl-parameters-"));
afterAll(() => rmSync(folder, { recursive: true }));
const file = join(folder, "p.yaml");

/** A playbook of one line a parameter and a step; the first parameter is in line 4. */
function written(parameters: readonly string[], steps: readonly string[]): string {
  const section = parameters.length === 0 ? "x-none: 1" : `parameters:\n${indented(parameters, "  ")}`;
  const text = `playbook: mine\ndescription: What it is for.\n${section}\nsteps:\n${indented(steps, "  - ")}\n`;
  return text.replace("x-none: 1\n", "");
}

const indented = (lines: readonly string[], by: string) => lines.map((line) => by + line).join("\n");

function load(text: string, given: Record<string, string> = {}): Playbook {
  writeFileSync(file, text);
  return loadPlaybook(file, given);
}

/** The problems, without the name of the file. */
function problems(text: string, given: Record<string, string> = {}): string[] {
  try {
    load(text, given);
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    expect(error.code).toBe("playbook-invalid");
    return error.message.split("\n").map((line) => line.replace(`${file}:`, ""));
  }
  return [];
}

const preflight = "{ id: preflight, verb: preflight }";
const units = "units: { type: units, description: Which. }";
const regenerate = '{ id: r, verb: regenerate, units: "${units}" }';

describe("a value", () => {
  const everything = written(
    [
      units,
      "nodes: { type: nodes, description: Where., default: [] }",
      "node: { type: node, description: Where., default: pub }",
      "unit: { type: unit, description: Which., default: CAPF }",
      "ca: { type: boolean, description: Whether., default: false }",
      "service: { type: service, description: Which., default: Cisco Tftp }",
      "text: { type: string, description: What., default: Look. }",
      "count: { type: number, description: How many., default: 3 }",
    ],
    [
      preflight,
      '{ id: a, verb: regenerate, units: "${units}", nodes: "${nodes}", replaceCaSigned: "${ca}" }',
      "{ id: h, verb: hold }",
      "{ id: g, verb: gate }",
      '{ id: b, verb: regenerate, units: ["${unit}"], nodes: ["${node}", sub] }',
      '{ id: c, verb: restart-service, service: "${service}" }',
      '{ id: d, verb: confirm, text: "${text}" }',
      '{ id: e, verb: notify, hook: [tell, "${count}", "${ca}", "${text}"] }',
    ],
  );

  test("stands in the step where its name stood, the given one before the default", () => {
    const given = { units: "CallManager, TVS", ca: "true", count: "-1.5", nodes: "sub1,pub" };
    const { steps, values } = load(everything, given);
    expect(steps[1]).toEqual({
      ...{ id: "a", verb: "regenerate", units: ["CallManager", "TVS"] },
      ...{ nodes: ["sub1", "pub"], replaceCaSigned: true },
    });
    expect(steps[4]).toEqual({ id: "b", verb: "regenerate", units: ["CAPF"], nodes: ["pub", "sub"] });
    expect(steps[5]).toEqual({ id: "c", verb: "restart-service", service: "Cisco Tftp" });
    expect(steps[6]).toEqual({ id: "d", verb: "confirm", text: "Look." });
    expect(steps[7]).toEqual({ id: "e", verb: "notify", hook: ["tell", "-1.5", "true", "Look."] });
    expect(values).toEqual({
      ...{ units: ["CallManager", "TVS"], nodes: ["sub1", "pub"], node: "pub", unit: "CAPF", ca: true },
      ...{ service: "Cisco Tftp", text: "Look.", count: -1.5 },
    });
  });

  test("that is an empty list is given with nothing behind the sign", () => {
    expect(load(everything, { units: "TVS", nodes: "" }).values["nodes"]).toEqual([]);
  });

  test("does not change the fingerprint of the file, nor does a text that looks like a name get filled in", () => {
    const one = load(everything, { units: "TVS" });
    const other = load(everything, { units: "TVS", text: "${nodes}" });
    expect(other.sha256).toBe(one.sha256);
    expect(other.steps[6]).toEqual({ id: "d", verb: "confirm", text: "${nodes}" });
  });

  test.each([
    [{}, "4:3 parameters.units: has no value; give it with --var units=... (Which.)"],
    [{ units: "" }, "4:3 parameters.units: --var units: must have at least 1 entry"],
    [{ units: "TVS,TSV" }, "4:3 parameters.units: --var units: entry 2 must be tomcat, "],
    [{ units: "TVS,TVS" }, "4:3 parameters.units: --var units: entry 2 stands in this list twice"],
    [{ units: "TVS", ca: "yes" }, "8:3 parameters.ca: --var ca: must be true or false, not text"],
    [{ units: "TVS", count: "0x10" }, "11:3 parameters.count: --var count: must be a number, not text"],
    [{ units: "TVS", count: "1e99" }, "11:3 parameters.count: --var count: must be a number, not text"],
    [{ units: "TVS", node: "a b" }, "6:3 parameters.node: --var node: a name may not hold a space"],
    [{ units: "TVS", nodes: "a,,b" }, "5:3 parameters.nodes: --var nodes: entry 2 "],
    [{ units: "TVS", service: "Tftp" }, "9:3 parameters.service: --var service: must be Cisco Tftp, "],
    [{ units: "TVS", text: "\u001b[2J" }, "10:3 parameters.text: --var text: may not hold a control"],
    [
      { units: "TVS", node5: "x" },
      "3:1 parameters: --var node5: this playbook has no parameter of that name; did",
    ],
    [{ units: "TVS", "\u001b": "x" }, '3:1 parameters: --var "\\u001b": this playbook has no parameter'],
    [{ units: "TVS", constructor: "x" }, "3:1 parameters: --var constructor: this playbook has no parameter"],
  ])("given as %j is refused", (given, message) => {
    const [only = "", ...others] = problems(everything, given);
    expect(only.slice(0, message.length)).toBe(message);
    expect(others).toEqual([]);
  });

  test("that is wrong is told as the operator's mistake, not the file's", () => {
    const hintOf = (text: string, given: Record<string, string>) => {
      try {
        load(text, given);
      } catch (error) {
        if (error instanceof OperatorError) return error.hint;
      }
      return null;
    };
    expect(hintOf(everything, {})).toContain("--var");
    expect(hintOf(`${everything}  - {}\n`, {})).toContain("Mend");
  });
});

describe("a parameter", () => {
  test.each([
    [
      "of no known type",
      ["a: { type: unit-list, description: x }"],
      "4:14 parameters.a.type: must be string, ",
    ],
    [
      "without a description",
      ["a: { type: string, default: b }"],
      "4:3 parameters.a.description: is missing",
    ],
    [
      "with a default of another type",
      ["a: { type: boolean, description: x, default: 'no' }"],
      "4:48 parameters.a.default: must be true or false, not text",
    ],
    [
      "with a dot in its name",
      ["a.b: { type: string, description: x, default: b }"],
      '4:3 parameters."a.b": ',
    ],
  ])("%s is refused at its place, and nothing else is said of it", (_what, parameters, message) => {
    const found = problems(written(parameters, ['{ id: c, verb: confirm, text: "${a}" }']));
    const told = found.filter((line) => !line.includes("no parameter of that name"));
    expect(
      told.find((line) => line.startsWith(message)),
      found.join("\n"),
    ).toBeDefined();
    expect(told.filter((line) => line.includes("steps["))).toEqual([]);
  });

  test("that no step uses is refused", () => {
    const text = written(
      [units, "nodes: { type: nodes, description: x, default: [] }"],
      [preflight, regenerate],
    );
    expect(problems(text, { units: "TVS" })).toEqual(["5:3 parameters.nodes: is used in no step"]);
  });

  test("that is not declared is refused, with the one that was meant", () => {
    const step = '{ id: r, verb: regenerate, units: "${unit}" }';
    expect(
      problems(written([units], [preflight, step, regenerate.replace("id: r", "id: s")]), { units: "TVS" }),
    ).toEqual(["7:39 steps[1].units: this playbook has no parameter of that name; did you mean units?"]);
    expect(problems(written([], [preflight, step]))).toEqual([
      "5:39 steps[1].units: this playbook has no parameters",
    ]);
  });

  test("of another kind than its place is refused there, by its name", () => {
    const step = '{ id: r, verb: regenerate, units: [TVS], nodes: "${ca}" }';
    const text = written(["ca: { type: boolean, description: x, default: true }"], [preflight, step]);
    expect(problems(text)).toEqual([
      "7:53 steps[1].nodes: must be a list, not true or false (by the parameter ca)",
    ]);
  });

  test.each([
    ['{ id: a, verb: confirm, text: "Look at ${units}." }', "steps[1].text: a parameter is a whole value"],
    ['{ id: a, verb: confirm, text: "${units}${units}" }', "steps[1].text: a parameter is a whole value"],
    ['{ id: a, verb: confirm, text: "${units + 1}" }', "steps[1].text: a parameter is a whole value"],
    ['{ id: a, verb: confirm, text: "${" }', "steps[1].text: a parameter is a whole value"],
    [
      '{ id: "${units}", verb: backup }',
      "steps[1].id: is the same whatever the parameters: write the id out",
    ],
    ['{ id: a, verb: "${units}" }', "steps[1].verb: is the same whatever the parameters: write the verb out"],
    [
      '{ id: a, verb: backup, fromRelease: "${units}" }',
      "steps[1].fromRelease: is the same whatever the parameters: write the fromRelease out",
    ],
    [
      '{ id: a, verb: notify, hook: "${units}" }',
      "steps[1].hook: the program of a hook is never a parameter",
    ],
    [
      '{ id: a, verb: notify, hook: ["${units}"] }',
      "steps[1].hook[0]: the program of a hook is never a parameter",
    ],
    [
      '{ id: a, verb: notify, hook: [tell, "${units}"] }',
      "steps[1].hook[1]: a word of a hook must be text; put numbers in quotes (by the parameter units)",
    ],
  ])("in %s is refused", (step, message) => {
    const found = problems(written([units], [preflight, step, regenerate]), { units: "TVS" });
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(message);
    expect(found[0]).toMatch(/^7:\d+ /);
  });

  test("may be named like what every object has, and keeps its default", () => {
    const declared = "toString: { type: string, description: x, default: Look. }";
    const { values } = load(written([declared], ['{ id: a, verb: confirm, text: "${toString}" }']));
    expect(Object.entries(values)).toEqual([["toString", "Look."]]);
  });

  test("outside of steps is refused", () => {
    const text = written([units], [preflight, regenerate]).replace("What it is for.", '"About ${units}."');
    expect(problems(text, { units: "TVS" })).toEqual([
      "2:14 description: parameters are filled in nowhere but in the values of steps",
    ]);
  });
});
