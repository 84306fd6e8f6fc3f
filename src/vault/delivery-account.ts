// The account that the platform delivers with, where it is not itlctl's own → the same folder seen through it, for what only it may read or remove.
import { OperatorError } from "../base/errors.ts";
import { type ListedServer, openListedServer } from "./listed-server.ts";
import { openSftpDisk } from "./sftp-disk.ts";
import type { VaultDisk } from "./vault-disk.ts";
import type { SftpPlace } from "./vault.ts";

/** `directory` of the vault, as both accounts see it. */
export interface DeliveryAccount {
  readonly server: ListedServer;
  readonly place: SftpPlace;
  readonly directory: string;
}

/** One login as that account, for the length of the work. */
async function asDelivery<Result>(
  { server, place, directory }: DeliveryAccount,
  work: (disk: VaultDisk) => Promise<Result>,
): Promise<Result> {
  const login = { password: place.password, privateKey: null, agent: null };
  const connection = await openListedServer(server, place.user, login);
  try {
    const name = `sftp ${place.user}@${server.host}:${directory}`;
    return await work(openSftpDisk({ place: name, root: directory, connect: async () => connection }));
  } finally {
    await connection.close();
  }
}

/** That its login works and sees the folder: what it cannot do would else show only in an answer of the platform. */
export async function checkDelivery(account: DeliveryAccount, folder: string): Promise<void> {
  await asDelivery(account, async (disk) => {
    if ((await disk.look(folder))?.kind === "folder") return;
    const { user } = account.place;
    throw new OperatorError(
      "state-not-writable",
      `${disk.placeOf(folder)}: ${user} does not see this folder`,
      {
        hint: `Let ${user} see it under the same path as the account of the vault, and put both into one group`,
        place: { file: disk.placeOf(folder) },
      },
    );
  });
}

/** Does the work on the vault's own disk, and once more through the delivery account where rights stood in the way: what that account made below may be its own alone. */
export async function orAsDelivery<Result>(
  account: DeliveryAccount | null,
  own: VaultDisk,
  work: (disk: VaultDisk) => Promise<Result>,
): Promise<Result> {
  try {
    return await work(own);
  } catch (error) {
    const isRefused = error instanceof OperatorError && error.code === "state-not-writable";
    if (account === null || !isRefused) throw error;
    return asDelivery(account, work);
  }
}
