// Every class of plan that is refused: nothing is written, and who does the same by hand strands phones.
import { afterEach, describe, expect, test } from "vitest";
import { type CertChange, openCertChange } from "../support/cert-change.ts";
import { refusedPlans } from "./refused-plans.ts";

let change: CertChange;

afterEach(() => change.close());

describe.each(refusedPlans)("$release: $title", ({ release, before, plan, exit, says, force, loses }) => {
  test(loses === "phones"
    ? "is refused, and by hand loses phones"
    : "is refused, and by hand loses nobody", async () => {
    change = await openCertChange({ release });
    const cluster = change.lab.cluster();
    await before?.(cluster);
    expect(cluster.phones.map(({ lastVerdict }) => lastVerdict?.accepted)).not.toContain("rejected");
    const written = change.written();
    const held = cluster.phones.map(({ heldList }) => heldList);

    const words =
      "steps" in plan
        ? [
            "run",
            change.write(
              "by-hand.yaml",
              `playbook: by-hand\ndescription: By hand.\nsteps:\n  - { id: preflight, verb: preflight }\n${plan.steps}`,
            ),
            "--cluster",
            "east",
          ]
        : plan;
    const refused = await change.run([...words, "--yes", "--json"]);
    expect(
      { exit: refused.exit, isNamed: `${refused.stdout}${refused.stderr}`.includes(says) },
      refused.stdout + refused.stderr,
    ).toEqual({ exit, isNamed: true });
    expect(change.written()).toEqual(written);

    cluster.setPhonesPower(false);
    await force(cluster);
    cluster.setPhonesPower(true);
    expect(cluster.phones.map(({ heldList }) => heldList)).toEqual(held);
    if (loses === "phones") expect(change.stranded()).not.toEqual([]);
    else expect(change.stranded()).toEqual([]);
  }, 60_000);
});
