// What a server sent, its own certificate first, and the authorities that clients trust → the path from the one to the others.
import { X509Certificate } from "node:crypto";
import type { PresentedCertificate, ServerCertificate } from "./server-certificate.ts";
import type { TrustedAuthorities } from "./trusted-authorities.ts";

export interface ChainFacts {
  /** From the server's own to the last that was found, each signed by the next. */
  readonly path: readonly ServerCertificate[];
  /** `trusted`: the last is an authority of the file; `self-signed`: signed by itself and not in that file, or no file was given. */
  readonly end: "trusted" | "self-signed" | "issuer-missing" | "signature-wrong";
  /** True: the server sent nothing but the path, in its order. */
  readonly isInOrder: boolean;
  readonly sentCount: number;
  readonly isTrustKnown: boolean;
}

const longest = 16;

/** `own` is the first that was sent, `others` what came after it. */
export function followChain(
  own: ServerCertificate,
  others: readonly PresentedCertificate[],
  trusted: TrustedAuthorities | null,
): ChainFacts {
  const authorities = trusted?.certificates ?? [];
  const sent = others.filter((certificate) => certificate.kind === "read");
  const path = [own];
  const ended = (end: ChainFacts["end"]): ChainFacts => ({
    ...{ path, end, sentCount: others.length + 1, isTrustKnown: trusted !== null },
    isInOrder: isPrefix(others, path.slice(1)),
  });
  for (let last = own; ; ) {
    if (authorities.some(({ sha1 }) => sha1 === last.sha1)) return ended("trusted");
    if (last.isSelfSigned) return ended("self-signed");
    const named = [...authorities, ...sent].filter(
      ({ subject, sha1 }) => subject === last.issuer && path.every((each) => each.sha1 !== sha1),
    );
    const issuer = named.find((candidate) => isSignedBy(last, candidate));
    if (issuer === undefined) return ended(named.length > 0 ? "signature-wrong" : "issuer-missing");
    if (path.length === longest) return ended("issuer-missing");
    path.push(issuer);
    last = issuer;
  }
}

/** The path may go on with authorities that were not sent; what was sent must be its beginning. */
function isPrefix(others: readonly PresentedCertificate[], path: readonly ServerCertificate[]): boolean {
  return others.every(({ sha1 }, at) => path[at]?.sha1 === sha1);
}

function isSignedBy(certificate: ServerCertificate, issuer: ServerCertificate): boolean {
  try {
    const key = new X509Certificate(Buffer.from(issuer.der, "base64")).publicKey;
    return new X509Certificate(Buffer.from(certificate.der, "base64")).verify(key);
  } catch {
    return false;
  }
}
