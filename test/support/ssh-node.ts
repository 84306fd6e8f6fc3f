// Switches of a node's SSH server in; a small real one on loopback, with what it was asked, out.
import ssh2 from "ssh2";
import type { Algorithms, AuthContext, Connection, ServerChannel } from "ssh2";
import { parseHostKey } from "../../src/base/host-key.ts";
import type { HostKey } from "../../src/base/host-key.ts";

export type KeyType = "rsa" | "ecdsa" | "ed25519";

export interface SshNodeOptions {
  /** Login methods named to `none`; default password only. */
  readonly methods?: readonly ("password" | "keyboard-interactive" | "publickey")[];
  readonly username?: string;
  readonly password?: string;
  /** Prompts of keyboard-interactive, one round each; default one hidden `Password: `. */
  readonly rounds?: readonly (readonly { readonly prompt: string; readonly echo: boolean }[])[];
  readonly keys?: readonly KeyType[];
  readonly algorithms?: Algorithms;
  /** True: no answer to any login. */
  readonly isDeaf?: boolean;
  readonly onShell?: (channel: ServerChannel) => void;
}

export interface SshNode {
  readonly port: number;
  readonly hostKeys: readonly HostKey[];
  /** Login methods that clients tried, in order, over all connections. */
  readonly tried: string[];
  /** Passwords that reached the server. */
  readonly passwords: string[];
  readonly terminals: { readonly term: string; readonly cols: number; readonly rows: number }[];
  readonly connections: Connection[];
  close(): Promise<void>;
}

const made = new Map<KeyType, string>();
function privateKeyOf(type: KeyType): string {
  const bits = { rsa: { bits: 2048 }, ecdsa: { bits: 256 }, ed25519: {} }[type];
  const known = made.get(type) ?? ssh2.utils.generateKeyPairSync(type, bits as { bits: number }).private;
  made.set(type, known);
  return known;
}

function blobOf(privateKey: string): Buffer {
  const parsed = ssh2.utils.parseKey(privateKey);
  if (parsed instanceof Error) throw parsed;
  return (Array.isArray(parsed) ? parsed[0] : parsed)?.getPublicSSH() ?? Buffer.alloc(0);
}

export async function startSshNode(options: SshNodeOptions = {}): Promise<SshNode> {
  const { username = "administrator", password = "right", methods = ["password"] } = options;
  const rounds = options.rounds ?? [[{ prompt: "Password: ", echo: false }]];
  const keys = (options.keys ?? ["ed25519"]).map(privateKeyOf);
  const tried: string[] = [];
  const passwords: string[] = [];
  const terminals: SshNode["terminals"] = [];
  const connections: Connection[] = [];
  const refuse = (context: AuthContext) => context.reject([...methods]);
  const judge = (context: AuthContext, given: string) => {
    passwords.push(given);
    if (context.username === username && given === password) context.accept();
    else refuse(context);
  };
  const askRounds = (context: ssh2.KeyboardAuthContext, left: typeof rounds, given: string) => {
    const [round, ...rest] = left;
    if (round === undefined) return judge(context, given);
    context.prompt([...round], (answers) => askRounds(context, rest, answers[0] ?? given));
  };

  const server = new ssh2.Server(
    { hostKeys: keys, ...(options.algorithms === undefined ? {} : { algorithms: options.algorithms }) },
    (connection) => {
      connections.push(connection);
      // Missing from the types, documented for both sides.
      (connection as unknown as { setNoDelay(isOn: boolean): void }).setNoDelay(true);
      connection.on("error", () => null);
      connection.on("authentication", (context) => {
        tried.push(context.method);
        if (options.isDeaf === true && context.method !== "none") return;
        if (context.method === "password" && methods.includes("password")) judge(context, context.password);
        else if (context.method === "keyboard-interactive" && methods.includes("keyboard-interactive"))
          askRounds(context, rounds, "");
        else refuse(context);
      });
      connection.on("session", (accept) => {
        const session = accept();
        session.on("pty", (acceptPty, _reject, { cols, rows, ...info }) => {
          terminals.push({ term: (info as { term?: string }).term ?? "", cols, rows });
          acceptPty();
        });
        session.on("shell", (acceptShell) => {
          const channel = acceptShell();
          channel.on("error", () => null);
          options.onShell?.(channel);
        });
      });
    },
  );
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as { port: number }).port,
    hostKeys: keys.map((privateKey) => parseHostKey(blobOf(privateKey))),
    tried,
    passwords,
    terminals,
    connections,
    async close() {
      for (const connection of connections) connection.end();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
