// Host keys: an RSA key made, and fingerprints as OpenSSH and the platform print them.
import { createHash, generateKeyPairSync } from "node:crypto";
import ssh2 from "ssh2";

/** A new RSA private key as PEM. */
export function makeHostKeyPem(bits = 2048): string {
  return generateKeyPairSync("rsa", {
    modulusLength: bits,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs1", format: "pem" },
  }).privateKey;
}

/** `SHA256:` and unpadded Base64; `keyBlob` is the public key as SSH sends it. */
export function fingerprintSha256(keyBlob: Uint8Array): string {
  return `SHA256:${createHash("sha256").update(keyBlob).digest("base64").replace(/=+$/, "")}`;
}

/** Lower-case pairs with colons, as in tac-07. */
export function fingerprintMd5(keyBlob: Uint8Array): string {
  return (createHash("md5").update(keyBlob).digest("hex").match(/../g) ?? []).join(":");
}

/** The public key of a private key's PEM, as SSH sends it. */
export function publicBlobOf(pem: string): Buffer {
  const parsed = ssh2.utils.parseKey(pem);
  if (parsed instanceof Error) throw parsed;
  return parsed.getPublicSSH();
}
