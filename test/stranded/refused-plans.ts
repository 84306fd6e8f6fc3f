// The classes of plans that are refused, each with a cluster on which it is, and the same order of work by hand.
import type { StagedCluster } from "../../mocks/lab/cluster-state.ts";
import type { LabClusterOptions } from "../../mocks/lab/cluster-options.ts";
import type { LabRelease, LabUnit } from "../../mocks/lab/model.ts";
import { serviceNames } from "../../mocks/lab/profiles.ts";
import { restartEverywhere } from "./stage-cluster.ts";

export interface RefusedPlan {
  readonly title: string;
  readonly release: LabRelease;
  readonly nodes?: LabClusterOptions["nodes"];
  /** What was done before, with phones on. */
  readonly before?: (cluster: StagedCluster) => Promise<void>;
  /** Words after `itlctl`, or the steps of a playbook. */
  readonly plan: readonly string[] | { readonly steps: string };
  readonly exit: number;
  /** A finding's code, or words of the message. */
  readonly says: string;
  /** The same order by hand, phones switched off. */
  readonly force: (cluster: StagedCluster) => Promise<void>;
  /** What it takes until phones are lost; `nobody`: they are not, in the lab. */
  readonly loses: "phones" | "nobody";
}

/** Certificates made anew by hand on every node (ITLRecovery on the publisher), past each hold; nothing restarted. */
async function remake(cluster: StagedCluster, ...units: readonly LabUnit[]): Promise<void> {
  for (const unit of units)
    for (const node of unit === "ITLRecovery" ? [cluster.publisher] : cluster.nodes) {
      await cluster.clock.advance(6 * 60_000);
      const outcome = cluster.regenerate(node, unit);
      if (outcome.kind !== "regenerated") throw new Error(`${unit} of ${node.name}: ${outcome.kind}`);
    }
}

async function restartLists(cluster: StagedCluster): Promise<void> {
  await restartEverywhere(cluster, serviceNames.tvs);
  await restartEverywhere(cluster, serviceNames.tftp);
}

/** New certificates of these kinds, and then the restarts that bring them into the lists. */
const together =
  (...units: readonly LabUnit[]) =>
  async (cluster: StagedCluster) => {
    await remake(cluster, ...units);
    await restartLists(cluster);
  };

/** The same, and then the one write that is meant to bring phones back. */
const togetherAndReset =
  (...units: readonly LabUnit[]) =>
  async (cluster: StagedCluster) => {
    await together(...units)(cluster);
    await cluster.resetLocalkey();
  };

const stopTvs = async (cluster: StagedCluster) => {
  for (const node of cluster.nodes) cluster.setService(node, serviceNames.tvs, "STOPPED", true);
};

const inOnePlan = (one: string, other: string) => ({
  steps: `  - { id: one, verb: regenerate, units: [${one}] }\n  - { id: other, verb: regenerate, units: [${other}] }\n`,
});

const older = ["10.0", "11.5"] as const;
const newer = ["12.5", "15"] as const;
const pair = { exit: 10, says: "phones that were away for both changes are lost", loses: "phones" } as const;
const blocked = { exit: 20, loses: "phones" } as const;

export const refusedPlans: readonly RefusedPlan[] = [
  ...older.flatMap((release): RefusedPlan[] => [
    {
      ...{ ...pair, release, title: "CallManager and TVS without hold and gate between them" },
      ...{ plan: inOnePlan("CallManager", "TVS"), force: together("CallManager", "TVS") },
    },
    {
      ...{
        ...pair,
        release,
        title: "TVS and ITLRecovery together: found out when the recovery key is needed",
      },
      ...{ plan: inOnePlan("TVS", "ITLRecovery"), force: togetherAndReset("TVS", "ITLRecovery") },
    },
    {
      ...{ ...pair, release, title: "CallManager and ITLRecovery together, while a TVS answers" },
      ...{
        plan: inOnePlan("CallManager", "ITLRecovery"),
        force: togetherAndReset("CallManager", "ITLRecovery"),
      },
      loses: "nobody",
    },
    {
      ...{
        ...pair,
        release,
        title: "CallManager and ITLRecovery together, and TVS stopped: no key is left that phones know",
      },
      plan: inOnePlan("CallManager", "ITLRecovery"),
      async force(cluster) {
        await stopTvs(cluster);
        await togetherAndReset("CallManager", "ITLRecovery")(cluster);
      },
    },
    {
      ...{ ...blocked, release, title: "CallManager where no TVS runs", before: stopTvs },
      ...{ plan: ["cert", "regen", "east", "CallManager"], says: "phones-would-be-lost" },
      force: together("CallManager"),
    },
    {
      ...{ ...blocked, release, title: "TVS while CallManager has changed and no list shows it" },
      before: (cluster) => remake(cluster, "CallManager"),
      ...{ plan: ["cert", "regen", "east", "TVS"], says: "anchor-moved-lately" },
      force: together("TVS"),
    },
  ]),
  ...newer.flatMap((release): RefusedPlan[] => [
    {
      ...{ ...pair, release, title: "TVS and ITLRecovery without hold and gate between them" },
      ...{ plan: inOnePlan("TVS", "ITLRecovery"), force: together("TVS", "ITLRecovery") },
    },
    {
      ...{
        ...pair,
        release,
        title: "CallManager and TVS together: found out when a reset has CallManager sign",
      },
      ...{ plan: inOnePlan("CallManager", "TVS"), force: togetherAndReset("CallManager", "TVS") },
    },
    {
      ...{ ...pair, release, title: "CallManager and ITLRecovery together, while a TVS answers" },
      ...{
        plan: inOnePlan("CallManager", "ITLRecovery"),
        force: togetherAndReset("CallManager", "ITLRecovery"),
      },
      loses: "nobody",
    },
    {
      ...{
        ...pair,
        release,
        title: "CallManager and ITLRecovery together, and TVS stopped: no key is left that phones know",
      },
      plan: inOnePlan("CallManager", "ITLRecovery"),
      async force(cluster) {
        await stopTvs(cluster);
        await togetherAndReset("CallManager", "ITLRecovery")(cluster);
      },
    },
    {
      ...{ ...blocked, release, title: "ITLRecovery without the reset, where no TVS runs", before: stopTvs },
      plan: { steps: "  - { id: renew, verb: regenerate, units: [ITLRecovery] }\n" },
      ...{ says: "phones-would-be-lost", force: together("ITLRecovery") },
    },
    {
      ...{ ...blocked, release, title: "TVS while ITLRecovery has changed and no list shows it" },
      before: (cluster) => remake(cluster, "ITLRecovery"),
      ...{ plan: ["cert", "regen", "east", "TVS"], says: "anchor-moved-lately" },
      force: together("TVS"),
    },
    {
      ...{
        ...blocked,
        release,
        title: "TVS in the middle of a renewal of ITLRecovery: the list is signed by CallManager",
      },
      async before(cluster) {
        await remake(cluster, "ITLRecovery");
        // The first of the two resets of phones has not come yet.
        await cluster.resetLocalkey();
      },
      ...{ plan: ["cert", "regen", "east", "TVS"], says: "signer-unexpected", force: together("TVS") },
    },
  ]),
  {
    ...{
      ...blocked,
      release: "11.5",
      title: "TVS after a recovery that was not finished: ITLRecovery still signs",
    },
    async before(cluster) {
      await cluster.resetLocalkey();
      cluster.bootPhones();
    },
    ...{ plan: ["cert", "regen", "east", "TVS"], says: "signer-unexpected", force: together("TVS") },
  },
];
