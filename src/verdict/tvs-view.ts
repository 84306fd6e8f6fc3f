// One look at a cluster to the Trust Verification Services that answer in it.
import type { ClusterFacts } from "../facts/node-facts.ts";
import type { TvsView } from "./phone-trust.ts";
import { tvsState } from "./tftp-state.ts";

/** Counts a node's TVS where its service is seen started and its certificate was read (`show cert own TVS`). */
export function tvsViewOf(facts: ClusterFacts): TvsView {
  const running = facts.nodes.filter((node) => tvsState(node) === "started");
  return {
    runningTvs: running.flatMap((node) => node.certificates["TVS"]?.sha1 ?? []),
    storeSerials: "any-of-cluster",
    storeCertificates: facts.nodes.flatMap((node) =>
      Object.values(node.certificates).map((certificate) => certificate.der),
    ),
  };
}

/** The same; null where this look read no TVS certificate at all. */
export function tvsSeen(facts: ClusterFacts): TvsView | null {
  return facts.nodes.some((node) => node.certificates["TVS"] !== undefined) ? tvsViewOf(facts) : null;
}
