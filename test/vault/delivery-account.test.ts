// The account that the platform delivers with: what only it may do is done as it, nothing else is, and what it cannot see is told.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openSftpServer, type SftpServer } from "../../mocks/lab/sftp-server.ts";
import { makeHostKeyPem } from "../../mocks/lab/wire/host-key.ts";
import { OperatorError } from "../../src/base/errors.ts";
import { Secret } from "../../src/base/secret.ts";
import { checkDelivery, type DeliveryAccount, orAsDelivery } from "../../src/vault/delivery-account.ts";
import type { VaultDisk } from "../../src/vault/vault-disk.ts";

const hostKeyPem = makeHostKeyPem();
const own = { placeOf: () => "own" } as unknown as VaultDisk;
const placeOf = async (disk: VaultDisk) => disk.placeOf("incoming");
let folder: string;
let server: SftpServer;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "itlctl-delivery-"));
  mkdirSync(join(folder, "srv", "incoming"), { recursive: true });
  writeFileSync(join(folder, "srv", "file"), "x");
  const accounts = [{ username: "itl-in", password: "Delivery-1" }];
  server = await openSftpServer({ root: folder, username: "itl", password: "Vault-1", accounts, hostKeyPem });
});
afterEach(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

function account(password = "Delivery-1"): DeliveryAccount {
  const { port, hostKeyMd5: md5, hostKeySha256: sha256 } = server;
  return {
    server: { host: "127.0.0.1", port, hostKeys: [sha256] },
    place: {
      ...{
        host: "127.0.0.1",
        port,
        user: "itl-in",
        password: new Secret(password),
        hostKey: { md5, sha256 },
      },
    },
    directory: "/srv",
  };
}

const refusing = (code: "state-not-writable" | "vault-unreachable") => {
  const error = new OperatorError(code, "permission denied", { hint: "Look." });
  const work = (disk: VaultDisk) => (disk === own ? Promise.reject(error) : placeOf(disk));
  return { error, work };
};

test("a folder that it sees is all that is asked of it", async () => {
  await checkDelivery(account(), "incoming");
  expect(server.logins).toEqual(["itl-in password accepted"]);
});

test.each(["elsewhere", "file"])("%s: no folder that it sees; who must see it is told", async (name) => {
  await expect(checkDelivery(account(), name)).rejects.toMatchObject({
    code: "state-not-writable",
    message: `sftp itl-in@127.0.0.1:/srv/${name}: itl-in does not see this folder`,
    hint: expect.stringContaining("Let itl-in see it under the same path"),
    place: { file: `sftp itl-in@127.0.0.1:/srv/${name}` },
  });
});

test("a login that is refused is told as that", async () => {
  await expect(checkDelivery(account("wrong"), "incoming")).rejects.toMatchObject({ code: "login-refused" });
});

test("what the vault's own account may do is done as it, and nobody else logs in", async () => {
  expect(await orAsDelivery(account(), own, placeOf)).toBe("own");
  expect(server.logins).toEqual([]);
});

test("what it has no right to is done as the other account, in the same folder", async () => {
  const { work } = refusing("state-not-writable");
  expect(await orAsDelivery(account(), own, work)).toBe("sftp itl-in@127.0.0.1:/srv/incoming");
  expect(server.logins).toEqual(["itl-in password accepted"]);
});

test("other trouble is not tried again as somebody else, nor any where there is no other", async () => {
  const lost = refusing("vault-unreachable");
  await expect(orAsDelivery(account(), own, lost.work)).rejects.toBe(lost.error);
  const refused = refusing("state-not-writable");
  await expect(orAsDelivery(null, own, refused.work)).rejects.toBe(refused.error);
  const bug = new Error("bug");
  await expect(orAsDelivery(account(), own, () => Promise.reject(bug))).rejects.toBe(bug);
  expect(server.logins).toEqual([]);
});

test("its connection ends with the work, also where the work fails", async () => {
  const { error } = refusing("vault-unreachable");
  let disk: VaultDisk | null = null;
  const failing = async (one: VaultDisk) => {
    if (one === own) throw refusing("state-not-writable").error;
    disk = one;
    throw error;
  };
  await expect(orAsDelivery(account(), own, failing)).rejects.toBe(error);
  await expect((disk as VaultDisk | null)?.look("incoming")).rejects.toMatchObject({ name: "OperatorError" });
});
