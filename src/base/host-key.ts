// A host key as the SSH wire carries it → its type and fingerprints; a list of fingerprints → whether it stands there.
import { createHash } from "node:crypto";

/** `sha256` as `SHA256:...` without padding, `md5` as lower-case pairs with colons, `type` as in known_hosts. */
export interface HostKey {
  readonly type: string;
  readonly base64: string;
  readonly sha256: string;
  readonly md5: string;
}

/** Reads a key as the SSH wire carries it. */
export function parseHostKey(blob: Buffer): HostKey {
  const typeLength = blob.length >= 4 ? blob.readUInt32BE(0) : 0;
  return {
    type: blob.subarray(4, 4 + typeLength).toString("latin1"),
    base64: blob.toString("base64"),
    sha256: `SHA256:${createHash("sha256").update(blob).digest("base64").replace(/=+$/, "")}`,
    md5: (createHash("md5").update(blob).digest("hex").match(/../g) ?? []).join(":"),
  };
}

/** Whether `hostKeys` lists the key's SHA-256 fingerprint, with or without padding. */
export function isListedKey(hostKeys: readonly string[], key: Pick<HostKey, "sha256">): boolean {
  return hostKeys.some((listed) => listed.trim().replace(/=+$/, "") === key.sha256);
}
