// What vaults are opened with in tests: secrets by name, a host key file, a port that is free.
import { writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { makeHostKeyPem } from "../../mocks/lab/wire/host-key.ts";
import { systemClock } from "../../src/base/clock.ts";
import { createMasker, Secret } from "../../src/base/secret.ts";
import type { VaultTools } from "../../src/vault/vault-tools.ts";

/** `secrets` are found by the name of an `env:` reference. */
export function vaultTools(
  change: Partial<VaultTools> & { readonly secrets?: Readonly<Record<string, string>> } = {},
): VaultTools {
  const { secrets = {}, ...tools } = change;
  return {
    resolveSecret: async (reference) => {
      const value = reference.kind === "env" ? secrets[reference.name] : undefined;
      if (value === undefined) throw new Error(`no secret ${reference.text}`);
      return new Secret(value);
    },
    masker: createMasker(),
    clock: systemClock,
    ...tools,
  };
}

let hostKeyPem: string | null = null;

/** A receiver's host key in `folder`; the same key each time, as making one takes long. */
export function hostKeyFile(folder: string): string {
  hostKeyPem ??= makeHostKeyPem();
  const path = join(folder, "receiver_rsa");
  writeFileSync(path, hostKeyPem, { mode: 0o600 });
  return path;
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
