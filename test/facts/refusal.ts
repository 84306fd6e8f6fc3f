// A reading in, whether it is quick and fails only as an operator can understand out.
import { OperatorError } from "../../src/base/errors.ts";

const mostMs = 50;

/** The value, or the OperatorError that was thrown; anything else that is thrown passes through as a failure. */
export function readOrRefusal<T>(read: () => T): T | OperatorError {
  try {
    return read();
  } catch (error) {
    if (error instanceof OperatorError) return error;
    throw error;
  }
}

/** As `readOrRefusal`, and no slower than 50 ms; a slow reading gets two more chances, for a busy machine's sake. */
export function readQuickly<T>(read: () => T): T | OperatorError {
  for (let chance = 1; ; chance += 1) {
    const start = performance.now();
    const value = readOrRefusal(read);
    const tookMs = performance.now() - start;
    if (tookMs <= mostMs) return value;
    if (chance === 3) throw new Error(`took ${Math.round(tookMs)} ms`);
  }
}
