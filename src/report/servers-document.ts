// Ports with what they present and the findings about them → the document that `servers check --json` prints.
import { failureOf } from "../servers/judge-reach.ts";
import { isForPhones, type Presentation } from "../servers/presentations.ts";
import type { ServerFacts } from "../servers/server-facts.ts";
import type { ServerFinding } from "../servers/server-findings.ts";
import type { ServerKind } from "../servers/server-target.ts";
import { daysLeft } from "../verdict/cert-order.ts";
import { type VerdictWord, worstOf } from "../verdict/verdict.ts";

/** What one port presents to a client that wants one kind of key. Where it cannot be read only the first lines are there, and null. */
export interface ListedServerCertificate {
  readonly kind: "rsa" | "ecdsa" | "other";
  readonly protocol: string;
  readonly cipher: string;
  readonly wantsClientCertificate: boolean;
  /** Why it cannot be read. */
  readonly unreadable: string | null;
  /** Of the whole certificate, upper-case pairs with colons. */
  readonly certificateSha1: string;
  readonly subject: string | null;
  readonly issuer: string | null;
  readonly serial: string | null;
  readonly selfSigned: boolean | null;
  /** Null where no file of authorities was given. */
  readonly trusted: boolean | null;
  readonly keyBits: number | null;
  readonly curve: string | null;
  readonly digest: string | null;
  readonly notBefore: string | null;
  readonly notAfter: string | null;
  readonly daysLeft: number | null;
  readonly names: {
    readonly xmppAddr: readonly string[];
    readonly srvName: readonly string[];
    readonly dns: readonly string[];
    readonly ip: readonly string[];
    readonly commonName: readonly string[];
  };
  readonly keyUsage: readonly string[] | null;
  readonly extendedKeyUsage: readonly string[] | null;
  readonly crlUrls: readonly string[];
  readonly ocspUrls: readonly string[];
  /** What was sent after it, by subject; null: it cannot be read. */
  readonly sentWithIt: readonly (string | null)[];
}

export interface ListedServer {
  readonly cluster: string | null;
  readonly node: string | null;
  readonly kind: ServerKind;
  readonly host: string;
  readonly port: number;
  readonly name: string;
  readonly xmppDomain: string | null;
  readonly required: boolean;
  readonly certificates: readonly ListedServerCertificate[];
  /** Why it presents nothing to clients of today. */
  readonly trouble: { readonly kind: string; readonly reason: string } | null;
}

export interface ServersDocument {
  readonly servers: readonly ListedServer[];
  readonly findings: readonly ServerFinding[];
  readonly verdict: VerdictWord;
  /** What could not be judged for want of something only the operator knows. */
  readonly notJudged: readonly string[];
}

export interface ServersSeen {
  readonly servers: readonly ServerFacts[];
  readonly presentations: readonly Presentation[];
  readonly findings: readonly ServerFinding[];
}

export function serversDocument(seen: readonly ServersSeen[], nowMs: number): ServersDocument {
  const findings = seen.flatMap((group) => group.findings);
  return {
    servers: seen.flatMap(({ servers, presentations }) =>
      servers.map((server) => listedServer(server, presentations, nowMs)),
    ),
    findings,
    verdict: worstOf(findings),
    notJudged: notJudgedOf(seen.flatMap(({ presentations }) => presentations)),
  };
}

function listedServer(
  server: ServerFacts,
  presentations: readonly Presentation[],
  nowMs: number,
): ListedServer {
  const { cluster, node, kind, host, port, name, xmppDomain, isRequired } = server.target;
  const failure = failureOf(server);
  return {
    ...{ cluster, node, kind, host, port, name, xmppDomain, required: isRequired },
    certificates: presentations
      .filter(({ target }) => target === server.target)
      .map((each) => listedCertificate(each, nowMs)),
    trouble: failure === null ? null : { kind: failure.stage, reason: failure.reason },
  };
}

function listedCertificate(shown: Presentation, nowMs: number): ListedServerCertificate {
  const { asked, handshake, certificate, others, chain } = shown;
  const { protocol, cipher, wantsClientCertificate } = handshake;
  const sent = { protocol, cipher, wantsClientCertificate, certificateSha1: certificate.sha1 };
  const sentWithIt = others.map((other) => (other.kind === "read" ? other.subject : null));
  if (certificate.kind === "unreadable") {
    return {
      kind: asked === "old" ? "other" : asked,
      ...sent,
      unreadable: certificate.reason,
      ...nothing,
      sentWithIt,
    };
  }
  const { subject, issuer, serial, isSelfSigned, keyKind, keyBits, curve, digest } = certificate;
  const { notBefore, notAfter, names, commonNames } = certificate;
  const { keyUsage, extendedKeyUsage, crlUrls, ocspUrls } = certificate;
  return {
    kind: keyKind === "ec" ? "ecdsa" : keyKind,
    ...sent,
    unreadable: null,
    ...{ subject, issuer, serial, selfSigned: isSelfSigned },
    trusted: chain?.isTrustKnown === true ? chain.end === "trusted" : null,
    ...{ keyBits, curve, digest, notBefore, notAfter, daysLeft: daysLeft(certificate, nowMs) },
    names: {
      ...{ xmppAddr: names.xmppAddrs, srvName: names.srvNames, dns: names.dnsNames },
      ...{ ip: names.ipAddresses, commonName: commonNames },
    },
    ...{ keyUsage, extendedKeyUsage, crlUrls, ocspUrls, sentWithIt },
  };
}

const nothing = {
  ...{ subject: null, issuer: null, serial: null, selfSigned: null, trusted: null },
  ...{ keyBits: null, curve: null, digest: null, notBefore: null, notAfter: null, daysLeft: null },
  names: { xmppAddr: [], srvName: [], dns: [], ip: [], commonName: [] },
  ...{ keyUsage: null, extendedKeyUsage: null, crlUrls: [], ocspUrls: [] },
};

function notJudgedOf(presentations: readonly Presentation[]): string[] {
  const isTrustUnknown = presentations.some(
    ({ target, chain }) => chain?.isTrustKnown === false && !isForPhones(target),
  );
  const isDomainUnknown = presentations.some(
    ({ target }) => target.kind === "xmpp" && target.xmppDomain === null,
  );
  return [
    ...(isTrustUnknown
      ? [
          "Whether clients trust the authorities: give them with --trusted-ca (servers.trustedCa in the inventory).",
        ]
      : []),
    ...(isDomainUnknown
      ? [
          "Whether XMPP certificates name the users' domain: give it with --xmpp-domain (servers.xmppDomain in the inventory).",
        ]
      : []),
  ];
}
