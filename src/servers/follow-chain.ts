// What a server sent, its own certificate first, and the authorities that clients trust → the path from the one to the others.
import { X509Certificate } from "node:crypto";
import type { PresentedCertificate, ServerCertificate } from "./server-certificate.ts";
import type { TrustedAuthorities } from "./trusted-authorities.ts";

export interface ChainFacts {
  /** From the server's own to the last that was found, each signed by the next. */
  readonly path: readonly ServerCertificate[];
  /** `trusted`: the last is an authority of the file; `self-signed`: signed by itself and not in that file, or no file was given. */
  readonly end: "trusted" | "self-signed" | "issuer-missing" | "signature-wrong";
  /** True: each that was sent signed the one before it. Clients may have a shorter path, or another one by a cross-signed root. */
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
  // An authority renewed with its old key stands there twice: what ends last is what is meant.
  const authorities = (trusted?.certificates ?? []).toSorted(
    (one, other) => Date.parse(other.notAfter) - Date.parse(one.notAfter),
  );
  const sent = others.filter((certificate) => certificate.kind === "read");
  const path = [own];
  const ended = (end: ChainFacts["end"]): ChainFacts => ({
    ...{ path, end, sentCount: others.length + 1, isTrustKnown: trusted !== null },
    isInOrder: others.every((each, at) => isNext(each, at === 0 ? own : others[at - 1])),
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

function isNext(each: PresentedCertificate, before: PresentedCertificate | undefined): boolean {
  if (each.kind !== "read" || before?.kind !== "read" || before.isSelfSigned) return false;
  return each.subject === before.issuer && isSignedBy(before, each);
}

function isSignedBy(certificate: ServerCertificate, issuer: ServerCertificate): boolean {
  try {
    const key = new X509Certificate(Buffer.from(issuer.der, "base64")).publicKey;
    return new X509Certificate(Buffer.from(certificate.der, "base64")).verify(key);
  } catch {
    return false;
  }
}
