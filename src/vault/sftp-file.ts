// One file on an SFTP server whose RSA host key is known → its bytes and that key's fingerprints.
import { createHash } from "node:crypto";
import { Writable } from "node:stream";
import SftpClient from "ssh2-sftp-client";
import { messageOf, OperatorError } from "../base/errors.ts";
import type { Secret } from "../base/secret.ts";

/** Where the file lies; `hostKey` is `SHA256:...` of the server's RSA key, without padding. */
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

const defaultTimeoutMs = 20_000;

/** Asks the server for its RSA key only, refuses any other than the one named, then reads the file. Throws `host-key-changed`, `login-refused`, `vault-unreachable` or `recovery-key-unusable`. */
export async function fetchSftpFile(address: SftpFileAddress): Promise<SftpFile> {
  const { host, port, user, path, maxBytes = 1_000_000 } = address;
  const quiet = () => undefined;
  const client = new SftpClient("itlctl", { error: quiet, end: quiet, close: quiet });
  let seen: Buffer | null = null;
  try {
    await client.connect({
      ...{ host, port, username: user, password: address.password.reveal() },
      readyTimeout: address.timeoutMs ?? defaultTimeoutMs,
      algorithms: { serverHostKey: ["rsa-sha2-512", "rsa-sha2-256", "ssh-rsa"] },
      hostVerifier: (key: Buffer) => {
        seen = key;
        return fingerprints(key).sha256 === address.hostKey.replace(/=+$/, "");
      },
    });
  } catch (error) {
    throw connectTrouble(address, seen, error);
  }
  try {
    const { size } = await inTime(address, client.stat(path));
    if (size > maxBytes) throw tooLong(`${size} bytes`);
    const bytes = await inTime(address, readAtMost(client, path, maxBytes));
    if (bytes.length === 0) throw new Error("it is empty");
    return { bytes, hostKey: fingerprints(seen ?? Buffer.alloc(0)) };
  } catch (error) {
    if (error instanceof OperatorError) throw error;
    throw new OperatorError(
      "recovery-key-unusable",
      `cannot read ${path} on ${user}@${host}: ${messageOf(error)}`,
      {
        hint: "Give the full path of ITLRecovery.p12 as that user sees it over SFTP.",
        cause: error,
      },
    );
  } finally {
    await inTime({ ...address, timeoutMs: 2_000 }, client.end()).catch(quiet);
  }
}

const tooLong = (what: string) => new Error(`it has ${what}, a recovery key has a few thousand`);

/** The size that the server tells is not what it sends: reading stops where the limit is. */
async function readAtMost(client: SftpClient, path: string, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      length += chunk.length;
      chunks.push(chunk);
      done(length > maxBytes ? tooLong(`over ${maxBytes} bytes`) : null);
    },
  });
  await client.get(path, sink);
  return Buffer.concat(chunks);
}

/** A server that took the login and then falls silent is given up, as one that never answered. */
async function inTime<T>(address: SftpFileAddress, work: Promise<T>): Promise<T> {
  const limitMs = address.timeoutMs ?? defaultTimeoutMs;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(
      () => reject(unreachable(address, new Error(`no answer within ${limitMs / 1000} s`))),
      limitMs,
    );
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

function fingerprints(key: Buffer): SftpFile["hostKey"] {
  const md5 = createHash("md5").update(key).digest("hex").match(/../g) ?? [];
  return {
    md5: md5.join(":"),
    sha256: `SHA256:${createHash("sha256").update(key).digest("base64").replace(/=+$/, "")}`,
  };
}

function connectTrouble(address: SftpFileAddress, seen: Buffer | null, cause: unknown): OperatorError {
  const where = `${address.user}@${address.host}`;
  const wanted = address.hostKey.replace(/=+$/, "");
  if (seen !== null && fingerprints(seen).sha256 !== wanted) {
    const message = `the RSA host key of ${address.host} is ${fingerprints(seen).sha256}, not ${wanted}; no password was sent`;
    return new OperatorError("host-key-changed", message, {
      hint: "Compare the fingerprint on the server itself, then give it with --remote-host-key.",
      cause,
    });
  }
  if (/authentication/i.test(messageOf(cause))) {
    return new OperatorError("login-refused", `${where} refused the login`, {
      hint: "Check the user and the password of --remote-password.",
      cause,
    });
  }
  return unreachable(address, cause);
}

function unreachable(address: SftpFileAddress, cause: unknown): OperatorError {
  return new OperatorError("vault-unreachable", `${address.host}:${address.port}: ${messageOf(cause)}`, {
    hint: "Check the address, and that an SFTP server with an RSA host key answers there.",
    cause,
  });
}
