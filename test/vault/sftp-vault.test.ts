// A vault on the lab's SFTP server, in trouble: each with its code, a place and a hint, and no password sent where it should not be.
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openSftpServer, type SftpServer, type SftpServerOptions } from "../../mocks/lab/sftp-server.ts";
import { makeHostKeyPem } from "../../mocks/lab/wire/host-key.ts";
import type { OperatorError } from "../../src/base/errors.ts";
import type { VaultSettings } from "../../src/inventory/cluster.ts";
import { openVault } from "../../src/vault/open-vault.ts";
import type { VaultTools } from "../../src/vault/vault-tools.ts";
import { recoveryKeyFile, type Vault } from "../../src/vault/vault.ts";
import { sampleBackup } from "./backup-samples.ts";
import { delivered } from "./platform-client.ts";
import { freePort, vaultTools } from "./vault-tools.ts";

type SftpSettings = Extract<VaultSettings, { kind: "sftp" }>;
const env = (name: string) => ({ kind: "env", name, text: `env:${name}` }) as const;
const request = { cluster: "east", run: "run-1", publisherAddress: "127.0.0.1" };
const hostKeyPem = makeHostKeyPem();
let folder: string;
let server: SftpServer;
let vault: Vault | null;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "itlctl-sftp-vault-"));
  mkdirSync(join(folder, "srv"));
  vault = null;
  server = await startServer();
});
afterEach(async () => {
  await vault?.close();
  await server.close();
  rmSync(folder, { recursive: true });
});

function startServer(change: Partial<SftpServerOptions> = {}): Promise<SftpServer> {
  const accounts = [{ username: "itl-in", password: "Delivery-1" }];
  return openSftpServer({
    root: folder,
    username: "itl",
    password: "Vault-1",
    accounts,
    hostKeyPem,
    ...change,
  });
}

async function opened(
  change: Partial<SftpSettings> = {},
  tools: Partial<VaultTools> & { secrets?: Record<string, string> } = {},
) {
  const settings: SftpSettings = {
    kind: "sftp",
    ...{ host: "127.0.0.1", port: server.port, username: "itl", privateKey: null, directory: "/srv" },
    ...{ password: env("VAULT"), hostKeys: [server.hostKeySha256], delivery: null },
    ...change,
  };
  const secrets = { VAULT: "Vault-1", DELIVERY: "Delivery-1", ...tools.secrets };
  vault = await openVault(settings, vaultTools({ ...tools, secrets }));
  return vault;
}

async function trouble(work: Promise<unknown>): Promise<OperatorError> {
  const error: unknown = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toMatchObject({ name: "OperatorError", hint: expect.stringMatching(/^[A-Z][a-z]+ /) });
  return error as OperatorError;
}

const other = `SHA256:${"A".repeat(43)}`;

describe("host keys", () => {
  test("none listed: the error names the key and the line to paste, and nobody logged in", async () => {
    const error = await trouble((await opened({ hostKeys: [] })).checkWritable());
    expect(error.code).toBe("host-key-unknown");
    expect(error.message).toContain(server.hostKeySha256);
    expect(error.hint).toContain(`hostKeys: ["${server.hostKeySha256}"]`);
    expect(server.logins).toEqual([]);
  });

  test("another one listed: changed, and nobody logged in", async () => {
    const error = await trouble((await opened({ hostKeys: [other] })).openDelivery(request));
    expect(error.code).toBe("host-key-changed");
    expect(error.message).toContain(other);
    expect(error.place.cluster).toBe("east");
    expect(server.logins).toEqual([]);
  });

  test("one of several listed is enough, with its padding too", async () => {
    const { place } = await (await opened({ hostKeys: [other, `${server.hostKeySha256}=`] })).openDelivery(
      request,
    );
    expect(place.hostKey).toEqual({ md5: server.hostKeyMd5, sha256: server.hostKeySha256 });
  });
});

describe("logins", () => {
  test("a wrong password is sent once", async () => {
    const error = await trouble((await opened({}, { secrets: { VAULT: "wrong" } })).checkWritable());
    expect(error.code).toBe("login-refused");
    expect(error.message).toContain("itl@127.0.0.1");
    expect(server.logins).toEqual(["itl password refused"]);
  });

  test("keyboard-interactive is answered where nothing else is offered", async () => {
    await server.close();
    server = await startServer({ methods: ["keyboard-interactive"] });
    await (await opened()).checkWritable();
    expect(server.logins).toEqual(["itl keyboard-interactive accepted"]);
  });

  test("one login serves every call", async () => {
    const it = await opened();
    await it.checkWritable();
    await Promise.all([it.list(null), it.list("east")]);
    await (await it.openDelivery(request)).discard();
    expect(server.logins).toEqual(["itl password accepted"]);
  });

  test("a wrong password of the account for deliveries shows before the platform is asked", async () => {
    const delivery = { username: "itl-in", password: env("DELIVERY") };
    const error = await trouble(
      (await opened({ delivery }, { secrets: { DELIVERY: "wrong" } })).openDelivery(request),
    );
    expect(error.code).toBe("login-refused");
    expect(error.message).toContain("itl-in@127.0.0.1");
  });

  test("without password, key and agent the error says what to write", async () => {
    const error = await trouble((await opened({ password: null })).checkWritable());
    expect(error.code).toBe("inventory-invalid");
    expect(server.logins).toEqual([]);
  });
});

describe("the connection", () => {
  test("nobody listens", async () => {
    const port = await freePort();
    const error = await trouble((await opened({ port })).checkWritable());
    expect([error.code, error.message]).toEqual([
      "vault-unreachable",
      expect.stringContaining(`127.0.0.1:${port}`),
    ]);
  });

  test("a server that went away and came back is logged in to again", async () => {
    const it = await opened();
    await it.checkWritable();
    const { port } = server;
    await server.close();
    expect((await trouble(it.list(null))).code).toBe("vault-unreachable");
    server = await startServer({ port });
    await it.checkWritable();
    expect(server.logins).toEqual(["itl password accepted"]);
  });

  test("a run that is stopped is not kept waiting", async () => {
    const stop = new AbortController();
    const it = await opened({}, { signal: stop.signal });
    await it.checkWritable();
    stop.abort();
    expect((await trouble(it.list(null))).code).toBe("cancelled");
  });
});

describe("deliveries", () => {
  test("links are not followed, what is too long is told by its size, and depth has an end", async () => {
    const delivery = await (await opened()).openDelivery(request);
    const incoming = join(folder, "srv/incoming/run-1");
    symlinkSync("/etc/passwd", join(incoming, "link"));
    symlinkSync("/etc", join(incoming, "folder"));
    writeFileSync(join(incoming, "long.p12"), Buffer.alloc(1_000_001));
    mkdirSync(join(incoming, "d/".repeat(40)), { recursive: true });
    writeFileSync(join(incoming, "d/".repeat(40), "deep.p12"), "x");
    writeFileSync(join(incoming, "d/d/d/near.p12"), "x");
    const files = await delivery.files();
    expect(files.map(({ path, sizeBytes, bytes }) => [path, sizeBytes, bytes?.toString() ?? null])).toEqual([
      ["long.p12", 1_000_001, null],
      ["d/d/d/near.p12", 1, "x"],
    ]);
    await delivery.discard();
    expect(readdirSync(join(folder, "srv/incoming"))).toEqual([]);
  });

  test("a file in the place of the folder is told", async () => {
    writeFileSync(join(folder, "srv/incoming"), "x");
    expect((await trouble((await opened()).openDelivery(request))).code).toBe("state-not-writable");
  });

  test("copies for a pickup and empty folders of a day ago are swept, whatever else lies there is not", async () => {
    const incoming = join(folder, "srv/incoming");
    const dayAgo = new Date(Date.now() - 25 * 3_600_000);
    for (const name of ["pickup-0a", "pickup-0b", "run-empty", "run-full", "run-young"]) {
      mkdirSync(join(incoming, name), { recursive: true });
      if (/pickup|full/.test(name)) writeFileSync(join(incoming, name, recoveryKeyFile), "key");
      if (!/0b|young/.test(name)) utimesSync(join(incoming, name), dayAgo, dayAgo);
    }
    await (await opened()).openDelivery(request);
    expect(readdirSync(incoming).sort()).toEqual(["pickup-0b", "run-1", "run-full", "run-young"]);
  });

  test("a delivery of the same run finds what came before", async () => {
    const it = await opened();
    const first = await it.openDelivery(request);
    await delivered(first.place, recoveryKeyFile, Buffer.from("key"));
    expect(await (await it.openDelivery(request)).files()).toHaveLength(1);
  });
});

describe("a pickup", () => {
  test("from another port than the platform knows is refused with the way out", async () => {
    const it = await opened();
    const stored = await it.publish(sampleBackup().manifest, sampleBackup().files);
    const error = await trouble(it.openPickup(stored, request));
    expect(error.message).toContain("port 22 only");
    expect(error.hint).toMatch(/backup export .* --remote-key/);
  });
});
