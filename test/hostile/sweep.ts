// How many damaged inputs of each kind the deep sweep tries, the damage itself, and the one way of judging a reading.
import fc from "fast-check";
import { expect } from "vitest";
import { OperatorError } from "../../src/base/errors.ts";
import { readOrRefusal } from "../facts/refusal.ts";

/** Cases by kind; the sweep sees to it that they are at least 100000 altogether. */
export const cases = {
  /** For each of the readers of answers. */
  transcript: 3_600,
  list: 24_000,
  journal: 8_000,
  "known hosts": 12_000,
  inventory: 4_000,
  playbook: 4_000,
  sighting: 6_000,
  "terminal bytes": 4_000,
} as const;

/** Where, how much to take out, and what to put there. */
const cuts = fc.array(
  fc.tuple(
    fc.double({ min: 0, max: 1, noNaN: true }),
    fc.nat({ max: 40 }),
    fc.oneof(
      fc.uint8Array({ maxLength: 12 }),
      fc
        .constantFrom("\r", "\n", "\x1b[2J", "\x9b", "{", "[[[[", "|", "*,*", "\0", "&a *a", "\ud83d")
        .map((text) => Buffer.from(text)),
    ),
    /** Now and then a piece of the thing itself is doubled instead. */
    fc.integer({ min: 0, max: 9 }),
  ),
  { minLength: 1, maxLength: 6 },
);

type Cuts = readonly (readonly [number, number, Uint8Array, number])[];

/** The bytes with each cut made in turn. */
function damaged(bytes: Buffer, made: Cuts): Buffer {
  return made.reduce((current, [where, length, put, kind]) => {
    const at = Math.floor(where * current.length);
    const piece = kind === 0 ? current.subarray(at, at + length * 8) : put;
    return Buffer.concat([current.subarray(0, at), piece, current.subarray(at + (kind === 0 ? 0 : length))]);
  }, bytes);
}

const mostMs = 50;

/**
 * The value or the OperatorError, within 50 ms; a slow reading gets four more chances. Time that others had the processor
 * does not count, nor does time of helping threads: the smaller of wall time and processor time.
 */
export function readSoon<T>(read: () => T): T | OperatorError {
  for (let chance = 1; ; chance += 1) {
    const [start, startCpu] = [performance.now(), process.cpuUsage()];
    const value = readOrRefusal(read);
    const { user, system } = process.cpuUsage(startCpu);
    const tookMs = Math.min(performance.now() - start, (user + system) / 1_000);
    if (tookMs <= mostMs) return value;
    if (chance === 5) throw new Error(`took ${Math.round(tookMs)} ms`);
  }
}

/** Facts or an own error, within 50 ms, for so many damaged ones of these. */
export function sweep(samples: readonly Buffer[], numRuns: number, read: (bytes: Buffer) => unknown): void {
  fc.assert(
    fc.property(fc.nat(samples.length - 1), cuts, (sample, made) => {
      const bytes = damaged(samples[sample] ?? Buffer.alloc(0), made);
      const facts = readSoon(() => read(bytes));
      if (facts instanceof OperatorError) {
        expect(facts.hint).not.toBe("");
        expect(facts.message.length).toBeLessThan(20_000);
      }
    }),
    { numRuns },
  );
}
