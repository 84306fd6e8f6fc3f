// A front with a plain command table and an ssh2 client that reads it, for the tests of the lab's SSH side.
import { Client, type ClientChannel, type ConnectConfig } from "ssh2";
import { createFaultBook, type FaultBook } from "../../mocks/lab/faults.ts";
import type { CommandTable } from "../../mocks/lab/commands/command.ts";
import { createLabClock } from "../../mocks/lab/lab-clock.ts";
import type { LabClock, LabNode } from "../../mocks/lab/model.ts";
import { openSshFront, type SshFront } from "../../mocks/lab/ssh-front.ts";
import { fingerprintSha256, makeHostKeyPem, publicBlobOf } from "../../mocks/lab/wire/host-key.ts";

const hostKeyPem = makeHostKeyPem();

/** A node that serves nothing: only its SSH side is set. */
export function plainNode(ssh: Partial<LabNode["ssh"]> = {}): LabNode {
  return {
    name: "pub",
    fqdn: "pub.lab.example",
    role: "publisher",
    address: "127.0.0.1",
    sshPort: 0,
    tftpPort: 0,
    ssh: {
      hostKeyPem,
      hostKeySha256: fingerprintSha256(publicBlobOf(hostKeyPem)),
      authMethods: ["password", "keyboard-interactive"],
      algorithms: "modern",
      sessionLimit: 10,
      idleTimeoutMs: 1_800_000,
      bannerMs: 0,
      promptMs: 0,
      maxFailures: 3,
      unlockMs: 300_000,
      logOnMessage: null,
      ...ssh,
    },
    accounts: [
      { username: "admin", password: "right", level: 4 },
      { username: "reader", password: "right", level: 0 },
    ],
    isReachable: true,
    clockSkewMs: 0,
    services: [],
    certificates: new Map(),
    regeneratedAt: new Map(),
    listFile: null,
    listModified: 0,
    servedFile: null,
    ctlFile: null,
    ctlModified: 0,
    logs: new Map(),
    knownSftpHosts: new Map(),
  };
}

export interface TestFront {
  readonly front: SshFront;
  readonly node: LabNode;
  readonly clock: LabClock;
  readonly faults: FaultBook;
  readonly lines: string[];
  readonly complaints: string[];
}

const opened: SshFront[] = [];

/** Opens a front; `closeFronts` closes all of them. */
export async function openTestFront(
  options: { node?: LabNode; commands?: CommandTable; clock?: LabClock; seed?: number } = {},
): Promise<TestFront> {
  const node = options.node ?? plainNode();
  const clock = options.clock ?? createLabClock();
  const faults = createFaultBook();
  const lines: string[] = [];
  const complaints: string[] = [];
  const front = await openSshFront({
    node,
    commands: options.commands ?? [],
    clock,
    faults,
    texts: { privilegeRefused: "privilege text under test", idleTimeout: "idle text under test" },
    log: (line) => lines.push(line),
    complain: (complaint) => complaints.push(complaint),
    ...(options.seed === undefined ? {} : { seed: options.seed }),
  });
  opened.push(front);
  return { front, node, clock, faults, lines, complaints };
}

export async function closeFronts(): Promise<void> {
  await Promise.all(opened.splice(0).map((front) => front.close()));
}

/** One shell: `read` waits for text at the end of what came since the last read and returns that, raw. */
export interface TestShell {
  type(text: string): void;
  read(end: string | RegExp): Promise<string>;
  readonly chunks: string[];
  readonly closed: Promise<void>;
  close(): void;
}

/** Logs in and opens a shell on a PTY of 512 columns unless told otherwise. */
export async function openShell(
  port: number,
  options: { pty?: { cols: number; rows: number }; login?: Partial<ConnectConfig> } = {},
): Promise<TestShell> {
  const client = await logIn(port, options.login);
  const channel = await new Promise<ClientChannel>((resolve, reject) => {
    const pty = { term: "vt100", cols: 512, rows: 24, ...options.pty };
    client.shell(pty, (error, stream) => (error ? reject(error) : resolve(stream)));
  });
  const chunks: string[] = [];
  let unread = "";
  let look = () => {};
  channel.on("data", (chunk: Buffer) => {
    chunks.push(chunk.toString("utf8"));
    unread += chunk.toString("utf8");
    look();
  });
  const closed = new Promise<void>((resolve) => client.on("close", () => resolve()));
  return {
    type: (text) => void channel.write(text),
    chunks,
    closed,
    close: () => client.end(),
    read: (end) =>
      new Promise((resolve, reject) => {
        const isEnd = () => (typeof end === "string" ? unread.endsWith(end) : end.test(unread));
        look = () => {
          if (!isEnd()) return;
          look = () => {};
          const text = unread;
          unread = "";
          resolve(text);
        };
        void closed.then(() => reject(new Error(`closed while reading: ${JSON.stringify(unread)}`)));
        setTimeout(() => reject(new Error(`still reading: ${JSON.stringify(unread)}`)), 5000).unref();
        look();
      }),
  };
}

/** Connects and authenticates; rejects with what ssh2 says. */
export function logIn(port: number, login: Partial<ConnectConfig> = {}): Promise<Client> {
  return new Promise((resolve, reject) => {
    const client = new Client();
    client.on("connect", () => client.setNoDelay(true));
    client.on("ready", () => resolve(client));
    client.on("error", reject);
    client.on("keyboard-interactive", (_name, _text, _language, _prompts, finish) =>
      finish([login.password ?? "right"]),
    );
    client.connect({ host: "127.0.0.1", port, username: "admin", password: "right", ...login });
  });
}

/** What a terminal would show of one line of echo: backspaces, CR and ESC[K applied. */
export function appliedEcho(raw: string): string {
  let shown = "";
  for (const key of raw.replaceAll("\u001b[K", "").replaceAll("\r", "")) {
    shown = key === "\b" ? shown.slice(0, -1) : shown + key;
  }
  return shown;
}
