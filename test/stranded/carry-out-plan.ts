// A plan and a cluster of the lab in; judged by the tool's own rules and, where they agree, carried out on the truth step by step.
import type { StagedCluster } from "../../mocks/lab/cluster-state.ts";
import type { LabUnit } from "../../mocks/lab/model.ts";
import { OperatorError } from "../../src/base/errors.ts";
import { parseListFile } from "../../src/facts/itl-file.ts";
import type { Step } from "../../src/playbook/step.ts";
import { expandSteps } from "../../src/run/expand-steps.ts";
import { changeOf } from "../../src/run/planned-change.ts";
import { changedCertificates, heldSince } from "../../src/run/steps/followed.ts";
import { nodesOfRestart } from "../../src/run/steps/restart-service.ts";
import { listSha1, nodeOf } from "../../src/run/steps/standing.ts";
import { sha1Hex } from "../../src/run/node-changes.ts";
import type { WorkBasis } from "../../src/run/work-basis.ts";
import { judgeFollowed } from "../../src/verdict/judge-followed.ts";
import { judgeRegeneration } from "../../src/verdict/judge-regeneration.ts";
import { certificateOf } from "../support/lab-facts.ts";
import type { PlanCase, WrittenStep } from "./random-plans.ts";
import { basisOf, certificatesOf, lookAt, nodeNames } from "./stage-cluster.ts";

/** What a plan needs from the world around it. */
export interface Around {
  /** Before the step at that place; a step of the plan as it was expanded. */
  before(place: number, step: Step): Promise<void>;
  /** After each step that was carried out. */
  after(step: Step): void;
  /** The truthful person's word. */
  confirms(): boolean;
}

/** `refused` by the codes; `done`, or how far it came. */
export type Carried =
  | { readonly kind: "refused"; readonly codes: readonly string[] }
  | { readonly kind: "done" | "cut" | "stopped"; readonly steps: readonly string[]; readonly why: string };

/** The steps of a playbook, before they are expanded. */
function playbookSteps(plan: PlanCase, nodeCount: number): Step[] {
  const names = (places: readonly number[]) => [
    ...new Set(places.map((place) => nodeNames[place % nodeCount] ?? "")),
  ];
  const stepOf = (step: WrittenStep, at: number): Step => {
    const id = `s${at}`;
    if (step.verb === "regenerate")
      return {
        ...{ id, verb: step.verb, units: step.units, nodes: names(step.nodes) },
        replaceCaSigned: plan.replaceCaSigned,
      };
    if (step.verb === "restart-service")
      return { id, verb: step.verb, service: step.service, nodes: names(step.nodes) };
    return { id, verb: step.verb };
  };
  return [{ id: "preflight", verb: "preflight" }, ...plan.steps.map(stepOf)];
}

/** Never accepts a code. */
export async function carryOutPlan(lab: StagedCluster, plan: PlanCase, around: Around): Promise<Carried> {
  const facts = lookAt(lab);
  const certificates = certificatesOf(lab);
  const basis = basisOf(lab, facts, certificates);
  let steps: Step[];
  try {
    steps = expandSteps(playbookSteps(plan, lab.nodes.length), { basis, certificates });
  } catch (error) {
    if (error instanceof OperatorError) return { kind: "refused", codes: [error.code] };
    throw error;
  }
  const verdict = judgeRegeneration({
    ...{ facts, certificates, steps: steps.map(changeOf), accepted: [], replaceCaSigned: false },
    ...{ certificateDays: 30, nowMs: lab.clock.now() },
  });
  if (verdict.blocking.length > 0)
    return { kind: "refused", codes: [...new Set(verdict.blocking.map(({ code }) => code))] };
  const run = openRun(lab, basis);
  const done: string[] = [];
  for (const [place, step] of steps.entries()) {
    await around.before(place, step);
    if (plan.cutAt === place) return { kind: "cut", steps: done, why: `abandoned before ${step.id}` };
    const stop = await run.carryOut(step, around);
    done.push(step.id);
    around.after(step);
    if (stop !== null) return { kind: "stopped", steps: done, why: stop };
  }
  return { kind: "done", steps: done, why: "" };
}

/** One run's memory, and each verb's effect on the truth. */
function openRun(lab: StagedCluster, basis: WorkBasis) {
  const lists = new Map<string, Buffer>();
  const listsSeen: Record<string, Record<string, string | null>> = {};
  const confirmed: string[] = [];
  const changed: { node: string; unit: string; serial: string; sha1: string }[] = [];
  const context = {
    state: () => ({ listsSeen, confirmed, changed }),
    ground: () => basis,
    work: () => basis,
    history: {
      bytesOf(sha1: string) {
        const bytes = lists.get(sha1);
        if (bytes === undefined) throw new Error(`no list ${sha1}`);
        return bytes;
      },
    },
  };
  const remember = () => {
    for (const { listFile } of lab.nodes)
      if (listFile !== null) lists.set(parseListFile(listFile).sha1, listFile);
  };
  remember();

  /** As `proveFollowed`, of one look. */
  const prove = (step: string): string | null => {
    const facts = lookAt(lab);
    remember();
    const { tftpNodes } = basis;
    const proofs = heldSince(context, step).flatMap((before) =>
      judgeFollowed({ facts, tftpNodes, before, expected: changedCertificates(context) }),
    );
    listsSeen[step] = Object.fromEntries(
      tftpNodes.map((name) => [name, listSha1(nodeOf(facts, name)) ?? null]),
    );
    const bad = proofs.find(({ isProven }) => !isProven);
    return bad === undefined ? null : `not proven on ${bad.node}: ${bad.detail}`;
  };

  return {
    /** Null: done; else why the run stops here. */
    async carryOut(step: Step, person: Pick<Around, "confirms">): Promise<string | null> {
      switch (step.verb) {
        case "hold":
          await lab.clock.sleep(lab.switches.regenerationHoldMs + 1_000);
          return null;
        case "regenerate": {
          const node = lab.node(step.nodes?.[0] ?? "");
          const unit = (step.units[0] ?? "") as LabUnit;
          const before = basis.certificates.find((own) => own.node === node.name && own.unit === unit);
          const own = certificateOf(node.certificates.get(unit));
          const known = changed.findLast((one) => one.node === node.name && one.unit === unit) ?? before;
          if (known?.sha1 !== sha1Hex(own.sha1)) return "changed behind the run's back";
          while (lab.regenerationHold(node) !== null) await lab.clock.sleep(60_000);
          const outcome = lab.regenerate(node, unit);
          if (outcome.kind !== "regenerated") return `the platform refused ${unit}: ${outcome.kind}`;
          const made = certificateOf(outcome.certificate);
          changed.push({ node: node.name, unit, serial: made.serial, sha1: sha1Hex(made.sha1) });
          return null;
        }
        case "restart-service":
          for (const name of nodesOfRestart(step, context))
            await lab.restartService(lab.node(name), step.service);
          return null;
        case "verify":
          return prove(step.id);
        case "gate": {
          const stop = prove(step.id);
          if (stop !== null) return stop;
          if (!person.confirms()) return "the person cannot say that phones have followed";
          confirmed.push(step.id);
          return prove(step.id);
        }
        default:
          return null;
      }
    },
  };
}
