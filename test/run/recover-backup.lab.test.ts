// recover with a kept backup: named, found by itself, damaged, changed, out of reach; the lab's phones are the judges.
import { readFileSync, writeFileSync } from "node:fs";
import { afterEach, describe, expect, test } from "vitest";
import type { LabRelease } from "../../mocks/lab/model.ts";
import { loadScenario, playSteps } from "../../mocks/lab/scenarios.ts";
import { OperatorError } from "../../src/base/errors.ts";
import type { RunDocument } from "../../src/report/run-document.ts";
import { type BackupCli, changeInventory, openBackupCli } from "../support/backup-cli.ts";

const day = 86_400_000;
let cli: BackupCli;
let isVaultDown = false;
const unreachable = () =>
  new OperatorError("vault-unreachable", "vault.example.net:22: connection refused", { hint: "Check it." });

afterEach(async () => {
  isVaultDown = false;
  expect(cli.lab.complaints).toEqual([]);
  expect(cli.vault.openCount).toBe(0);
  expect(cli.vault.opened.closed).toBe(cli.vault.opened.count);
  await cli.close();
});

/** A healthy cluster backed up, then struck by the scenario a day later. Gives the backup's id. */
async function struck(scenario: string, release: LabRelease): Promise<string> {
  const { clusters, steps } = loadScenario(scenario, release);
  cli = await openBackupCli({ clusters, vault: { trouble: () => (isVaultDown ? unreachable() : null) } });
  const taken = await cli.backup(["run", "east"]);
  expect(taken.exit).toBe(0);
  await cli.lab.clock.advance(day);
  await playSteps(steps, cli.lab.clusters, () => {});
  await cli.lab.clock.advance(day);
  return taken.json<RunDocument>().backup?.id ?? "";
}

const recover = (...flags: string[]) => cli.run(["recover", "east", "--json", ...flags]);
const codes = (document: RunDocument) => document.findings.map(({ code }) => code);
const boot = () =>
  cli.lab
    .cluster()
    .bootPhones()
    .filter(({ phone }) => !phone.endsWith("FF"))
    .map(({ accepted }) => accepted);

describe.each([
  ["10.0", "publisher-rebuilt"],
  ["11.5", "publisher-rebuilt"],
  ["12.5", "recovery-lost"],
  ["15", "recovery-lost"],
] as const)("release %s, %s", (release, scenario) => {
  test("yesterday's backup, named, brings the phones back", async () => {
    const id = await struck(scenario, release);
    expect(new Set(boot())).toEqual(new Set(["rejected"]));
    const held = await recover("--key", "remote", "--backup", id, "--yes");
    const document = held.json<RunDocument>();
    expect(document).toMatchObject({ outcome: "held", waitsFor: "phones", error: null });
    expect(document.plan?.preface[0]).toMatch(/^local-key-not-backed-up: .*itlctl backup run east$/);
    expect(document.plan?.preface.join("\n")).toContain(`The remote key is the backup ${id}`);
    expect(document.writes.map(({ line }) => line)).toEqual([
      `utils itl reset remotekey 127.0.0.1 itl /pickup-2/ITLRecovery.p12`,
    ]);
    expect(new Set(boot())).toEqual(new Set(["direct"]));
    const resumed = await cli.run(["resume", document.run ?? "", "--confirm", "phones", "--yes", "--json"]);
    expect([0, 3, 21]).toContain(resumed.exit);
  });

  test("the preflight finds the right backup by itself", async () => {
    const id = await struck(scenario, release);
    const dry = await recover("--dry-run", "--key", "remote");
    expect(dry.exit).toBe(3);
    expect(dry.json<RunDocument>().plan?.preface.join("\n")).toContain(id);
    const found = await recover("--dry-run");
    const document = found.json<RunDocument>();
    if (scenario === "publisher-rebuilt") {
      expect(document.plan?.preface.join("\n")).toMatch(/Key: remote \(recommended\)/);
      expect(document.plan?.preface.join("\n")).toContain(id);
    } else {
      // From 12.0 the publisher's own CallManager key helps here, and is at hand.
      expect(document.plan?.preface.join("\n")).toMatch(/Key: local \(recommended\)/);
    }
    expect(cli.lab.cluster().writes).toEqual([]);
  });
});

test("a backup of the present key satisfies local-key-not-backed-up", async () => {
  const id = await struck("publisher-rebuilt", "11.5");
  expect((await cli.backup(["run", "east"])).exit).toBe(0);
  const dry = await recover("--dry-run", "--key", "remote", "--backup", id);
  expect(codes(dry.json())).not.toContain("local-key-not-backed-up");
  const [, second] = (await cli.vault.list("east")).backups;
  if (second === undefined) throw new Error("the new key was not kept");
  cli.vault.tamper(second, "ITLRecovery.p12", Buffer.from("damaged since"));
  const again = await recover("--dry-run", "--key", "remote", "--backup", id);
  expect(codes(again.json())).toContain("local-key-not-backed-up");
});

test("a damaged backup is refused before anything is reset", async () => {
  const id = await struck("publisher-rebuilt", "11.5");
  const [stored] = (await cli.vault.list("east")).backups;
  if (stored === undefined) throw new Error("no backup");
  const bytes = await cli.vault.read(stored, "ITLRecovery.p12");
  cli.vault.tamper(
    stored,
    "ITLRecovery.p12",
    Buffer.from(bytes.map((byte, at) => (at === 700 ? byte ^ 1 : byte))),
  );
  const named = await recover("--key", "remote", "--backup", id, "--yes");
  expect(named.exit).toBe(16);
  expect(named.json<RunDocument>().error).toMatchObject({ code: "recovery-key-unusable" });
  const found = await recover("--yes");
  expect(found.exit).toBe(20);
  expect(codes(found.json())).toEqual(expect.arrayContaining(["vault-unreachable", "key-not-held"]));
  expect(cli.lab.cluster().writes).toEqual([]);
});

test("a backup of another key is held against the lists that phones hold, and stops", async () => {
  await struck("publisher-rebuilt", "11.5");
  const taken = await cli.backup(["run", "east"]);
  const id = taken.json<RunDocument>().backup?.id ?? "";
  const result = await recover("--key", "remote", "--backup", id, "--yes");
  expect(result.exit).toBe(20);
  expect(codes(result.json())).toContain("key-not-held");
  expect(cli.lab.cluster().writes).toEqual([]);
});

test("a vault that is down is told, and ends only what needs it", async () => {
  const id = await struck("publisher-rebuilt", "11.5");
  isVaultDown = true;
  const named = await recover("--key", "remote", "--backup", id, "--yes");
  expect(named.exit).toBe(13);
  const local = await recover("--dry-run", "--key", "local", "--accept", "key-not-held");
  expect(codes(local.json())).toContain("vault-unreachable");
  expect(local.json<RunDocument>().findings.find(({ code }) => code === "vault-unreachable")?.severity).toBe(
    "warn",
  );
});

test("a run that died before its reset is resumed with the backup that its plan names", async () => {
  const id = await struck("publisher-rebuilt", "11.5");
  let asked = 0;
  const killed = await cli.run(["recover", "east", "--key", "remote", "--backup", id], {
    terminal: () => {
      asked += 1;
      throw new Error("the process dies at the question");
    },
  });
  expect([asked, killed.exit]).toEqual([1, 1]);
  const { runs } = (await cli.run(["runs", "--json"])).json<{ runs: { run: string; playbook: string }[] }>();
  const run = runs.find(({ playbook }) => playbook === "itl-recovery")?.run ?? "";
  const resumed = await cli.run(["resume", run, "--yes", "--json"]);
  expect(resumed.json<RunDocument>()).toMatchObject({ outcome: "held", waitsFor: "phones" });
  expect(new Set(boot())).toEqual(new Set(["direct"]));
});

test("a backup that is damaged while the plan is read is not handed to the platform", async () => {
  const id = await struck("publisher-rebuilt", "11.5");
  const [stored] = (await cli.vault.list("east")).backups;
  if (stored === undefined) throw new Error("no backup");
  const result = await cli.run(["recover", "east", "--key", "remote", "--backup", id], {
    terminal: () => {
      cli.vault.tamper(stored, "ITLRecovery.p12", Buffer.from("another file"));
      return "east";
    },
  });
  expect(result.exit).toBe(16);
  expect(cli.lab.cluster().writes).toEqual([]);
});

/** The passwords that open recovery keys leave the inventory. */
const forgetPasswords = () =>
  changeInventory(cli.inventory, (cluster) => {
    delete (cluster["credentials"] as Record<string, unknown>)["security"];
    delete cluster["recoveryKey"];
  });

test("a backup of another key stops also where it cannot be opened today", async () => {
  await struck("publisher-rebuilt", "11.5");
  const taken = await cli.backup(["run", "east"]);
  const id = taken.json<RunDocument>().backup?.id ?? "";
  forgetPasswords();
  const flags = ["--key", "remote", "--backup", id, "--yes", "--accept", "recovery-key-unopened"];
  const result = await recover(...flags);
  expect(result.exit).toBe(20);
  expect(codes(result.json())).toContain("key-not-held");
  expect(cli.lab.cluster().writes).toEqual([]);
});

test("a reset is not sent with a key that the plan saw opened and that cannot be opened any more", async () => {
  const id = await struck("publisher-rebuilt", "11.5");
  await cli.run(["recover", "east", "--key", "remote", "--backup", id], {
    terminal: () => {
      throw new Error("the process dies at the question");
    },
  });
  const { runs } = (await cli.run(["runs", "--json"])).json<{ runs: { run: string; playbook: string }[] }>();
  const run = runs.find(({ playbook }) => playbook === "itl-recovery")?.run ?? "";
  expect(run).not.toBe("");
  const openPickup = cli.vault.openPickup.bind(cli.vault);
  let pickups = 0;
  const died = Object.assign(cli.vault, {
    openPickup: (...request: Parameters<typeof openPickup>) => {
      pickups += 1;
      if (pickups === 2) throw new Error("the process dies before the reset");
      return openPickup(...request);
    },
  });
  expect((await cli.run(["resume", run, "--yes"])).exit).toBe(1);
  expect(pickups).toBe(2);
  Object.assign(died, { openPickup });
  forgetPasswords();
  const resumed = await cli.run(["resume", run, "--yes", "--json"]);
  expect(resumed.json<RunDocument>().error).toMatchObject({ code: "baseline-changed" });
  expect(cli.lab.cluster().writes).toEqual([]);
});

test.each([null, "the session is lost"])(
  "a pickup that cannot be cleaned up is told (%s)",
  async (trouble) => {
    const id = await struck("publisher-rebuilt", "11.5");
    if (trouble !== null)
      cli.lab.cluster().faults.add({
        ...{ node: "pub", command: /^utils itl reset/, at: { kind: "after" }, action: { kind: "drop" } },
      });
    const openPickup = cli.vault.openPickup.bind(cli.vault);
    let pickups = 0;
    Object.assign(cli.vault, {
      async openPickup(...request: Parameters<typeof openPickup>) {
        const pickup = await openPickup(...request);
        const isOfReset = (pickups += 1) === 2;
        return {
          place: pickup.place,
          async close() {
            await pickup.close();
            if (isOfReset) throw unreachable();
          },
        };
      },
    });
    const result = await recover("--key", "remote", "--backup", id, "--yes");
    const document = result.json<RunDocument>();
    expect(document).toMatchObject({ outcome: "held", waitsFor: "phones", error: null });
    expect(document.steps.find(({ step }) => step === "reset")).toMatchObject({
      outcome: "done",
      detail: expect.stringContaining("a copy of the key may be left in 127.0.0.1:/pickup-2/ITLRecovery.p12"),
    });
    expect(result.stderr).toContain("a copy of the key may be left");
  },
);

test("an unknown backup, or one without a vault, is a matter of usage", async () => {
  await struck("publisher-rebuilt", "11.5");
  expect((await recover("--backup", "20200101", "--yes")).exit).toBe(2);
  expect((await recover("--key", "local", "--backup", "2026", "--yes")).exit).toBe(2);
});

test("a backup that nobody could open is found by the lists beside it, once its password is known", async () => {
  const { clusters, steps } = loadScenario("publisher-rebuilt", "11.5");
  cli = await openBackupCli({ clusters });
  const full = readFileSync(cli.inventory, "utf8");
  changeInventory(cli.inventory, (cluster) => {
    delete (cluster["credentials"] as Record<string, unknown>)["security"];
    delete cluster["recoveryKey"];
  });
  const { backup } = (await cli.backup(["run", "east"])).json<RunDocument>();
  expect(backup).toMatchObject({ proof: "unopened", certificateSerial: null });
  writeFileSync(cli.inventory, full, { mode: 0o600 });
  await cli.lab.clock.advance(day);
  await playSteps(steps, cli.lab.clusters, () => {});
  await cli.lab.clock.advance(day);
  const { plan } = (await recover("--dry-run")).json<RunDocument>();
  expect(plan?.preface.join("\n")).toContain(`The remote key is the backup ${backup?.id}`);
});
