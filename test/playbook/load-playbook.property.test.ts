// Any text as a playbook and any text behind --var: a playbook, or its one error with a place in each line.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { stringify } from "yaml";
import { OperatorError } from "../../src/base/errors.ts";
import { loadPlaybook } from "../../src/playbook/load-playbook.ts";
import { verbs } from "../../src/playbook/playbook-schema.ts";

const folder = mkdtempSync(join(tmpdir(), "itlctl-playbook-"));
const file = join(folder, "any.yaml");
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const shippedFolder = new URL("../../playbooks/", import.meta.url).pathname;
const shipped = readdirSync(shippedFolder).map((name) => readFileSync(join(shippedFolder, name)));

function outcomeOf(text: string | Uint8Array, given: Record<string, string> = {}): "loaded" | "refused" {
  writeFileSync(file, text);
  try {
    loadPlaybook(file, given);
    return "loaded";
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    expect(error.code).toBe("playbook-invalid");
    for (const line of error.message.split("\n"))
      expect(line).toMatch(/(any\.yaml:\d+:\d+[: ]|^and \d+ more$)/);
    return "refused";
  }
}

test("random bytes are refused", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => outcomeOf(bytes) === "refused"));
});

test("random text out of the characters of YAML is refused", () => {
  const unit = fc.constantFrom(..."ab:-?[]{},#&*!|>'\"%@`$ \n\t0.~<=\\\u0000\u2028é".split(""));
  fc.assert(fc.property(fc.string({ unit, maxLength: 200 }), (text) => outcomeOf(text) === "refused"));
});

const word = fc.oneof(
  fc.constantFrom("${a}", "${b}", "${", "x${a}", "TVS", "pub", "12.0", "22:00", "a", "reset", "units", ""),
  fc.string({ maxLength: 6 }),
);
const value = fc.oneof(word, fc.array(word, { maxLength: 3 }), fc.jsonValue({ maxDepth: 2 }));
const step = fc.oneof(
  value,
  fc.record(
    {
      ...{ id: word, verb: fc.oneof(fc.constantFrom(...verbs), word), units: value, nodes: value },
      ...{ service: value, text: value, hook: value, signer: value, replaceCaSigned: value },
      ...{ fromRelease: value, belowRelease: value, work: value },
    },
    { requiredKeys: [] },
  ),
);
const parameter = fc.oneof(
  value,
  fc.record(
    {
      type: fc.oneof(fc.constantFrom("string", "number", "boolean", "unit", "units", "node", "nodes"), value),
      ...{ description: value, default: value },
    },
    { requiredKeys: [] },
  ),
);

test("random values under the right keys are judged without a crash", () => {
  const playbook = fc.record(
    {
      ...{ playbook: value, description: value, window: value },
      parameters: fc.oneof(value, fc.dictionary(word, parameter, { maxKeys: 3 })),
      steps: fc.oneof(value, fc.array(step, { maxLength: 6 })),
    },
    { requiredKeys: [] },
  );
  const given = fc.dictionary(fc.constantFrom("a", "b", "units", "__proto__", "toString"), fc.string());
  fc.assert(
    fc.property(playbook, given, (written, texts) => {
      outcomeOf(stringify(written), texts);
    }),
    { numRuns: 200 },
  );
});

test("any text given for a parameter is its value or its error, and never reaches another field", () => {
  const text = stringify({
    playbook: "mine",
    description: "x",
    parameters: { a: { type: "nodes", description: "x" }, b: { type: "string", description: "x" } },
    steps: [
      { id: "p", verb: "preflight" },
      { id: "h", verb: "hold", nodes: "${a}" },
      { id: "c", verb: "confirm", text: "${b}" },
    ],
  });
  const often = fc.oneof(
    fc.string({ maxLength: 20 }),
    fc.constantFrom("pub,sub", "pub", "pub, ,", "${b}", "a\nb"),
  );
  fc.assert(
    fc.property(often, often, (a, b) => {
      if (outcomeOf(text, { a, b }) === "refused") return;
      const { steps, values } = loadPlaybook(file, { a, b });
      expect(steps[1]).toEqual({ id: "h", verb: "hold", nodes: values["a"] });
      expect(steps[2]).toEqual({ id: "c", verb: "confirm", text: b });
    }),
    { numRuns: 100 },
  );
});

test("a shipped playbook cut or changed anywhere is loaded or refused, never a crash", () => {
  fc.assert(
    fc.property(fc.constantFrom(...shipped), fc.nat(), fc.nat(255), (bytes, somewhere, byte) => {
      const at = somewhere % bytes.length;
      outcomeOf(bytes.subarray(0, at), { units: "TVS" });
      const changed = Buffer.from(bytes);
      changed[at] = byte;
      outcomeOf(changed, { units: "TVS" });
    }),
    { numRuns: 100 },
  );
});
