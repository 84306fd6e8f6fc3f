// The port that a vault answers on → nothing, or why the platform cannot fetch a kept key from there.
import { OperatorError } from "../base/errors.ts";
import type { VaultTools } from "./vault-tools.ts";

/** The platform has no port to give: a key elsewhere than on its port cannot be fetched. */
export function checkPickupPort(port: number, tools: VaultTools, name: string): void {
  if (port === 22 || port === tools.remoteKeyPort) return;
  const why = `the platform fetches a recovery key from port 22 only, and this vault answers on port ${port}`;
  throw new OperatorError("inventory-invalid", `${name}: ${why}`, {
    hint: "Export the backup (itlctl backup export ID --out FILE), put it on an SFTP server with port 22, and recover with --remote-key",
  });
}
