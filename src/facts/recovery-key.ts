// Bytes of ITLRecovery.p12, with or without its password, in; what it is and whether its key fits its certificate out.
import { createPrivateKey, X509Certificate } from "node:crypto";
import type { KeyObject } from "node:crypto";
import forge from "node-forge";
import { messageOf } from "../base/errors.ts";
import { parseCertificate } from "./certificate.ts";
import type { CertificateFacts } from "./list-facts.ts";
import { parseRecoveryKeyShell } from "./recovery-key-shell.ts";

/** `reason` says why `opened` is null, else null. `ciphers`: `rc2-40-cbc`, `3des-cbc`, `aes-256-cbc`, ... or a bare OID. */
export interface RecoveryKey {
  readonly isWhole: boolean;
  readonly ciphers: readonly string[];
  readonly opened: { readonly certificate: CertificateFacts; readonly keyMatchesCertificate: boolean } | null;
  readonly reason: string | null;
}

const maxBytes = 256 * 1024;
/** Key derivation runs in this process; more than this would hang it. Platforms use 1024 to 10000. */
const mostIterations = 100_000;
const { asn1, pki, pkcs12 } = forge;

/** Never throws; the password and the key stay in here. With several certificates the one of the key is told. */
export function parseRecoveryKey(p12: Uint8Array, password: string | null): RecoveryKey {
  const binary = p12.length > maxBytes ? "" : Buffer.from(p12).toString("latin1");
  const shell = shellOf(binary);
  if (shell === null)
    return { isWhole: false, ciphers: [], opened: null, reason: "it is not a whole PKCS#12 file" };
  const { ciphers, iterations } = shell;
  const closed = (reason: string): RecoveryKey => ({ isWhole: true, ciphers, opened: null, reason });
  if (password === null) return closed("no password is known");
  if (iterations > mostIterations)
    return closed(`its key derivation asks for ${iterations} rounds, too many to try`);
  let bags: Bags;
  try {
    bags = unlock(binary, password);
  } catch (error) {
    const isLocked = /password|decrypt/i.test(messageOf(error));
    return closed(
      isLocked
        ? "the password does not open it"
        : "the password does not open it, or it is locked in an unknown way",
    );
  }
  const certificates = bags.certificates.flatMap((der) => readOrNone(() => parseCertificate(der)));
  const keys = bags.keys.flatMap((der) =>
    readOrNone(() => createPrivateKey({ key: der, format: "der", type: "pkcs8" })),
  );
  const matching = certificates.find((certificate) => keys.some((key) => isKeyOf(key, certificate)));
  const certificate = matching ?? certificates[0];
  if (certificate === undefined) return closed("it opens but holds no certificate");
  if (bags.keys.length === 0) return closed("it opens but holds no private key");
  return {
    isWhole: true,
    ciphers,
    opened: { certificate, keyMatchesCertificate: matching !== undefined },
    reason: null,
  };
}

function shellOf(binary: string) {
  try {
    return parseRecoveryKeyShell(binary, { fromDer: readAsn1, derToOid: (der) => asn1.derToOid(der) });
  } catch {
    return null;
  }
}

interface Bags {
  readonly certificates: readonly Buffer[];
  /** PKCS#8. */
  readonly keys: readonly Buffer[];
}

function unlock(binary: string, password: string): Bags {
  const pfx = pkcs12.pkcs12FromAsn1(readAsn1(binary), false, password);
  const bagsOf = (type: string) => pfx.getBags({ bagType: type })[type] ?? [];
  const keyBags = [...bagsOf(pki.oids["pkcs8ShroudedKeyBag"] ?? ""), ...bagsOf(pki.oids["keyBag"] ?? "")];
  return {
    certificates: bagsOf(pki.oids["certBag"] ?? "").map((bag) =>
      derOf(bag.cert ? pki.certificateToAsn1(bag.cert) : bag.asn1),
    ),
    keys: keyBags.map((bag) =>
      derOf(bag.key ? pki.wrapRsaPrivateKey(pki.privateKeyToAsn1(bag.key)) : bag.asn1),
    ),
  };
}

function readAsn1(binary: string): forge.asn1.Asn1 {
  const options = { strict: true, parseAllBytes: true, decodeBitStrings: false };
  return asn1.fromDer(forge.util.createBuffer(binary), options as unknown as boolean);
}

function derOf(node: forge.asn1.Asn1): Buffer {
  return Buffer.from(asn1.toDer(node).getBytes(), "latin1");
}

function isKeyOf(key: KeyObject, certificate: CertificateFacts): boolean {
  return new X509Certificate(Buffer.from(certificate.der, "base64")).checkPrivateKey(key);
}

function readOrNone<T>(read: () => T): T[] {
  try {
    return [read()];
  } catch {
    return [];
  }
}
