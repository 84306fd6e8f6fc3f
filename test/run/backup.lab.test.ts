// backup run, on every profile: from the vault's check to the published copy, and what it says of itself.
import { join } from "node:path";
import { afterEach, describe, expect, test, vi } from "vitest";
import type { LabRelease } from "../../mocks/lab/model.ts";
import type { RunDocument } from "../../src/report/run-document.ts";
import { OperatorError } from "../../src/base/errors.ts";
import { takeLock } from "../../src/run/lock.ts";
import { type BackupCli, openBackupCli } from "../support/backup-cli.ts";

let cli: BackupCli;

afterEach(async () => {
  expect(cli.lab.complaints).toEqual([]);
  expect(cli.vault.openCount).toBe(0);
  expect(cli.vault.opened.closed).toBe(cli.vault.opened.count);
  await cli.close();
});

const releases: readonly LabRelease[] = ["10.0", "11.5", "12.5", "15"];

describe.each(releases)("release %s", (release) => {
  test("a backup is delivered, matched, and published with its lists", async () => {
    cli = await openBackupCli({ release });
    const result = await cli.backup(["run", "east"]);
    const document = result.json<RunDocument>();
    expect(document).toMatchObject({
      outcome: "done",
      error: null,
      playbook: "recovery-key-backup",
      findings: [],
    });
    expect(result.exit).toBe(0);
    expect(document.writes).toEqual([]);
    expect(document.steps.map(({ step, outcome }) => `${step} ${outcome}`)).toEqual(["backup done"]);
    const key = cli.lab.cluster().recoveryFile();
    const { backups } = await cli.vault.list("east");
    expect(backups).toHaveLength(1);
    const [stored] = backups;
    if (stored === undefined) throw new Error("nothing was published");
    expect(document.backup).toMatchObject({
      cluster: "east",
      proof: "matched",
      proofNote: null,
      sizeBytes: key.length,
    });
    expect(stored.manifest).toMatchObject({ publisher: "pub", origin: "run", proof: "matched", version: 1 });
    expect(await cli.vault.read(stored, "ITLRecovery.p12")).toEqual(key);
    expect(stored.manifest.lists.map(({ node }) => node)).toEqual(
      cli.lab
        .cluster()
        .activeTftpNodes()
        .map(({ name }) => name),
    );
    for (const { node, file } of stored.manifest.lists) {
      expect(await cli.vault.read(stored, file)).toEqual(cli.lab.cluster().node(node).servedFile);
    }
    expect(cli.vault.incoming).toEqual([]);
    expect(cli.lab.cluster().isRecoveryKeySaved).toBe(true);
    expect(Object.values(cli.attempts()).every((count) => count <= 1)).toBe(true);
  });
});

test("a key that is kept already is checked, and not stored twice", async () => {
  cli = await openBackupCli({ release: "11.5" });
  const first = await cli.backup(["run", "east"]);
  await cli.lab.clock.advance(86_400_000);
  const second = await cli.backup(["run", "east"]);
  expect(second.exit).toBe(0);
  expect(second.json<RunDocument>()).toMatchObject({
    outcome: "done",
    backup: first.json<RunDocument>().backup,
  });
  expect(second.json<RunDocument>().steps[0]?.detail).toMatch(/^unchanged since /);
  expect((await cli.vault.list("east")).backups).toHaveLength(1);
});

test("a kept copy that was damaged since is not taken for one: the key is stored again", async () => {
  cli = await openBackupCli({ release: "11.5" });
  await cli.backup(["run", "east"]);
  const [stored] = (await cli.vault.list("east")).backups;
  if (stored === undefined) throw new Error("nothing was published");
  cli.vault.tamper(stored, "ITLRecovery.p12", Buffer.from("0"));
  await cli.lab.clock.advance(86_400_000);
  expect((await cli.backup(["run", "east"])).exit).toBe(0);
  expect((await cli.vault.list("east")).backups).toHaveLength(2);
  const verified = await cli.backup(["verify"]);
  expect(verified.exit).toBe(16);
  expect(
    verified.json<{ backups: { intact: boolean; proof: string }[] }>().backups.map(({ intact }) => intact),
  ).toEqual([false, true]);
});

test("list and verify tell what is kept", async () => {
  cli = await openBackupCli({
    clusters: [
      { name: "east", release: "11.5" },
      { name: "west", release: "15" },
    ],
  });
  const none = await cli.backup(["list"]);
  expect(none.json()).toEqual({ backups: [], damaged: [] });
  const runs = await cli.backup(["run"]);
  expect(runs.exit).toBe(0);
  const documents = runs.json<{ runs: RunDocument[] }>().runs;
  expect(documents.map(({ cluster, outcome }) => `${cluster} ${outcome}`)).toEqual([
    "east done",
    "west done",
  ]);
  const listed = await cli.backup(["list"]);
  expect(listed.exit).toBe(0);
  expect(listed.json<{ backups: object[] }>().backups).toMatchObject(documents.map(({ backup }) => backup));
  const verified = await cli.backup(["verify", documents[0]?.backup?.id ?? ""]);
  expect(verified.exit).toBe(0);
  expect(verified.json<{ backups: object[] }>().backups).toMatchObject([
    { ...documents[0]?.backup, intact: true, provenNow: "matched", note: null },
  ]);
  const text = await cli.run(["backup", "list", "east"]);
  expect(text.stdout).toMatch(
    /^cluster +backup +age +proof +serial +ends\neast +\S+ +\dh +matched +[0-9a-f]{8} +20\d\d-/,
  );
});

test("a folder of a delivery that cannot be removed spoils no backup, and is told", async () => {
  cli = await openBackupCli({ release: "11.5" });
  const { openDelivery } = cli.vault;
  vi.spyOn(cli.vault, "openDelivery").mockImplementationOnce(async (request) => ({
    ...(await openDelivery.call(cli.vault, request)),
    discard: () =>
      Promise.reject(new OperatorError("state-not-writable", "permission denied", { hint: "Mend it." })),
  }));
  const result = await cli.backup(["run", "east"]);
  expect(result.exit).toBe(0);
  expect(result.json<RunDocument>().steps[0]?.detail).toMatch(
    /incoming\/\S+ could not be removed: permission denied/,
  );
});

describe.each(["rc2-40", "3des", "aes128", "aes192", "aes256"] as const)("a key locked with %s", (cipher) => {
  test("is opened and matched, wherever the platform puts it", async () => {
    cli = await openBackupCli({ release: "12.5" });
    const cluster = cli.lab.cluster();
    cluster.switches.p12Cipher = cipher;
    cluster.switches.deliveredAs = "active/usr/local/cm/tftp/ITLRecovery.p12";
    const result = await cli.backup(["run", "east"]);
    expect(result.json<RunDocument>()).toMatchObject({ outcome: "done", backup: { proof: "matched" } });
    const [stored] = (await cli.vault.list("east")).backups;
    expect(stored?.manifest.ciphers.length).toBeGreaterThan(0);
  });
});

describe("what was proven, and what is asked for", () => {
  const closed = (cluster: Record<string, unknown>) => {
    delete (cluster["credentials"] as Record<string, unknown>)["security"];
    delete cluster["recoveryKey"];
  };
  const require = (proof: string) => (cluster: Record<string, unknown>) => {
    cluster["recoveryKey"] = { ...(cluster["recoveryKey"] as object | undefined), requireProof: proof };
  };
  /** The publisher has a new key that no list carries yet. */
  const replaceKey = () => {
    const cluster = cli.lab.cluster();
    cluster.replaceCertificate(cluster.publisher, "ITLRecovery");
  };
  test.each([
    ["unopened", "matched", 3],
    ["unopened", "opened", 3],
    ["unopened", "unopened", 0],
    ["opened", "matched", 3],
    ["opened", "opened", 0],
    ["opened", "unopened", 0],
  ] as const)(
    "%s where %s is asked for exits %i, and says no more than is true",
    async (proof, asked, exit) => {
      cli = await openBackupCli({
        release: "11.5",
        change: (cluster) => {
          if (proof === "unopened") closed(cluster);
          require(asked)(cluster);
        },
      });
      if (proof === "opened") replaceKey();
      const result = await cli.backup(["run", "east"]);
      const document = result.json<RunDocument>();
      expect([result.exit, document.outcome]).toEqual([exit, exit === 0 ? "done" : "warned"]);
      expect(document.backup).toMatchObject({ proof, proofNote: expect.stringMatching(/./) });
      expect(document.findings.map(({ code }) => code)).toEqual(exit === 0 ? [] : ["backup-unproven"]);
      const served = cli.lab.cluster().publisher.certificates.get("ITLRecovery")?.serial.toString("hex");
      if (proof === "opened")
        expect(document.backup?.certificateSerial?.replaceAll(":", "").toLowerCase()).toBe(served);
    },
  );

  test("a security password that opens it does as well as the derived one", async () => {
    cli = await openBackupCli({
      release: "11.5",
      change: (cluster) => {
        delete cluster["recoveryKey"];
      },
    });
    const passphrase = cli.lab.cluster().recoveryPassphrase();
    const result = await cli.backup(["run", "east"], {
      environment: { ...cli.lab.environment, LAB_EAST_SECURITY_PASSWORD: passphrase },
    });
    expect(result.json<RunDocument>()).toMatchObject({ outcome: "done", backup: { proof: "matched" } });
  });
});

describe("beside other runs", () => {
  test("a held recovery keeps no backup out", async () => {
    cli = await openBackupCli({ release: "11.5" });
    const held = await cli.run(["recover", "east", "--key", "local", "--yes", "--json"]);
    expect(held.json<RunDocument>().outcome).toBe("held");
    const result = await cli.backup(["run", "east"]);
    expect(result.exit).toBe(0);
  });

  test("a run at work is waited for, ten seconds, then exit 11", async () => {
    cli = await openBackupCli({ release: "11.5" });
    const lock = takeLock(join(cli.folder, "state"), "east", "another-run");
    const before = cli.lab.clock.now();
    const result = await cli.backup(["run", "east"]);
    expect(result.exit).toBe(11);
    expect(result.json<{ error: { code: string } }>().error.code).toBe("run-locked");
    expect(cli.lab.clock.now() - before).toBeGreaterThanOrEqual(9_500);
    expect(cli.attempts()["east/pub"]).toBe(0);
    const both = await cli.backup(["run"]);
    expect(both.exit).toBe(11);
    expect(both.json<{ runs: RunDocument[] }>().runs).toMatchObject([
      { run: null, cluster: "east", outcome: "failed", error: { code: "run-locked" } },
    ]);
    lock.release();
    expect((await cli.backup(["run", "east"])).exit).toBe(0);
  });

  test("a backup whose process died keeps no recovery out, and resume takes it again", async () => {
    cli = await openBackupCli({ release: "11.5" });
    const trouble = vi.spyOn(cli.vault, "publish").mockImplementationOnce(() => {
      throw new Error("the process dies at the publication");
    });
    const killed = await cli.backup(["run", "east"]);
    trouble.mockRestore();
    expect(killed.exit).toBe(1);
    const [run] = (await cli.run(["runs", "--json"])).json<{ runs: RunDocument[] }>().runs;
    expect(run?.outcome).toBe("interrupted");
    const recovery = await cli.run(["recover", "east", "--dry-run", "--key", "local", "--json"]);
    expect(recovery.json<RunDocument>().error).toBeNull();
    const held = await cli.run(["recover", "east", "--key", "local", "--yes", "--json"]);
    expect(held.json<RunDocument>().outcome).toBe("held");
    const resumed = await cli.run(["resume", run?.run ?? "", "--yes", "--json"]);
    expect(resumed.json<RunDocument>()).toMatchObject({ outcome: "done", backup: { proof: "matched" } });
    expect((await cli.vault.list("east")).backups).toHaveLength(1);
  });
});

test("several clusters: one in trouble costs the others nothing, and the worst exit code counts", async () => {
  cli = await openBackupCli({
    clusters: [
      { name: "east", release: "11.5" },
      { name: "north", release: "12.5" },
      { name: "west", release: "15" },
    ],
  });
  await cli.lab.cluster("north").setReachable(cli.lab.cluster("north").publisher, false);
  cli.lab.cluster("west").switches.delivery = "nothing";
  const result = await cli.backup(["run"]);
  expect(result.exit).toBe(16);
  const { runs } = result.json<{ runs: RunDocument[] }>();
  expect(runs.map(({ cluster, outcome, error }) => [cluster, outcome, error?.code ?? null])).toEqual([
    ["east", "done", null],
    ["north", "failed", "node-unreachable"],
    ["west", "failed", "recovery-key-unusable"],
  ]);
  const text = await cli.run(["backup", "run", "east", "west"]);
  expect(text.stdout).toMatch(
    /^cluster +outcome +proof +backup\neast +done +matched +\S+\nwest +failed +recovery-key-unusable\n/,
  );
  expect(text.stdout).toContain("hint: ");
});

describe("Ctrl-C", () => {
  const pressedAt = async (text: string) => {
    cli = await openBackupCli({ release: "11.5" });
    let press = () => {};
    let isPressed = false;
    return cli.backup(["run", "east"], {
      onStart: (pressCtrlC) => {
        press = pressCtrlC;
      },
      onText: (_stream, told) => {
        if (isPressed || !told.includes(text)) return;
        isPressed = true;
        press();
      },
    });
  };

  test("before the publisher is asked ends the run, and nothing was taken", async () => {
    const result = await pressedAt("backup: ");
    expect(result.exit).toBe(130);
    expect(result.json<RunDocument>()).toMatchObject({ outcome: "cancelled", backup: null });
    expect(cli.lab.cluster().isRecoveryKeySaved).toBe(false);
    expect(cli.vault.incoming).toEqual([]);
  });

  test("while the publisher delivers keeps the key", async () => {
    const result = await pressedAt("pub> file get tftp");
    expect(result.exit).toBe(0);
    expect(result.json<RunDocument>()).toMatchObject({ outcome: "done", backup: { proof: "matched" } });
    expect((await cli.vault.list("east")).backups).toHaveLength(1);
  });
});
