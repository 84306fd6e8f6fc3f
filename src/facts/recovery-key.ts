// Bytes of ITLRecovery.p12, with or without its password, in; what it is and whether its key fits its certificate out.
import { createHmac, createPrivateKey, X509Certificate } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { createRequire } from "node:module";
import type forge from "node-forge";
import { messageOf } from "../base/errors.ts";
import { parseCertificate } from "./certificate.ts";
import type { CertificateFacts } from "./list-facts.ts";
import {
  type Asn1Node,
  parseRecoveryKeyMac,
  parseRecoveryKeyShell,
  type RecoveryKeyMac,
} from "./recovery-key-shell.ts";

/**
 * `reason` says why `opened` is null, else null. `ciphers`: `rc2-40-cbc`, `3des-cbc`, `aes-256-cbc`, ... or a bare OID.
 * `isUnlocked` without `opened`: the password opens it, and what is inside is no key with a certificate.
 */
export interface RecoveryKey {
  readonly isWhole: boolean;
  readonly isUnlocked: boolean;
  /** The file carries a checksum that its password can check. */
  readonly hasMac: boolean;
  readonly ciphers: readonly string[];
  readonly opened: { readonly certificate: CertificateFacts; readonly keyMatchesCertificate: boolean } | null;
  readonly reason: string | null;
}

const maxBytes = 256 * 1024;
/** Key derivation runs in this process; more than this would hang it. Platforms use 1024 to 10000. */
const mostIterations = 100_000;
/** One certificate and one key are two. */
const mostLocks = 16;
const require = createRequire(import.meta.url);

/** Read with the first file that is looked into: few looks at a cluster open one, and loading takes as long as a login's keys. */
const library = () => require("node-forge") as typeof forge;

const notWhole = { isWhole: false, isUnlocked: false, hasMac: false, ciphers: [], opened: null } as const;

/** Never throws; the password and the key stay in here. With several certificates the one of the key is told. */
export function parseRecoveryKey(p12: Uint8Array, password: string | null): RecoveryKey {
  // Not inside what is caught below: a library that cannot be loaded says nothing about the file.
  library();
  const binary = p12.length > maxBytes ? "" : Buffer.from(p12).toString("latin1");
  const shell = shellOf(binary);
  if (shell === null) return { ...notWhole, reason: "it is not a whole PKCS#12 file" };
  const { ciphers, iterations, locks, hasMac } = shell;
  const closed = (reason: string, isUnlocked = false): RecoveryKey => ({
    isWhole: true,
    isUnlocked,
    hasMac,
    ciphers,
    opened: null,
    reason,
  });
  if (password === null) return closed("no password is known");
  if (iterations > mostIterations)
    return closed(`its key derivation asks for ${iterations} rounds, too many to try`);
  if (locks > mostLocks) return closed(`it is locked in ${locks} parts, too many to try`);
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
  if (certificate === undefined) return closed("it opens but holds no certificate", true);
  if (bags.keys.length === 0) return closed("it opens but holds no private key", true);
  return {
    isWhole: true,
    isUnlocked: true,
    hasMac,
    ciphers,
    opened: { certificate, keyMatchesCertificate: matching !== undefined },
    reason: null,
  };
}

function shellOf(binary: string) {
  try {
    return parseRecoveryKeyShell(binary, { fromDer: readAsn1, derToOid });
  } catch {
    return null;
  }
}

interface Bags {
  readonly certificates: readonly Buffer[];
  /** PKCS#8. */
  readonly keys: readonly Buffer[];
}

/**
 * How a password becomes bytes differs where it is not ASCII. OpenSSL 1.1 and later: UTF-16 for the MAC and the old ciphers, UTF-8
 * for PBES2. OpenSSL 1.0 takes each byte of the UTF-8 for a character.
 */
function unlock(binary: string, password: string): Bags {
  const bytes = Buffer.from(password, "utf8").toString("latin1");
  const open = (as: string, isMacTaken = false) => {
    const pfx = readAsn1(binary);
    if (isMacTaken) (pfx.value as forge.asn1.Asn1[]).splice(2);
    return bagsIn(library().pkcs12.pkcs12FromAsn1(pfx, false, as));
  };
  const { data, mac } = parseRecoveryKeyMac(readAsn1(binary) as Asn1Node, derToOid);
  // A MAC of a kind that cannot be checked here (PBMAC1, SHA-224): what opens is then told by the key alone.
  if (mac !== null && macHashes[mac.algorithm] === undefined)
    return firstOpen([() => open(password, true), () => open(bytes, true)]);
  if (bytes === password) return open(password);
  const isRight = mac !== null && isMacRight(mac, data, password);
  return firstOpen([() => open(password), () => open(bytes, isRight)]);
}

/** The first that does not throw; else what the first one threw. */
function firstOpen(tries: readonly [() => Bags, () => Bags]): Bags {
  try {
    return tries[0]();
  } catch (error) {
    const [second] = readOrNone(tries[1]);
    if (second === undefined) throw error;
    return second;
  }
}

function isMacRight(mac: RecoveryKeyMac, data: string, password: string): boolean {
  const hash = macHashes[mac.algorithm];
  if (hash === undefined) return false;
  const { md, pkcs12, util } = library();
  const salt = util.createBuffer(mac.salt);
  const key = pkcs12
    .generateKey(password, salt, 3, mac.iterations, hash.bytes, md[hash.name].create())
    .getBytes();
  const digest = createHmac(hash.name, Buffer.from(key, "latin1"))
    .update(Buffer.from(data, "latin1"))
    .digest();
  return digest.equals(Buffer.from(mac.digest, "latin1"));
}

const macHashes: Readonly<
  Record<string, { readonly name: "md5" | "sha1" | "sha256" | "sha384" | "sha512"; readonly bytes: number }>
> = {
  "1.2.840.113549.2.5": { name: "md5", bytes: 16 },
  "1.3.14.3.2.26": { name: "sha1", bytes: 20 },
  "2.16.840.1.101.3.4.2.1": { name: "sha256", bytes: 32 },
  "2.16.840.1.101.3.4.2.2": { name: "sha384", bytes: 48 },
  "2.16.840.1.101.3.4.2.3": { name: "sha512", bytes: 64 },
};

function bagsIn(pfx: forge.pkcs12.Pkcs12Pfx): Bags {
  const { pki } = library();
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
  const { asn1, util } = library();
  return asn1.fromDer(util.createBuffer(binary), options as unknown as boolean);
}

function derToOid(der: string): string {
  return library().asn1.derToOid(der);
}

function derOf(node: forge.asn1.Asn1): Buffer {
  return Buffer.from(library().asn1.toDer(node).getBytes(), "latin1");
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
