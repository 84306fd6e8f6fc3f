// Whatever a file holds, loading gives an inventory or its own error with a place; never a crash.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { stringify } from "yaml";
import { OperatorError } from "../../src/base/errors.ts";
import { loadInventory } from "../../src/inventory/load-inventory.ts";

const folder = mkdtempSync(join(tmpdir(), "itlctl-inventory-"));
const file = join(folder, "any.yaml");
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const example = readFileSync("inventory/clusters.example.yaml");

function outcomeOf(text: string | Uint8Array): "loaded" | "refused" {
  writeFileSync(file, text);
  try {
    loadInventory(file);
    return "loaded";
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    expect(error.code).toBe("inventory-invalid");
    for (const line of error.message.split("\n"))
      expect(line).toMatch(/(any\.yaml:\d+:\d+[: ]|^and \d+ more$)/);
    return "refused";
  }
}

test("random bytes are refused", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => outcomeOf(bytes) === "refused"));
});

test("random text out of the characters of YAML is refused", () => {
  const text = fc.string({
    unit: fc.constantFrom(..."ab:-?[]{},#&*!|>'\"%@` \n\t0.~<=\\\u0000\u2028é".split("")),
    maxLength: 200,
  });
  fc.assert(
    fc.property(text, (written) => outcomeOf(written) === "refused"),
    { numRuns: 300 },
  );
});

test("random values under the right keys are judged without a crash", () => {
  const value = fc.jsonValue({ maxDepth: 3 });
  const keys = [
    "nodes",
    "ssh",
    "tftp",
    "credentials",
    "vault",
    "keep",
    "recoveryKey",
    "thresholds",
    "regenerationHold",
  ];
  const cluster = fc.dictionary(fc.constantFrom(...keys), value);
  fc.assert(
    fc.property(fc.dictionary(fc.string({ maxLength: 8 }), cluster, { maxKeys: 3 }), (clusters) => {
      expect(outcomeOf(stringify({ clusters }))).toBe("refused");
    }),
    { numRuns: 150 },
  );
});

test("nodes of random shape are judged without a crash", () => {
  const part = fc.oneof(
    fc.constantFrom("pub", "publisher", "a b", "10.0.0.1", "", 5, null),
    fc.jsonValue({ maxDepth: 1 }),
  );
  const node = fc.oneof(part, fc.dictionary(fc.constantFrom("name", "address", "role", "ssh", "tftp"), part));
  fc.assert(
    fc.property(fc.array(node, { maxLength: 5 }), (nodes) => {
      expect(outcomeOf(stringify({ clusters: { east: { nodes } } }))).toBe("refused");
    }),
    { numRuns: 150 },
  );
});

test("the example cut or changed anywhere is loaded or refused, never a crash", () => {
  fc.assert(
    fc.property(fc.nat(example.length - 1), fc.nat(255), (at, byte) => {
      outcomeOf(example.subarray(0, at));
      const changed = Buffer.from(example);
      changed[at] = byte;
      outcomeOf(changed);
    }),
    { numRuns: 100 },
  );
});
