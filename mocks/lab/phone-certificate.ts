// A phone of the truth in, the certificate it holds and its key out: an LSC from the cluster's CAPF or a MIC from the factory.
import { createHash, type KeyObject, X509Certificate } from "node:crypto";
import { makeCertificateDer, type SubjectNames, serialFrom } from "./certificate-maker.ts";
import { phoneKeyAt } from "./key-maker.ts";
import type { LabCluster, LabPhone } from "./model.ts";
import { certificateOf } from "./normal-list.ts";

export interface PhoneCertificate {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  readonly der: Buffer;
  readonly pem: string;
  /** Of the DER, lower-case hex: `certHash` and `device.md5hash`. */
  readonly md5: string;
  readonly notAfter: number;
}

// The first numbers belong to nobody's phone. Neighbours among phones have different keys; every sixth has the same, as keys are dear.
const keyNumbers = { stranger: 0, foreignSigner: 1, factory: 2, firstPhone: 3 } as const;
const phoneKeys = 6;
const dayMs = 86_400_000;
const known = new WeakMap<LabPhone, Map<string, PhoneCertificate>>();

/** The phone's present certificate; made when it is first asked for, so that labs without phones' files pay nothing. */
export function phoneCertificate(cluster: LabCluster, phone: LabPhone): PhoneCertificate {
  const { certificate, certificateDays } = phone.config;
  const made = known.get(phone) ?? new Map<string, PhoneCertificate>();
  known.set(phone, made);
  const wish = `${certificate} ${certificateDays}`;
  const found = made.get(wish) ?? makePhoneCertificate(cluster, phone);
  made.set(wish, found);
  return found;
}

/** A key that is no phone's of the lab: of another phone, or the one this phone had before. */
export function strangerKey(): KeyObject {
  return phoneKeyAt(2048, keyNumbers.stranger);
}

/** A key that is in no list. */
export function foreignSignerKey(bits: number): KeyObject {
  return phoneKeyAt(bits, keyNumbers.foreignSigner);
}

function makePhoneCertificate(cluster: LabCluster, phone: LabPhone): PhoneCertificate {
  const { certificate, certificateDays } = phone.config;
  const index = Math.max(cluster.phones.indexOf(phone), 0);
  const privateKey = phoneKeyAt(2048, keyNumbers.firstPhone + (index % phoneKeys));
  const notAfter = wholeSeconds(cluster.clock.now() + certificateDays * dayMs);
  const capf = certificateOf(cluster.publisher, "CAPF");
  const der = makeCertificateDer({
    privateKey,
    subject: { commonName: phone.name, organizationalUnit: certificate, organization: "lab" },
    serial: serialFrom(`${cluster.name}/${phone.name}/${certificate}`, index),
    notBefore: notAfter - 5 * 365 * dayMs,
    notAfter,
    digest: cluster.profile.certificateDigest,
    issuer:
      certificate === "LSC"
        ? { subject: namesIn(capf.subject), privateKey: capf.privateKey }
        : {
            subject: { commonName: "Lab Manufacturing CA", organization: "lab" },
            privateKey: phoneKeyAt(2048, keyNumbers.factory),
          },
  });
  const x509 = new X509Certificate(der);
  const md5 = createHash("md5").update(der).digest("hex");
  return { privateKey, publicKey: x509.publicKey, der, pem: x509.toString(), md5, notAfter };
}

/** `CN=..;OU=..;O=..` taken apart. */
function namesIn(subject: string): SubjectNames {
  const of = (name: string) =>
    subject
      .split(";")
      .find((part) => part.startsWith(`${name}=`))
      ?.slice(name.length + 1);
  const [organizationalUnit, organization, locality, state, country] = ["OU", "O", "L", "ST", "C"].map(of);
  return {
    commonName: of("CN") ?? "",
    ...(organizationalUnit === undefined ? {} : { organizationalUnit }),
    ...(organization === undefined ? {} : { organization }),
    ...(locality === undefined ? {} : { locality }),
    ...(state === undefined ? {} : { state }),
    ...(country === undefined ? {} : { country }),
  };
}

function wholeSeconds(ms: number): number {
  return Math.floor(ms / 1000) * 1000;
}
