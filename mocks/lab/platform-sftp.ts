// The platform as SFTP client: a server, an account and a path in; bytes fetched or delivered, or the kind of trouble, out.
import { posix } from "node:path";
import { Client, type SFTPWrapper } from "ssh2";
import { sftpClientAlgorithms } from "./wire/algorithms.ts";

/** What the platform could not do; its texts for these are not known. */
export class SftpTrouble extends Error {
  override readonly name = "SftpTrouble";
  readonly kind:
    | "refused"
    | "login-failed"
    | "host-key-refused"
    | "file-missing"
    | "directory-missing"
    | "broken";
  constructor(kind: SftpTrouble["kind"], detail: string) {
    super(`${kind}: ${detail}`);
    this.kind = kind;
  }
}

/** Where and as whom; `judgeHostKey` gets the key blob and says whether to go on. */
export interface SftpLogin {
  readonly host: string;
  readonly port: number;
  readonly username: string;
  readonly password: string;
  readonly judgeHostKey: (keyBlob: Buffer) => Promise<boolean>;
}

/** A logged-in connection; every call rejects with `SftpTrouble`. */
export interface PlatformSftp {
  read(path: string): Promise<Buffer>;
  /** The directory must exist; folders of `name` below it are made. `midway` is called with half of it written; what it throws ends it there. */
  deliver(directory: string, name: string, bytes: Buffer, midway?: () => Promise<void>): Promise<void>;
  close(): void;
}

/** Connects with the algorithms of the platform's SFTP client only; password and keyboard-interactive are both tried. */
export async function openPlatformSftp(login: SftpLogin): Promise<PlatformSftp> {
  const client = new Client();
  let isHostRefused = false;
  await new Promise<void>((resolve, reject) => {
    client.on("connect", () => client.setNoDelay(true));
    client.on("ready", resolve);
    client.on("keyboard-interactive", (_name, _text, _language, prompts, finish) =>
      finish(prompts.map(() => login.password)),
    );
    client.on("error", (error) => {
      const isLogin = error.level === "client-authentication";
      reject(
        new SftpTrouble(
          isHostRefused ? "host-key-refused" : isLogin ? "login-failed" : "refused",
          error.message,
        ),
      );
    });
    client.on("close", () => reject(new SftpTrouble("refused", "closed")));
    client.connect({
      host: login.host,
      port: login.port,
      username: login.username,
      password: login.password,
      tryKeyboard: true,
      algorithms: sftpClientAlgorithms,
      readyTimeout: 0,
      hostVerifier: (key: Buffer, verify: (isValid: boolean) => void) => {
        const settle = (isAccepted: boolean) => {
          isHostRefused = !isAccepted;
          verify(isAccepted);
        };
        login.judgeHostKey(key).then(settle, (error: unknown) => {
          reject(error as Error);
          settle(false);
        });
      },
    });
  });
  const sftp = await new Promise<SFTPWrapper>((resolve, reject) => {
    client.sftp((error, wrapper) =>
      error ? reject(new SftpTrouble("refused", error.message)) : resolve(wrapper),
    );
  });
  return {
    read: (path) =>
      new Promise((resolve, reject) => {
        sftp.readFile(path, (error, bytes) =>
          error ? reject(new SftpTrouble("file-missing", error.message)) : resolve(bytes),
        );
      }),
    async deliver(directory, name, bytes, midway) {
      const path = posix.join(directory === "" ? "." : directory, name);
      await makeFolders(sftp, directory, posix.dirname(name));
      const handle = await called<Buffer>("directory-missing", (done) => sftp.open(path, "w", done));
      const half = Math.floor(bytes.length / 2);
      const write = (from: number, to: number) =>
        called<void>("broken", (done) =>
          sftp.write(handle, bytes, from, to - from, from, (error) => done(error)),
        );
      if (half > 0) await write(0, half);
      await midway?.();
      if (bytes.length > half) await write(half, bytes.length);
      await called<void>("broken", (done) => sftp.close(handle, (error) => done(error)));
    },
    close: () => client.end(),
  };
}

/** One request; its failure, or the end of the connection before its answer, is that kind of trouble. */
function called<Value>(
  kind: SftpTrouble["kind"],
  request: (done: (error: Error | null | undefined, value?: Value) => void) => void,
): Promise<Value> {
  return new Promise((resolve, reject) => {
    request((error, value) =>
      error ? reject(new SftpTrouble(kind, error.message)) : resolve(value as Value),
    );
  });
}

async function makeFolders(sftp: SFTPWrapper, directory: string, below: string): Promise<void> {
  let path = directory === "" ? "." : directory;
  for (const folder of below.split("/").filter((part) => part !== "" && part !== ".")) {
    path = posix.join(path, folder);
    // One that is already there fails; a real failure shows when the file is written.
    await new Promise<void>((resolve) => sftp.mkdir(path, () => resolve()));
  }
}
