// Keys and digests of a certificate and of what was sent with it → those that are too weak, or too large for the platform.
import { kindText, isForPhones, type ShownCertificate } from "./presentations.ts";
import type { ServerCertificate } from "./server-certificate.ts";
import { complain, type Complaint } from "./server-findings.ts";

/** The signature of a root is never verified, so that its digest does not matter. */
export function judgeStrength({ certificate, chain, targets }: ShownCertificate): Complaint[] {
  const issuers = targets.every(isForPhones) ? [] : chain.path.slice(1);
  return [
    ...judgeKey(certificate, kindText(certificate), targets),
    ...judgeDigest(certificate, kindText(certificate), targets),
    ...issuers.flatMap((issuer) => {
      const text = `${issuer.subject}, above ${kindText(certificate)},`;
      return [
        ...judgeKey(issuer, text, targets).filter(({ code }) => code === "key-weak"),
        ...(issuer.isSelfSigned ? [] : judgeDigest(issuer, text, targets)),
      ];
    }),
  ];
}

/** Whether the key is below what is asked for today. */
export function isKeyWeak({ keyKind, keyBits }: Pick<ServerCertificate, "keyKind" | "keyBits">): boolean {
  if (keyBits === null) return false;
  return keyKind === "rsa" ? keyBits < 2048 : keyKind === "ec" && keyBits < 256;
}

export function isDigestWeak({ digest }: Pick<ServerCertificate, "digest">): boolean {
  return digest === "md5" || digest === "sha1";
}

function judgeKey(
  certificate: ServerCertificate,
  text: string,
  targets: ShownCertificate["targets"],
): Complaint[] {
  const { keyKind, keyBits } = certificate;
  if (isKeyWeak(certificate)) {
    return [
      complain(
        ["key-weak", "warn"],
        targets,
        `${text} has a key of ${keyBits} bits; ${keyKind === "rsa" ? "2048" : "256"} is the least today`,
        "Renew the certificate with a longer key.",
      ),
    ];
  }
  if (keyKind !== "rsa" || keyBits === null || keyBits <= 4096) return [];
  return [
    complain(
      ["key-large", "warn"],
      targets,
      `${text} has a key of ${keyBits} bits; the platform knows RSA keys up to 4096`,
      "Renew the certificate with a key of 2048 to 4096 bits.",
    ),
  ];
}

function judgeDigest(
  certificate: ServerCertificate,
  text: string,
  targets: ShownCertificate["targets"],
): Complaint[] {
  if (!isDigestWeak(certificate)) return [];
  const isMd5 = certificate.digest === "md5";
  return [
    complain(
      ["digest-weak", isMd5 ? "block" : "warn"],
      targets,
      `${text} is signed over ${isMd5 ? "MD5, which clients refuse" : "SHA-1, which a growing number of clients refuse"}`,
      "Get it anew, signed over SHA-256 or better.",
    ),
  ];
}
