// A vault on a file system of its own that is full: nothing is published by halves, what was there stays, and it goes on when there is room.
import { execFileSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readdirSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openVault } from "../../src/vault/open-vault.ts";
import type { Vault } from "../../src/vault/vault.ts";
import { type OpenSshServer, openOpenSshServer } from "../system/openssh-server.ts";
import { needs } from "../support/needs.ts";
import { sampleBackup } from "./backup-samples.ts";
import { vaultTools } from "./vault-tools.ts";

const isPossible = [needs("root"), needs("mount"), needs("sshd")].every(Boolean);

describe.runIf(isPossible).each(["a folder", "OpenSSH"] as const)("a full disk under %s", (kind) => {
  let server: OpenSshServer;
  let disk: string;
  beforeAll(async () => {
    server = await openOpenSshServer();
    disk = kind === "a folder" ? mkdtempSync(join(tmpdir(), "itlctl-vault-disk-")) : server.own("vault");
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=256k,mode=0700", "tmpfs", disk]);
    if (kind === "OpenSSH") server.own("vault", 0o700);
  });
  afterAll(async () => {
    execFileSync("umount", [disk]);
    rmSync(disk, { recursive: true });
    await server.close();
  });

  function opened(): Promise<Vault> {
    if (kind === "a folder")
      return openVault({ kind: "directory", path: disk, receiver: null }, vaultTools());
    const sftp = {
      host: "127.0.0.1",
      port: server.port,
      username: server.user,
      hostKeys: [server.hostKeySha256],
    };
    const password = { kind: "env", name: "VAULT", text: "env:VAULT" } as const;
    return openVault(
      { kind: "sftp", ...sftp, password, privateKey: null, directory: disk, delivery: null },
      vaultTools({ secrets: { VAULT: server.password } }),
    );
  }
  const filler = () => join(disk, ".filler");
  const fill = () => {
    const file = openSync(filler(), "w");
    try {
      for (;;) writeSync(file, Buffer.alloc(4096));
    } catch {
      // full
    } finally {
      closeSync(file);
    }
  };

  test("a publish fails with the place, leaves nothing, and comes through when there is room", async () => {
    const vault = await opened();
    const [first, second] = [sampleBackup(), sampleBackup({}, { day: 1, text: "k".repeat(9000) })];
    const stored = await vault.publish(first.manifest, first.files);
    fill();
    for (const attempt of [() => vault.publish(second.manifest, second.files), () => vault.checkWritable()]) {
      await expect(attempt()).rejects.toThrow(
        expect.objectContaining({
          code: "state-not-writable",
          message: expect.stringContaining(disk),
          hint: expect.stringMatching(/^(Free space|Look whether its disk)/),
        }),
      );
    }
    expect(await vault.list(null)).toEqual({ backups: [stored], damaged: [] });
    expect(readdirSync(disk).filter((name) => name !== ".filler")).toEqual(["east"]);
    expect(readdirSync(join(disk, "east"))).toEqual([first.manifest.id]);
    await vault.remove(stored);
    rmSync(filler());
    await vault.publish(second.manifest, second.files);
    expect((await vault.list(null)).backups.map(({ manifest }) => manifest)).toEqual([second.manifest]);
    await vault.close();
  });
});
