// Lines of a cluster's record of lists ↔ sightings; lines that cannot be read are reported and left out.

/** One list on one node, from the first to the last time it was seen there without another in between. Times are ISO 8601 in UTC. */
export interface Sighting {
  readonly node: string;
  readonly sha1: string;
  readonly firstSeenAt: string;
  readonly lastSeenAt: string;
}

/** A line as written: when the node's list changed, and when the one before was last seen. */
export interface SightingLine {
  readonly node: string;
  readonly sha1: string;
  readonly firstSeenAt: string;
  readonly previousLastSeenAt: string | null;
}

/** The small file per node that moves on while the list stays the same. */
export interface LastSeen {
  readonly sha1: string;
  readonly lastSeenAt: string;
}

/** What the lines say, oldest first; each node's newest by the order of the lines, whatever its clock said; the lines (from 1) left out. */
export interface SightingRecord {
  readonly sightings: readonly Sighting[];
  readonly newest: ReadonlyMap<string, Sighting>;
  readonly damage: readonly { readonly line: number; readonly why: string }[];
}

/** One line with its line end. */
export function renderSightingLine(line: SightingLine): string {
  return `${JSON.stringify(line)}\n`;
}

/** A whole record; `lastSeenOf` gives what is known of a node's newest list. Never throws. */
export function parseSightings(text: string, lastSeenOf: (node: string) => LastSeen | null): SightingRecord {
  const sightings: Sighting[] = [];
  const damage: { line: number; why: string }[] = [];
  const newest = new Map<string, number>();
  for (const [index, lineText] of text.split("\n").entries()) {
    if (lineText === "") continue;
    const line = parseLine(lineText);
    if (line === null) {
      damage.push({ line: index + 1, why: "this line cannot be read and is left out" });
      continue;
    }
    const before = newest.get(line.node);
    const previous = before === undefined ? undefined : sightings[before];
    if (before !== undefined && previous !== undefined) {
      const lastSeenAt = later(previous.lastSeenAt, line.previousLastSeenAt ?? previous.lastSeenAt);
      sightings[before] = { ...previous, lastSeenAt };
      // Two processes that saw the same change at once both wrote it down.
      if (previous.sha1 === line.sha1) continue;
    }
    newest.set(line.node, sightings.length);
    sightings.push({
      node: line.node,
      sha1: line.sha1,
      firstSeenAt: line.firstSeenAt,
      lastSeenAt: line.firstSeenAt,
    });
  }
  const newestSightings = new Map<string, Sighting>();
  for (const [node, index] of newest) {
    const sighting = sightings[index];
    if (sighting === undefined) continue;
    const last = lastSeenOf(node);
    const isSame = last?.sha1 === sighting.sha1;
    const moved = isSame
      ? { ...sighting, lastSeenAt: later(sighting.lastSeenAt, last.lastSeenAt) }
      : sighting;
    sightings[index] = moved;
    newestSightings.set(node, moved);
  }
  const inOrder = sightings.toSorted((a, b) => order(a.firstSeenAt, b.firstSeenAt));
  return { sightings: inOrder, newest: newestSightings, damage };
}

/** The small file's text; null where it is missing, cut or of another shape. */
export function parseLastSeen(text: string): LastSeen | null {
  const value = parseObject(text);
  if (value === null || !isSha1(value.sha1) || !isTime(value.lastSeenAt)) return null;
  return { sha1: value.sha1, lastSeenAt: value.lastSeenAt };
}

function parseLine(text: string): SightingLine | null {
  const value = parseObject(text);
  if (value === null || typeof value.node !== "string" || !isSha1(value.sha1) || !isTime(value.firstSeenAt))
    return null;
  const previousLastSeenAt = isTime(value.previousLastSeenAt) ? value.previousLastSeenAt : null;
  return { node: value.node, sha1: value.sha1, firstSeenAt: value.firstSeenAt, previousLastSeenAt };
}

function parseObject(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

function isSha1(value: unknown): value is string {
  return typeof value === "string" && /^[0-9a-f]{40}$/.test(value);
}

function isTime(value: unknown): value is string {
  return typeof value === "string" && !Number.isNaN(Date.parse(value));
}

function order(a: string, b: string): number {
  return Date.parse(a) - Date.parse(b);
}

function later(a: string, b: string): string {
  return order(a, b) < 0 ? b : a;
}
