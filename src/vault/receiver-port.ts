// An address, a host key and the one client of each delivery → an SSH server that listens as long as a delivery is open, and not a moment longer.
import { createHash, timingSafeEqual } from "node:crypto";
import { BlockList, createServer, isIP, type Server, type Socket } from "node:net";
import ssh2, { type AuthContext, type Connection, type SFTPWrapper } from "ssh2";
import { OperatorError, messageOf } from "../base/errors.ts";
import type { PrivateKeyFile } from "./private-key.ts";
import type { ReceiverLimits } from "./vault-tools.ts";

/** Who may come, from where, and what is done for it. */
export interface ReceiverClient {
  readonly username: string;
  readonly password: string;
  readonly addresses: readonly string[];
  /** `socket` is only to be listened to: its end is the end of the session. */
  serve(sftp: SFTPWrapper, socket: Socket): void;
}

/** `stopListening` lets the client that is there finish; `close` does not. Both may be called any number of times. */
export interface ReceiverPort {
  readonly port: number;
  stopListening(): void;
  close(): void;
}

interface Guest {
  readonly client: ReceiverClient;
  readonly sockets: Set<Socket>;
}

interface Shared {
  readonly listener: Server;
  readonly keySha256: string;
  readonly guests: Set<Guest>;
}

// What the platform's SFTP client offers (12.5(1)SU5 guide, "SFTP client"), without the group exchanges that ssh2's server does not carry out.
const algorithms = {
  kex: [
    "ecdh-sha2-nistp521",
    "ecdh-sha2-nistp384",
    "diffie-hellman-group14-sha1",
    "diffie-hellman-group1-sha1",
  ],
  cipher: ["aes128-ctr", "aes192-ctr", "aes256-ctr"],
  serverHostKey: ["rsa-sha2-512", "rsa-sha2-256", "ssh-rsa"],
  hmac: ["hmac-sha2-256", "hmac-sha1"],
} as const;
const methods: ("password" | "keyboard-interactive")[] = ["password", "keyboard-interactive"];
const mostSockets = 16;
const mostTries = 3;
const waitMs = 250;

/** Ports of this process that are open, so that clusters backed up side by side share one. */
const ports = new Map<string, Promise<Shared>>();

/** Throws `vault-unreachable` where the address cannot be listened on, after waiting a while for another process's delivery. */
export async function openReceiverPort(
  at: {
    readonly address: string;
    readonly port: number;
    readonly hostKey: PrivateKeyFile;
    readonly limits: ReceiverLimits;
  },
  client: ReceiverClient,
): Promise<ReceiverPort> {
  const name = `${at.address}:${at.port}`;
  const found = at.port === 0 ? undefined : ports.get(name);
  const opening = found ?? listen(at);
  if (found === undefined && at.port !== 0) {
    ports.set(name, opening);
    opening.catch(() => ports.delete(name));
  }
  const shared = await opening;
  if (!shared.listener.listening) return openReceiverPort(at, client);
  if (shared.keySha256 !== at.hostKey.publicKey.sha256)
    throw cannotListen(name, "another delivery shows another host key there", undefined);
  const guest: Guest = { client, sockets: new Set() };
  shared.guests.add(guest);
  const stopListening = () => {
    shared.guests.delete(guest);
    if (shared.guests.size > 0) return;
    if (ports.get(name) === opening) ports.delete(name);
    if (shared.listener.listening) shared.listener.close();
  };
  const bound = shared.listener.address();
  return {
    port: typeof bound === "object" && bound !== null ? bound.port : at.port,
    stopListening,
    close() {
      stopListening();
      for (const socket of guest.sockets) socket.destroy();
    },
  };
}

async function listen({
  address,
  port,
  hostKey,
  limits,
}: Parameters<typeof openReceiverPort>[0]): Promise<Shared> {
  const guests = new Set<Guest>();
  const sockets = new Map<string, Socket>();
  const server = new ssh2.Server({
    hostKeys: [hostKey.pem],
    algorithms: Object.fromEntries(Object.entries(algorithms).map(([kind, list]) => [kind, [...list]])),
  });
  server.on("connection", (connection, { ip, port: from }) => {
    const socket = sockets.get(`${ip} ${from}`);
    if (socket === undefined) connection.end();
    else greet(connection, socket, guests);
  });
  const listener = createServer({ noDelay: true }, (socket) => {
    socket.on("error", () => socket.destroy());
    const isExpected = [...guests].some((guest) => isFrom(guest, socket));
    if (!isExpected || sockets.size >= mostSockets) return void socket.destroy();
    const name = `${socket.remoteAddress} ${socket.remotePort}`;
    sockets.set(name, socket);
    const loginTimer = setTimeout(() => {
      if (![...guests].some((guest) => guest.sockets.has(socket))) socket.destroy();
    }, limits.loginMs);
    socket.setTimeout(limits.silenceMs, () => socket.destroy());
    socket.on("close", () => {
      clearTimeout(loginTimer);
      sockets.delete(name);
    });
    server.injectSocket(socket);
  });
  const untilMs = Date.now() + limits.bindMs;
  for (;;) {
    const trouble = await new Promise<Error | null>((resolve) => {
      listener.once("error", resolve);
      listener.listen(port, address, () => {
        listener.off("error", resolve);
        resolve(null);
      });
    });
    if (trouble === null) break;
    const isTaken = (trouble as NodeJS.ErrnoException).code === "EADDRINUSE";
    if (!isTaken || Date.now() >= untilMs)
      throw cannotListen(`${address}:${port}`, messageOf(trouble), trouble);
    await new Promise((resolve) => setTimeout(resolve, waitMs));
  }
  listener.on("error", () => undefined);
  return { listener, keySha256: hostKey.publicKey.sha256, guests };
}

/** From the first byte to the SFTP session of a guest; anything else of SSH is refused. */
function greet(connection: Connection, socket: Socket, guests: ReadonlySet<Guest>): void {
  let tries = 0;
  let guest: Guest | null = null;
  const judge = (context: AuthContext, password: string) => {
    guest =
      [...guests].find((one) => isFrom(one, socket) && isLogin(one.client, context.username, password)) ??
      null;
    if (guest !== null) {
      guest.sockets.add(socket);
      return context.accept();
    }
    tries += 1;
    context.reject(methods);
    if (tries >= mostTries) connection.end();
  };
  connection.on("error", () => socket.destroy());
  connection.on("authentication", (context) => {
    if (context.method === "password") return judge(context, context.password);
    if (context.method !== "keyboard-interactive") return context.reject(methods);
    context.prompt([{ prompt: "Password: ", echo: false }], (answers) => judge(context, answers[0] ?? ""));
  });
  connection.on("session", (accept) => {
    accept().on("sftp", (acceptSftp) => {
      const sftp = acceptSftp();
      sftp.on("error", () => socket.destroy());
      if (guest === null) socket.destroy();
      else guest.client.serve(sftp, socket);
    });
  });
}

function isLogin(client: ReceiverClient, username: string, password: string): boolean {
  const hash = (text: string) => createHash("sha256").update(text).digest();
  const isUser = timingSafeEqual(hash(username), hash(client.username));
  return timingSafeEqual(hash(password), hash(client.password)) && isUser;
}

function isFrom({ client }: Guest, socket: Socket): boolean {
  const address = plainAddress(socket.remoteAddress ?? "");
  const family = isIP(address);
  if (family === 0) return false;
  const allowed = new BlockList();
  for (const one of client.addresses) {
    const plain = plainAddress(one);
    if (isIP(plain) !== 0) allowed.addAddress(plain, isIP(plain) === 6 ? "ipv6" : "ipv4");
  }
  return allowed.check(address, family === 6 ? "ipv6" : "ipv4");
}

/** Without a zone, and an IPv4 address that came over IPv6 as itself. */
function plainAddress(address: string): string {
  const plain = address.replace(/%.*$/, "").replace(/^::ffff:/i, "");
  return isIP(plain) === 0 ? address.replace(/%.*$/, "") : plain;
}

function cannotListen(name: string, why: string, cause: unknown): OperatorError {
  return new OperatorError("vault-unreachable", `the receiver cannot listen on ${name}: ${why}`, {
    hint: "Give vault: receiver: an address of this machine and a port that is free there",
    cause,
  });
}
