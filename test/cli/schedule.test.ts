// schedule print: units that systemd itself accepts, a crontab line that sh runs, and warnings for what would spoil a night.
import { execFile } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { renderCrontab } from "../../src/report/schedule-as-cron.ts";
import { renderSystemdUnits } from "../../src/report/schedule-as-systemd.ts";
import type { Schedule } from "../../src/report/schedule.ts";
import { needs } from "../support/needs.ts";
import { runCli } from "../support/run-cli.ts";

const tool = fileURLToPath(new URL("../../src/bin.ts", import.meta.url));
const cluster = (name: string, more = "", platform = `"env:${name.toUpperCase()}_PASSWORD"`) => `  ${name}:
    nodes:
      - { name: pub, address: 10.20.0.11, role: publisher }
    credentials:
      platform: { username: administrator, password: ${platform} }
      ccm: { username: ccm, password: "env:NOT_FOR_BACKUPS" }
${more}`;
const vault = `    vault: { kind: directory, path: ./vault, receiver: { address: 127.0.0.1, port: 2022, hostKey: key } }\n`;

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "itlctl-schedule-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

interface Printed {
  readonly files: readonly { unit: string; path: string | null; text: string }[];
  readonly warnings: readonly string[];
}

function inventoryOf(...clusters: readonly string[]): string {
  const path = join(folder, "clusters.yaml");
  writeFileSync(path, `clusters:\n${clusters.join("")}`);
  return path;
}

const state = () => join(folder, "state");
const print = (inventory: string, ...words: readonly string[]) =>
  runCli(["schedule", "print", ...words], { inventory, state: state() });

/** Runs a program and gives its exit code and everything it said. */
function said(program: string, words: readonly string[]): Promise<{ exit: number; text: string }> {
  return new Promise((resolve) => {
    const env = { ...process.env, XDG_RUNTIME_DIR: folder };
    execFile(program, words, { env }, (error, stdout, stderr) => {
      resolve({ exit: error === null ? 0 : Number(error.code ?? 1), text: stdout + stderr });
    });
  });
}

const schedule: Schedule = {
  command: [process.execPath, tool, "backup", "run", "--inventory", '/etc/itl ctl/50% "a\\b"$HOME'],
  ...{ at: "02:45", scope: "system", account: "daemon", stateFolder: "/var/lib/itlctl" },
  writableFolders: ["/var/lib/itlctl", "/srv/my vault/100%"],
  environmentNames: ["EAST_PASSWORD"],
  ...{ hasLowPort: false, hasHooks: true },
};

describe.runIf(needs("systemd-analyze"))("systemd", () => {
  const kinds = [
    ["for the system", schedule],
    ["for root", { ...schedule, account: "root" }],
    ["with a receiver on a low port", { ...schedule, hasLowPort: true }],
    ["for a user", { ...schedule, scope: "user" }],
    ["without secrets and hooks", { ...schedule, environmentNames: [], hasHooks: false }],
  ] as const satisfies readonly (readonly [string, Schedule])[];

  test.each(kinds)("accepts the units %s without a word", async (_title, made) => {
    const files = renderSystemdUnits(made).map(({ unit, text }) => {
      const path = join(folder, `itlctl-backup.${unit}`);
      writeFileSync(path, text);
      return path;
    });
    const scope = made.scope === "user" ? ["--user"] : [];
    expect(await said("systemd-analyze", [...scope, "verify", ...files])).toEqual({ exit: 0, text: "" });
  });

  test("would not accept a wrong one", async () => {
    const path = join(folder, "itlctl-backup.service");
    const text = renderSystemdUnits(schedule)[0]?.text ?? "";
    writeFileSync(path, text.replace("ProtectSystem=strict", "ProtectSystem=srict"));
    expect((await said("systemd-analyze", ["verify", path])).text).toContain("srict");
  });

  test("finds the service well walled in", async () => {
    const path = join(folder, "itlctl-backup.service");
    writeFileSync(path, renderSystemdUnits(schedule)[0]?.text ?? "");
    const words = ["security", "--offline=true", "--threshold=30", path];
    expect((await said("systemd-analyze", words)).exit).toBe(0);
  });

  test("reads the time as it is meant", async () => {
    const timer = renderSystemdUnits(schedule)[1]?.text ?? "";
    const at = /OnCalendar=(.*)/.exec(timer)?.[1] ?? "";
    expect((await said("systemd-analyze", ["calendar", at])).text).toContain(
      "Normalized form: *-*-* 02:45:00",
    );
  });
});

test("the units start this very tool with absolute paths, and let it write to its own folders only", async () => {
  const inventory = inventoryOf(cluster("east", vault));
  const metrics = join(folder, "prom", "itlctl.prom");
  const { exit, stdout } = await print(inventory, "--metrics", metrics);
  expect(exit).toBe(0);
  const lines = stdout.split("\n");
  expect(lines).toContain(
    `ExecStart=${process.execPath} ${tool} backup run --inventory ${inventory} --state ${state()} --metrics ${metrics}`,
  );
  expect(lines).toContain(`ReadWritePaths=${state()} ${join(folder, "vault")} ${join(folder, "prom")}`);
  for (const line of [
    "# /etc/systemd/system/itlctl-backup.service",
    "# /etc/systemd/system/itlctl-backup.timer",
    "Type=oneshot",
    "SuccessExitStatus=3",
    "Persistent=true",
    "RandomizedDelaySec=30min",
    "OnCalendar=*-*-* 04:15:00",
    "#   EAST_PASSWORD=",
    "EnvironmentFile=-/etc/itlctl/backup.env",
  ])
    expect(lines).toContain(line);
  expect(stdout).not.toContain("NOT_FOR_BACKUPS");
});

test("one unit alone is the file as it is installed, and --json has all of them", async () => {
  const inventory = inventoryOf(cluster("east", vault));
  const document = (await print(inventory, "--json", "--at", "23:05")).json<Printed>();
  expect(document.files.map(({ unit, path }) => [unit, path])).toEqual([
    ["service", "/etc/systemd/system/itlctl-backup.service"],
    ["timer", "/etc/systemd/system/itlctl-backup.timer"],
  ]);
  for (const { unit, text } of document.files)
    expect((await print(inventory, "--unit", unit, "--at", "23:05")).stdout).toBe(text);
});

test("the crontab line runs in sh, is quiet with 0 and 3, and hands on what was said with anything else", async () => {
  const stand = join(folder, "it's 100% $HOME");
  mkdirSync(stand);
  const stub = join(stand, "tool");
  writeFileSync(stub, '#!/bin/sh\necho "said to $#: $2"\nexit "$1"\n');
  chmodSync(stub, 0o700);
  const results = [];
  for (const code of ["0", "3", "13"]) {
    const made = { ...schedule, command: [stub, code, stand], stateFolder: stand, at: "04:05" };
    const last = renderCrontab(made).text.trimEnd().split("\n").at(-1) ?? "";
    expect(last.startsWith("5 4 * * * ")).toBe(true);
    expect(/(^|[^\\])%/.test(last)).toBe(false);
    const line = last.replace("5 4 * * * ", "").replaceAll("\\%", "%");
    results.push((await said("sh", ["-c", line])).text);
    expect(readFileSync(join(stand, "last-backup.log"), "utf8")).toBe(`said to 2: ${stand}\n`);
  }
  expect(results).toEqual(["", "", `said to 2: ${stand}\n`]);
});

test("what would spoil the nights is told, and printed all the same", async () => {
  const inventory = inventoryOf(cluster("east", vault, '"ask:"'), cluster("west"));
  const { exit, stdout, stderr } = await print(inventory);
  expect(exit).toBe(0);
  expect(stdout).toContain("ExecStart=");
  expect(stderr).toContain("east: credentials.platform.password is ask:, and nobody is there at night");
  expect(stderr).toContain("west has no vault");
  expect(stderr).toContain(`${state()} does not exist yet: make it, owned by ${userInfo().username}`);
  expect(stderr).toContain("is hidden from the service by PrivateTmp=");
  const cron = await print(inventory, "--format", "cron");
  expect(cron.stderr).toContain("west has no vault");
  expect(cron.stderr).not.toContain("PrivateTmp");
  expect(existsSync(state())).toBe(false);
});

test.each([
  [["--format", "launchd"], '--format must be systemd or cron, not "launchd"'],
  [["--at", "24:00"], '--at must be a time of day, HH:MM, not "24:00"'],
  [["--at", "4:15"], "--at must be a time of day"],
  [["--format", "cron", "--user"], "--unit and --user go with systemd only"],
  [["--unit", "socket"], "--unit must be service or timer"],
])("%j is refused", async (words, wanted) => {
  const { exit, stderr } = await print(inventoryOf(cluster("east", vault)), ...words);
  expect(exit).toBe(2);
  expect(stderr).toContain(wanted);
});
