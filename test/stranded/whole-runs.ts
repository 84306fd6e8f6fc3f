// Random whole runs over SSH: a plan, faults, clocks that go wrong, phones that come and go while it runs; who was stranded out.
import fc from "fast-check";
import type { FaultAction, FaultPoint } from "../../mocks/lab/faults.ts";
import type { LabPhone, LabRelease } from "../../mocks/lab/model.ts";
import { servedBytes } from "../../mocks/lab/phones.ts";
import { serviceNames } from "../../mocks/lab/profiles.ts";
import type { RunDocument } from "../../src/report/run-document.ts";
import { openBackupCli } from "../support/backup-cli.ts";
import { type CertChange, certChangeOn } from "../support/cert-change.ts";
import type { CliResult } from "../support/run-cli.ts";
import { restartEverywhere } from "./stage-cluster.ts";

const minuteMs = 60_000;
const names = ["pub", "tftp2", "cm3"] as const;

export interface WholeRun {
  readonly release: LabRelease;
  readonly skewMinutes: readonly number[];
  /** A playbook of its own where anchors stand in separate steps. */
  readonly plan:
    | { readonly kind: "cert-regen"; readonly units: readonly string[]; readonly node: string | null }
    | { readonly kind: "hand-written"; readonly units: readonly string[] }
    | { readonly kind: "renewal" };
  readonly faults: readonly { readonly node: string; readonly kind: keyof typeof faultKinds }[];
  /** A certificate that is no anchor, made anew by hand that long after the start: the platform's hold. */
  readonly byHand: readonly { readonly minute: number; readonly node: string }[];
  readonly phones: readonly { readonly phone: number; readonly offAt: number; readonly minutes: number }[];
}

const regen = /^set cert regen/;
const restart = /^utils service restart Cisco (Tftp|Trust)/;

const faultKinds = {
  "dropped before the regeneration": fault(regen, { kind: "before" }, { kind: "drop" }),
  "dropped while it goes on": fault(regen, { kind: "before" }, { kind: "drop", commandGoesOn: true }),
  "dropped after it": fault(regen, { kind: "point", name: "regenerated" }, { kind: "drop" }),
  "stalled and going on": fault(regen, { kind: "before" }, { kind: "stall", ms: 15_000 }),
  "restart dropped": fault(restart, { kind: "before" }, { kind: "drop" }),
  "restart dropped and going on": fault(restart, { kind: "before" }, { kind: "drop", commandGoesOn: true }),
  "reset dropped and going on": fault(
    /^utils itl reset/,
    { kind: "before" },
    { kind: "drop", commandGoesOn: true },
  ),
  "look dropped": fault(/^show itl/, { kind: "before" }, { kind: "drop" }),
} as const;

function fault(command: RegExp, at: FaultPoint, action: FaultAction) {
  return { command, at, action };
}

const node = fc.constantFrom(...names);
const anchors = fc.subarray(["CallManager", "TVS"], { minLength: 1 });

export const wholeRun: fc.Arbitrary<WholeRun> = fc.record({
  release: fc.constantFrom("10.0" as const, "11.5" as const, "12.5" as const, "15" as const),
  skewMinutes: fc.array(fc.integer({ min: -120, max: 120 }), { minLength: 3, maxLength: 3 }),
  plan: fc.oneof(
    fc.record({
      kind: fc.constant("cert-regen" as const),
      units: fc.oneof(anchors, fc.subarray(["ipsec", "CAPF", "TVS"], { minLength: 1 })),
      node: fc.constantFrom(null, null, "pub"),
    }),
    fc.constant({ kind: "renewal" as const }),
    fc.record({
      kind: fc.constant("hand-written" as const),
      units: fc.shuffledSubarray(["CallManager", "TVS"], { minLength: 1 }),
    }),
  ),
  faults: fc.array(
    fc.record({
      node,
      kind: fc.constantFrom(...(Object.keys(faultKinds) as (keyof typeof faultKinds)[])),
    }),
    { maxLength: 2 },
  ),
  byHand: fc.array(fc.record({ minute: fc.nat({ max: 20 }), node }), { maxLength: 1 }),
  phones: fc.array(
    fc.record({
      phone: fc.nat({ max: 5 }),
      offAt: fc.nat({ max: 30 }),
      minutes: fc.integer({ min: 1, max: 40 }),
    }),
    { maxLength: 4 },
  ),
});

/** How a run ended; `stranded` says which phone, and why. */
export interface EndedRun {
  readonly outcome: "done" | "refused" | "stopped";
  readonly why: string;
  readonly stranded: readonly string[];
  readonly writes: number;
  readonly complaints: readonly string[];
}

export async function runWhole(case_: WholeRun): Promise<EndedRun> {
  const cli = await openBackupCli({
    clusters: [
      {
        ...{ name: "east", release: case_.release, keyBits: 1024 },
        nodes: names.map((name, at) => ({
          ...{ name, isTftp: name !== "cm3" },
          clockSkewMs: (case_.skewMinutes[at] ?? 0) * minuteMs,
        })),
      },
    ],
  });
  try {
    return await runOn(certChangeOn(cli), case_);
  } finally {
    await cli.close();
  }
}

async function runOn(change: CertChange, case_: WholeRun): Promise<EndedRun> {
  const { lab } = change;
  const cluster = lab.cluster();
  const stranded: string[] = [];
  const boot = (phones: readonly LabPhone[]) => {
    const verdicts = cluster.bootPhones(phones.map(({ name }) => name));
    for (const { phone, accepted, reason } of verdicts)
      if (accepted === "rejected")
        stranded.push(`${phone} after ${change.written().at(-1) ?? "nothing"}: ${reason}`);
  };
  boot(cluster.phones);
  const start = cluster.clock.now();
  // Past the preflight, which a dropped look would end.
  const arm = () => {
    for (const { node: name, kind } of case_.faults) cluster.faults.add({ node: name, ...faultKinds[kind] });
  };
  cluster.clock.onReach(start + minuteMs / 4, arm);
  for (const { phone: place, offAt, minutes } of case_.phones) {
    const phone = cluster.phones[place % cluster.phones.length] as LabPhone;
    cluster.clock.onReach(start + offAt * minuteMs, () => {
      phone.isPoweredOn = false;
    });
    cluster.clock.onReach(start + (offAt + minutes) * minuteMs, () => {
      phone.isPoweredOn = true;
      boot([phone]);
    });
  }
  for (const { minute, node: name } of case_.byHand)
    cluster.clock.onReach(
      start + minute * minuteMs,
      () => void cluster.regenerate(cluster.node(name), "ipsec"),
    );

  const [outcome, why] = await untilOver(change, case_, () => {
    cluster.setPhonesPower(true);
    boot(cluster.phones);
    return cluster.phones.every((phone) => {
      const served = servedBytes(cluster, cluster.node(phone.tftpNode));
      return served !== null && phone.heldList?.equals(served) === true;
    });
  });
  const writes = cluster.writes.length;
  cluster.setPhonesPower(true);
  boot(cluster.phones);
  await restartEverywhere(cluster, serviceNames.tvs);
  await restartEverywhere(cluster, serviceNames.tftp);
  boot(cluster.phones);
  return { outcome, why, stranded, writes, complaints: lab.complaints };
}

/** Carries the run on: a gate is answered by who looks first, a restart whose end is not known is made by hand, anything else is tried again. */
async function untilOver(
  change: CertChange,
  { plan }: WholeRun,
  confirms: () => boolean,
): Promise<["done" | "refused" | "stopped", string]> {
  const cluster = change.lab.cluster();
  let result: CliResult = await change.run([...wordsOf(change, plan), ...unattended]);
  for (let again = 0; again < 40; again += 1) {
    const { run, waitsFor, until, error } = result.json<RunDocument>();
    if (result.exit === 0 || result.exit === 3) return ["done", ""];
    if (run === null || [2, 10, 11, 20].includes(result.exit))
      return [result.exit === 20 ? "refused" : "stopped", `${result.exit} ${JSON.stringify(error)}`];
    const isGate = waitsFor !== null && /phones/.test(waitsFor);
    if (isGate && !confirms()) return ["stopped", "the person cannot say that phones have followed"];
    if (waitsFor !== null && !isGate) {
      const service = waitsFor.endsWith("tftp") ? serviceNames.tftp : serviceNames.tvs;
      await restartEverywhere(cluster, service);
    }
    // Nobody waits inside the program: the lab's clock is moved, and phones go and come meanwhile.
    if (until !== null)
      await cluster.clock.advance(Math.max(0, Date.parse(until) - cluster.clock.now()) + 1_000);
    result = await change.run([
      ...["resume", run, ...(waitsFor === null ? [] : ["--confirm", waitsFor])],
      ...unattended,
    ]);
  }
  return ["stopped", `tried 40 times: ${result.stdout.slice(-2_000)}`];
}

const unattended = ["--no-wait", "--yes", "--json"];

function wordsOf(change: CertChange, plan: WholeRun["plan"]): string[] {
  if (plan.kind === "renewal") return ["cert", "regen", "east", "ITLRecovery"];
  if (plan.kind === "cert-regen")
    return ["cert", "regen", "east", ...plan.units, ...(plan.node === null ? [] : ["--node", plan.node])];
  const steps = plan.units.flatMap((unit, at) => [
    ...(at === 0 ? [] : [`  - { id: hold-${at}, verb: hold }`, `  - { id: phones-${at}, verb: gate }`]),
    `  - { id: unit-${at}, verb: regenerate, units: [${unit}] }`,
  ]);
  const head = "playbook: by-hand\ndescription: By hand.\nsteps:\n  - { id: preflight, verb: preflight }\n";
  return ["run", change.write("by-hand.yaml", `${head}${steps.join("\n")}\n`), "--cluster", "east"];
}
