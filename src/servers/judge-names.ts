// The names that clients come by → those that no certificate can satisfy: addresses, and names without a domain.
import { nameFault } from "./match-name.ts";
import { isForPhones, type Presentation } from "./presentations.ts";
import { complain, type Complaint } from "./server-findings.ts";
import type { ServerTarget } from "./server-target.ts";

/** Each name once, with every port it is used for. XMPP certificates are known by the domain instead. */
export function judgeNames(presentations: readonly Presentation[]): Complaint[] {
  const byName = new Map<string, Presentation[]>();
  for (const presentation of presentations) {
    const { target } = presentation;
    if (isForPhones(target) || target.kind === "xmpp" || nameFault(target.name) === null) continue;
    byName.set(target.name, [...(byName.get(target.name) ?? []), presentation]);
  }
  return [...byName].map(([name, shown]) => faultOf(name, shown));
}

function faultOf(name: string, shown: readonly Presentation[]): Complaint {
  const targets = shown.map(({ target }) => target);
  if (nameFault(name) === "address") {
    return complain(
      ["name-is-address", "warn"],
      targets,
      `clients that come by the address ${name} are asked whether to trust the certificate; names were not compared`,
      hintFor(targets[0]),
    );
  }
  const full = shown.flatMap(({ certificate }) =>
    certificate.kind === "read" ? [...certificate.names.dnsNames, ...certificate.commonNames] : [],
  );
  const likely = full.find((value) => value.toLowerCase().startsWith(`${name.toLowerCase()}.`));
  return complain(
    ["name-not-full", "warn"],
    targets,
    `clients that come by ${name}, a name without a domain, are asked whether to trust the certificate${likely === undefined ? "" : `, which is for ${likely}`}; names were not compared`,
    hintFor(targets[0]),
  );
}

function hintFor(target: ServerTarget | undefined): string {
  return target !== undefined && target.node !== null
    ? "Set servers.domain in the inventory, and look that service profiles name nodes by full names."
    : "Give the full name that clients use, and look that service profiles have it too.";
}
