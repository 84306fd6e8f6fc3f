// The place of a delivery or a pickup → what the platform's SFTP client would do there, through the lab's.
import { openPlatformSftp } from "../../mocks/lab/platform-sftp.ts";
import { fingerprintMd5 } from "../../mocks/lab/wire/host-key.ts";
import type { SftpPlace } from "../../src/vault/vault.ts";

async function openAt(place: SftpPlace) {
  return openPlatformSftp({
    ...{ host: place.host, port: place.port, username: place.user, password: place.password.reveal() },
    judgeHostKey: async (blob) => fingerprintMd5(blob) === place.hostKey.md5,
  });
}

/** Uploads a file below the place's folder. */
export async function delivered(
  place: SftpPlace & { readonly directory: string },
  name: string,
  bytes: Buffer,
): Promise<void> {
  const sftp = await openAt(place);
  try {
    await sftp.deliver(place.directory, name, bytes);
  } finally {
    sftp.close();
  }
}

/** The file of a pickup. */
export async function fetched(place: SftpPlace & { readonly path: string }): Promise<Buffer> {
  const sftp = await openAt(place);
  try {
    return await sftp.read(place.path);
  } finally {
    sftp.close();
  }
}
