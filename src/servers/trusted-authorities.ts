// A file of the authorities that clients trust → their certificates.
import { OperatorError } from "../base/errors.ts";
import { parseServerCertificate } from "./parse-server-certificate.ts";
import type { ServerCertificate } from "./server-certificate.ts";

export interface TrustedAuthorities {
  /** As the operator named it. */
  readonly file: string;
  readonly certificates: readonly ServerCertificate[];
}

const block = /-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----([^-]*)-----END/g;

/** PEM with any number of certificates, or one in DER. Throws `file-unreadable` where one cannot be read. */
export function parseTrustedAuthorities(bytes: Uint8Array, file: string): TrustedAuthorities {
  const text = Buffer.from(bytes).toString("latin1");
  const blocks = Array.from(text.matchAll(block), ([, base64 = ""]) => Buffer.from(base64, "base64"));
  const certificates = (blocks.length > 0 ? blocks : [bytes]).map((der, at) => {
    const certificate = parseServerCertificate(der);
    if (certificate.kind === "read") return certificate;
    const which = blocks.length > 1 ? `certificate ${at + 1} of ${blocks.length}` : "a certificate";
    throw new OperatorError("file-unreadable", `${which} in ${file} could not be read`, {
      hint: "Give the authorities that clients trust as certificates in PEM, one after another",
      place: { file },
    });
  });
  return { file, certificates };
}
