// A size and a passphrase → a new RSA key pair as the two PEM texts that operators keep and paste.
import { generateKeyPair } from "node:crypto";
import { promisify } from "node:util";
import type { Secret } from "../base/secret.ts";
import { pairFingerprint } from "./private-key.ts";

export interface KeyPairFiles {
  /** PKCS#8, locked with AES-256 where there is a passphrase. */
  readonly privatePem: string;
  /** SubjectPublicKeyInfo. */
  readonly publicPem: string;
  readonly fingerprint: string;
}

const generate = promisify(generateKeyPair);

/** The same kind of pair as `openssl genpkey -algorithm RSA`. */
export async function makeKeyPair(bits: number, passphrase: Secret | null): Promise<KeyPairFiles> {
  const { privateKey, publicKey } = await generate("rsa", { modulusLength: bits, publicExponent: 65_537 });
  const lock = passphrase === null ? {} : { cipher: "aes-256-cbc", passphrase: passphrase.reveal() };
  return {
    privatePem: privateKey.export({ type: "pkcs8", format: "pem", ...lock }).toString(),
    publicPem: publicKey.export({ type: "spki", format: "pem" }).toString(),
    fingerprint: pairFingerprint(publicKey),
  };
}
