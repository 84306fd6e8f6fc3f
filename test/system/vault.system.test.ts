// The vault suite on real OpenSSH, plain and chrooted, and what only OpenSSH can show: keys, an agent, two accounts, permissions.
import { execFileSync, spawn } from "node:child_process";
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { VaultSettings } from "../../src/inventory/cluster.ts";
import { openVault } from "../../src/vault/open-vault.ts";
import type { VaultTools } from "../../src/vault/vault-tools.ts";
import { recoveryKeyFile } from "../../src/vault/vault.ts";
import { vaultContract } from "../contract/vault.ts";
import { needs } from "../support/needs.ts";
import { sampleBackup } from "../vault/backup-samples.ts";
import { delivered, fetched } from "../vault/platform-client.ts";
import { vaultTools } from "../vault/vault-tools.ts";
import { type OpenSshServer, type OpenSshSettings, openOpenSshServer } from "./openssh-server.ts";

const isPossible = [needs("sshd"), needs("root")].every(Boolean);
type SftpSettings = Extract<VaultSettings, { kind: "sftp" }>;
const env = (name: string) => ({ kind: "env", name, text: `env:${name}` }) as const;
const request = { cluster: "east", run: "run-1", publisherAddress: "127.0.0.1" };
let folders = 0;

/** A fresh folder of the server's user; `SECRET` is the password of all its users. */
function vaultOn(
  server: OpenSshServer,
  change: Partial<SftpSettings> = {},
  tools: Partial<VaultTools> = {},
  mode = 0o700,
) {
  folders += 1;
  const name = `vault-${folders}`;
  const settings: SftpSettings = {
    kind: "sftp",
    ...{ host: "127.0.0.1", port: server.port, username: server.user, privateKey: null },
    ...{ password: env("SECRET"), hostKeys: [server.hostKeySha256], delivery: null },
    directory: server.own(name, mode),
    ...change,
  };
  const secrets = { SECRET: server.password };
  const opened = openVault(settings, vaultTools({ remoteKeyPort: server.port, secrets, ...tools }));
  return { opened, path: join(server.folder, name), settings };
}

const servers: readonly (readonly [string, OpenSshSettings])[] = [
  ["OpenSSH", {}],
  ["chrooted OpenSSH", { isChrooted: true }],
];
for (const [name, how] of isPossible ? servers : []) {
  describe(name, () => {
    let server: OpenSshServer;
    beforeAll(async () => {
      server = await openOpenSshServer(how);
    });
    afterAll(() => server.close());
    vaultContract(name, async () => {
      const { opened } = vaultOn(server);
      return {
        vault: await opened,
        deliver: (_run, { place }, path, bytes) => delivered(place, path, bytes),
        fetch: ({ place }) => fetched(place),
        close: async () => undefined,
      };
    });
  });
}

describe.runIf(isPossible)("with OpenSSH", () => {
  let server: OpenSshServer;
  let folder: string;
  let keyFile: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "itlctl-vault-key-"));
    keyFile = join(folder, "id_ed25519");
    execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", keyFile]);
    const authorizedKey = readFileSync(`${keyFile}.pub`, "utf8").trim();
    server = await openOpenSshServer({ authorizedKey, hasEd25519: true, hasSecondUser: true });
  });
  afterAll(async () => {
    await server.close();
    rmSync(folder, { recursive: true });
  });
  const delivery = () => ({ username: server.secondUser ?? "", password: env("SECRET") });

  test("folders are 0700 and files 0600", async () => {
    const { opened, path } = vaultOn(server);
    const vault = await opened;
    await vault.publish(sampleBackup().manifest, sampleBackup().files);
    await vault.openDelivery(request);
    const modes = readdirSync(path, { recursive: true, encoding: "utf8" }).map((name) =>
      (statSync(join(path, name)).mode & 0o7777).toString(8),
    );
    expect(modes.sort()).toEqual(["600", "600", "600", "700", "700", "700", "700"]);
    await vault.close();
  });

  test("a private key logs itlctl in, and the account for deliveries the platform", async () => {
    const { opened, path } = vaultOn(
      server,
      { password: null, privateKey: keyFile, delivery: delivery() },
      {},
      0o2750,
    );
    const vault = await opened;
    const opening = await vault.openDelivery(request);
    expect(opening.place.user).toBe(server.secondUser);
    expect((statSync(join(path, "incoming/run-1")).mode & 0o7777).toString(8)).toBe("2770");
    await delivered(opening.place, recoveryKeyFile, Buffer.from("key"));
    expect((await opening.files()).map(({ bytes }) => bytes?.toString())).toEqual(["key"]);
    await opening.discard();
    expect(readdirSync(join(path, "incoming"))).toEqual([]);

    const stored = await vault.publish(sampleBackup().manifest, sampleBackup().files);
    const pickup = await vault.openPickup(stored, request);
    expect(pickup.place.user).toBe(server.secondUser);
    expect((await fetched(pickup.place)).toString()).toBe("a recovery key");
    await pickup.close();
    expect(readdirSync(join(path, "incoming"))).toEqual([]);
    await vault.close();
  });

  test("what the other account alone may read and remove is read and removed as that account", async () => {
    const { opened, path } = vaultOn(server, { delivery: delivery() }, {}, 0o2750);
    const vault = await opened;
    const opening = await vault.openDelivery(request);
    await delivered(opening.place, `active/deep/${recoveryKeyFile}`, Buffer.from("key"));
    chmodSync(join(path, "incoming/run-1/active"), 0o700);
    expect((await opening.files()).map(({ path: name, bytes }) => [name, bytes?.toString()])).toEqual([
      [`active/deep/${recoveryKeyFile}`, "key"],
    ]);
    await opening.discard();
    expect(readdirSync(join(path, "incoming"))).toEqual([]);
    await vault.close();
  });

  test("a key in an agent logs itlctl in where neither password nor key file is named", async () => {
    const socket = join(folder, "agent");
    const agent = spawn("ssh-agent", ["-D", "-a", socket], { stdio: "ignore" });
    try {
      await expect.poll(() => readdirSync(folder)).toContain("agent");
      execFileSync("ssh-add", ["-q", keyFile], {
        env: { ...process.env, SSH_AUTH_SOCK: socket },
        stdio: "ignore",
      });
      const { opened } = vaultOn(server, { password: null, delivery: delivery() }, { agentSocket: socket });
      const vault = await opened;
      await vault.checkWritable();
      await vault.close();
    } finally {
      agent.kill("SIGTERM");
    }
  });

  test("a key that others may read is not used", async () => {
    const open = join(folder, "open");
    execFileSync("cp", [keyFile, open]);
    chmodSync(open, 0o644);
    const { opened } = vaultOn(server, { password: null, privateKey: open, delivery: delivery() });
    await expect((await opened).checkWritable()).rejects.toThrow(
      expect.objectContaining({ code: "inventory-invalid", hint: expect.stringContaining("chmod 600") }),
    );
  });

  test("an ed25519 host key is enough for itlctl; for a delivery the RSA key must be listed too", async () => {
    const hostKeys = [server.ed25519Sha256 ?? ""];
    const { opened } = vaultOn(server, { hostKeys });
    const vault = await opened;
    await vault.checkWritable();
    const error: unknown = await vault.openDelivery(request).catch((reason: unknown) => reason);
    expect(error).toMatchObject({
      code: "host-key-unknown",
      message: expect.stringContaining(server.hostKeySha256),
    });
    expect(error).toMatchObject({
      hint: expect.stringContaining(`hostKeys: ["${hostKeys[0]}", "${server.hostKeySha256}"]`),
    });
    await vault.close();
    const changed = vaultOn(server, { hostKeys: [...hostKeys, `SHA256:${"A".repeat(43)}`] });
    await expect((await changed.opened).openDelivery(request)).rejects.toThrow(
      expect.objectContaining({ code: "host-key-changed" }),
    );
    await (await changed.opened).close();
  });

  test("no right to write is told with the place", async () => {
    const { opened, path } = vaultOn(server, {}, {}, 0o500);
    const vault = await opened;
    for (const attempt of [() => vault.checkWritable(), () => vault.openDelivery(request)]) {
      await expect(attempt()).rejects.toThrow(
        expect.objectContaining({ code: "state-not-writable", message: expect.stringContaining(path) }),
      );
    }
    await vault.close();
  });

  test("a folder that is not there is told", async () => {
    const { opened } = vaultOn(server, { directory: join(server.folder, "nowhere") });
    await expect((await opened).checkWritable()).rejects.toThrow(
      expect.objectContaining({
        code: "state-not-writable",
        hint: expect.stringMatching(/^Make the folder/),
      }),
    );
    await (await opened).close();
  });

  test("an account for deliveries that does not see the folder is told before the platform is asked", async () => {
    const { opened } = vaultOn(server, { delivery: delivery() }, {}, 0o700);
    await expect((await opened).openDelivery(request)).rejects.toThrow(
      expect.objectContaining({
        code: "state-not-writable",
        message: expect.stringContaining(server.secondUser ?? ""),
      }),
    );
    await (await opened).close();
  });
});
