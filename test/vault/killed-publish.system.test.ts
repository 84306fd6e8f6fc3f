// A process that publishes and removes, killed at any moment: what it said it had published is there and whole.
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { listBackups, readBackupFile } from "../../src/vault/backup-listing.ts";
import { openLocalDisk } from "../../src/vault/local-disk.ts";
import { projectRoot } from "../support/source-files.ts";
import { sampleBackup } from "./backup-samples.ts";

/** Kills after so many lines and a little more; gives what the process said. */
async function killedAfter(root: string, lines: number, moreMs: number): Promise<readonly string[]> {
  const script = join(projectRoot, "test/vault/publishing-process.ts");
  const child = spawn(process.execPath, ["--import", "tsx", script, root], {
    cwd: projectRoot,
    stdio: ["ignore", "pipe", "inherit"],
  });
  let said = "";
  const gone = new Promise((resolve) => child.once("close", resolve));
  await new Promise<void>((resolve) => {
    child.stdout.on("data", (chunk: Buffer) => {
      said += chunk.toString();
      if (said.split("\n").length > lines) resolve();
    });
    void gone.then(() => resolve());
  });
  await new Promise((resolve) => setTimeout(resolve, moreMs));
  child.kill("SIGKILL");
  await gone;
  return said.split("\n").slice(0, -1);
}

test.each([
  [1, 0],
  [7, 1],
  [20, 3],
])("after %i lines and %i ms", async (lines, moreMs) => {
  const folder = mkdtempSync(join(tmpdir(), "itlctl-killed-"));
  try {
    const root = join(folder, "vault");
    mkdirSync(root, { mode: 0o700 });
    const said = await killedAfter(root, lines, moreMs);
    expect(said.length).toBeGreaterThanOrEqual(lines);
    const disk = openLocalDisk(root);
    const { backups, damaged } = await listBackups(disk, null);
    expect(damaged).toEqual([]);
    const paths = backups.map(({ path }) => path);
    for (const line of said.filter((one) => one.startsWith("published "))) {
      const path = line.slice("published ".length);
      if (!said.includes(`removing ${path}`)) expect(paths).toContain(path);
    }
    const { files } = sampleBackup();
    for (const backup of backups) {
      for (const { name, bytes } of files)
        expect((await readBackupFile(disk, backup, name)).equals(bytes)).toBe(true);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});
