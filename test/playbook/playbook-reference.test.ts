// What the docs say of playbooks is what the schema says; ITLCTL_WRITE_DOCS=1 writes it anew.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { messageOf } from "../../src/base/errors.ts";
import { loadPlaybook } from "../../src/playbook/load-playbook.ts";
import { playbookSchemaJson, verbs } from "../../src/playbook/playbook-schema.ts";
import { readReference, readSchemaFile, renderReference, writeReference } from "./playbook-reference.ts";

if (process.env["ITLCTL_WRITE_DOCS"] === "1") writeReference();

test("docs/playbook.schema.json is the schema that playbooks are checked against", () => {
  expect(readSchemaFile(), "it is old: run with ITLCTL_WRITE_DOCS=1").toEqual(playbookSchemaJson());
});

test("the reference of docs/playbooks.md is drawn from that schema, with every verb", () => {
  expect(readReference(), "it is old: run with ITLCTL_WRITE_DOCS=1").toBe(renderReference());
  for (const verb of verbs) expect(renderReference()).toContain(`### \`${verb}\``);
  expect(verbs).toHaveLength(12);
});

test("the example of docs/playbooks.md is sound, and its mistakes are told as the page shows", () => {
  const page = readFileSync(new URL("../../docs/playbooks.md", import.meta.url), "utf8");
  const example = /^```yaml\n(.*?)^```/ms.exec(page)?.[1] ?? "";
  const shown = /^```\n(tvs-window\.yaml:.*?)\n```/ms.exec(page)?.[1];
  const folder = mkdtempSync(join(tmpdir(), "itlctl-example-"));
  const file = join(folder, "tvs-window.yaml");
  try {
    writeFileSync(file, example);
    expect(loadPlaybook(file, { nodes: "pub,sub1", ticket: "CHG1234" }).steps).toHaveLength(5);
    const wrong = example
      .replace('until: "04:00"', 'until: "22:00"')
      .replace("verb: gate", "verb: gat")
      .replace("[TVS]", "[TSV]")
      .replace('"--ticket", "${ticket}"', '"--ticket ${ticket}"');
    writeFileSync(file, wrong);
    let told = "";
    try {
      loadPlaybook(file);
    } catch (error) {
      told = messageOf(error);
    }
    expect(told.replaceAll(`${folder}/`, "")).toBe(shown);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
