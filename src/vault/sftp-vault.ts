// The inventory's SFTP server → a vault on it: itlctl's own login for everything, another account for the platform where one is named.
import { randomBytes } from "node:crypto";
import { posix } from "node:path";
import { OperatorError } from "../base/errors.ts";
import type { SecretReference, VaultSettings } from "../inventory/cluster.ts";
import { listBackups, pathOfBackup, readBackupFile } from "./backup-listing.ts";
import { checkDisk } from "./check-disk.ts";
import { deliveredFiles, makeIncoming } from "./delivered-files.ts";
import { checkDelivery, type DeliveryAccount, orAsDelivery } from "./delivery-account.ts";
import { readKeptKey } from "./kept-key.ts";
import { fetchListedRsaKey, openListedServer } from "./listed-server.ts";
import { checkPickupPort } from "./pickup-port.ts";
import { loadPrivateKey } from "./private-key.ts";
import { publishBackup, removeBackup } from "./publish-backup.ts";
import type { SftpConnection } from "./sftp-connection.ts";
import { openSftpDisk } from "./sftp-disk.ts";
import type { LoginMeans } from "./sftp-login.ts";
import { emptyFolder, removeTree } from "./vault-disk.ts";
import type { VaultTools } from "./vault-tools.ts";
import { recoveryKeyFile, type SftpPlace, type Vault } from "./vault.ts";

type SftpSettings = Extract<VaultSettings, { kind: "sftp" }>;

/** Connects when it is first asked for something, and again when the connection was lost in between. */
export function openSftpVault(settings: SftpSettings, tools: VaultTools): Vault {
  const { host, port, username, directory, hostKeys } = settings;
  const server = { host, port, hostKeys, timeoutMs: tools.answerTimeoutMs, signal: tools.signal };
  const name = `sftp ${username}@${host}${port === 22 ? "" : `:${port}`}:${directory}`;
  const isForeignDelivery = settings.delivery !== null && settings.delivery.username !== username;
  const folderMode = isForeignDelivery ? 0o770 : 0o700;
  let opening: Promise<SftpConnection> | null = null;
  const opened: SftpConnection[] = [];

  const secretOf = (reference: SecretReference, user: string) =>
    tools.resolveSecret(reference, `password of ${user} on ${host}`);
  const ownLogin = async (): Promise<LoginMeans> => {
    const { password, privateKey } = settings;
    const advice = "Name the private key of itlctl's login in vault: privateKey:";
    const key = privateKey === null ? null : loadPrivateKey(privateKey, "vault: privateKey:", advice).pem;
    if (password !== null || key !== null)
      return {
        password: password === null ? null : await secretOf(password, username),
        privateKey: key,
        agent: null,
      };
    if (tools.agentSocket !== undefined)
      return { password: null, privateKey: null, agent: tools.agentSocket };
    throw new OperatorError("inventory-invalid", `${name}: no password:, no privateKey: and no SSH agent`, {
      hint: "Write password: or privateKey: under vault:, or start an agent (SSH_AUTH_SOCK)",
    });
  };
  const reconnect = async (): Promise<SftpConnection> => {
    const connection = await openListedServer(server, username, await ownLogin());
    opened.push(connection);
    return connection;
  };
  const connect = async (): Promise<SftpConnection> => {
    const current = opening === null ? null : await opening;
    if (current?.isOpen === true) return current;
    const next = reconnect();
    opening = next;
    next.catch(() => {
      if (opening === next) opening = null;
    });
    return next;
  };
  const disk = openSftpDisk({ place: name, root: directory, connect });

  /** What the platform logs in with; its RSA host key is checked each time. */
  const placeForPlatform = async (): Promise<SftpPlace> => {
    const login =
      settings.delivery ?? (settings.password === null ? null : { username, password: settings.password });
    if (login === null) {
      throw new OperatorError(
        "inventory-invalid",
        `${name}: the platform logs in with a password, and none is named`,
        {
          hint: "Add delivery: with a user name and a password under vault:",
        },
      );
    }
    const { md5, sha256 } = await fetchListedRsaKey(server, (await connect()).key);
    const password = await secretOf(login.password, login.username);
    return { host, port, user: login.username, password, hostKey: { md5, sha256 } };
  };
  const foreign = (place: SftpPlace): DeliveryAccount | null =>
    isForeignDelivery ? { server, place, directory } : null;

  return {
    name,
    checkWritable: () => checkDisk(disk),
    async openDelivery({ cluster, run }) {
      try {
        const place = await placeForPlatform();
        const folder = await makeIncoming(disk, run, folderMode);
        const path = posix.join(directory, folder);
        const account = foreign(place);
        if (account !== null) await checkDelivery(account, folder);
        return {
          place: { ...place, directory: path },
          incoming: disk.placeOf(folder),
          files: () => orAsDelivery(account, disk, (one) => deliveredFiles(one, folder)),
          close: async () => undefined,
          async discard() {
            // The account may empty the folder, and not take it away: that is itlctl's own.
            await orAsDelivery(account, disk, (one) => emptyFolder(one, folder));
            await removeTree(disk, folder);
          },
        };
      } catch (error) {
        throw error instanceof OperatorError ? error.at({ cluster }) : error;
      }
    },
    list: (cluster) => listBackups(disk, cluster),
    read: (backup, file) => readBackupFile(disk, backup, file),
    publish: (manifest, files) => publishBackup(disk, manifest, files),
    remove: (backup) => removeBackup(disk, backup),
    async openPickup(backup) {
      checkPickupPort(port, tools, name);
      const place = await placeForPlatform();
      const bytes = await readKeptKey(disk, backup);
      const kept = `${pathOfBackup(backup)}/${recoveryKeyFile}`;
      const account = foreign(place);
      if (account === null)
        return { place: { ...place, path: posix.join(directory, kept) }, close: async () => undefined };
      const folder = await makeIncoming(disk, `pickup-${randomBytes(6).toString("hex")}`, folderMode);
      const path = `${folder}/${recoveryKeyFile}`;
      try {
        await disk.writeNewFile(path, bytes, 0o640);
        await checkDelivery(account, folder);
      } catch (error) {
        await removeTree(disk, folder).catch(() => undefined);
        throw error;
      }
      return {
        place: { ...place, path: posix.join(directory, path) },
        close: () => removeTree(disk, folder),
      };
    },
    async close() {
      opening = null;
      for (const connection of opened) await connection.close();
    },
  };
}
