// A file that holds the phone's LSC or MIC → the certificate, and the hash that the platform would keep of it.
import { createHash } from "node:crypto";
import { messageOf, OperatorError } from "../base/errors.ts";
import { parseCertificate } from "../facts/certificate.ts";
import type { PhoneCertificate } from "./phone-look.ts";

/** Throws `file-unreadable`. `digest`: a Node in FIPS mode has no MD5 and throws, which is no trouble of the file. */
export function readPhoneCertificate(
  bytes: Uint8Array,
  file: string,
  digest: (der: Uint8Array) => string = md5Of,
): PhoneCertificate {
  try {
    const certificate = parseCertificate(bytes);
    return { file, certificate, md5: orNull(() => digest(Buffer.from(certificate.der, "base64"))) };
  } catch (error) {
    throw new OperatorError("file-unreadable", `no certificate could be read: ${messageOf(error)}`, {
      hint: "Give --phone-certificate one X.509 certificate in PEM or DER",
      place: { file },
      cause: error,
    });
  }
}

function md5Of(der: Uint8Array): string {
  return createHash("md5").update(der).digest("hex");
}

function orNull(work: () => string): string | null {
  try {
    return work();
  } catch {
    return null;
  }
}
