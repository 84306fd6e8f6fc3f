// Plain mode over the whole tool: lines of `label: value`, whole facts, and nothing that only the eye can read.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { RunDocument } from "../../src/report/run-document.ts";
import type { StatusDocument } from "../../src/report/status-document.ts";
import { type LostCluster, openLostCluster } from "../support/lost-cluster.ts";

let lost: LostCluster;
let listUrl = "";

beforeAll(async () => {
  lost = await openLostCluster("lost-trust", "11.5");
  listUrl = `http://127.0.0.1:${lost.lab.cluster().nodes[0]?.tftpPort}/ITLFile.tlv`;
});
afterAll(async () => lost.close());

/** What only the eye can read: signs, frames, escapes, columns. */
const forEyes = /[^\x20-\x7e\n]| {3,}|\t/;

const plain = (...args: readonly string[]) =>
  lost.run([...args, "--plain"], { isStdoutTerminal: true, columns: 40 });

describe("with --plain", () => {
  test("every answer is lines that are read one by one, without columns, signs and colours", async () => {
    for (const args of [
      ["status"],
      ["inventory", "check", "--connect"],
      ["itl", "show", listUrl, "--trusted-by", listUrl],
      ["itl", "history", "east"],
      ["itl", "diff", listUrl, listUrl],
      ["recover", "east", "--dry-run"],
      ["runs"],
    ]) {
      const { stdout, stderr } = await plain(...args);
      expect(stdout, args.join(" ")).not.toMatch(forEyes);
      expect(stderr, args.join(" ")).not.toMatch(forEyes);
      for (const line of stdout.split("\n"))
        expect(line).toMatch(/^$|^[a-z0-9][a-z0-9 -]*: \S|^(.*, )?[a-z0-9 ]+ \d+ of \d+(: .*)?$/);
    }
  });

  test("status has a block for every node, with every fact of the document", async () => {
    const { stdout } = await plain("status");
    const document = (await lost.run(["status", "--json"])).json<StatusDocument>();
    const blocks = stdout.split("\n\n");
    for (const [at, { node, itl, address }] of (document.clusters[0]?.nodes ?? []).entries()) {
      const block = blocks.find((text) => text.startsWith(`cluster 1 of 1, node ${at + 1} of 3\n`)) ?? "";
      expect(block).toContain(`\nnode: ${node}\naddress: ${address}\n`);
      if (itl === null) expect(block).toContain("\nitl: none");
      else expect(block).toContain(`\nitl signer serial: ${itl.signerSerial}\n`);
    }
    for (const { message, advice } of document.clusters[0]?.findings ?? []) {
      expect(stdout).toContain(`\nmessage: ${message}\n`);
      expect(stdout).toContain(`\nadvice: ${advice}\n`);
    }
  });

  test("a recovery tells its plan, its steps and its end in lines, and says what to do next", async () => {
    const { stdout, stderr, exit } = await plain("recover", "east", "--yes");
    expect(exit).toBe(21);
    expect(stdout + stderr).not.toMatch(forEyes);
    expect(stderr).toMatch(/^plan\ncluster: east$/m);
    expect(stderr).toContain("step 2 of 6, command 1 of 1\nnode: pub\nline: utils itl reset localkey\n");
    expect(stderr).toMatch(/^typed on pub: utils itl reset localkey$/m);
    expect(stderr).toMatch(/^step reset: done: /m);
    expect(stderr).toMatch(/^waiting for: you: /m);
    expect(stdout).toMatch(/^outcome: held$/m);
    const { run, next } = (await lost.run(["runs", "--json"])).json<{ runs: RunDocument[] }>().runs[0] ?? {};
    expect(stdout).toContain(`next: ${next}\n`);
    const report = await plain("report", run ?? "");
    // It says more than the run did at its end, and nothing else.
    const told = new Set(report.stdout.split("\n"));
    expect(stdout.split("\n").filter((line) => !told.has(line))).toEqual([]);
    expect((await plain("runs")).stdout).toContain(`run 1 of 1\nrun: ${run}\n`);
  });
});

test("ITLCTL_PLAIN=1 does the same; anything else does not", async () => {
  const world = (value: string) => ({ environment: { ITLCTL_PLAIN: value } });
  const { stdout } = await lost.run(["itl", "history", "east", "--plain"]);
  expect(stdout).toContain("cluster: east\n");
  expect((await lost.run(["itl", "history", "east"], world("1"))).stdout).toBe(stdout);
  expect((await lost.run(["itl", "history", "east"], world("0"))).stdout).not.toBe(stdout);
});

test("--json and --format win over --plain", async () => {
  expect((await plain("runs", "--json")).json()).toHaveProperty("runs");
  expect((await plain("status", "--format", "csv")).stdout).toMatch(/^cluster,/);
});
