// Lab time: moved by hand, by itself, and never by a time-out.
import { describe, expect, it } from "vitest";
import { createLabClock } from "../../mocks/lab/lab-clock.ts";

describe("a lab clock moved by hand", () => {
  it("wakes sleepers in the order they are due, at their time, also those who sleep again", async () => {
    const clock = createLabClock({ start: 0 });
    const woken: string[] = [];
    const sleeper = async (name: string, ...times: number[]) => {
      for (const ms of times) {
        await clock.sleep(ms);
        woken.push(`${name}@${clock.now()}`);
      }
    };
    const both = Promise.all([sleeper("a", 100, 100, 100), sleeper("b", 150)]);
    expect(clock.pending).toBe(2);
    await clock.advance(250);
    expect(woken).toEqual(["a@100", "b@150", "a@200"]);
    expect([clock.now(), clock.pending]).toEqual([250, 1]);
    await clock.advance(50);
    await both;
  });

  it("rejects an aborted sleep with the signal's reason", async () => {
    const clock = createLabClock();
    const controller = new AbortController();
    const sleeping = clock.sleep(1000, controller.signal);
    controller.abort(new Error("enough"));
    await expect(sleeping).rejects.toThrow("enough");
    await expect(clock.sleep(1, controller.signal)).rejects.toThrow("enough");
    expect(clock.pending).toBe(0);
  });
});

describe("an automatic lab clock", () => {
  it("moves to the next sleeper at once, and calls time-outs that lie on the way", async () => {
    const clock = createLabClock({ start: 0, auto: true });
    const seen: number[] = [];
    clock.onReach(5_000, () => seen.push(clock.now()));
    clock.onReach(500_000, () => seen.push(clock.now()));
    clock.onReach(2_000, () => seen.push(-1))();
    await Promise.all([clock.sleep(60_000), clock.sleep(10_000)]);
    expect([clock.now(), ...seen]).toEqual([60_000, 5_000]);
  });

  it("leaves longer sleeps to the test, where a limit is set", async () => {
    const clock = createLabClock({ start: 0, auto: { upToMs: 1_000 } });
    let isOver = false;
    const long = clock.sleep(300_000).then(() => {
      isOver = true;
    });
    await clock.sleep(1_000);
    expect([clock.now(), isOver]).toEqual([1_000, false]);
    await clock.advance(299_000);
    await long;
  });
});

describe("a lab clock on real time", () => {
  it("cannot be advanced", async () => {
    const clock = createLabClock({ real: true });
    await clock.sleep(1);
    await expect(clock.advance(1)).rejects.toThrow(/real time/);
  });
});
