// One file on an SFTP server whose RSA host key is known → its bytes and that key's fingerprints.
import type { Stats } from "ssh2";
import { messageOf, OperatorError } from "../base/errors.ts";
import type { Secret } from "../base/secret.ts";
import { isListedKey } from "../base/host-key.ts";
import { openSftp, type SftpConnection, SftpLost, type SftpOpened } from "./sftp-connection.ts";
import { readSftpFile } from "./sftp-read.ts";

/** Where the file lies; `hostKey` is `SHA256:...` of the server's RSA key. */
export interface SftpFileAddress {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly path: string;
  readonly password: Secret;
  readonly hostKey: string;
  readonly timeoutMs?: number;
  readonly maxBytes?: number;
}

/** `md5` as lower-case pairs with colons, `sha256` as `SHA256:...`. */
export interface SftpFile {
  readonly bytes: Buffer;
  readonly hostKey: { readonly md5: string; readonly sha256: string };
}

/** Asks the server for its RSA key only, refuses any other than the one named, then reads the file. Throws `host-key-changed`, `login-refused`, `vault-unreachable` or `recovery-key-unusable`. */
export async function fetchSftpFile(address: SftpFileAddress): Promise<SftpFile> {
  const { host, port, user, password, timeoutMs } = address;
  const opened = await openSftp({
    ...{ host, port, user, timeoutMs, keyTypes: ["ssh-rsa"] },
    login: { password, privateKey: null, agent: null },
    isGoodKey: (key) => isListedKey([address.hostKey], key),
  });
  if (opened.kind !== "open") throw openTrouble(address, opened);
  const { connection } = opened;
  try {
    const bytes = await readWhole(connection, address);
    const { md5, sha256 } = connection.key;
    return { bytes, hostKey: { md5, sha256 } };
  } catch (error) {
    if (error instanceof SftpLost) throw unreachable(address, error.message, error);
    const where = `${address.path} on ${user}@${host}`;
    throw new OperatorError("recovery-key-unusable", `cannot read ${where}: ${messageOf(error)}`, {
      hint: "Give the full path of ITLRecovery.p12 as that user sees it over SFTP.",
      cause: error,
    });
  } finally {
    await connection.close();
  }
}

async function readWhole(
  connection: SftpConnection,
  { path, maxBytes = 1_000_000 }: SftpFileAddress,
): Promise<Buffer> {
  const { size } = await connection.call<Stats>((sftp, done) => sftp.stat(path, done));
  if (size > maxBytes) throw tooLong(`${size} bytes`);
  const bytes = await readSftpFile(connection.call, path, maxBytes);
  if (bytes === null) throw tooLong(`over ${maxBytes} bytes`);
  if (bytes.length === 0) throw new Error("it is empty");
  return bytes;
}

const tooLong = (what: string) => new Error(`it has ${what}, a recovery key has a few thousand`);

function openTrouble(address: SftpFileAddress, opened: Exclude<SftpOpened, { kind: "open" }>): OperatorError {
  const { cause } = opened;
  if (opened.kind === "unreachable") return unreachable(address, opened.why, cause);
  if (opened.kind === "refused-login") {
    const why = opened.why === null ? "" : `: ${opened.why}`;
    return new OperatorError("login-refused", `${address.user}@${address.host} refused the login${why}`, {
      hint: "Check the user and the password of --remote-password.",
      cause,
    });
  }
  const wanted = address.hostKey.replace(/=+$/, "");
  const message = `the RSA host key of ${address.host} is ${opened.key.sha256}, not ${wanted}; no password was sent`;
  return new OperatorError("host-key-changed", message, {
    hint: "Compare the fingerprint on the server itself, then give it with --remote-host-key.",
    cause,
  });
}

function unreachable(address: SftpFileAddress, why: string, cause: unknown): OperatorError {
  return new OperatorError("vault-unreachable", `${address.host}:${address.port}: ${why}`, {
    hint: "Check the address, and that an SFTP server with an RSA host key answers there.",
    cause,
  });
}
