// Passwords as awkward as can be, and passwords that are common words: calls that go well or fail leave none of them behind.
import { inspect } from "node:util";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type * as printError from "../../src/cli/print-error.ts";
import type { Command } from "../../src/cli/command.ts";
import type { RunDocument } from "../../src/report/run-document.ts";
import { openSshTransport } from "../../src/session/ssh-transport.ts";
import { stepsOf } from "../support/lost-cluster.ts";
import type { CliResult, CliWorld } from "../support/run-cli.ts";
import { awkward, type GuardedLab, openGuardedLab } from "./guarded-lab.ts";
import { findSecrets, type Place } from "./written-forms.ts";

const thrown: unknown[] = [];
vi.mock("../../src/cli/print-error.ts", async (original) => {
  const real = await original<typeof printError>();
  return {
    ...real,
    errorDocument(error: unknown) {
      thrown.push(error);
      return real.errorDocument(error);
    },
  };
});

let lab: GuardedLab;

describe("awkward passwords", () => {
  beforeEach(async () => {
    thrown.length = 0;
    lab = await openGuardedLab();
  });
  afterEach(() => lab.close());

  /** Nothing in what was printed, kept, or thrown, down to the last cause. */
  function expectClean(name: string, result: CliResult): void {
    const errors: Place[] = thrown.map((error) => ({
      name: "error object",
      bytes: Buffer.from(inspect(error, { depth: 20, showHidden: true, maxStringLength: null })),
    }));
    expect(findSecrets([...lab.placesOf(name, result), ...errors], lab.secrets)).toEqual([]);
  }

  async function callClean(name: string, args: readonly string[], world: CliWorld = {}) {
    const result = await lab.call(name, args, world);
    expectClean(name, result);
    return result;
  }

  test("a whole recovery with the remote key, and its reports", async () => {
    const cluster = lab.lab.cluster();
    const noise = `Processing token in else 0 ${awkward.sftp}`;
    cluster.faults.add({
      node: "pub",
      command: /^utils itl reset/,
      at: { kind: "question", name: "ccm-password" },
      action: { kind: "say", text: noise, goesOn: true },
    });
    const flags = ["--yes", "--debug", "--accept", "held-list-assumed", ...lab.remoteFlags];
    const held = await callClean("a", ["recover", "east", "--json", ...flags]);
    expect([held.exit, held.json<RunDocument>().waitsFor]).toEqual([21, "phones"]);
    expect(cluster.faults.pending()).toEqual([]);
    const { run } = held.json<RunDocument>();
    const done = await callClean("a", ["resume", run ?? "", "--confirm", "phones", "--yes", "--debug"]);
    expect([0, 3]).toContain(done.exit);
    for (const format of ["text", "json", "markdown"]) {
      expect((await callClean("a", ["report", run ?? "", "--format", format])).exit).toBe(0);
    }
    await callClean("a", ["runs", "--json"]);
  });

  test("status and inventory check, that go well or meet an echo", async () => {
    expect((await callClean("b", ["inventory", "check", "--connect", "--debug"])).exit).toBe(0);
    for (const format of ["text", "json", "csv", "nagios"]) {
      lab.echoAt(/^show itl/, "before", ["platform"]);
      await callClean("b", ["status", "--debug", "--format", format]);
    }
    await callClean("b", ["itl", "history", "east"]);
  });

  test("a login that is refused, a node that hangs up with an echo, a session that is lost", async () => {
    const refused = { environment: { LAB_EAST_PLATFORM_PASSWORD: `${awkward.platform} wrong` } };
    expect((await callClean("c", ["inventory", "check", "--connect", "--json"], refused)).exit).toBe(12);
    expect(
      (await callClean("c", ["recover", "east", "--key", "local", "--yes", "--debug"], refused)).exit,
    ).toBe(12);
    const { faults } = lab.lab.cluster();
    const command = /^utils itl reset/;
    faults.add({
      command,
      at: { kind: "question", name: "ccm-password" },
      action: { kind: "ask", question: `Is ${awkward.platform} the word (y/n)? ` },
    });
    expect(
      (await callClean("c1", ["recover", "east", "--key", "local", "--yes", "--debug"])).exit,
    ).toBeGreaterThan(13);
    faults.clear();
    faults.add({ command, at: { kind: "line", line: 2 }, action: { kind: "drop" } });
    const lost = await callClean("c2", ["recover", "east", "--key", "local", "--yes", "--debug"]);
    expect([21, 22, 23]).toContain(lost.exit);
  });

  test("a wrong password for the SFTP server", async () => {
    const wrong = { environment: { LAB_SFTP_PASSWORD: `${awkward.sftp}!` } };
    const args = ["recover", "east", "--yes", "--debug", "--json", ...lab.remoteFlags];
    expect((await callClean("d", args, wrong)).exit).toBe(12);
  });

  test("a bug whose error and causes hold every secret, also one that nobody catches", async () => {
    const planted = () =>
      new TypeError(`while typing ${awkward.platform}`, {
        cause: new Error(`because of ${JSON.stringify(awkward)}`, { cause: { login: awkward.platform } }),
      });
    const boom: Command = {
      ...{
        name: "boom",
        summary: "fails",
        description: [],
        arguments: [],
        options: [],
        examples: [],
        exits: [],
      },
      async run(context) {
        const [cluster] = (await context.loadInventory()).clusters;
        const { platform, ccm, security } = cluster?.credentials ?? {};
        for (const login of [platform, ccm, security])
          if (login) await context.resolveSecret(login.password, "it", {});
        throw planted();
      },
    };
    const { platform, ccm, security } = lab.secrets;
    const known = { platform, ccm, security } as Record<string, string>;
    for (const flags of [["--json"], ["--debug"]]) {
      const result = await lab.call("e", ["boom", ...flags], { commands: [boom] });
      expect(result.exit).toBe(1);
      expect(result.stderr).toContain("caused by: Error: because of");
      expect(
        findSecrets([{ name: "all", bytes: Buffer.from(result.stdout + result.stderr) }], known),
      ).toEqual([]);
    }
    const transport: NonNullable<CliWorld["session"]> = {
      openTransport: (...args) => openSshTransport(...args).then(() => Promise.reject(planted())),
    };
    const result = await lab.call("e", ["status", "--debug"], { session: transport });
    expect(result.exit).toBe(1);
    expect(findSecrets(lab.placesOf("e", result), { platform: awkward.platform })).toEqual([]);
  });
});

describe("passwords that are words of normal output", () => {
  afterEach(() => lab.close());

  test("change nothing of what is done, and are masked in what is said", async () => {
    lab = await openGuardedLab({
      platform: "Cisco",
      ccm: "STARTED",
      sftp: "Successfully",
      security: "local",
    });
    const flags = ["--yes", "--accept", "held-list-assumed"];
    const held = await lab.call("w", ["recover", "east", "--json", "--key", "local", ...flags]);
    expect(held.exit).toBe(21);
    const { run } = held.json<RunDocument>();
    const done = await lab.call("w", ["resume", run ?? "", "--json", "--confirm", "phones", "--yes"]);
    expect([0, 3]).toContain(done.exit);
    expect(stepsOf(done)).toEqual([
      ...["preflight done", "reset done", "verify-reset done", "phones done", "restart-tftp done"],
      "verify-normal done",
    ]);
    expect(lab.lab.cluster().writes.map(({ node, line }) => `${node}: ${line}`)).toEqual([
      "pub: utils itl reset localkey",
      "pub: utils service restart Cisco Tftp",
      "tftp2: utils service restart Cisco Tftp",
    ]);
    expect(done.stdout).toContain("utils service restart •••• Tftp");
    const journal = lab
      .placesOf("w", done)
      .find(({ name }) => name === "journal.jsonl")
      ?.bytes.toString();
    expect(journal).toContain("utils service restart •••• Tftp");
    // What the run rests on stays as it was read: names that a certificate or a playbook gives.
    expect(journal?.match(/STARTED|"detail":"[^"]*Cisco/g)).toBeNull();
  });
});
