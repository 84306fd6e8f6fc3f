// Things within things, as deep as a file allows: no reader runs out of stack, and none takes longer than its input is long.
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { OperatorError } from "../../src/base/errors.ts";
import { parseCertificate } from "../../src/facts/certificate.ts";
import { parseListFile } from "../../src/facts/itl-file.ts";
import { parseRecoveryKey } from "../../src/facts/recovery-key.ts";
import { loadInventory } from "../../src/inventory/load-inventory.ts";
import { loadPlaybook } from "../../src/playbook/load-playbook.ts";
import { readJournal } from "../../src/run/journal.ts";
import { parseKnownHosts } from "../../src/session/known-hosts.ts";
import { head } from "../facts/tlv-bytes.ts";
import { readSoon } from "./sweep.ts";

const folder = mkdtempSync(join(tmpdir(), "itlctl-nesting-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Containers of this tag, each holding the next, to the largest length that a field can have. */
function nestedTlv(tag: number): Buffer {
  const depth = 21_000;
  return Buffer.concat(
    Array.from({ length: depth }, (_, at) => head(tag, Math.min(65_535, (depth - at) * 3))),
  );
}

/** DER sequences within sequences. */
function nestedDer(depth: number): Buffer {
  const heads: Buffer[] = [];
  for (let at = 0; at < depth; at += 1) {
    const length = heads.reduce((sum, one) => sum + one.length, 0);
    heads.push(
      length < 128
        ? Buffer.from([0x30, length])
        : Buffer.from([0x30, 0x83, length >> 16, length >> 8, length]),
    );
  }
  return Buffer.concat(heads.toReversed());
}

const der = nestedDer(1_500);
const file = (name: string, text: string) => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};

/** A line of a journal that is whole, and whose JSON is nested deeply. */
function nestedJournal(): string {
  const body = `{"kind":"waiting","seq":1,"previous":"${"0".repeat(64)}","text":${"[".repeat(100_000)}${"]".repeat(100_000)}}`;
  const hash = createHash("sha256").update(body).digest("hex");
  return `${body.slice(0, -1)},"hash":"${hash}"}\n`;
}

const readings: readonly (readonly [string, () => unknown])[] = [
  ...[1, 2, 3, 4, 9, 12, 255].map(
    (tag) => [`a list of nested fields ${tag}`, () => parseListFile(nestedTlv(tag))] as const,
  ),
  ["a certificate of nested sequences", () => parseCertificate(der)],
  ["a recovery key of nested sequences", () => parseRecoveryKey(der, "password")],
  ["a journal line of nested lists", () => readJournal(file("journal.jsonl", nestedJournal()))],
  ["an inventory of nested lists", () => loadInventory(file("a.yaml", `clusters: ${"[".repeat(4_000)}`))],
  ["an inventory of nested mappings", () => loadInventory(file("b.yaml", "{a: ".repeat(2_000)))],
  [
    "an inventory of nested blocks",
    () =>
      loadInventory(file("c.yaml", Array.from({ length: 300 }, (_, at) => `${" ".repeat(at)}a:\n`).join(""))),
  ],
  ["a playbook of nested lists", () => loadPlaybook(file("d.yaml", `steps: ${"- ".repeat(3_000)}`))],
  [
    "an inventory of aliases of aliases",
    () => {
      const lines = Array.from({ length: 30 }, (_, at) => `a${at}: &a${at} [*a${at - 1}, *a${at - 1}]\n`);
      return loadInventory(file("e.yaml", `a: &a-1 x\n${lines.join("")}`));
    },
  ],
  [
    "a known_hosts pattern of many stars",
    () => parseKnownHosts(`${"*a".repeat(400)}b ssh-rsa A\n`, "a".repeat(255), 22),
  ],
];

test.each(readings)("%s", (_, read) => {
  const facts = readSoon(read);
  if (facts instanceof OperatorError) expect(facts.message.length).toBeLessThan(20_000);
});
