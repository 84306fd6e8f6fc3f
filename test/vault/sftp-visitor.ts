// The place of a delivery → a client there that may try anything, with each answer's status.
import { Client, type SFTPWrapper } from "ssh2";
import { sftpClientAlgorithms } from "../../mocks/lab/wire/algorithms.ts";
import { fingerprintSha256 } from "../../mocks/lab/wire/host-key.ts";
import type { SftpPlace } from "../../src/vault/vault.ts";

/** A client that does what it likes, by the raw requests of SFTP. */
export interface Visitor {
  readonly sftp: SFTPWrapper;
  /** The server's status of one request: 0 for done, else its code; `lost` where the connection went. */
  ask(
    request: (sftp: SFTPWrapper, done: (error?: unknown, result?: unknown) => void) => void,
  ): Promise<number | "lost">;
  readonly closed: Promise<void>;
  end(): void;
}

/** A client that does what it likes; null where it is not let in. */
export async function visit(
  delivery: { readonly place: SftpPlace },
  change: { password?: string; user?: string; localAddress?: string } = {},
): Promise<Visitor | null> {
  const { place } = delivery;
  const client = new Client();
  client.on("error", () => undefined);
  client.on("connect", () => client.setNoDelay(true));
  const closed = new Promise<void>((resolve) => client.on("close", () => resolve()));
  const isIn = await new Promise<boolean>((resolve) => {
    client.on("ready", () => resolve(true));
    void closed.then(() => resolve(false));
    client.connect({
      ...{ host: place.host, port: place.port, username: change.user ?? place.user },
      password: change.password ?? place.password.reveal(),
      ...(change.localAddress === undefined ? {} : { localAddress: change.localAddress }),
      algorithms: sftpClientAlgorithms,
      hostVerifier: (blob: Buffer) => fingerprintSha256(blob) === place.hostKey.sha256,
    });
  });
  if (!isIn) {
    client.end();
    return null;
  }
  const sftp = await new Promise<SFTPWrapper>((resolve, reject) => {
    client.sftp((error, wrapper) => (error === undefined ? resolve(wrapper) : reject(error)));
  });
  sftp.on("error", () => undefined);
  return {
    sftp,
    closed,
    end: () => client.end(),
    ask: (send) =>
      Promise.race([
        closed.then(() => "lost" as const),
        new Promise<number | "lost">((resolve) => {
          send(sftp, (error) => resolve(error === undefined || error === null ? 0 : codeOf(error)));
        }),
      ]),
  };
}

const codeOf = (error: unknown): number | "lost" => {
  const { code } = error as { code?: unknown };
  return typeof code === "number" ? code : "lost";
};

/** The rightful client. */
export async function visited(delivery: { readonly place: SftpPlace }): Promise<Visitor> {
  const visitor = await visit(delivery);
  if (visitor === null) throw new Error("the rightful client was not let in");
  return visitor;
}
