// cert regen before anybody logs in: wrong words are told first, with what was probably meant.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runCli } from "../support/run-cli.ts";

describe("a unit that there is not", () => {
  test("is told before the missing terminal, with the one that was meant", async () => {
    const { exit, stderr } = await runCli(["cert", "regen", "east", "tvs"]);
    expect(exit).toBe(2);
    expect(stderr).toContain("there is no unit called tvs; did you mean TVS?");
    expect(stderr).toContain("CallManager-ECDSA");
  });

  test("is told without a guess where nothing is near", async () => {
    const { stderr } = await runCli(["cert", "regen", "east", "everything"]);
    expect(stderr).toContain("there is no unit called everything");
    expect(stderr).not.toContain("did you mean");
  });
});

test("without a unit the help of the command is named", async () => {
  const { exit, stderr } = await runCli(["cert", "regen", "east"]);
  expect(exit).toBe(2);
  expect(stderr).toContain("missing required argument 'unit'");
  expect(stderr).toContain("itlctl cert regen --help");
});

describe("with an inventory", () => {
  let folder: string;
  let isAsked = false;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "itlctl-cert-regen-"));
    const lines = [
      "clusters:",
      "  east:",
      "    nodes:",
      "      - { name: pub, address: 127.0.0.1, role: publisher }",
      "      - { name: sub, address: 127.0.0.2, role: subscriber }",
      '    credentials: { platform: { username: administrator, password: "env:EAST" } }',
      "",
    ];
    writeFileSync(join(folder, "east.yaml"), lines.join("\n"));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const regen = (...words: readonly string[]) =>
    runCli(["cert", "regen", "east", ...words], {
      ...{ inventory: join(folder, "east.yaml"), state: join(folder, "state"), cwd: folder },
      session: {
        openTransport: () => {
          isAsked = true;
          return Promise.reject(new Error("a node was asked"));
        },
      },
    });

  test("a node that there is not is told with the one that was meant, and nobody is asked", async () => {
    const { exit, stderr } = await regen("TVS", "--node", "pub", "--node", "sup", "--yes");
    expect(exit).toBe(2);
    expect(stderr).toMatch(/there is no node of east called sup; did you mean (pub|sub)\?/);
    expect(stderr).toContain("Name one of: pub, sub.");
    expect(isAsked).toBe(false);
  });

  test.each([
    ["another unit", ["ITLRecovery", "TVS"]],
    ["a node", ["ITLRecovery", "--node", "pub"]],
    ["a word about CAs", ["ITLRecovery", "--replace-ca-signed"]],
  ])("ITLRecovery goes with nothing else, not with %s", async (_what, words) => {
    const { exit, stderr } = await regen(...words, "--yes");
    expect(exit).toBe(2);
    expect(stderr).toContain("ITLRecovery is renewed alone, on the publisher, by a procedure of its own");
    expect(isAsked).toBe(false);
  });

  test("without a terminal and --yes nobody is asked", async () => {
    const { exit, stderr } = await regen("TVS");
    expect([exit, isAsked]).toEqual([2, false]);
    expect(stderr).toContain("cert regen writes on the cluster and there is no terminal to confirm it at");
  });
});
