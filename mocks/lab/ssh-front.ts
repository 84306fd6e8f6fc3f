// A node of the truth and its commands in; a real SSH server on loopback that serves its platform CLI, out.
import { createServer, type Socket } from "node:net";
import type { AddressInfo } from "node:net";
import ssh2, { type AuthContext, type Connection, type ServerChannel, type Session } from "ssh2";
import type { CommandTable } from "./commands/command.ts";
import type { FaultBook } from "./faults.ts";
import type { LabAccount, LabClock, LabNode, LoginCounts } from "./model.ts";
import { type PtyStream, runShell, type ShellTexts } from "./shell.ts";
import { serverDialect } from "./wire/algorithms.ts";
import { createChunker } from "./wire/chunker.ts";
import { fingerprintSha256, publicBlobOf } from "./wire/host-key.ts";
import { createLoginGate } from "./wire/login-gate.ts";
import { seededRandom } from "./wire/random.ts";

/** `port` 0 takes a free one. `log` sees every command line; `seed` decides where output is cut. */
export interface SshFrontOptions {
  readonly node: LabNode;
  readonly commands: CommandTable;
  readonly clock: LabClock;
  readonly faults: FaultBook;
  readonly texts: ShellTexts;
  readonly log: (line: string) => void;
  readonly complain: (complaint: string) => void;
  readonly port?: number;
  readonly address?: string;
  readonly seed?: number;
}

export interface SshFront {
  readonly port: number;
  /** `SHA256:...` */
  readonly hostKeySha256: string;
  readonly counts: LoginCounts;
  /** Refuses connections and drops those there are, or listens again on the same port. */
  setListening(isListening: boolean): Promise<void>;
  close(): Promise<void>;
}

/** Opens the SSH side of one node; its settings are read anew at every connection. */
export async function openSshFront(options: SshFrontOptions): Promise<SshFront> {
  const { node } = options;
  const address = options.address ?? "127.0.0.1";
  const random = seededRandom(options.seed ?? 1);
  const gate = createLoginGate(node);
  const sockets = new Set<Socket>();
  node.loginCounts = gate.counts;

  const serve = (socket: Socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => socket.destroy());
    const dialect = serverDialect(node.ssh.algorithms);
    const server = new ssh2.Server({
      hostKeys: [node.ssh.hostKeyPem],
      ident: dialect.ident,
      algorithms: dialect.algorithms,
    });
    server.on("connection", (connection: Connection) => {
      connection.on("error", () => socket.destroy());
      serveConnection(connection, () => socket.destroySoon());
    });
    server.injectSocket(socket);
  };

  const serveConnection = (connection: Connection, hangUp: () => void) => {
    let account: LabAccount | null = null;
    connection.on("authentication", (context) => {
      authenticate(context, node.ssh.authMethods, (username, password) => {
        account = gate.attempt(username, password, options.clock.now());
        return account !== null;
      });
    });
    connection.on("session", (accept, reject) => {
      if (account === null) reject();
      else serveSession(accept(), account, hangUp);
    });
  };

  const serveSession = (session: Session, account: LabAccount, hangUp: () => void) => {
    let size: { cols: number; rows: number } | null = null;
    session.on("pty", (accept, _reject, info) => {
      size = { cols: info.cols, rows: info.rows };
      accept?.();
    });
    session.on("window-change", (accept, _reject, info) => {
      size = { cols: info.cols, rows: info.rows };
      accept?.();
    });
    session.on("exec", (_accept, reject) => reject?.());
    session.on("subsystem", (_accept, reject) => reject?.());
    session.on("shell", (accept, reject) => {
      // What a node does past its limit is not known: a text of the test's own, or no shell.
      const isFull = gate.counts.openSessions >= node.ssh.sessionLimit;
      const fullText = options.texts.sessionLimit ?? "";
      if (size === null || (isFull && fullText === "")) {
        reject?.();
        return;
      }
      if (isFull) {
        accept().end(`${fullText.replaceAll("\n", "\r\n")}\r\n`, hangUp);
        return;
      }
      gate.counts.openSessions += 1;
      const channel = accept();
      channel.on("close", () => {
        gate.counts.openSessions -= 1;
      });
      const pty = openPty(channel, {
        hangUp,
        random,
        isCut: () => node.ssh.isOutputCut ?? true,
        size: () => size,
      });
      runShell(pty, { ...options, account, random }).catch(hangUp);
    });
  };

  const listener = createServer({ noDelay: true }, serve);
  const listen = (port: number) =>
    new Promise<number>((resolve, reject) => {
      listener.once("error", reject);
      listener.listen(port, address, () => {
        listener.off("error", reject);
        resolve((listener.address() as AddressInfo).port);
      });
    });
  const stop = async () => {
    for (const socket of sockets) socket.destroy();
    if (listener.listening) await new Promise((resolve) => listener.close(resolve));
  };
  const port = await listen(options.port ?? 0);
  return {
    port,
    hostKeySha256: fingerprintSha256(publicBlobOf(node.ssh.hostKeyPem)),
    counts: gate.counts,
    async setListening(isListening) {
      if (!isListening) await stop();
      else if (!listener.listening) await listen(port);
    },
    close: stop,
  };
}

type LoginMethod = LabNode["ssh"]["authMethods"][number];

function authenticate(
  context: AuthContext,
  offered: readonly LoginMethod[],
  attempt: (username: string, password: string) => boolean,
): void {
  const methods = [...offered];
  const judge = (password: string) => {
    if (attempt(context.username, password)) context.accept();
    else context.reject(methods);
  };
  if (context.method === "password" && methods.includes("password")) judge(context.password);
  else if (context.method === "keyboard-interactive" && methods.includes("keyboard-interactive")) {
    context.prompt([{ prompt: "Password: ", echo: false }], (answers) => judge(answers[0] ?? ""));
  } else context.reject(methods);
}

function openPty(
  channel: ServerChannel,
  options: {
    readonly hangUp: () => void;
    readonly random: () => number;
    readonly isCut: () => boolean;
    readonly size: () => { cols: number; rows: number } | null;
  },
): PtyStream {
  const chunker = createChunker({
    random: options.random,
    isCut: options.isCut,
    send: (chunk) => {
      if (channel.writable) channel.write(chunk);
    },
  });
  channel.on("error", () => undefined);
  return {
    send: (bytes) => chunker.push(bytes),
    onBytes: (listener) => channel.on("data", listener),
    onGone: (listener) => {
      channel.on("close", listener);
      channel.on("end", listener);
    },
    hangUp() {
      chunker.flush();
      channel.end();
      options.hangUp();
    },
    columns: () => options.size()?.cols || 80,
    rows: () => options.size()?.rows || 24,
  };
}
