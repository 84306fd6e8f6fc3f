// Pieces of work from several sides → at most so many of them at once.

/** Runs the work when a place is free, in the order of asking. */
export type Turnstile = <T>(work: () => Promise<T>) => Promise<T>;

export function openTurnstile(places: number): Turnstile {
  let free = places;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) free += 1;
      else next();
    }
  };
}
