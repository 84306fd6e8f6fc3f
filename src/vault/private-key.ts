// A private key file → its content and what kind of key it is, refused unless only its owner can read it.
import ssh2 from "ssh2";
import { OperatorError, messageOf } from "../base/errors.ts";
import { readGivenFile } from "../base/given-file.ts";
import { type HostKey, parseHostKey } from "../base/host-key.ts";

/** `pem` as it stands in the file; `publicKey` of it. */
export interface PrivateKeyFile {
  readonly pem: Buffer;
  readonly publicKey: HostKey;
}

/** Throws `inventory-invalid`; `what` names the field, `advice` says what to do about a missing file. */
export function loadPrivateKey(path: string, what: string, advice: string): PrivateKeyFile {
  const refuse = (why: string, hint: string, cause?: unknown) =>
    new OperatorError("inventory-invalid", `${what} ${path}: ${why}`, { hint, place: { file: path }, cause });
  let pem: Buffer;
  try {
    pem = readGivenFile(path, ({ mode }) => {
      if ((mode & 0o077) !== 0)
        throw refuse("others than its owner may read it", `Take that right away: chmod 600 ${path}`);
    });
  } catch (error) {
    if (error instanceof OperatorError) throw error;
    const code = (error as NodeJS.ErrnoException).code;
    if (code === "ENOENT") throw refuse("it is not there", advice, error);
    throw refuse(`it cannot be read: ${messageOf(error)}`, "Make it a file that this user can read", error);
  }
  const parsed = ssh2.utils.parseKey(pem);
  if (parsed instanceof Error) {
    const isLocked = /passphrase|encrypted/i.test(parsed.message);
    throw isLocked
      ? refuse("it needs a passphrase", "Use a key without one, or let an SSH agent hold it", parsed)
      : refuse(`it is no private key: ${parsed.message}`, advice, parsed);
  }
  const key = Array.isArray(parsed) ? parsed[0] : parsed;
  if (key === undefined || !key.isPrivateKey())
    throw refuse("it is a public key", "Name the file without .pub");
  return { pem, publicKey: parseHostKey(key.getPublicSSH()) };
}
