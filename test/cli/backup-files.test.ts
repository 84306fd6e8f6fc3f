// `backup export` and `backup import` beside a vault that is there, and no cluster: what is asked for, what is told, and how it exits.
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openMemoryVault } from "../../mocks/memory-vault.ts";
import type { Vault } from "../../src/vault/vault.ts";
import { makeLab } from "../support/lab-facts.ts";
import { runCli } from "../support/run-cli.ts";
import { sampleBackup } from "../vault/backup-samples.ts";

const lab = makeLab("10.0");
let folder: string;
let vault: Vault;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "itlctl-backup-"));
  vault = openMemoryVault({ name: "the vault" });
  inventory('  recoveryKey: { password: "env:KEY" }');
});
afterEach(() => rmSync(folder, { recursive: true }));

function inventory(more = ""): void {
  const lines = [
    "clusters:",
    "  east:",
    "    nodes: [{ name: pub, address: 10.20.0.11, role: publisher }]",
    '    credentials: { platform: { username: administrator, password: "env:EAST" } }',
    `    vault: { kind: directory, path: ${join(folder, "vault")} }`,
    ...(more === "" ? [] : [`  ${more}`]),
    "",
  ];
  writeFileSync(join(folder, "east.yaml"), lines.join("\n"));
}

const backup = (...args: readonly string[]) =>
  runCli(["backup", ...args], {
    ...{ inventory: join(folder, "east.yaml"), state: join(folder, "state"), cwd: folder },
    openVault: async () => ({ ...vault, close: async () => undefined }),
    environment: { KEY: lab.recoveryPassphrase() },
  });

test.each([
  ["export", ["export", "2026"], "backup export needs --out FILE"],
  ["export, of no name", ["export", "2026", "--out="], "backup export needs --out FILE"],
  ["import", ["import", "key.p12"], "backup import needs --cluster NAME"],
])("%s without what it needs says what, before anything is opened", async (_what, args, message) => {
  const { exit, stderr } = await backup(...args);
  expect(exit).toBe(2);
  expect(stderr).toContain(message);
  expect(stderr).toMatch(/Read `itlctl backup (ex|im)port --help`/);
});

test("an export is told with what it needs, and lies there for its owner only", async () => {
  const { manifest, files } = sampleBackup();
  await vault.publish(manifest, files);
  const { exit, stdout } = await backup("export", manifest.id.slice(0, 9), "--out", "out.p12");
  expect(exit).toBe(0);
  const out = join(folder, "out.p12");
  expect(stdout).toBe(
    `${manifest.id} of east (matched) written to ${out}\nIt needs the security password of 2026-11-20.\n`,
  );
  expect([readFileSync(out, "utf8"), statSync(out).mode & 0o777]).toEqual(["a recovery key", 0o600]);
});

test("an id that is not kept, and a copy that is damaged, write nothing", async () => {
  const { manifest, files } = sampleBackup();
  const stored = await vault.publish(manifest, files);
  expect((await backup("export", "2030", "--out", "out.p12")).exit).toBe(2);
  (vault as ReturnType<typeof openMemoryVault>).tamper(stored, "ITLRecovery.p12", Buffer.from("x"));
  const { exit, stderr } = await backup("export", manifest.id, "--out", "out.p12");
  expect(exit).toBe(16);
  expect(stderr).toContain(`the backup ${manifest.id} is damaged: it has 1 bytes`);
  expect(existsSync(join(folder, "out.p12"))).toBe(false);
});

test("an import that opens is done; the same file again is known", async () => {
  writeFileSync(join(folder, "key.p12"), lab.recoveryFile());
  const first = await backup("import", "key.p12", "--cluster", "east");
  expect([first.exit, first.stderr]).toEqual([0, ""]);
  expect(first.stdout).toMatch(/^kept as \S+ \(opened\) in the vault\nopened: \S/);
  const again = await backup("import", "key.p12", "--cluster", "east");
  expect(again.stdout).toMatch(/^kept already as \S+ \(opened\) in the vault\n/);
  expect((await vault.list("east")).backups).toHaveLength(1);
});

test("one that nobody can open is kept, and exits 3", async () => {
  inventory();
  writeFileSync(join(folder, "key.p12"), lab.recoveryFile());
  const { exit, stdout } = await backup("import", "key.p12", "--cluster", "east");
  expect(exit).toBe(3);
  expect(stdout).toMatch(/^kept as \S+ \(unopened\) in the vault\nunopened: no password .* is known/);
});

test("a cluster that is not in the inventory, or has no vault, takes none", async () => {
  writeFileSync(join(folder, "key.p12"), lab.recoveryFile());
  expect((await backup("import", "key.p12", "--cluster", "west")).exit).toBe(2);
  const file = join(folder, "east.yaml");
  writeFileSync(file, readFileSync(file, "utf8").replace(/^ *vault: .*\n/m, ""));
  const { exit, stderr } = await backup("import", "key.p12", "--cluster", "east");
  expect(exit).toBe(10);
  expect(stderr).toContain("east has no vault to keep recovery keys in");
  expect((await vault.list(null)).backups).toEqual([]);
});
