// What each node takes by itself and how many are talked to at once, in; the time that nobody can beat, out.

/** Each place takes the longest node that is left as soon as it is free; with a place for every node it is the longest node. */
export function floorMs(nodesMs: readonly number[], places: number): number {
  const busyUntil = Array.from({ length: Math.min(places, nodesMs.length) }, () => 0);
  for (const ms of nodesMs.toSorted((a, b) => b - a)) {
    const first = busyUntil.indexOf(Math.min(...busyUntil));
    busyUntil[first] = (busyUntil[first] ?? 0) + ms;
  }
  return Math.max(0, ...busyUntil);
}
