// A private key file and its passphrase → the RSA key in it; what else the file may be, in words.
import { createPrivateKey, createPublicKey, type KeyObject } from "node:crypto";
import { messageOf, OperatorError } from "../base/errors.ts";
import type { Secret } from "../base/secret.ts";
import { fileText } from "./file-text.ts";
import { fingerprintOf } from "./key-text.ts";

/** True where the file says that its key is locked. */
export function isPassphraseNeeded(pem: Uint8Array): boolean {
  const text = fileText(pem);
  return /-----BEGIN ENCRYPTED PRIVATE KEY-----/.test(text) || /^Proc-Type: *4, *ENCRYPTED/m.test(text);
}

/** Throws `wrong-key` (a public key, another kind of key, a wrong passphrase), `file-unreadable` or `secret-unresolved`. */
export function openPrivateKey(pem: Uint8Array, file: string, passphrase: Secret | null): KeyObject {
  const text = fileText(pem);
  const place = { file };
  refuseOtherFiles(text, pem, file);
  if (isPassphraseNeeded(pem) && passphrase === null) {
    throw new OperatorError("secret-unresolved", `${file} is locked with a passphrase, and none was given`, {
      hint: "Add --passphrase with a reference: ask:, env:NAME, file:PATH or exec:PROGRAM",
      place,
    });
  }
  if (!isWholePem(text)) throw damaged(file, undefined);
  let key: KeyObject;
  try {
    key = createPrivateKey({ key: text, ...(passphrase && { passphrase: passphrase.reveal() }) });
  } catch (error) {
    throw isPassphraseNeeded(pem) ? stillLocked(file, error) : damaged(file, error);
  }
  if (key.asymmetricKeyType !== "rsa") {
    throw new OperatorError(
      "wrong-key",
      `${file} holds a private key of the kind ${key.asymmetricKeyType ?? "unknown"}; archive keys are opened with RSA`,
      { hint: "Give the RSA private key whose public key was pasted when the file was downloaded", place },
    );
  }
  return key;
}

/** The size of the key in bits. */
export function bitsOf(key: KeyObject): number {
  return key.asymmetricKeyDetails?.modulusLength ?? 0;
}

/** Of the public half (SubjectPublicKeyInfo, DER): the same for both files of a pair. */
export function pairFingerprint(key: KeyObject): string {
  const publicKey = key.type === "private" ? createPublicKey(key) : key;
  return fingerprintOf(publicKey.export({ type: "spki", format: "der" }));
}

function refuseOtherFiles(text: string, bytes: Uint8Array, file: string): void {
  const place = { file };
  const labels = [...text.matchAll(/-----BEGIN ([A-Z0-9 ]+)-----/g)].map(([, label = ""]) => label);
  if (labels.some((label) => /^(RSA |ENCRYPTED |EC )?PRIVATE KEY$/.test(label))) return;
  const wrong = (what: string, hint: string) =>
    new OperatorError("wrong-key", `${file} is ${what}`, { hint, place });
  if (labels.some((label) => label.endsWith("PUBLIC KEY")) || /^\s*(ssh-rsa|ecdsa-|ssh-ed25519)/.test(text)) {
    throw wrong(
      "the public key of a pair, which opens nothing",
      "Give the other file of the pair to --private-key: itlctl calls it private_key.pem",
    );
  }
  if (labels.includes("CERTIFICATE"))
    throw wrong("a certificate, which opens nothing", "Give the private key in PEM to --private-key");
  if (labels.includes("OPENSSH PRIVATE KEY")) {
    throw wrong(
      "an SSH key in OpenSSH's own format, which is not read here",
      "Turn a copy of it into PEM: ssh-keygen -p -m PEM -f COPY",
    );
  }
  const isDer = bytes[0] === 0x30 && (bytes[1] ?? 0) >= 0x80;
  const problem =
    text.trim() === "" ? "it is empty" : isDer ? "it is binary (DER or PKCS#12)" : "it is no PEM";
  throw new OperatorError("file-unreadable", `${file} holds no private key: ${problem}`, {
    hint: isDer
      ? "Turn it into PEM: openssl pkey -inform DER -in FILE -out private_key.pem"
      : "Give the private key in PEM: a text that begins with -----BEGIN PRIVATE KEY-----",
    place,
  });
}

/** Whether the first private key has its last line and, where its bytes are DER, as many of them as they say. */
function isWholePem(text: string): boolean {
  const found = /-----BEGIN ([A-Z ]*PRIVATE KEY)-----([^-]*)-----END \1-----/.exec(text);
  if (found === null)
    return /^(Proc-Type|DEK-Info):/m.test(text) && /-----END [A-Z ]*PRIVATE KEY-----/.test(text);
  const der = Buffer.from(found[2] ?? "", "base64");
  if (der[0] !== 0x30) return false;
  const size =
    der[1] === 0x82 && der.length >= 4
      ? der.readUInt16BE(2) + 4
      : der[1] === 0x81
        ? (der[2] ?? 0) + 3
        : (der[1] ?? 0) + 2;
  return der.length === size;
}

function stillLocked(file: string, error: unknown): OperatorError {
  const place = { file };
  if ((error as NodeJS.ErrnoException).code === "ERR_OSSL_EVP_UNSUPPORTED") {
    return new OperatorError(
      "file-unreadable",
      `${file} is locked in an old way that is not supported here`,
      {
        hint: "Lock a copy of it anew: openssl pkcs8 -topk8 -v2 aes-256-cbc -in FILE -out COPY",
        place,
        cause: error,
      },
    );
  }
  return new OperatorError("wrong-key", `the passphrase does not open ${file}`, {
    hint: "Give the passphrase that this private key was made with",
    place,
    cause: error,
  });
}

function damaged(file: string, cause: unknown): OperatorError {
  const why = cause === undefined ? "" : `: ${messageOf(cause)}`;
  return new OperatorError("file-unreadable", `${file} is a damaged or cut private key${why}`, {
    hint: "Take another copy of the private key; its last line is -----END PRIVATE KEY-----",
    place: { file },
    cause,
  });
}
