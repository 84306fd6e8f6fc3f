// Ports to look at, from several sides → each once.
import type { ServerTarget } from "./server-target.ts";

/** The first of several stays in its place; it is required if any of them is. */
export function uniqueTargets(targets: readonly ServerTarget[]): ServerTarget[] {
  const found = new Map<string, ServerTarget>();
  for (const target of targets) {
    const { kind, host, port, name, xmppDomain, isRequired } = target;
    const key = JSON.stringify([kind, host.toLowerCase(), port, name.toLowerCase(), xmppDomain]);
    const known = found.get(key);
    found.set(key, known === undefined ? target : { ...known, isRequired: known.isRequired || isRequired });
  }
  return [...found.values()];
}
