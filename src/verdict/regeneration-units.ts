// A unit of certificates to its place in a plan, its nodes, and the services that have to be restarted: trust-rules.md 5.
import { isAtLeast } from "../facts/version.ts";
import type { NodeCertificates } from "../facts/node-certificates.ts";
import type { AnchorUnit } from "./cert-order.ts";

/**
 * The units that a plan can regenerate, in the documented order: what signs or vouches for lists comes last. `authz` is
 * not among them: no document at hand says which services use it, so it could not be carried out whole.
 */
export const regenerationOrder = [
  "tomcat",
  "tomcat-ECDSA",
  "ipsec",
  "CAPF",
  "CallManager",
  "CallManager-ECDSA",
  "TVS",
  "ITLRecovery",
] as const;

export type RegenerationUnit = (typeof regenerationOrder)[number];

/** `node`: where the certificate changed; each only where the service is activated. */
export interface ServiceRestart {
  readonly service: string;
  readonly where: "node" | "publisher" | "everywhere";
}

/** Whether a plan can regenerate it. */
export function isRegenerationUnit(unit: string): unit is RegenerationUnit {
  return regenerationOrder.some((known) => known === unit);
}

/** Each unit once, in `regenerationOrder`; units that are not in it stand last, as they came. */
export function inRegenerationOrder<Unit extends string>(units: readonly Unit[]): Unit[] {
  const place = (unit: string) => {
    const at = regenerationOrder.findIndex((known) => known === unit);
    return at === -1 ? regenerationOrder.length : at;
  };
  return [...new Set(units)].toSorted((one, other) => place(one) - place(other));
}

/** Whether the platform makes this certificate on the publisher only: ITLRecovery from 12.5, CAPF from 14. */
export function isPublisherOnly(unit: string, release: string): boolean {
  const since = unit === "ITLRecovery" ? "12.5" : unit === "CAPF" ? "14.0" : null;
  return since !== null && isAtLeast(release, since);
}

/**
 * Where a plan regenerates the unit unless told otherwise: the publisher first, then the order of `certificates` (that of
 * the inventory). ITLRecovery on the publisher only: up to 11.5 other nodes have one too, but no list carries it.
 */
export function nodesOfUnit(input: {
  readonly unit: string;
  readonly release: string;
  readonly publisher: string;
  readonly certificates: readonly NodeCertificates[];
}): string[] {
  const { unit, release, publisher } = input;
  const holders = input.certificates
    .filter(({ certificates }) => certificates.some((each) => each.unit === unit))
    .map(({ node }) => node);
  const first = holders.filter((node) => node === publisher);
  if (unit === "ITLRecovery" || isPublisherOnly(unit, release)) return first;
  return [...first, ...holders.filter((node) => node !== publisher)];
}

/** What phones judge lists by, of which this unit is one; null: phones take a list whatever becomes of it. */
export function anchorKind(unit: string): AnchorUnit | null {
  if (unit === "CallManager" || unit === "CallManager-ECDSA") return "CallManager";
  return unit === "TVS" || unit === "ITLRecovery" ? unit : null;
}

/** Whether phones have to follow before another anchor may change. */
export function touchesAnchor(unit: string): boolean {
  return anchorKind(unit) !== null;
}

/** Whether TFTP nodes write new lists in the course of it. */
export function makesNewLists(unit: RegenerationUnit): boolean {
  return servicesOfUnit(unit).some(({ service }) => service === services.tftp);
}

/** In the order in which they are restarted: Cisco Tftp last, so that it writes its list from what is settled. */
export function servicesOfUnit(unit: RegenerationUnit): readonly ServiceRestart[] {
  return servicesByUnit[unit];
}

const services = {
  tomcat: "Cisco Tomcat",
  drfMaster: "Cisco DRF Master",
  drfLocal: "Cisco DRF Local",
  capf: "Cisco Certificate Authority Proxy Function",
  callManager: "Cisco CallManager",
  ctiManager: "Cisco CTIManager",
  haProxy: "Cisco HAProxy",
  tvs: "Cisco Trust Verification Service",
  tftp: "Cisco Tftp",
} as const;

type Service = (typeof services)[keyof typeof services];

const restart = (service: Service, where: ServiceRestart["where"]): ServiceRestart => ({ service, where });

const ofTomcat = [restart(services.tomcat, "node")];

/** Every TFTP node writes its list anew, since each list carries certificates of other nodes. */
const ofLists = [restart(services.tvs, "everywhere"), restart(services.tftp, "everywhere")];

const ofCallManager = [
  restart(services.callManager, "node"),
  restart(services.ctiManager, "node"),
  restart(services.tvs, "node"),
  restart(services.haProxy, "node"),
  restart(services.tftp, "everywhere"),
];

const servicesByUnit: Readonly<Record<RegenerationUnit, readonly ServiceRestart[]>> = {
  tomcat: ofTomcat,
  "tomcat-ECDSA": ofTomcat,
  ipsec: [
    restart(services.drfMaster, "publisher"),
    restart(services.drfLocal, "everywhere"),
    restart(services.tomcat, "node"),
  ],
  CAPF: [restart(services.capf, "publisher"), ...ofLists],
  CallManager: ofCallManager,
  "CallManager-ECDSA": ofCallManager,
  TVS: ofLists,
  ITLRecovery: ofLists,
};
