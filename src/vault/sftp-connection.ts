// An SFTP server, the host keys that are good, and a login → an open connection, or which of the three things was wrong.
import { connect } from "node:net";
import SftpClient from "ssh2-sftp-client";
import type { ServerHostKeyAlgorithm, SFTPWrapper } from "ssh2";
import { OperatorError, messageOf } from "../base/errors.ts";
import { createSftpLogin, type LoginMeans } from "./sftp-login.ts";
import { type HostKey, parseHostKey } from "../base/host-key.ts";
import type { ServerKeyType } from "./server-host-key.ts";

/** One try. `isGoodKey` is asked before anything of the login is sent. */
export interface SftpOpening {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly login: LoginMeans;
  readonly keyTypes: readonly ServerKeyType[];
  readonly isGoodKey: (key: HostKey) => boolean;
  readonly timeoutMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What came of a try. */
export type SftpOpened =
  | { readonly kind: "open"; readonly connection: SftpConnection }
  | { readonly kind: "refused-key"; readonly key: HostKey; readonly cause: unknown }
  | { readonly kind: "refused-login"; readonly why: string | null; readonly cause: unknown }
  | { readonly kind: "unreachable"; readonly why: string; readonly cause: unknown };

/** `call` rejects with the server's own status (`code`), or with `SftpLost` where the connection went or fell silent. */
export interface SftpConnection {
  readonly key: HostKey;
  readonly isOpen: boolean;
  call<Result>(
    ask: (sftp: SFTPWrapper, done: (error: unknown, result?: Result) => void) => void,
  ): Promise<Result>;
  close(): Promise<void>;
}

/** The connection is gone: what was asked last may or may not have been done. */
export class SftpLost extends Error {
  override readonly name = "SftpLost";
}

/** How long a server may take for anything. */
const defaultSftpTimeoutMs = 20_000;

const signatures: Readonly<Record<ServerKeyType, readonly ServerHostKeyAlgorithm[]>> = {
  "ssh-rsa": ["rsa-sha2-512", "rsa-sha2-256", "ssh-rsa"],
  "ssh-ed25519": ["ssh-ed25519"],
  "ecdsa-sha2-nistp256": ["ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521"],
};

/** Never throws but `cancelled`; one connection, and no login where the host key is not good. */
export async function openSftp(opening: SftpOpening): Promise<SftpOpened> {
  const { host, port, user, timeoutMs = defaultSftpTimeoutMs, signal } = opening;
  let isGone = false;
  const quiet = () => undefined;
  const lost = () => {
    isGone = true;
  };
  const client = new SftpClient("itlctl", { error: lost, end: lost, close: lost });
  // Every request is a small packet that waits for its answer: Nagle would double each round.
  const socket = connect({ host, port, noDelay: true });
  const destroy = () => {
    isGone = true;
    socket.destroy();
  };
  const limited = <Result>(work: Promise<Result>): Promise<Result> =>
    inTime(work, { timeoutMs, signal, onEnd: destroy });
  const login = createSftpLogin(user, opening.login, destroy);
  let key: HostKey | null = null;
  let isRefused = false;
  let hasLoggedIn = false;
  let sftp: SFTPWrapper;
  try {
    sftp = await limited(
      client.connect({
        ...{ sock: socket, username: user, readyTimeout: timeoutMs },
        ...{ keepaliveInterval: 15_000, keepaliveCountMax: 4 },
        algorithms: {
          serverHostKey: opening.keyTypes.flatMap((type) => signatures[type]),
          // What a server narrowed down to old platforms may have alone.
          kex: { append: ["diffie-hellman-group14-sha1"], prepend: [], remove: [] },
        },
        hostVerifier: (blob: Buffer) => {
          key = parseHostKey(blob);
          isRefused = !opening.isGoodKey(key);
          return !isRefused;
        },
        authHandler: (offered, _isPartial, next) => {
          hasLoggedIn = true;
          const method = login.next(offered as Parameters<typeof login.next>[0]);
          // The types leave out `false`, which is documented to mean that no method is left.
          next(method as Exclude<typeof method, false>);
        },
      }),
    );
  } catch (cause) {
    destroy();
    if (cause instanceof OperatorError) throw cause;
    if (key !== null && isRefused) return { kind: "refused-key", key, cause };
    const isLogin = login.problem !== null || /authentication/i.test(messageOf(cause));
    if (hasLoggedIn && isLogin) return { kind: "refused-login", why: login.problem, cause };
    return { kind: "unreachable", why: messageOf(cause).replace(/^getConnection: /, ""), cause };
  }
  if (key === null) throw new Error("a connection without a host key");
  const connection: SftpConnection = {
    key,
    get isOpen() {
      return !isGone;
    },
    async call<Result>(ask: (sftp: SFTPWrapper, done: (error: unknown, result?: Result) => void) => void) {
      if (isGone) throw new SftpLost("the connection was closed");
      return limited(
        new Promise<Result>((resolve, reject) => {
          ask(sftp, (error, result) => {
            if (error === undefined || error === null) return resolve(result as Result);
            const isStatus = typeof (error as { code?: unknown }).code === "number";
            if (!isStatus) isGone = true;
            reject(isStatus ? (error as Error) : new SftpLost(messageOf(error), { cause: error }));
          });
        }),
      );
    },
    async close() {
      if (isGone) return;
      isGone = true;
      await inTime(client.end(), { timeoutMs: 2_000, signal: undefined, onEnd: destroy }).catch(quiet);
    },
  };
  return { kind: "open", connection };
}

/** A server that falls silent is given up, as one that never answered; `onEnd` runs when it is, or when the operator stops it. */
async function inTime<Result>(
  work: Promise<Result>,
  limit: { readonly timeoutMs: number; readonly signal: AbortSignal | undefined; readonly onEnd: () => void },
): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  let onAbort: () => void = () => undefined;
  const late = new Promise<never>((_resolve, reject) => {
    const end = (reason: Error) => {
      limit.onEnd();
      reject(reason);
    };
    timer = setTimeout(
      () => end(new SftpLost(`no answer within ${limit.timeoutMs / 1000} s`)),
      limit.timeoutMs,
    );
    onAbort = () => end(cancelled());
    if (limit.signal?.aborted === true) onAbort();
    limit.signal?.addEventListener("abort", onAbort, { once: true });
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
    limit.signal?.removeEventListener("abort", onAbort);
    work.catch(() => undefined);
  }
}

function cancelled(): OperatorError {
  return new OperatorError("cancelled", "stopped while the vault was asked", {
    hint: "Run the command again when it suits",
  });
}
