// fast-check in; random clusters, plans and days around them out, as plain data that prints readable.
import fc from "fast-check";
import type { LabRelease, LabUnit } from "../../mocks/lab/model.ts";

export type Tvs = "running" | "stopped" | "absent";

/** `pub` first. `skewMinutes` of the node's clock. */
export interface NodeCase {
  readonly isTftp: boolean;
  readonly tvs: Tvs;
  readonly skewMinutes: number;
}

/** A certificate made anew by hand; what follows it only where said. `then` after restarts; node by place. */
export interface HandChange {
  readonly unit: LabUnit;
  readonly node: number;
  readonly restarts: "nothing" | "tvs" | "tftp" | "both";
}

export interface ClusterCase {
  readonly release: LabRelease;
  readonly nodes: readonly NodeCase[];
  readonly caSigned: readonly LabUnit[];
  /** Before anything else, oldest first; after each, the phones that boot. */
  readonly before: readonly (HandChange & { readonly phonesThatBoot: "all" | "half" | "none" })[];
}

/** A step as written; nodes by place, empty: every node. */
export type WrittenStep =
  | { readonly verb: "regenerate"; readonly units: readonly string[]; readonly nodes: readonly number[] }
  | { readonly verb: "restart-service"; readonly service: string; readonly nodes: readonly number[] }
  | { readonly verb: "hold" | "gate" };

export interface PlanCase {
  readonly kind: "cert-regen" | "hand-written";
  readonly steps: readonly WrittenStep[];
  readonly replaceCaSigned: boolean;
  /** Abandoned before this step of the expanded plan; null: carried to its end. */
  readonly cutAt: number | null;
  /** What happens before the step at that place. */
  readonly meanwhile: readonly Meanwhile[];
}

export type Meanwhile =
  | { readonly at: number; readonly kind: "off" | "on" | "boot"; readonly phone: number }
  | { readonly at: number; readonly kind: "by-hand"; readonly change: HandChange };

export interface Day {
  readonly cluster: ClusterCase;
  readonly plans: readonly PlanCase[];
}

const units = ["tomcat", "ipsec", "CAPF", "CallManager", "TVS", "ITLRecovery"] as const;
const anchors = ["CallManager", "TVS", "ITLRecovery"] as const;
const node = fc.nat({ max: 3 });
const unit = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...anchors) },
  { weight: 1, arbitrary: fc.constantFrom(...units) },
);

const nodeCase: fc.Arbitrary<NodeCase> = fc.record({
  isTftp: fc.oneof({ weight: 3, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) }),
  tvs: fc.oneof(
    { weight: 6, arbitrary: fc.constant<Tvs>("running") },
    { weight: 1, arbitrary: fc.constant<Tvs>("stopped") },
    { weight: 1, arbitrary: fc.constant<Tvs>("absent") },
  ),
  skewMinutes: fc.integer({ min: -120, max: 120 }),
});

/** Without anchors a change made by hand only arms the hold; with them it may strand phones by itself. */
const handChange = (of: fc.Arbitrary<LabUnit>): fc.Arbitrary<HandChange> =>
  fc.record({
    unit: of,
    node,
    restarts: fc.constantFrom("nothing" as const, "tvs" as const, "tftp" as const, "both" as const),
  });

const clusterCase = (releases: readonly LabRelease[]): fc.Arbitrary<ClusterCase> =>
  fc.record({
    release: fc.constantFrom(...releases),
    nodes: fc.array(nodeCase, { minLength: 1, maxLength: 4 }),
    caSigned: fc.oneof(
      { weight: 5, arbitrary: fc.constant([]) },
      { weight: 1, arbitrary: fc.subarray(["CallManager", "tomcat"] as LabUnit[]) },
    ),
    before: fc.array(
      fc
        .tuple(handChange(unit), fc.constantFrom("all" as const, "half" as const, "none" as const))
        .map(([change, phonesThatBoot]) => ({ ...change, phonesThatBoot })),
      { maxLength: 3 },
    ),
  });

const phoneEvent: fc.Arbitrary<Meanwhile> = fc.record({
  at: fc.nat({ max: 40 }),
  kind: fc.constantFrom("off" as const, "off" as const, "on" as const, "boot" as const),
  phone: fc.nat({ max: 7 }),
});
const harmlessByHand: fc.Arbitrary<Meanwhile> = fc.record({
  at: fc.nat({ max: 40 }),
  kind: fc.constant("by-hand" as const),
  // Without restarts: those could bring phones what was changed before, which would be the hand's doing.
  change: handChange(fc.constantFrom("tomcat" as const, "ipsec" as const)).map((change) => ({
    ...change,
    restarts: "nothing" as const,
  })),
});
const meanwhile = fc.array(
  fc.oneof({ weight: 7, arbitrary: phoneEvent }, { weight: 1, arbitrary: harmlessByHand }),
  { maxLength: 12 },
);
const cutAt = fc.oneof(
  { weight: 3, arbitrary: fc.constant(null) },
  { weight: 2, arbitrary: fc.nat({ max: 30 }) },
);
const someNodes = fc.oneof(
  { weight: 3, arbitrary: fc.constant<number[]>([]) },
  { weight: 2, arbitrary: fc.uniqueArray(node, { minLength: 1, maxLength: 3 }) },
);

const certRegen: fc.Arbitrary<PlanCase> = fc
  .tuple(
    fc.uniqueArray(fc.constantFrom(...units), { minLength: 1, maxLength: 4 }),
    someNodes,
    fc.boolean(),
    cutAt,
    meanwhile,
  )
  .map(([chosen, nodes, replaceCaSigned, cut, around]) => ({
    kind: "cert-regen" as const,
    steps: [{ verb: "gate" as const }, { verb: "regenerate" as const, units: chosen, nodes }],
    ...{ replaceCaSigned, cutAt: cut, meanwhile: around },
  }));

/** One part of a hand-written playbook: mostly with what the rules ask for, sometimes without. */
const part: fc.Arbitrary<WrittenStep[]> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .tuple(
        fc.subarray(["hold", "gate"] as ("hold" | "gate")[], { minLength: 0 }),
        fc.boolean(),
        fc.uniqueArray(unit, { minLength: 1, maxLength: 2 }),
        someNodes,
      )
      .map(([some, isWhole, chosen, nodes]): WrittenStep[] => [
        ...(isWhole ? (["hold", "gate"] as const) : some).map((verb) => ({ verb })),
        { verb: "regenerate", units: chosen, nodes },
      ]),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(
        fc.constantFrom("Cisco Tftp", "Cisco Trust Verification Service", "Cisco CallManager"),
        someNodes,
      )
      .map(([service, nodes]): WrittenStep[] => [{ verb: "restart-service", service, nodes }]),
  },
);

const handWritten: fc.Arbitrary<PlanCase> = fc
  .tuple(fc.array(part, { minLength: 1, maxLength: 3 }), fc.boolean(), cutAt, meanwhile)
  .map(([parts, replaceCaSigned, cut, around]) => ({
    kind: "hand-written" as const,
    steps: parts.flat(),
    ...{ replaceCaSigned, cutAt: cut, meanwhile: around },
  }));

/** A cluster with its past, and one or two plans one after the other. */
export const dayOn = (releases: readonly LabRelease[]): fc.Arbitrary<Day> =>
  fc.record({
    cluster: clusterCase(releases),
    plans: fc.array(fc.oneof(certRegen, handWritten), { minLength: 1, maxLength: 2 }),
  });
