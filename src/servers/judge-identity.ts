// A certificate and the names that clients come by → whether they find their name in it, and where that is doubtful.
import { hostFields, type IdentityMatch, matchHost, matchXmppDomain } from "./match-identity.ts";
import { matchName } from "./match-name.ts";
import { certificateText, isForPhones, kindText, type Presentation } from "./presentations.ts";
import type { ServerCertificate } from "./server-certificate.ts";
import { complain, type Complaint } from "./server-findings.ts";
import type { ServerTarget } from "./server-target.ts";

/** Names that clients come by which are no full names are judged by `judgeNames` alone. */
export function judgeIdentity({ target, certificate }: Presentation): Complaint[] {
  const wanted = wantedName(target);
  if (wanted === null || certificate.kind !== "read") return [];
  const match = isXmpp(target)
    ? matchXmppDomain(certificate, wanted, target.node === null)
    : matchHost(certificate, wanted);
  const found = match === null ? [missing(target, certificate, wanted)] : doubts(target, certificate, match);
  return [...found, ...mistyped(target, certificate)];
}

/** What clients look for in the certificate of a port; null: it is not judged. */
function wantedName(target: ServerTarget): string | null {
  if (target.kind === "tvs" || target.kind === "capf") return null;
  if (isXmpp(target)) return target.xmppDomain;
  return matchName(target.name, target.name) === "exact" && target.name.replace(/\.$/, "").includes(".")
    ? target.name
    : null;
}

function isXmpp({ kind }: ServerTarget): boolean {
  return kind === "xmpp";
}

function missing(target: ServerTarget, certificate: ServerCertificate, wanted: string): Complaint {
  const misplaced = hostFields(certificate).find(({ value }) => matchName(value, wanted) === "misplaced");
  if (misplaced !== undefined) {
    return complain(
      ["wildcard-misplaced", "block"],
      [target],
      `${wanted} is not in ${certificateText(certificate)}: a wildcard as in ${misplaced.value} counts for nothing, only one as the whole leftmost label does`,
      adviceFor(target, wanted),
    );
  }
  return complain(
    ["name-not-in-certificate", isForPhones(target) ? "warn" : "block"],
    [target],
    `${wanted} is not in ${certificateText(certificate)}, which has ${namesText(certificate, isXmpp(target))}`,
    adviceFor(target, wanted),
  );
}

function adviceFor(target: ServerTarget, wanted: string): string {
  if (isXmpp(target) && target.node === null) {
    return `Get a certificate with ${wanted} among its DNS names, or, for an Expressway-E, collab-edge.${wanted}; or correct --xmpp-domain.`;
  }
  return isXmpp(target)
    ? `Get a cup-xmpp certificate for the domain ${wanted}, not only for the node; or correct --xmpp-domain (servers.xmppDomain).`
    : `Get a certificate with ${wanted} among its DNS names, or let clients come by a name that it has.`;
}

function namesText(certificate: ServerCertificate, isXmppPort: boolean): string {
  const { xmppAddrs, srvNames } = certificate.names;
  const listed = [
    ...(isXmppPort ? xmppAddrs.map((value) => `XmppAddr ${value}`) : []),
    ...(isXmppPort ? srvNames.map((value) => `SRVName ${value}`) : []),
    ...hostFields(certificate).map(({ field, value }) => `${field} ${value}`),
  ];
  const more = listed.length - 4;
  if (listed.length === 0) return "no name at all";
  return more > 1 ? `${listed.slice(0, 4).join(", ")} and ${more} more` : listed.join(", ");
}

function doubts(target: ServerTarget, certificate: ServerCertificate, match: IdentityMatch): Complaint[] {
  const { dnsNames, xmppAddrs, srvNames } = certificate.names;
  const hasOthers = dnsNames.length + (isXmpp(target) ? xmppAddrs.length + srvNames.length : 0) > 0;
  const byCommonName = complain(
    ["name-by-common-name", "warn"],
    [target],
    `${match.value} is only the common name of ${kindText(certificate)}; its alternative names are others, and clients that go by those find no match`,
    "Get a certificate with the name among its DNS names too.",
  );
  const wildcard = complain(
    ["wildcard-on-node", "warn"],
    [target],
    `${certificateText(certificate)} covers it by ${match.value}; the platform does not support certificates with a wildcard`,
    "Get a multi-server certificate that names every node instead.",
  );
  return [
    ...(match.field === "CN" && hasOthers ? [byCommonName] : []),
    ...(match.isWildcard && target.node !== null ? [wildcard] : []),
  ];
}

function mistyped(target: ServerTarget, certificate: ServerCertificate): Complaint[] {
  if (!isXmpp(target)) return [];
  return certificate.names.mistyped.map(({ field, stringType, value }) =>
    complain(
      ["name-wrong-type", "warn"],
      [target],
      `the ${field} ${value} of ${certificateText(certificate)} is written as ${stringType} where ${field === "XmppAddr" ? "UTF8String" : "IA5String"} belongs; clients do not see it`,
      "Ask the authority to issue the certificate again with the string type of RFC 6120.",
    ),
  );
}
