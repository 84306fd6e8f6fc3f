// A write and its releases → every case of it, carried out one after the other, as lines for the table.
import { expect } from "vitest";
import type { FaultPoint } from "../../mocks/lab/faults.ts";
import type { LabRelease } from "../../mocks/lab/model.ts";
import type { RunDocument } from "../../src/report/run-document.ts";
import { carryCase, type CaseResult, type SweepCase } from "./carry-case.ts";
import { openSweepLab, type SweepKey, type SweepLab } from "./sweep-lab.ts";
import { clusterTroubles, placeText, pointTroubles, resetTroubles } from "./troubles.ts";

export interface SweptWrite {
  readonly write: "reset" | "restart";
  readonly key: SweepKey;
  readonly releases: readonly LabRelease[];
}

/** One case with what came of it; `place` null for troubles that lie in the cluster. */
export interface SweptCase {
  readonly release: LabRelease;
  readonly trouble: string;
  readonly place: string | null;
  readonly result: CaseResult;
}

/** Which cases are wanted: all, or those that a filter lets through. */
export type CaseFilter = (one: SweepCase, index: number) => boolean;

/** Points of each write line in a run without trouble are counted first; then every trouble at every point. */
export async function sweepWrite(
  { write, key, releases }: SweptWrite,
  isWanted: CaseFilter = () => true,
): Promise<SweptCase[]> {
  const swept: SweptCase[] = [];
  const broken: string[] = [];
  for (const release of releases) {
    const sweep = await openSweepLab(release, key);
    try {
      const moment = { lost: sweep.keep(), run: null as string | null };
      sweep.put(moment.lost);
      const held = (await runClean(sweep)).json<RunDocument>();
      expect(held.waitsFor, "the dry pass comes to the phones").toBe("phones");
      let points = sweep.passed.filter(({ command }) => command.startsWith("utils itl reset"));
      if (write === "restart") {
        sweep.cluster.bootPhones();
        Object.assign(moment, { lost: sweep.keep(true), run: held.run });
        const args = ["resume", held.run ?? "", "--confirm", "phones", "--yes", "--json"];
        sweep.passed.length = 0;
        expect((await sweep.run(args)).exit).toBeLessThan(22);
        points = sweep.passed.filter(({ command }) => command.startsWith("utils service restart"));
      }
      expect(points.length).toBeGreaterThan(8);
      for (const one of casesOf(write, points).filter(isWanted)) {
        sweep.put(moment.lost);
        const name = `${release} ${key} ${write} on ${one.node}: ${one.trouble.label}, ${one.at === null ? "" : placeText(one.at)}`;
        try {
          const result = await carryCase(sweep, one, moment.run);
          const place =
            one.at === null ? null : `${write === "restart" ? `${one.node}: ` : ""}${placeText(one.at)}`;
          swept.push({ release, trouble: one.trouble.label, place, result });
        } catch (error) {
          broken.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
        }
      }
    } finally {
      await sweep.close();
    }
  }
  expect(broken.slice(0, 20).join("\n\n"), `${broken.length} cases broke a promise`).toBe("");
  return swept;
}

function runClean(sweep: SweepLab) {
  return sweep.run(["recover", "east", "--yes", "--json", ...sweep.flags]);
}

function casesOf(
  write: "reset" | "restart",
  points: readonly { readonly node: string; readonly at: FaultPoint }[],
): SweepCase[] {
  const around = write === "reset" ? [...clusterTroubles, ...resetTroubles] : clusterTroubles;
  return [
    ...around.map((trouble): SweepCase => ({ trouble, node: "pub", write, at: null, isCarriedOn: true })),
    ...pointTroubles.flatMap((trouble) =>
      points.map(({ node, at }): SweepCase => {
        const isCarriedOn = at.kind !== "line" || at.line % 4 === 1;
        return { trouble, node, write, at, isCarriedOn };
      }),
    ),
  ];
}
