// The host keys that a vault's server showed, and the list of the inventory → what a key that is not listed means.
import { type HostKey, isListedKey } from "../base/host-key.ts";

/** The types that itlctl asks a server for, RSA first: the only one that the platform is known to show. */
export const serverKeyTypes = ["ssh-rsa", "ssh-ed25519", "ecdsa-sha2-nistp256"] as const;
export type ServerKeyType = (typeof serverKeyTypes)[number];

/**
 * What a key that is not listed means, after all that the server shows was seen: a list that holds a key which the
 * server does not show any more speaks of a change, one that is fully accounted for never knew this key.
 */
export function judgeUnlistedKey(
  hostKeys: readonly string[],
  seen: readonly HostKey[],
): "host-key-unknown" | "host-key-changed" {
  const unaccounted = hostKeys.filter((listed) => !seen.some((key) => isListedKey([listed], key)));
  return unaccounted.length === 0 ? "host-key-unknown" : "host-key-changed";
}
