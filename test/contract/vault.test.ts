// The vault suite on the vault in memory, in a folder with its receiver, and on the lab's SFTP server.
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openMemoryVault } from "../../mocks/memory-vault.ts";
import { openSftpServer } from "../../mocks/lab/sftp-server.ts";
import { makeHostKeyPem } from "../../mocks/lab/wire/host-key.ts";
import type { VaultSettings } from "../../src/inventory/cluster.ts";
import { openVault } from "../../src/vault/open-vault.ts";
import { delivered, fetched } from "../vault/platform-client.ts";
import { freePort, hostKeyFile, vaultTools } from "../vault/vault-tools.ts";
import { vaultContract } from "./vault.ts";

const hostKeyPem = makeHostKeyPem();

vaultContract("the vault in memory", async () => {
  const vault = openMemoryVault();
  return {
    vault,
    deliver: async (run, _delivery, path, bytes) => vault.deliver(run, path, bytes),
    fetch: null,
    close: async () => undefined,
  };
});

vaultContract("a folder with a receiver", async () => {
  const folder = mkdtempSync(join(tmpdir(), "itlctl-vault-"));
  const port = await freePort();
  const receiver = { address: "127.0.0.1", port, hostKey: hostKeyFile(folder) };
  const path = join(folder, "vault");
  return {
    vault: await openVault({ kind: "directory", path, receiver }, vaultTools({ remoteKeyPort: port })),
    deliver: (_run, { place }, name, bytes) => delivered(place, name, bytes),
    fetch: ({ place }) => fetched(place),
    close: async () => rmSync(folder, { recursive: true }),
  };
});

for (const delivery of [null, { username: "itl-in", password: "Delivery-1" }]) {
  vaultContract(
    `the lab's SFTP server${delivery === null ? "" : " with an account for deliveries"}`,
    async () => {
      const folder = mkdtempSync(join(tmpdir(), "itlctl-vault-"));
      mkdirSync(join(folder, "srv"));
      const accounts = delivery === null ? [] : [delivery];
      const server = await openSftpServer({
        root: folder,
        username: "itl",
        password: "Vault-1",
        accounts,
        hostKeyPem,
      });
      const settings: VaultSettings = {
        kind: "sftp",
        ...{ host: "127.0.0.1", port: server.port, username: "itl", privateKey: null, directory: "/srv" },
        password: { kind: "env", name: "VAULT", text: "env:VAULT" },
        hostKeys: [server.hostKeySha256],
        delivery:
          delivery === null
            ? null
            : { username: "itl-in", password: { kind: "env", name: "DELIVERY", text: "env:DELIVERY" } },
      };
      const tools = vaultTools({
        remoteKeyPort: server.port,
        secrets: { VAULT: "Vault-1", DELIVERY: "Delivery-1" },
      });
      return {
        vault: await openVault(settings, tools),
        deliver: (_run, { place }, name, bytes) => delivered(place, name, bytes),
        fetch: ({ place }) => fetched(place),
        async close() {
          await server.close();
          rmSync(folder, { recursive: true });
        },
      };
    },
  );
}
