// Data only: what itlctl offers a node's SSH server, by the inventory's `algorithms` and by the wanted type of host key.
import type { Algorithms, ServerHostKeyAlgorithm } from "ssh2";
import type { SshSettings } from "../inventory/cluster.ts";

/** Signatures for each type of host key, strongest first. `ssh-rsa` (SHA-1) is what OpenSSH 5.3 on 10.x and 11.5 has. */
const signaturesByKeyType: Readonly<Record<string, readonly ServerHostKeyAlgorithm[]>> = {
  "ssh-ed25519": ["ssh-ed25519"],
  "ecdsa-sha2-nistp256": ["ecdsa-sha2-nistp256"],
  "ecdsa-sha2-nistp384": ["ecdsa-sha2-nistp384"],
  "ecdsa-sha2-nistp521": ["ecdsa-sha2-nistp521"],
  "ssh-rsa": ["rsa-sha2-512", "rsa-sha2-256"],
};

/** Types of host key that itlctl can check, in the order it asks for them. */
export const hostKeyTypes: readonly string[] = Object.keys(signaturesByKeyType);

/**
 * Modern is 12.5(1)SU5's table "SSH Server" and newer; a MAC list of hmac-sha1 alone still fits.
 * Legacy adds SHA-1 signatures, the SHA-1 groups and CBC. With `keyTypes` only those types of host key are accepted.
 */
export function algorithmsFor(
  algorithms: SshSettings["algorithms"],
  keyTypes: readonly string[] = hostKeyTypes,
): Algorithms {
  const isLegacy = algorithms === "legacy";
  const signatures = keyTypes.flatMap((type) => signaturesByKeyType[type] ?? []);
  return {
    kex: [
      "curve25519-sha256",
      "curve25519-sha256@libssh.org",
      "ecdh-sha2-nistp256",
      "ecdh-sha2-nistp384",
      "ecdh-sha2-nistp521",
      "diffie-hellman-group-exchange-sha256",
      "diffie-hellman-group14-sha256",
      "diffie-hellman-group16-sha512",
      "diffie-hellman-group18-sha512",
      "diffie-hellman-group14-sha1",
      ...(isLegacy ? (["diffie-hellman-group-exchange-sha1", "diffie-hellman-group1-sha1"] as const) : []),
    ],
    serverHostKey: [
      ...signatures,
      ...(isLegacy && keyTypes.includes("ssh-rsa") ? (["ssh-rsa"] as const) : []),
    ],
    cipher: [
      "aes128-gcm@openssh.com",
      "aes256-gcm@openssh.com",
      "aes128-ctr",
      "aes192-ctr",
      "aes256-ctr",
      ...(isLegacy ? (["aes128-cbc", "aes192-cbc", "aes256-cbc"] as const) : []),
    ],
    hmac: [
      "hmac-sha2-256-etm@openssh.com",
      "hmac-sha2-512-etm@openssh.com",
      "hmac-sha2-256",
      "hmac-sha2-512",
      "hmac-sha1",
    ],
  };
}
