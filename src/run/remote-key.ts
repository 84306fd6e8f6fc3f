// A recovery key on some SFTP server, as the platform will fetch it: looked at by itlctl first, host key and all.
import { OperatorError } from "../base/errors.ts";
import { parseRecoveryKey } from "../facts/recovery-key.ts";
import { identityOfCertificate } from "../verdict/signer-identity.ts";
import type { RemoteKey } from "../verdict/preflight.ts";
import type { Secret } from "../base/secret.ts";

/** What was found at the address; `hostKey` is the server's RSA key, the only kind the platform is known to show. */
export interface FetchedRemoteKey {
  readonly key: RemoteKey;
  readonly hostKey: { readonly md5: string; readonly sha256: string };
}

/** The remote key of this run: `fetch` checks the host key, reads the file, and opens it where a password is known. */
export interface RemoteKeyFetcher {
  readonly user: string;
  readonly host: string;
  readonly path: string;
  password(): Promise<Secret>;
  fetch(): Promise<FetchedRemoteKey>;
}

/** Bytes of a p12 and the passwords that may open it to what the preflight wants to know. Throws `recovery-key-unusable` for anything but a recovery key. */
export function remoteKeyOf(bytes: Uint8Array, passwords: readonly Secret[]): RemoteKey {
  let note = "";
  for (const password of passwords.length > 0 ? passwords : [null]) {
    const key = parseRecoveryKey(bytes, password === null ? null : password.reveal());
    if (!key.isWhole) throw unusable(key.reason ?? "it is not a whole PKCS#12 file");
    if (key.opened?.keyMatchesCertificate === false) throw unusable("its key is not its certificate's");
    if (key.opened !== null) {
      return { identity: identityOfCertificate(key.opened.certificate), note: "opened" };
    }
    note = key.reason ?? "no known password opens it";
  }
  return { identity: null, note };
}

function unusable(why: string): OperatorError {
  return new OperatorError("recovery-key-unusable", `the remote file is not a recovery key: ${why}`, {
    hint: "Name the ITLRecovery.p12 that `file get tftp ITLRecovery.p12` delivered.",
  });
}
