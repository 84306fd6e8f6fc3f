// A folder and an account in; a real SFTP server on loopback that the platform and itlctl can both use, out.
import { createServer, type AddressInfo, type Socket } from "node:net";
import ssh2, { type AuthContext, type Connection } from "ssh2";
import { serveSftp, type SftpTroubles } from "./wire/sftp-requests.ts";
import { sftpServerAlgorithms } from "./wire/algorithms.ts";
import { fingerprintMd5, fingerprintSha256, makeHostKeyPem, publicBlobOf } from "./wire/host-key.ts";

/** `root` is what clients see as `/`; `methods` are those the server offers, both by default. */
export interface SftpServerOptions {
  readonly root: string;
  readonly username: string;
  readonly password: string;
  /** More accounts, such as one for deliveries alone. */
  readonly accounts?: readonly { readonly username: string; readonly password: string }[];
  readonly methods?: readonly ("password" | "keyboard-interactive")[];
  readonly hostKeyPem?: string;
  readonly port?: number;
  readonly address?: string;
}

export interface SftpServer {
  readonly host: string;
  readonly port: number;
  readonly username: string;
  readonly password: string;
  readonly root: string;
  readonly hostKeyPem: string;
  /** `SHA256:...` */
  readonly hostKeySha256: string;
  /** Pairs with colons. */
  readonly hostKeyMd5: string;
  /** `user method accepted|refused`, in order. */
  readonly logins: readonly string[];
  /** Change it at any time: what the server refuses. */
  readonly trouble: SftpTroubles;
  close(): Promise<void>;
}

/** Offers only the algorithms that the platform's SFTP client has in common with it, and an RSA host key. */
export async function openSftpServer(options: SftpServerOptions): Promise<SftpServer> {
  const host = options.address ?? "127.0.0.1";
  const hostKeyPem = options.hostKeyPem ?? makeHostKeyPem();
  const accounts = [{ username: options.username, password: options.password }, ...(options.accounts ?? [])];
  const methods = [...(options.methods ?? (["password", "keyboard-interactive"] as const))];
  const sockets = new Set<Socket>();
  const logins: string[] = [];
  const trouble: SftpTroubles = {};

  const authenticate = (context: AuthContext) => {
    const judge = (password: string) => {
      const isRight = accounts.some((one) => one.username === context.username && one.password === password);
      logins.push(`${context.username} ${context.method} ${isRight ? "accepted" : "refused"}`);
      if (isRight) context.accept();
      else context.reject(methods);
    };
    if (context.method === "password" && methods.includes("password")) judge(context.password);
    else if (context.method === "keyboard-interactive" && methods.includes("keyboard-interactive")) {
      context.prompt([{ prompt: "Password: ", echo: false }], (answers) => judge(answers[0] ?? ""));
    } else context.reject(methods);
  };
  const server = new ssh2.Server({ hostKeys: [hostKeyPem], algorithms: sftpServerAlgorithms });
  server.on("connection", (connection: Connection) => {
    connection.on("error", () => undefined);
    connection.on("authentication", authenticate);
    connection.on("session", (accept) => {
      accept().on("sftp", (acceptSftp) => serveSftp(acceptSftp(), options.root, trouble));
    });
  });
  const listener = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => socket.destroy());
    server.injectSocket(socket);
  });
  await new Promise<void>((resolve, reject) => {
    listener.once("error", reject);
    listener.listen(options.port ?? 0, host, resolve);
  });
  const blob = publicBlobOf(hostKeyPem);
  return {
    host,
    port: (listener.address() as AddressInfo).port,
    username: options.username,
    password: options.password,
    root: options.root,
    hostKeyPem,
    hostKeySha256: fingerprintSha256(blob),
    hostKeyMd5: fingerprintMd5(blob),
    logins,
    trouble,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => listener.close(resolve));
    },
  };
}
