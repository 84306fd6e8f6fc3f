// Names, dates, extensions and a key in, the DER of an X.509 certificate out: unlike a certificate tool, it writes whatever it is told.
import { createPublicKey, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { createKeyMaker } from "../../mocks/lab/key-maker.ts";

/** One DER element; a length of any size. */
export function der(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(parts);
  if (body.length < 0x80) return Buffer.concat([Buffer.from([tag, body.length]), body]);
  const hex = body.length.toString(16);
  const length = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, "hex");
  return Buffer.concat([Buffer.from([tag, 0x80 | length.length]), length, body]);
}

export function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split(".").map(Number);
  const arcs = [first * 40 + second, ...rest].flatMap((arc) => {
    const septets = [arc & 0x7f];
    for (let left = arc >>> 7; left > 0; left >>>= 7) septets.unshift(0x80 | (left & 0x7f));
    return septets;
  });
  return der(0x06, Buffer.from(arcs));
}

/** A distinguished name of one common name: its bytes as they are, by default as a UTF8String. */
export function nameOf(commonName: string | Uint8Array, tag = 0x0c): Buffer {
  const value = typeof commonName === "string" ? Buffer.from(commonName, "utf8") : commonName;
  return der(0x30, der(0x31, der(0x30, oid("2.5.4.3"), der(tag, value))));
}

export interface Extension {
  readonly oid: string;
  readonly isCritical?: boolean;
  /** What stands inside of the OCTET STRING. */
  readonly value: Uint8Array;
}

/** A SubjectAltName of names that are already elements, such as `der(0x82, Buffer.from("a.example"))` for DNS. */
export function alternativeNames(...names: readonly Uint8Array[]): Extension {
  return { oid: "2.5.29.17", value: der(0x30, ...names) };
}

export interface CertificateWish {
  readonly key: KeyObject;
  /** Default: `nameOf("server.example")`. */
  readonly subject?: Uint8Array;
  /** Default: signed by its own key. */
  readonly issuer?: { readonly key: KeyObject; readonly subject: Uint8Array };
  /** Content of the INTEGER. */
  readonly serial?: Uint8Array;
  /** UTCTime (`YYMMDDHHMMSSZ`) or GeneralizedTime (`YYYYMMDDHHMMSSZ`), by their length. */
  readonly notBefore?: string;
  readonly notAfter?: string;
  readonly extensions?: readonly Extension[];
  /** The AlgorithmIdentifier as it is written; the signature itself stays what the key makes over `digest`. */
  readonly algorithm?: Uint8Array;
  /** Default: `sha256`. */
  readonly digest?: "md5" | "sha1" | "sha256";
}

/** DER, signed over SHA-256 unless wished otherwise. */
export function writeCertificate(wish: CertificateWish): Buffer {
  const subject = wish.subject ?? nameOf("server.example");
  const issuer = wish.issuer ?? { key: wish.key, subject };
  const algorithm = wish.algorithm ?? algorithmOf(issuer.key, wish.digest);
  const extensions = (wish.extensions ?? []).map((one) =>
    der(
      0x30,
      oid(one.oid),
      ...(one.isCritical === true ? [der(0x01, Buffer.from([0xff]))] : []),
      der(0x04, one.value),
    ),
  );
  const body = der(
    0x30,
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, wish.serial ?? Buffer.from([1])),
    algorithm,
    issuer.subject,
    der(0x30, time(wish.notBefore ?? "20200101000000Z"), time(wish.notAfter ?? "20491231235959Z")),
    subject,
    createPublicKey(wish.key).export({ type: "spki", format: "der" }),
    ...(extensions.length === 0 ? [] : [der(0xa3, der(0x30, ...extensions))]),
  );
  const signature = sign(wish.digest ?? "sha256", body, issuer.key);
  return der(0x30, body, algorithm, der(0x03, Buffer.from([0]), signature));
}

const rsaAlgorithms = { md5: 4, sha1: 5, sha256: 11 };

function algorithmOf(key: KeyObject, digest: CertificateWish["digest"] = "sha256"): Buffer {
  return key.asymmetricKeyType === "ec"
    ? der(0x30, oid(digest === "sha1" ? "1.2.840.10045.4.1" : "1.2.840.10045.4.3.2"))
    : der(0x30, oid(`1.2.840.113549.1.1.${rsaAlgorithms[digest]}`), Buffer.from([0x05, 0]));
}

function time(text: string): Buffer {
  return der(text.length === 13 ? 0x17 : 0x18, Buffer.from(text, "latin1"));
}

const keys = createKeyMaker();
const known = new Map<string, KeyObject>();

/** The same name gives the same key within a process; RSA keys come from the lab's cache. */
export function keyOf(kind: "rsa" | "ecdsa", name = "server"): KeyObject {
  const found = known.get(`${kind} ${name}`);
  if (found !== undefined) return found;
  const key =
    kind === "rsa" ? keys.next(2048) : generateKeyPairSync("ec", { namedCurve: "prime256v1" }).privateKey;
  known.set(`${kind} ${name}`, key);
  return key;
}
