// A PEM file, and the passphrase that opens it, in; the phone's RSA private key out.
import { createPrivateKey, type KeyObject } from "node:crypto";
import { OperatorError } from "../base/errors.ts";
import type { Secret } from "../base/secret.ts";

/**
 * PKCS#8 or PKCS#1 in PEM. Throws `usage` where a passphrase is needed, `wrong-key` where it does not open the key or the
 * key is not RSA, else file-unreadable. OpenSSL's own errors are not passed on: what they quote is not known.
 */
export function parsePhoneKey(pem: Uint8Array, passphrase: Secret | null): KeyObject {
  const text = Buffer.from(pem).toString("latin1");
  if (!/-----BEGIN [A-Z ]{0,20}PRIVATE KEY-----/.test(text)) throw noPrivateKey(text);
  const isEncrypted = /ENCRYPTED/.test(text);
  if (isEncrypted && passphrase === null) {
    throw new OperatorError("usage", "the phone's key is protected by a passphrase", {
      hint: "Name the passphrase with --passphrase: env:NAME, file:PATH, exec:PROGRAM or ask:",
    });
  }
  const key = opened(text, isEncrypted, passphrase);
  if (key.asymmetricKeyType === "rsa") return key;
  throw new OperatorError("wrong-key", `the key is ${key.asymmetricKeyType ?? "of another kind"}, not RSA`, {
    hint: "Give --phone-key the private key of the phone's LSC, or of its MIC where it has no LSC.",
  });
}

function opened(text: string, isEncrypted: boolean, passphrase: Secret | null): KeyObject {
  try {
    return createPrivateKey(isEncrypted ? { key: text, passphrase: passphrase?.reveal() ?? "" } : text);
  } catch {
    if (!isEncrypted) throw unreadable("the private key in it is damaged");
    throw new OperatorError("wrong-key", "the passphrase does not open the phone's key", {
      hint: "Check the passphrase, and that the key file is whole.",
    });
  }
}

function noPrivateKey(text: string): OperatorError {
  const label = /-----BEGIN ([A-Z0-9 ]{1,40})-----/.exec(text)?.[1];
  if (label === undefined) return unreadable("there is no PEM block in it");
  const isPublic = label === "CERTIFICATE" || label.endsWith("PUBLIC KEY");
  return unreadable(isPublic ? `it holds the public half (${label})` : `it holds a ${label}`);
}

function unreadable(why: string): OperatorError {
  return new OperatorError("file-unreadable", `the phone's key cannot be read: ${why}`, {
    hint: "Give --phone-key a private key in PEM: it begins with -----BEGIN PRIVATE KEY----- or the like.",
  });
}
