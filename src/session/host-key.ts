// A server's host key in; whether the inventory knows it, out. `fetchHostKey` learns a key without logging in.
import { Client } from "ssh2";
import { OperatorError, messageOf } from "../base/errors.ts";
import type { SshSettings } from "../inventory/cluster.ts";
import { isListedKey, parseHostKey } from "../base/host-key.ts";
import type { HostKey } from "../base/host-key.ts";
import { parseKnownHosts } from "./known-hosts.ts";
import { algorithmsFor, hostKeyTypes } from "./ssh-algorithms.ts";

export type HostKeyVerdict =
  | { readonly kind: "known" }
  /** Nothing is known about this host. */
  | { readonly kind: "unknown" }
  /** Another key is known, or this one is revoked. */
  | { readonly kind: "changed"; readonly reason: string; readonly isRevoked: boolean };

/** What is known about a host: the inventory's fingerprints, and the text of a known_hosts file where one is named. */
export interface KnownKeys {
  readonly hostKeys: readonly string[];
  readonly knownHosts: { readonly path: string; readonly text: string } | null;
}

/** A revoked key is refused even where its fingerprint is listed. */
export function judgeHostKey(key: HostKey, host: string, port: number, known: KnownKeys): HostKeyVerdict {
  const path = known.knownHosts?.path ?? "";
  const lines = parseKnownHosts(known.knownHosts?.text ?? "", host, port);
  const revoked = lines.find((line) => line.isRevoked && line.base64 === key.base64);
  if (revoked !== undefined)
    return { kind: "changed", reason: `${path}:${revoked.lineNumber} revokes it`, isRevoked: true };
  if (isListedKey(known.hostKeys, key)) return { kind: "known" };
  const accepted = lines.filter((line) => !line.isRevoked);
  if (accepted.some((line) => line.base64 === key.base64)) return { kind: "known" };
  const other = accepted[0];
  if (other !== undefined)
    return { kind: "changed", reason: `${path}:${other.lineNumber} has another key`, isRevoked: false };
  if (known.hostKeys.length > 0)
    return { kind: "changed", reason: `hostKeys: lists ${known.hostKeys.join(", ")}`, isRevoked: false };
  return { kind: "unknown" };
}

/** Types of the keys that known_hosts accepts for the host, or null where it names none: only those are worth asking for. */
export function knownKeyTypes(host: string, port: number, known: KnownKeys): readonly string[] | null {
  const lines = parseKnownHosts(known.knownHosts?.text ?? "", host, port).filter((line) => !line.isRevoked);
  return lines.length === 0 || known.hostKeys.length > 0 ? null : [...new Set(lines.map(({ type }) => type))];
}

/**
 * The type under which the server shows a listed key when it showed another one first: a list of fingerprints does not say which
 * type to ask for. Null when there is none; sends no user name or password.
 */
export async function findListedKeyType(
  server: HostAddress,
  seen: HostKey,
  known: KnownKeys,
  options: { readonly timeoutMs: number; readonly signal?: AbortSignal | undefined },
): Promise<string | null> {
  if (known.hostKeys.length === 0) return null;
  const { timeoutMs, signal } = options;
  for (const keyType of hostKeyTypes.filter((type) => type !== seen.type)) {
    const settings = { keyType, timeoutMs, ...(signal === undefined ? {} : { signal }) };
    const key = await fetchHostKey(server, settings).catch(() => null);
    if (key !== null && judgeHostKey(key, server.host, server.port, known).kind === "known") return keyType;
  }
  return null;
}

/** Any SSH server. */
export interface HostAddress {
  readonly host: string;
  readonly port: number;
  readonly algorithms?: SshSettings["algorithms"];
}

/**
 * Learns the key that the server shows, of `keyType` (as in known_hosts, e.g. `ssh-rsa`) if named; sends no user name or password.
 * Throws `node-unreachable`, also where the server has no key of that type.
 */
export async function fetchHostKey(
  server: HostAddress | { readonly address: string; readonly ssh: SshSettings },
  options: { readonly keyType?: string; readonly timeoutMs?: number; readonly signal?: AbortSignal } = {},
): Promise<HostKey> {
  const {
    host,
    port,
    algorithms = "legacy",
  } = "address" in server ? { host: server.address, ...server.ssh } : server;
  const client = new Client();
  const timeoutMs = options.timeoutMs ?? 20_000;
  const unreachable = (why: string, cause?: unknown) =>
    new OperatorError("node-unreachable", `${host}:${port} shows no host key: ${why}`, {
      hint: "Check address and port, and that the SSH server is running",
      ...(cause === undefined ? {} : { cause }),
    });
  try {
    return await new Promise<HostKey>((resolve, reject) => {
      client.on("error", (error) => reject(unreachable(messageOf(error), error)));
      client.on("close", () => reject(unreachable("it closed the connection")));
      options.signal?.addEventListener("abort", () => reject(unreachable("cancelled")), { once: true });
      if (options.signal?.aborted === true) return reject(unreachable("cancelled"));
      client.connect({
        host,
        port,
        username: "itlctl",
        readyTimeout: timeoutMs,
        algorithms: algorithmsFor(algorithms, options.keyType === undefined ? undefined : [options.keyType]),
        hostVerifier: (blob: Buffer) => {
          resolve(parseHostKey(blob));
          return false;
        },
      });
    });
  } finally {
    client.destroy();
  }
}
