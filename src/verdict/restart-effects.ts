// A service to what people notice of its restart and how long it may take, and a unit of work to an estimate of its length.
import { type RegenerationUnit, servicesOfUnit } from "./regeneration-units.ts";

interface Restart {
  readonly effects: readonly string[];
  readonly estimateMs: number;
}

const minuteMs = 60_000;

/** The times are itlctl's own estimates, on the long side; no document gives any. */
const restarts: Readonly<Record<string, Restart>> = {
  "Cisco Tomcat": {
    effects: [
      "the administration and self-care web pages of the node go away for some minutes",
      "applications that use AXL, RIS or the user directory through this node fail meanwhile",
    ],
    estimateMs: 8 * minuteMs,
  },
  "Cisco DRF Master": { effects: ["a backup of the platform that runs is broken off"], estimateMs: minuteMs },
  "Cisco DRF Local": {
    effects: ["a backup of the platform that runs is broken off for this node"],
    estimateMs: minuteMs,
  },
  "Cisco Certificate Authority Proxy Function": {
    effects: ["phones cannot be given certificates of their own meanwhile"],
    estimateMs: minuteMs,
  },
  "Cisco CallManager": {
    effects: [
      "registrations of phones, trunks and gateways on this node are dropped; phones move to the next node of their group",
      "calls that are being set up fail, and calls through media resources or gateways of this node may drop",
    ],
    estimateMs: 5 * minuteMs,
  },
  "Cisco CTIManager": {
    effects: [
      "CTI applications on this node (attendant consoles, recording, contact centre) lose their lines",
    ],
    estimateMs: 3 * minuteMs,
  },
  "Cisco HAProxy": {
    effects: ["web and API connections through this node are cut for a moment"],
    estimateMs: minuteMs,
  },
  "Cisco Trust Verification Service": {
    effects: ["phones that ask this node whether to trust something get no answer meanwhile"],
    estimateMs: minuteMs,
  },
  "Cisco Tftp": {
    effects: ["phones that start meanwhile get no configuration and no list from this node"],
    estimateMs: 2 * minuteMs,
  },
};

/** What people notice, in whole clauses; a service that is not known here says so. */
export function effectsOfRestart(service: string): readonly string[] {
  return restarts[service]?.effects ?? [`what a restart of ${service} does to users is not known`];
}

/** Our own estimate of one restart on one node, with the check that it is back. */
export function restartEstimateMs(service: string): number {
  return restarts[service]?.estimateMs ?? 5 * minuteMs;
}

/** Our own estimates of the other parts of a unit of work. */
export const regenerationEstimateMs = 2 * minuteMs;
export const verifyEstimateMs = 3 * minuteMs;

/** A regeneration, its restarts one after the other, and the proof; `nodesOf` says on how many nodes a service is restarted. */
export function estimateUnitMs(
  unit: RegenerationUnit,
  nodesOf: (restart: {
    readonly service: string;
    readonly where: "node" | "publisher" | "everywhere";
  }) => number,
): number {
  const restartsMs = servicesOfUnit(unit).reduce(
    (total, each) => total + nodesOf(each) * restartEstimateMs(each.service),
    0,
  );
  return regenerationEstimateMs + restartsMs + verifyEstimateMs;
}
