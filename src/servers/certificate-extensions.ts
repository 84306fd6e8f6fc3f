// A certificate's DER → subject fields and extensions, each part read for itself: one that cannot be read spoils no other.
import { BitString, fromBER } from "asn1js";
import {
  BasicConstraints,
  CRLDistributionPoints,
  ExtKeyUsage,
  GeneralName,
  InfoAccess,
  RSASSAPSSParams,
} from "pkijs";
import { messageOf } from "../base/errors.ts";
import { parseAlternativeNames, stringIn } from "./certificate-names.ts";
import { type CertificateParts, parseCertificateParts } from "./certificate-parts.ts";
import type { CertificateExtensions, CertificateNames, UnreadPart } from "./server-certificate.ts";

const fieldNames: Readonly<Record<string, string>> = {
  "2.5.4.3": "CN",
  "2.5.4.5": "serialNumber",
  "2.5.4.6": "C",
  "2.5.4.7": "L",
  "2.5.4.8": "ST",
  "2.5.4.9": "street",
  "2.5.4.10": "O",
  "2.5.4.11": "OU",
  "0.9.2342.19200300.100.1.25": "DC",
  "1.2.840.113549.1.9.1": "emailAddress",
};
const usageBits = [
  "digitalSignature",
  "nonRepudiation",
  "keyEncipherment",
  "dataEncipherment",
  "keyAgreement",
  "keyCertSign",
  "cRLSign",
  "encipherOnly",
  "decipherOnly",
];
const purposes: Readonly<Record<string, string>> = {
  "1.3.6.1.5.5.7.3.1": "serverAuth",
  "1.3.6.1.5.5.7.3.2": "clientAuth",
  "2.5.29.37.0": "any",
};
const digests: Readonly<Record<string, string>> = {
  "1.2.840.113549.2.5": "md5",
  "1.3.14.3.2.26": "sha1",
  "2.16.840.1.101.3.4.2.1": "sha256",
  "2.16.840.1.101.3.4.2.2": "sha384",
  "2.16.840.1.101.3.4.2.3": "sha512",
};
const ocsp = "1.3.6.1.5.5.7.48.1";
const pss = "1.2.840.113549.1.1.10";
const mostBytes = 64 * 1024;
const noParts: CertificateParts = { subject: [], algorithm: { id: "", parameters: null }, extensions: [] };
const noNames: CertificateNames = {
  xmppAddrs: [],
  srvNames: [],
  dnsNames: [],
  ipAddresses: [],
  mistyped: [],
};

/** Never throws: what cannot be read is in `unread`, and its value is empty or null as if it were not there. */
export function parseExtensions(der: Buffer): CertificateExtensions {
  const unread: UnreadPart[] = [];
  const read = <Value>(part: string, parse: () => Value, otherwise: Value): Value => {
    try {
      return parse();
    } catch (error) {
      unread.push({ part, reason: messageOf(error) });
      return otherwise;
    }
  };
  const parts = read<CertificateParts>("certificate", () => parseCertificateParts(der), noParts);
  const extension = <Value>(id: string, part: string, parse: (bytes: Buffer) => Value): Value | null =>
    read(
      part,
      () => {
        const bytes = contentOf(parts, id);
        return bytes === null ? null : parse(bytes);
      },
      null,
    );
  const fields = read("subject", () => subjectOf(parts), []);
  const alternative = extension("2.5.29.17", "subjectAltName", parseAlternativeNames);
  const urls = extension("2.5.29.31", "cRLDistributionPoints", crlUrlsOf);
  const access = extension("1.3.6.1.5.5.7.1.1", "authorityInfoAccess", ocspUrlsOf);
  const keyUsage = extension("2.5.29.15", "keyUsage", keyUsageOf);
  const extendedKeyUsage = extension("2.5.29.37", "extKeyUsage", purposesOf);
  const isAuthority = extension("2.5.29.19", "basicConstraints", isAuthorityIn);
  const pssDigest = read("signatureAlgorithm", () => pssDigestOf(parts), null);
  return {
    names: alternative?.names ?? noNames,
    commonNames: fields.filter(({ field }) => field === "CN").map(({ value }) => value),
    subjectFields: fields,
    ...{ keyUsage, extendedKeyUsage, isAuthority: isAuthority ?? false },
    ...{ crlUrls: urls ?? [], ocspUrls: access ?? [], pssDigest },
    unread: [...unread, ...(alternative?.unread ?? [])],
  };
}

function contentOf({ extensions }: CertificateParts, id: string): Buffer | null {
  const found = extensions.filter((extension) => extension.id === id);
  if (found.length > 1) throw new Error(`it stands there ${found.length} times`);
  const bytes = found[0]?.value;
  if (bytes === undefined) return null;
  if (bytes.length > mostBytes) throw new Error("it is larger than 64 KiB");
  return bytes;
}

function elementOf(bytes: Uint8Array): unknown {
  const { result, offset } = fromBER(bytes);
  if (offset === -1) throw new Error("it is not whole DER");
  return result;
}

function subjectOf({ subject }: CertificateParts): { field: string; value: string }[] {
  return subject.map(({ id, value }) => {
    const text = stringIn(elementOf(value));
    if (text === null) throw new Error(`its field ${fieldNames[id] ?? id} is no text`);
    return { field: fieldNames[id] ?? id, value: text };
  });
}

function keyUsageOf(bytes: Uint8Array): string[] {
  const bits = elementOf(bytes);
  if (!(bits instanceof BitString)) throw new Error("it is no bit string");
  const view = bits.valueBlock.valueHexView;
  return usageBits.filter((_, at) => ((view[at >> 3] ?? 0) & (0x80 >> (at & 7))) !== 0);
}

function purposesOf(bytes: Uint8Array): string[] {
  return new ExtKeyUsage({ schema: elementOf(bytes) }).keyPurposes.map((id) => purposes[id] ?? id);
}

function isAuthorityIn(bytes: Uint8Array): boolean {
  return new BasicConstraints({ schema: elementOf(bytes) }).cA;
}

function crlUrlsOf(bytes: Uint8Array): string[] {
  const { distributionPoints } = new CRLDistributionPoints({ schema: elementOf(bytes) });
  return distributionPoints.flatMap(({ distributionPoint }) =>
    Array.isArray(distributionPoint)
      ? distributionPoint.flatMap((name) => (name instanceof GeneralName ? urlOf(name) : []))
      : [],
  );
}

function ocspUrlsOf(bytes: Uint8Array): string[] {
  const { accessDescriptions } = new InfoAccess({ schema: elementOf(bytes) });
  return accessDescriptions.flatMap(({ accessMethod, accessLocation }) =>
    accessMethod === ocsp ? urlOf(accessLocation) : [],
  );
}

function urlOf(name: GeneralName): string[] {
  const value: unknown = name.value;
  return name.type === 6 && typeof value === "string" ? [value] : [];
}

/** RFC 4055: SHA-1 where the parameters name none. */
function pssDigestOf({ algorithm }: CertificateParts): string | null {
  if (algorithm.id !== pss) return null;
  if (algorithm.parameters === null) return "sha1";
  const { algorithmId } = new RSASSAPSSParams({ schema: elementOf(algorithm.parameters) }).hashAlgorithm;
  return digests[algorithmId] ?? (algorithmId === "" ? "sha1" : null);
}
