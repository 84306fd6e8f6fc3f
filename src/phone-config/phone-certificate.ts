// The phone's LSC or MIC as DER → its facts, and the hash that the platform would keep of it.
import { createHash } from "node:crypto";
import { parseCertificate } from "../facts/certificate.ts";
import type { PhoneCertificate } from "./phone-look.ts";

/** Throws `file-unreadable`. `digest`: a Node in FIPS mode has no MD5 and throws, which is no trouble of the file. */
export function readPhoneCertificate(
  der: Uint8Array,
  file: string,
  digest: (der: Uint8Array) => string = md5Of,
): PhoneCertificate {
  return { file, certificate: parseCertificate(der), md5: orNull(() => digest(der)) };
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
