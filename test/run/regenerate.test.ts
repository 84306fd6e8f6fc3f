// A certificate regenerated on the lab: once, after its hold, read back; and every way in which it does not go like that.
import { afterEach, describe, expect, test } from "vitest";
import type { LabRelease } from "../../mocks/lab/model.ts";
import { holdMs, openRegenerationLab, type RegenerationLab } from "./regeneration-lab.ts";

let lab: RegenerationLab;

afterEach(() => {
  expect(lab.cluster.complaints).toEqual([]);
  expect(lab.cluster.faults.pending()).toEqual([]);
  expect(lab.sessions()).toBe(0);
  lab.close();
});

const releases: readonly LabRelease[] = ["10.0", "11.5", "12.5", "15"];

describe.each(releases)("release %s", (release) => {
  test("two units one after the other: the hold is waited out, and nothing is refused", async () => {
    lab = openRegenerationLab(release);
    const before = lab.serialOf("CallManager", "pub");
    const one = await lab.regenerate("CallManager", "pub");
    const after = lab.serialOf("CallManager", "pub");
    expect(one.result).toMatchObject({ kind: "done", node: "pub" });
    expect(one.result.detail).toContain(`serial ${after}, before ${before}`);
    expect(one.state.changed).toMatchObject([{ node: "pub", unit: "CallManager", serial: after }]);
    const beganAt = lab.clock.now();
    const two = await lab.regenerate("TVS", "pub");
    expect(two.result.kind).toBe("done");
    expect(lab.clock.now() - beganAt).toBeGreaterThan(holdMs - 60_000);
    expect(lab.clock.now() - beganAt).toBeLessThan(holdMs + 10_000);
    expect([lab.typed(), lab.done()]).toEqual([2, 2]);
  });
});
