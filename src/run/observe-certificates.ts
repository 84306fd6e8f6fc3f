// A cluster's nodes, side by side → every certificate that each of them lists as its own.
import { certificateUnits } from "../base/platform-names.ts";
import { type CertListRow, parseCertList } from "../facts/cert-list.ts";
import { parseShownCertificate } from "../facts/certificate.ts";
import type { NodeCertificates, UnitCertificate } from "../facts/node-certificates.ts";
import type { NodeTrouble } from "../facts/node-facts.ts";
import { showCertListOwn, showCertOwn } from "../session/read-commands.ts";
import type { Session } from "../session/session.ts";
import type { LookTools } from "./look.ts";
import { openQuestions } from "../session/node-questions.ts";
import { troubleOf } from "../session/node-trouble.ts";

/** One login at each node. A node's trouble is a fact and costs nobody else's time; only an abort of the signal throws. */
export async function observeCertificates(
  tools: Pick<LookTools, "cluster" | "pool" | "signal">,
): Promise<NodeCertificates[]> {
  const { cluster, pool, signal } = tools;
  const visits = await pool.visit(cluster.nodes, async (node) =>
    certificatesOf(await pool.session(node), signal),
  );
  signal?.throwIfAborted();
  return cluster.nodes.map((node) => {
    const visit = visits.get(node.name);
    if (visit?.kind === "ok") return visit.value;
    const { name, address, role } = node;
    const trouble = [troubleOf(visit?.error, null)];
    return { node: name, address, role, isReachable: false, trouble, certificates: [] };
  });
}

/** One node's part. */
export async function certificatesOf(
  session: Session,
  signal: AbortSignal | undefined,
): Promise<NodeCertificates> {
  const { ask, trouble, isLost } = openQuestions(session, signal);
  const listing = showCertListOwn();
  const rows = (await ask(listing, parseCertList)) ?? [];
  const certificates: UnitCertificate[] = [];
  const seen = new Set<string>();
  for (const row of rows) {
    const reason = unaskable(row, seen);
    seen.add(row.unit);
    if (reason !== null) {
      trouble.push(unread(row, reason, listing.line));
      continue;
    }
    const certificate = await ask(showCertOwn(row.unit), parseShownCertificate);
    if (certificate !== null) certificates.push({ unit: row.unit, certificate });
  }
  const { name: node, address, role } = session.node;
  return { node, address, role, isReachable: !isLost(), trouble, certificates };
}

/** `show cert own UNIT` is known to print `UNIT/UNIT.pem`, for the units on record; nothing is guessed of others. */
function unaskable({ unit, file }: CertListRow, seen: ReadonlySet<string>): string | null {
  if (!certificateUnits.some((known) => known === unit)) return `itlctl knows no unit ${unit}`;
  if (file !== `${unit}.pem`) return `the file of unit ${unit} should be ${unit}.pem`;
  return seen.has(unit) ? `unit ${unit} is listed twice` : null;
}

function unread({ unit, file }: CertListRow, reason: string, command: string): NodeTrouble {
  const message = `the certificate ${unit}/${file} was not read: ${reason}`;
  return { code: "answer-not-understood", command, message };
}
