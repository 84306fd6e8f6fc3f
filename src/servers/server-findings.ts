// What a finding about servers is: its codes, and how one is worded for the ports it is about.
import type { Finding } from "../verdict/verdict.ts";
import { isForPhones } from "./presentations.ts";
import type { ServerTarget } from "./server-target.ts";

/** Every code a finding of this room can have. */
export const serverFindingCodes = [
  "server-closed",
  "server-unreachable",
  "server-silent",
  "starttls-failed",
  "tls-failed",
  "tls-old-only",
  "tls-12-missing",
  "certificate-unreadable",
  "certificate-part-unreadable",
  "name-not-in-certificate",
  "name-by-common-name",
  "name-wrong-type",
  "name-is-address",
  "name-not-full",
  "wildcard-misplaced",
  "wildcard-on-node",
  "multi-server-name-missing",
  "multi-server-serial-differs",
  "self-signed",
  "issuer-not-trusted",
  "chain-incomplete",
  "chain-out-of-order",
  "chain-broken",
  "chain-expired",
  "certificate-expired",
  "certificate-expiring",
  "certificate-not-yet-valid",
  "key-weak",
  "key-large",
  "digest-weak",
  "kinds-differ",
  "server-auth-missing",
  "key-usage-missing",
  "capf-not-authority",
  "revocation-data-missing",
  "csr-characters",
  "fips",
  "common-criteria",
] as const;

export type ServerFindingCode = (typeof serverFindingCodes)[number];

/** `servers` are the ports it is about, as `NODE:PORT` or `HOST:PORT`; `node` is null where they are of several nodes, or of none. */
export interface ServerFinding extends Finding<ServerFindingCode> {
  readonly cluster: string | null;
  readonly servers: readonly string[];
}

/** What a judge has to say of some ports, before alike ones are told as one finding. */
export interface Complaint {
  readonly code: ServerFindingCode;
  readonly severity: Finding["severity"];
  readonly targets: readonly ServerTarget[];
  /** The message without its ports, which stand before it. */
  readonly what: string;
  readonly advice: string;
}

/** Those whose advice comes to another certificate. */
const renewing: ReadonlySet<ServerFindingCode> = new Set([
  ...(["name-not-in-certificate", "wildcard-misplaced", "wildcard-on-node"] as const),
  ...(["multi-server-name-missing", "multi-server-serial-differs"] as const),
  ...(["certificate-unreadable", "certificate-part-unreadable"] as const),
  ...(["certificate-expired", "certificate-expiring", "key-weak", "key-large", "digest-weak"] as const),
  ...(["kinds-differ", "server-auth-missing", "key-usage-missing", "capf-not-authority"] as const),
  ...(["fips", "common-criteria"] as const),
]);
const oneAtATime =
  "What phones have in their list is renewed one trust anchor at a time, as `itlctl cert regen` does.";

const mostNamed = 6;

/** A certificate may hold a name of a megabyte. */
const mostSaid = 600;

/** `pub:8443`; a host by hand as it was given. */
export function labelOf({ node, host, port }: Pick<ServerTarget, "node" | "host" | "port">): string {
  const place = node ?? host;
  return `${place.includes(":") ? `[${place}]` : place}:${port}`;
}

export function complain(
  [code, severity]: readonly [ServerFindingCode, Complaint["severity"]],
  targets: readonly ServerTarget[],
  what: string,
  advice: string,
): Complaint {
  const whole = what.length <= mostSaid ? what : `${what.slice(0, mostSaid)}…`;
  return { code, severity, targets, what: whole, advice };
}

/** What is said of several ports in the same words becomes one finding; what blocks stands first. */
export function findingsOf(complaints: readonly Complaint[]): ServerFinding[] {
  const alike = new Map<string, Complaint>();
  for (const each of complaints) {
    const key = [each.code, each.severity, each.what].join(" ");
    const before = alike.get(key)?.targets ?? [];
    alike.set(key, { ...each, targets: [...before, ...each.targets] });
  }
  const findings = Array.from(alike.values(), findingOf);
  return findings.toSorted(
    (one, other) => Number(one.severity === "warn") - Number(other.severity === "warn"),
  );
}

function findingOf({ code, severity, targets, what, advice }: Complaint): ServerFinding {
  const servers = [...new Set(targets.map(labelOf))];
  const more = servers.length - mostNamed;
  const places = more > 1 ? `${servers.slice(0, mostNamed).join(", ")} and ${more} more` : servers.join(", ");
  const isListed = renewing.has(code) && targets.some(isForPhones);
  return {
    ...{ code, severity, node: onlyOf(targets.map(({ node }) => node)) },
    ...{ message: `${places}: ${what}`, advice: isListed ? `${advice} ${oneAtATime}` : advice },
    ...{ cluster: onlyOf(targets.map(({ cluster }) => cluster)), servers },
  };
}

function onlyOf(values: readonly (string | null)[]): string | null {
  const [first = null, ...others] = new Set(values);
  return others.length === 0 ? first : null;
}
