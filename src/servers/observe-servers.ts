// Ports to look at → what the handshakes with each of them showed, hosts side by side.
import { isIP } from "node:net";
import type { Handshake, HandshakeRequest } from "../handshake/handshake.ts";
import { readHandshake } from "../handshake/read-handshake.ts";
import type { ServerFacts } from "./server-facts.ts";
import type { ServerTarget } from "./server-target.ts";

export interface ServersLook {
  readonly targets: readonly ServerTarget[];
  /** How many hosts at once. */
  readonly parallel: number;
  /** For each handshake; default 10 s. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal | undefined;
  /** Told once for each port, when its last handshake ended. */
  readonly onServer?: (facts: ServerFacts, done: number, all: number) => void;
}

const connectionsPerHost = 2;

/** In the order of the targets. Never rejects for what a server does; never tries a handshake twice. */
export async function observeServers(look: ServersLook): Promise<ServerFacts[]> {
  const { targets, parallel, onServer } = look;
  const facts: ServerFacts[] = [];
  let done = 0;
  const byHost = new Map<string, [ServerTarget, number][]>();
  for (const [at, target] of targets.entries()) {
    const host = target.host.toLowerCase();
    byHost.set(host, [...(byHost.get(host) ?? []), [target, at]]);
  }
  await eachAtMost(parallel, [...byHost.values()], (host) =>
    eachAtMost(connectionsPerHost, host, async ([target, at]) => {
      const seen = await observeServer(target, look);
      facts[at] = seen;
      done += 1;
      onServer?.(seen, done, targets.length);
    }),
  );
  return facts;
}

/** One connection at a time. What does not depend on the kind of certificate is not asked again. */
async function observeServer(target: ServerTarget, look: ServersLook): Promise<ServerFacts> {
  const ask = (
    certificateKind: HandshakeRequest["certificateKind"],
    versions: HandshakeRequest["versions"],
  ) => readHandshake({ ...requestFor(target), certificateKind, versions, ...limitsOf(look) });
  const rsa = await ask("rsa", "modern");
  const ecdsa = failedBeforeTls(rsa) ? rsa : await ask("ecdsa", "modern");
  const best = rsa.kind === "done" ? rsa : ecdsa;
  const isOldAsked = best.kind === "failed" && ![rsa, ecdsa].some(failedBeforeTls);
  const isNewest = [rsa, ecdsa].every((one) => one.kind === "failed" || one.protocol === "TLSv1.3");
  return {
    ...{ target, rsa, ecdsa },
    old: isOldAsked ? await ask("any", "old") : null,
    tls12: best.kind === "done" && isNewest ? await ask("any", "tls12") : null,
  };
}

function failedBeforeTls(end: Handshake): boolean {
  return end.kind === "failed" && end.stage !== "tls";
}

function limitsOf({ timeoutMs = 10_000, signal }: ServersLook) {
  return { timeoutMs, signal };
}

function requestFor({ kind, host, port, name, xmppDomain }: ServerTarget) {
  return {
    ...{ host, port, helloBytes: 0 },
    servername: [name, host].find((one) => isIP(one) === 0) ?? null,
    startTls: kind === "xmpp" ? { kind, domain: xmppDomain ?? domainBehind(name) } : null,
  };
}

/** The best guess where nobody said: what stands behind the host in its full name. */
function domainBehind(name: string): string {
  const labels = name.split(".");
  return isIP(name) === 0 && labels.length > 2 ? labels.slice(1).join(".") : name;
}

/** Begins in the order of the items. */
async function eachAtMost<T>(
  places: number,
  items: readonly T[],
  work: (item: T) => Promise<void>,
): Promise<void> {
  const waiting = items.values();
  const serve = async () => {
    for (const item of waiting) await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(places, items.length) }, serve));
}
