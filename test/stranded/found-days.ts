// Days on which phones were stranded once, kept small: what the random search has found, and what was asked of it by hand.
import type { Day, HandChange, PlanCase, WrittenStep } from "./random-plans.ts";

const node = { isTftp: true, tvs: "running", skewMinutes: 0 } as const;
const change = (unit: HandChange["unit"], restarts: HandChange["restarts"]) => ({
  ...{ unit, node: 0, restarts },
  phonesThatBoot: "none" as const,
});
const plan = (kind: PlanCase["kind"], ...steps: readonly WrittenStep[]): PlanCase => ({
  ...{ kind, steps, replaceCaSigned: false, cutAt: null, meanwhile: [] },
});
const regenerate = (unit: string): WrittenStep => ({ verb: "regenerate", units: [unit], nodes: [0] });
const restart = (service: string): WrittenStep => ({ verb: "restart-service", service, nodes: [] });
const older = { release: "11.5", nodes: [node], caSigned: [] } as const;
/** CallManager is in the list, but phones have not been reset since. */
const newList = change("CallManager", "tftp");

/** By what they were lost to. */
export const foundDays: Readonly<Record<string, Day>> = {
  "TVS without a gate in front, while phones still hold the list from before": {
    cluster: { ...older, before: [newList] },
    plans: [plan("hand-written", regenerate("TVS"))],
  },
  "CallManager twice on one node without a gate between, phones off": {
    cluster: { ...older, before: [] },
    plans: [
      {
        ...plan("hand-written", { verb: "gate" }, regenerate("CallManager"), regenerate("CallManager")),
        meanwhile: [{ at: 2, kind: "off", phone: 0 }],
      },
    ],
  },
  "the restarts after CAPF, with a TVS certificate that nobody had followed yet": {
    cluster: { ...older, before: [newList, change("TVS", "nothing")] },
    plans: [plan("cert-regen", { verb: "gate" }, regenerate("CAPF"))],
  },
  "a TVS that still runs on the certificate from before, while the lists name its new one": {
    cluster: {
      ...older,
      nodes: [{ ...node, tvs: "absent" }, node],
      before: [
        { unit: "TVS", node: 1, restarts: "nothing", phonesThatBoot: "all" },
        { unit: "CallManager", node: 0, restarts: "tftp", phonesThatBoot: "all" },
      ],
    },
    plans: [plan("hand-written", regenerate("CallManager"))],
  },
  "a restart of TVS that brings its changed certificate": {
    cluster: { ...older, before: [newList, change("TVS", "nothing")] },
    plans: [plan("hand-written", restart("Cisco Trust Verification Service"))],
  },
  "a restart of Cisco Tftp that shows CallManager and TVS at once": {
    cluster: { ...older, before: [change("TVS", "tvs"), change("CallManager", "nothing")] },
    plans: [plan("hand-written", restart("Cisco Tftp"))],
  },
};
