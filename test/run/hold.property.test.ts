// Whoever else regenerates on the nodes, whatever their clocks say, wherever the process dies: the platform never has to refuse us.
import fc from "fast-check";
import { afterEach, expect, test } from "vitest";
import type { LabUnit } from "../../mocks/lab/model.ts";
import { holdMs, Killed, openRegenerationLab, type RegenerationLab, type Told } from "./regeneration-lab.ts";

let lab: RegenerationLab | null = null;

afterEach(() => lab?.close());

const hourMs = 3_600_000;
const nodes = ["pub", "tftp2"] as const;
/** Ours are regenerated once each; the others are somebody else's. */
const ours: readonly LabUnit[] = ["CallManager", "TVS", "CAPF"];
const theirs: readonly LabUnit[] = ["tomcat", "ipsec"];

const work = fc.record({
  unit: fc.constantFrom(...ours),
  node: fc.constantFrom(...nodes),
  hasHoldStep: fc.boolean(),
  isWaiting: fc.boolean(),
  /** Before it, so long ago, somebody else regenerates there. */
  byHand: fc.option(fc.record({ unit: fc.constantFrom(...theirs), agoMs: fc.nat(holdMs + 10_000) })),
  /** And once more so many seconds into the wait. */
  inTheWait: fc.option(fc.nat(300)),
  diesIn: fc.option(fc.nat(8)),
});
const plan = fc.record({
  skewsMs: fc.tuple(fc.integer({ min: -2 * hourMs, max: 2 * hourMs }), fc.integer({ min: -2000, max: 2000 })),
  works: fc.uniqueArray(work, {
    minLength: 1,
    maxLength: 4,
    selector: ({ unit, node }) => `${unit} ${node}`,
  }),
});

type Work = (typeof work extends fc.Arbitrary<infer Value> ? Value : never) & object;

/** By hand where the platform lets it. */
function byHand(own: RegenerationLab, unit: LabUnit, node: string): void {
  own.cluster.regenerate(own.cluster.node(node), unit, "by hand");
}

async function carryOut(own: RegenerationLab, one: Work): Promise<Told> {
  if (one.byHand !== null) {
    byHand(own, one.byHand.unit, one.node);
    await own.clock.advance(one.byHand.agoMs);
  }
  let waits = 0;
  let isDeadOnce = one.diesIn !== null;
  let hasDied = false;
  const attempt = async (what: "hold" | "regenerate"): Promise<Told> => {
    const options = {
      // A write of unknown end is given its time by moving the clock.
      isWaiting: one.isWaiting && !hasDied,
      onEvent({ kind }: { readonly kind: string }) {
        if (kind !== "waiting") return;
        if (waits === one.inTheWait) byHand(own, "ipsec", one.node);
        waits += 1;
      },
      ...(isDeadOnce ? { diesIn: one.diesIn ?? 0 } : {}),
    };
    isDeadOnce = false;
    try {
      if (what === "hold") return await own.hold([one.node], options);
      return await own.regenerate(one.unit, one.node, options);
    } catch (error) {
      if (!(error instanceof Killed)) throw error;
      hasDied = true;
      return attempt(what);
    }
  };
  if (one.hasHoldStep) await own.untilOver(() => attempt("hold"));
  return own.untilOver(() => attempt("regenerate"));
}

test("no line of ours is refused, each certificate is made once, and nobody waits twice", {
  timeout: 120_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(plan, async ({ skewsMs, works }) => {
      lab?.close();
      const own = openRegenerationLab("11.5", {
        nodes: nodes.map((name, at) => ({ name, clockSkewMs: skewsMs[at] ?? 0 })),
        keyBits: 1024,
      });
      lab = own;
      for (const one of works) {
        const beganAt = own.clock.now();
        const told = await carryOut(own, one);
        expect(told.result.kind).toBe("done");
        // Ours before, by hand in the wait, and what is settled after a death: three waits at most, and the logins.
        const mostMs =
          (one.byHand?.agoMs ?? 0) + 2 * holdMs + (one.diesIn === null ? 0 : 2 * holdMs) + 60_000;
        expect(own.clock.now() - beganAt).toBeLessThan(mostMs);
      }
      const made = own.cluster.writes.filter(({ line }) => line !== "by hand");
      expect([made.length, own.typed()]).toEqual([works.length, works.length]);
      expect(own.cluster.complaints).toEqual([]);
    }),
    { numRuns: 10 },
  );
});
