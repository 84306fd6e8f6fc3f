// The server that the inventory names, with the host keys it lists → connections to it, and the RSA key that the platform will be shown.
import { OperatorError } from "../base/errors.ts";
import { openSftp, type SftpConnection, type SftpOpened } from "./sftp-connection.ts";
import type { LoginMeans } from "./sftp-login.ts";
import { type HostKey, isListedKey } from "../base/host-key.ts";
import { judgeUnlistedKey, type ServerKeyType, serverKeyTypes } from "./server-host-key.ts";

/** The limits are those of every answer. */
export interface ListedServer {
  readonly host: string;
  readonly port: number;
  readonly hostKeys: readonly string[];
  readonly timeoutMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

const noLogin: LoginMeans = { password: null, privateKey: null, agent: null };

/** Logs in where a key of any type is listed. Throws `host-key-unknown`, `host-key-changed`, `login-refused`, `vault-unreachable` or `cancelled`. */
export async function openListedServer(
  server: ListedServer,
  user: string,
  login: LoginMeans,
): Promise<SftpConnection> {
  const isGoodKey = (key: HostKey) => isListedKey(server.hostKeys, key);
  const open = (keyTypes: readonly ServerKeyType[]) =>
    openSftp({ ...server, user, login, keyTypes, isGoodKey });
  let opened = await open(serverKeyTypes);
  const seen: HostKey[] = [];
  if (opened.kind === "refused-key") {
    seen.push(opened.key);
    const others = serverKeyTypes.filter((type) => type !== seen[0]?.type);
    for (const type of server.hostKeys.length === 0 ? [] : others) {
      const next = await open([type]);
      if (next.kind === "unreachable") continue;
      if (next.kind === "refused-key") seen.push(next.key);
      else opened = next;
      if (next.kind !== "refused-key") break;
    }
  }
  if (opened.kind === "open") return opened.connection;
  if (opened.kind === "refused-key") throw refusedKey(server, seen[0] ?? opened.key, seen);
  if (opened.kind === "unreachable") throw unreachable(server, opened.why, opened.cause);
  const why = opened.why === null ? "" : `: ${opened.why}`;
  throw new OperatorError("login-refused", `${user}@${server.host}:${server.port} refused the login${why}`, {
    hint: `Check the user name ${user} and its password or key for the vault`,
    cause: opened.cause,
  });
}

/** The RSA key, held against `hostKeys`; `shown` is what a login on this server saw. Throws as the login does; sends no user name. */
export async function fetchListedRsaKey(server: ListedServer, shown: HostKey): Promise<HostKey> {
  if (shown.type === "ssh-rsa") return shown;
  const rsa = await probe(server, "ssh-rsa");
  if (rsa.kind !== "refused-key") {
    const why = rsa.kind === "unreachable" ? rsa.why : "it showed none";
    throw unreachable(server, `no RSA host key, and the platform accepts no other: ${why}`, rsa);
  }
  if (isListedKey(server.hostKeys, rsa.key)) return rsa.key;
  const seen = [shown, rsa.key];
  for (const type of serverKeyTypes.filter((one) => one !== "ssh-rsa" && one !== shown.type)) {
    const other = await probe(server, type);
    if (other.kind === "refused-key") seen.push(other.key);
  }
  throw refusedKey(server, rsa.key, seen);
}

function probe(server: ListedServer, type: ServerKeyType): Promise<SftpOpened> {
  return openSftp({ ...server, user: "itlctl", login: noLogin, keyTypes: [type], isGoodKey: () => false });
}

function refusedKey(server: ListedServer, key: HostKey, seen: readonly HostKey[]): OperatorError {
  const code = judgeUnlistedKey(server.hostKeys, seen);
  const kind = key.type === "ssh-rsa" ? "RSA " : "";
  const where = `${server.host}:${server.port}`;
  const line = `hostKeys: [${[...server.hostKeys, key.sha256].map((one) => JSON.stringify(one)).join(", ")}]`;
  if (code === "host-key-unknown") {
    return new OperatorError(
      code,
      `the vault ${where} shows the ${kind}host key ${key.sha256}, which is not listed`,
      {
        hint: `Compare it on the server itself (ssh-keygen -lf), then write under vault: ${line}`,
      },
    );
  }
  const listed = server.hostKeys.join(", ");
  return new OperatorError(
    code,
    `the vault ${where} shows the ${kind}host key ${key.sha256}, not ${listed}; no password was sent`,
    {
      hint: "Find out on the server why its key changed, and only then list the new one under vault: hostKeys:",
    },
  );
}

function unreachable(server: ListedServer, why: string, cause: unknown): OperatorError {
  return new OperatorError("vault-unreachable", `the vault ${server.host}:${server.port}: ${why}`, {
    hint: "Check the address, and that an SFTP server with an RSA host key answers there",
    cause,
  });
}
