// The certificates of one cluster's nodes → multi-server ones that lack a node, or that not every node presents.
import { matchName } from "./match-name.ts";
import { certificateText, type Presentation } from "./presentations.ts";
import type { ServerCertificate } from "./server-certificate.ts";
import { complain, type Complaint } from "./server-findings.ts";
import type { ServerTarget } from "./server-target.ts";

interface OfNode {
  readonly target: ServerTarget;
  readonly certificate: ServerCertificate;
}

/** A multi-server certificate is known by `-ms` behind the host part of its common name. */
function isMultiServer({ commonNames }: ServerCertificate): boolean {
  return commonNames.some((name) => /^[^.]+-ms(?:\.|$)/i.test(name));
}

/** Compared by service and kind of key: each service of a cluster has one of each. */
export function judgeMultiServer(presentations: readonly Presentation[]): Complaint[] {
  const presence = new Set(
    presentations.flatMap(({ target }) => (target.kind === "xmpp" ? target.node : [])),
  );
  const groups = new Map<string, OfNode[]>();
  for (const { target, certificate } of presentations) {
    if (target.node === null || certificate.kind !== "read") continue;
    const key = `${serviceOf(target, presence.has(target.node))} ${certificate.keyKind}`;
    groups.set(key, [...(groups.get(key) ?? []), { target, certificate }]);
  }
  return [...groups.values()].flatMap(judgeGroup);
}

/** SIP presents CallManager, on an IM and Presence node cup, for OAuth tomcat; files for phones have a certificate of their own. */
function serviceOf({ kind, port }: ServerTarget, isPresence: boolean): string {
  if (port === 6971 || port === 6972) return "files";
  if (kind !== "sip") return kind;
  return port === 5090 || port === 5091 ? "sip-oauth" : isPresence ? "cup" : "sip";
}

function judgeGroup(group: readonly OfNode[]): Complaint[] {
  const shared = group.find(({ certificate }) => isMultiServer(certificate));
  if (shared === undefined) return [];
  const { certificate } = shared;
  const { dnsNames } = certificate.names;
  const without = group.filter(
    ({ target: { name } }) =>
      name.includes(".") &&
      matchName(name, name) === "exact" &&
      !dnsNames.some((dns) => matchName(dns, name) === "exact"),
  );
  const others = group.filter((each) => each.certificate.serial !== certificate.serial);
  const findings: Complaint[] = [];
  if (without.length > 0) {
    findings.push(
      complain(
        ["multi-server-name-missing", "warn"],
        without.map(({ target }) => target),
        `multi-server: ${certificateText(certificate)} of this cluster does not name ${without.map(({ target }) => target.name).join(", ")}`,
        "Get a new multi-server certificate; its CSR names every node that the cluster has by then.",
      ),
    );
  }
  if (others.length > 0) {
    const seen = others.map((each) => each.certificate.serial);
    findings.push(
      complain(
        ["multi-server-serial-differs", "warn"],
        others.map(({ target }) => target),
        `multi-server: not ${certificateText(certificate)} with serial ${certificate.serial}, which other nodes present, but serial ${[...new Set(seen)].join(", ")}`,
        "Restart the service on these nodes; where it stays, upload the certificate again on the publisher.",
      ),
    );
  }
  return findings;
}
