// A random day in; every plan of it that the tool agrees to carried out while phones come and go, and who was stranded by it out.
import type { StagedCluster } from "../../mocks/lab/cluster-state.ts";
import type { LabPhone } from "../../mocks/lab/model.ts";
import { servedBytes } from "../../mocks/lab/phones.ts";
import { writeNormalList } from "../../mocks/lab/normal-list.ts";
import { serviceNames } from "../../mocks/lab/profiles.ts";
import { type Carried, carryOutPlan } from "./carry-out-plan.ts";
import type { Day, Meanwhile } from "./random-plans.ts";
import { carryOutByHand, restartEverywhere, stageCluster } from "./stage-cluster.ts";

/** A phone that was on and trusting before, and would not take its node's list. */
export interface Stranding {
  readonly phone: string;
  readonly plan: number;
  /** After which step, or `the end of the day`. */
  readonly when: string;
  readonly reason: string;
}

export interface Lived {
  readonly plans: readonly Carried[];
  readonly stranded: readonly Stranding[];
  /** How many phones were looked at, after every step each. */
  readonly watched: number;
}

/** The answer to a boot now, without the boot; power does not matter. Null: no list is to be had. */
function wouldReject(lab: StagedCluster, phone: LabPhone): string | null {
  const { heldList, isPoweredOn } = phone;
  phone.isPoweredOn = true;
  const [verdict] = lab.bootPhones([phone.name]);
  Object.assign(phone, { heldList, isPoweredOn });
  return verdict?.accepted === "rejected" ? verdict.reason : null;
}

/** Phones that are on, and would take what is served. */
function trusting(lab: StagedCluster): LabPhone[] {
  const judge = judgeOf(lab);
  return lab.phones.filter((phone) => phone.isPoweredOn && judge(phone) === null);
}

/** `wouldReject` at this moment; phones of one node with one list are alike. */
function judgeOf(lab: StagedCluster): (phone: LabPhone) => string | null {
  const known = new Map<string, Map<Buffer | null, string | null>>();
  return (phone) => {
    const ofNode = known.get(phone.tftpNode) ?? new Map<Buffer | null, string | null>();
    known.set(phone.tftpNode, ofNode);
    const said = ofNode.get(phone.heldList);
    if (said !== undefined) return said;
    const reason = wouldReject(lab, phone);
    ofNode.set(phone.heldList, reason);
    return reason;
  };
}

/** Phones that would be lost by what was done before, whatever is done now: at the next restart of the services. */
function doomed(lab: StagedCluster): LabPhone[] {
  const before = lab.nodes.map(({ servedFile, runningTvs }) => ({
    servedFile,
    runningTvs: runningTvs ?? null,
  }));
  for (const node of lab.nodes) {
    if (lab.isRunning(node, serviceNames.tvs)) node.runningTvs = null;
    if (node.servedFile !== null) node.servedFile = writeNormalList(lab, node, lab.nodeTime(node));
  }
  const judge = judgeOf(lab);
  const lost = lab.phones.filter((phone) => judge(phone) !== null);
  for (const [at, node] of lab.nodes.entries()) Object.assign(node, before[at]);
  return lost;
}

/**
 * Phones are watched after every step, as if each booted then, and once more after every service was restarted on a later
 * day. A phone is watched from the first plan before which it was on and trusting, to the end of the day.
 */
export async function liveThrough({ cluster, plans }: Day): Promise<Lived> {
  const lab = await stageCluster(cluster);
  const watched = new Set<LabPhone>();
  const lostEarlier = doomed(lab);
  const carried: Carried[] = [];
  const stranded: Stranding[] = [];
  const watch = (plan: number, when: string) => {
    const judge = judgeOf(lab);
    for (const phone of watched) {
      const reason = judge(phone);
      if (reason === null) continue;
      stranded.push({ phone: `${phone.name} of ${phone.tftpNode}`, plan, when, reason });
      watched.delete(phone);
    }
  };
  for (const [at, plan] of plans.entries()) {
    for (const phone of trusting(lab)) watched.add(phone);
    const result = await carryOutPlan(lab, plan, {
      async before(place) {
        for (const event of plan.meanwhile) if (event.at === place) await happen(lab, event);
      },
      after(step) {
        if (step.verb === "regenerate" || step.verb === "restart-service") watch(at, step.id);
      },
      confirms() {
        for (const phone of watched) phone.isPoweredOn = true;
        lab.bootPhones();
        watch(at, "the resets before a gate");
        return [...watched].every((phone) => {
          const served = servedBytes(lab, lab.node(phone.tftpNode));
          return served !== null && phone.heldList?.equals(served) === true;
        });
      },
    });
    carried.push(result);
    // A day later, whatever was left undone: each service comes up with what is on disk.
    if (at === plans.length - 1) {
      for (const phone of lostEarlier) watched.delete(phone);
      await restartEverywhere(lab, serviceNames.tvs);
      await restartEverywhere(lab, serviceNames.tftp);
      watch(at, "the end of the day");
    }
  }
  return { plans: carried, stranded, watched: watched.size };
}

async function happen(lab: StagedCluster, event: Meanwhile): Promise<void> {
  if (event.kind === "by-hand") return carryOutByHand(lab, event.change);
  const phone = lab.phones[event.phone % Math.max(lab.phones.length, 1)];
  if (phone === undefined) return;
  if (event.kind === "boot") lab.bootPhones([phone.name]);
  else phone.isPoweredOn = event.kind === "on";
  if (event.kind === "on") lab.bootPhones([phone.name]);
}
