// A host key as the SSH wire carries it → its type and fingerprints; the list of an inventory → whether it stands there.
import { createHash } from "node:crypto";

/** `sha256` as `SHA256:...` without padding, `md5` as lower-case pairs with colons, `type` as in known_hosts. */
export interface ServerHostKey {
  readonly type: string;
  readonly sha256: string;
  readonly md5: string;
}

/** The types that itlctl asks a server for, RSA first: the only one that the platform is known to show. */
export const serverKeyTypes = ["ssh-rsa", "ssh-ed25519", "ecdsa-sha2-nistp256"] as const;
export type ServerKeyType = (typeof serverKeyTypes)[number];

/** Reads a public key as the SSH wire carries it. */
export function parseServerHostKey(blob: Buffer): ServerHostKey {
  const typeLength = blob.length >= 4 ? blob.readUInt32BE(0) : 0;
  return {
    type: blob.subarray(4, 4 + typeLength).toString("latin1"),
    sha256: `SHA256:${createHash("sha256").update(blob).digest("base64").replace(/=+$/, "")}`,
    md5: (createHash("md5").update(blob).digest("hex").match(/../g) ?? []).join(":"),
  };
}

/** Whether `hostKeys` lists the key, with or without padding. */
export function isListedKey(hostKeys: readonly string[], key: ServerHostKey): boolean {
  return hostKeys.some((listed) => listed.trim().replace(/=+$/, "") === key.sha256);
}

/**
 * What a key that is not listed means, after all that the server shows was seen: a list that holds a key which the
 * server does not show any more speaks of a change, one that is fully accounted for never knew this key.
 */
export function judgeUnlistedKey(
  hostKeys: readonly string[],
  seen: readonly ServerHostKey[],
): "host-key-unknown" | "host-key-changed" {
  const unaccounted = hostKeys.filter((listed) => !seen.some((key) => isListedKey([listed], key)));
  return unaccounted.length === 0 ? "host-key-unknown" : "host-key-changed";
}
