// A certificate's names and what a client looks for → the field by which it is satisfied, in the documented order of fields.
import { matchName, normalName } from "./match-name.ts";
import type { ServerCertificate } from "./server-certificate.ts";

export interface IdentityMatch {
  readonly field: "XmppAddr" | "SRVName" | "DNS" | "CN";
  /** As it is written in the certificate. */
  readonly value: string;
  readonly isWildcard: boolean;
}

interface Candidate {
  readonly field: IdentityMatch["field"];
  readonly value: string;
}

/** HTTP: DNS names, then the common name. That the list is a precedence is our reading of it. */
export function matchHost(certificate: ServerCertificate, host: string): IdentityMatch | null {
  return firstOf(hostFields(certificate), host);
}

/** What `matchHost` looks at, in its order. */
export function hostFields({ names, commonNames }: ServerCertificate): Candidate[] {
  return [
    ...names.dnsNames.map((value) => ({ field: "DNS" as const, value })),
    ...commonNames.map((value) => ({ field: "CN" as const, value })),
  ];
}

/**
 * XMPP: XmppAddr, SRVName, DNS names, common name, against the domain of the users. `isEdge`: the names that an
 * Expressway-E has instead count as well.
 */
export function matchXmppDomain(
  certificate: ServerCertificate,
  domain: string,
  isEdge: boolean,
): IdentityMatch | null {
  const { xmppAddrs, srvNames } = certificate.names;
  const wanted = normalName(domain);
  if (wanted === null) return null;
  const same = (value: string, prefix = "") =>
    value.toLowerCase().startsWith(prefix) && normalName(value.slice(prefix.length)) === wanted;
  const found = (field: IdentityMatch["field"], value: string | undefined) =>
    value === undefined ? null : { field, value, isWildcard: false };
  const services = isEdge ? ["_xmpp-client.", "_collab-edge._tls."] : ["_xmpp-client."];
  return (
    found(
      "XmppAddr",
      xmppAddrs.find((value) => same(value)),
    ) ??
    found(
      "SRVName",
      srvNames.find((value) => services.some((service) => same(value, service))),
    ) ??
    firstOf(hostFields(certificate), domain) ??
    (isEdge ? edgeName(certificate, wanted) : null)
  );
}

function edgeName(certificate: ServerCertificate, domain: string): IdentityMatch | null {
  const names = certificate.names.dnsNames.map((value) => ({ field: "DNS" as const, value }));
  return firstOf(names, `collab-edge.${domain}`) ?? firstExact(names, `_collab-edge._tls.${domain}`);
}

function firstOf(candidates: readonly Candidate[], wanted: string): IdentityMatch | null {
  for (const { field, value } of candidates) {
    const match = matchName(value, wanted);
    if (match === "exact" || match === "wildcard") return { field, value, isWildcard: match === "wildcard" };
  }
  return null;
}

function firstExact(candidates: readonly Candidate[], wanted: string): IdentityMatch | null {
  const match = firstOf(candidates, wanted);
  return match?.isWildcard === false ? match : null;
}
