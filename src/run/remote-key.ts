// A recovery key on some SFTP server, as the platform will fetch it: looked at by itlctl first, host key and all.
import { OperatorError } from "../base/errors.ts";
import { parseRecoveryKey } from "../facts/recovery-key.ts";
import { identityOfCertificate } from "../verdict/signer-identity.ts";
import type { RemoteKey } from "../verdict/preflight.ts";
import type { Secret } from "../base/secret.ts";

/** Where the platform fetches a key; it knows port 22 only. */
export interface RemoteAddress {
  readonly user: string;
  readonly host: string;
  readonly path: string;
}

/** Fingerprints of a server's RSA key, the only kind the platform is known to show. */
export interface RemoteHostKey {
  readonly md5: string;
  readonly sha256: string;
}

/** What was found; `about` for the plan, where there is more to say than the address. */
export interface FetchedRemoteKey {
  readonly key: RemoteKey;
  readonly hostKey: RemoteHostKey;
  readonly address: RemoteAddress;
  readonly about: string | null;
  /** The id of the kept backup that it is; null: it lies at an address that was given. */
  readonly backup: string | null;
}

/** A key that the platform can fetch from now on until it is closed. */
export interface OfferedRemoteKey {
  readonly address: RemoteAddress;
  readonly hostKey: RemoteHostKey;
  readonly password: Secret;
  /** What it was found to be just now; null: it was not looked into again. */
  readonly key: RemoteKey | null;
  close(): Promise<void>;
}

/** The remote key of this run. `fetch`: host key checked, file read and, where a password is known, opened. `offer`: ready for the platform. */
export interface RemoteKeyFetcher {
  fetch(): Promise<FetchedRemoteKey>;
  offer(): Promise<OfferedRemoteKey>;
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
