// A node and one login in; an open shell on its platform CLI over SSH, or the reason why there is none, out.
import { Client } from "ssh2";
import type { ClientChannel } from "ssh2";
import { messageOf, type OperatorError } from "../base/errors.ts";
import type { Secret } from "../base/secret.ts";
import type { ClusterNode } from "../inventory/cluster.ts";
import { parseHostKey } from "../base/host-key.ts";
import type { HostKey } from "../base/host-key.ts";
import { findListedKeyType, judgeHostKey, knownKeyTypes } from "./host-key.ts";
import type { HostKeyVerdict, KnownKeys } from "./host-key.ts";
import { readKnownKeys } from "./known-keys.ts";
import { algorithmsFor } from "./ssh-algorithms.ts";
import { createSshLogin } from "./ssh-login.ts";
import type { SshLogin } from "./ssh-login.ts";
import { describeOpening } from "./ssh-open-error.ts";
import { shellTransport } from "./ssh-shell.ts";
import type { Transport } from "./transport.ts";

/** Everything one opening needs. The limits are wall-clock: to the end of the key exchange, and from there to the shell. */
export interface SshOpening {
  readonly node: ClusterNode;
  readonly username: string;
  readonly password: Secret;
  readonly connectTimeoutMs: number;
  readonly loginTimeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

/** Wide enough that no command of ours is wrapped by a line editor. */
const terminal = { term: "vt100", cols: 512, rows: 200, width: 0, height: 0 } as const;

/** What one try saw of the host key. */
interface Look {
  seen: { readonly key: HostKey; readonly verdict: HostKeyVerdict } | null;
}

/**
 * Throws `node-unreachable` (may be tried again), `login-refused` (never again: three wrong tries lock the account),
 * `host-key-unknown`, `host-key-changed`, or `cancelled`.
 */
export async function openSshTransport(opening: SshOpening): Promise<Transport> {
  const { address: host, ssh } = opening.node;
  const known = readKnownKeys(opening.node);
  const look: Look = { seen: null };
  try {
    return await openOnce(opening, known, knownKeyTypes(host, ssh.port, known), look);
  } catch (error) {
    if (look.seen?.verdict.kind !== "changed" || look.seen.verdict.isRevoked) throw error;
    const server = { host, port: ssh.port, algorithms: ssh.algorithms };
    const limits = { timeoutMs: opening.connectTimeoutMs, signal: opening.signal };
    const listedType = await findListedKeyType(server, look.seen.key, known, limits);
    if (listedType === null) throw error;
    return openOnce(opening, known, [listedType], look);
  }
}

/** One connection, and at most one login on it. */
async function openOnce(
  opening: SshOpening,
  known: KnownKeys,
  keyTypes: readonly string[] | null,
  look: Look,
): Promise<Transport> {
  const { node } = opening;
  const describe = describeOpening(node);
  const client = new Client();
  const login: SshLogin = createSshLogin(opening.username, opening.password, () => client.destroy());
  let isReady = false;
  let timer: NodeJS.Timeout | undefined;

  const trouble = (why: string, cause?: unknown): OperatorError => {
    const { seen } = look;
    if (seen !== null && seen.verdict.kind !== "known") return describe.refusedKey(seen.key, seen.verdict);
    if (isReady) return describe.unreachable(`the login worked and no shell came: ${why}`, cause);
    if (login.wasPasswordSent || login.problem !== null)
      return describe.refusedLogin(opening.username, login.problem ?? why);
    return describe.unreachable(why, cause);
  };

  try {
    const shell = await new Promise<ClientChannel>((resolve, reject) => {
      const limit = (ms: number, what: string) => {
        clearTimeout(timer);
        timer = setTimeout(() => reject(trouble(`no ${what} within ${ms / 1000} s`)), ms);
      };
      const onAbort = () => reject(describe.cancelled());
      if (opening.signal?.aborted === true) return onAbort();
      opening.signal?.addEventListener("abort", onAbort, { once: true });

      // A session is many small packets, each waiting for the other side's: Nagle would double every round.
      client.once("connect", () => client.setNoDelay(true));
      client.on("error", (error) => reject(trouble(messageOf(error), error)));
      client.on("close", () => reject(trouble("the node closed the connection")));
      client.on("change password", () =>
        reject(describe.refusedLogin(opening.username, "its password has to be changed")),
      );
      client.once("handshake", () => limit(opening.loginTimeoutMs, "answer to the login"));
      client.on("ready", () => {
        isReady = true;
        client.shell(terminal, (error, channel) => {
          if (error === undefined) resolve(channel);
          else reject(trouble(messageOf(error), error));
        });
      });
      limit(opening.connectTimeoutMs, "key exchange");
      client.connect({
        host: node.address,
        port: node.ssh.port,
        username: opening.username,
        readyTimeout: 0,
        keepaliveInterval: 30_000,
        keepaliveCountMax: 4,
        algorithms: algorithmsFor(node.ssh.algorithms, keyTypes ?? undefined),
        hostVerifier: (blob: Buffer) => {
          const key = parseHostKey(blob);
          const verdict = judgeHostKey(key, node.address, node.ssh.port, known);
          look.seen = { key, verdict };
          return verdict.kind === "known";
        },
        authHandler: (offered, _isPartial, next) => {
          const method = login.next(offered as Parameters<SshLogin["next"]>[0]);
          // The types leave out `false`, which is documented to mean that no method is left.
          next(method as Exclude<typeof method, false>);
        },
      });
    });
    return shellTransport(client, shell);
  } catch (error) {
    client.destroy();
    throw error;
  } finally {
    clearTimeout(timer);
  }
}
