// The three --remote-... flags → where a recovery key lies, and how the run gets at it.
import { OperatorError } from "../base/errors.ts";
import type { Cluster, SecretReference } from "../inventory/cluster.ts";
import type { RemoteKeyRequest } from "../run/journal-entry.ts";
import type { RemoteHostKey, RemoteKeyFetcher } from "../run/remote-key.ts";
import type { CommandContext, CommandInput } from "./command.ts";

const address = /^([A-Za-z0-9._-]+)@([A-Za-z0-9._-]+):(\/[A-Za-z0-9._/-]+)$/;

/** Null without --remote-key. Throws `usage` for a half or an unsafe address: it becomes part of a platform command. */
export function remoteKeyRequest(input: CommandInput): RemoteKeyRequest | null {
  const text = input.text("remoteKey");
  const passwordReference = input.text("remotePassword");
  const hostKey = input.text("remoteHostKey");
  if (text === null) {
    if (passwordReference === null && hostKey === null) return null;
    throw usage("--remote-password and --remote-host-key go with --remote-key");
  }
  const [, user, host, path] = address.exec(text) ?? [];
  if (user === undefined || host === undefined || path === undefined) {
    throw usage(
      "--remote-key must be USER@HOST:/FULL/PATH, of letters, digits, dots, hyphens and underscores",
    );
  }
  if (passwordReference === null)
    throw usage("--remote-key needs --remote-password REF (env:, file:, exec: or ask:)");
  if (hostKey === null || !/^SHA256:[A-Za-z0-9+/]{43}=?$/.test(hostKey)) {
    throw usage("--remote-key needs --remote-host-key SHA256:... of the server's RSA key");
  }
  return { user, host, path, hostKey, passwordReference };
}

/** The fetcher for a request, here or after a resume; the file is opened with recoveryKey.password or the security password. */
export async function remoteKeyFetcher(
  request: RemoteKeyRequest,
  cluster: Cluster,
  context: CommandContext,
): Promise<RemoteKeyFetcher> {
  const { parseSecretReference } = await import("../inventory/written-cluster.ts");
  const place = { cluster: cluster.name };
  const reference = parseSecretReference(request.passwordReference);
  const password = () =>
    context.resolveSecret(reference, `password of ${request.user} on ${request.host}`, place);
  const { user, host, path, hostKey } = request;
  const address = { user, host, path };
  const read = async () => {
    const { fetchSftpFile } = await import("../vault/sftp-file.ts");
    const port = context.world.remoteKeyPort;
    return fetchSftpFile({ host, port, user, path, hostKey, password: await password() });
  };
  let seen: RemoteHostKey | null = null;
  return {
    async fetch() {
      const { remoteKeyOf } = await import("../run/remote-key.ts");
      const file = await read();
      const opening = [];
      for (const known of openingReferences(cluster)) {
        opening.push(await context.resolveSecret(known, "password of the recovery key", place));
      }
      seen = file.hostKey;
      return {
        key: remoteKeyOf(file.bytes, opening),
        hostKey: file.hostKey,
        address,
        about: null,
        backup: null,
      };
    },
    async offer() {
      seen ??= (await read()).hostKey;
      return { address, hostKey: seen, password: await password(), key: null, close: async () => {} };
    },
  };
}

function openingReferences(cluster: Cluster): SecretReference[] {
  const references = [cluster.recoveryKey.password, cluster.credentials.security?.password ?? null];
  return references.filter((reference) => reference !== null);
}

function usage(message: string): OperatorError {
  return new OperatorError("usage", message, { hint: "Read `itlctl recover --help`" });
}
