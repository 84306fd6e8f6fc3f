// A lab in; a way to its nodes' shells without SSH out: the same command line, dialogues and faults, at a fraction of the time.
import { runShell } from "../../mocks/lab/shell.ts";
import { platformCommands } from "../../mocks/lab/commands/platform-commands.ts";
import type { Lab } from "../../mocks/lab/start-lab.ts";
import { createChunker } from "../../mocks/lab/wire/chunker.ts";
import { seededRandom } from "../../mocks/lab/wire/random.ts";
import { OperatorError } from "../../src/base/errors.ts";
import type { OpenTransport } from "../../src/session/connect.ts";
import type { Transport } from "../../src/session/transport.ts";

/** `onBytes` sees that something was sent, either way; `isSplit` true: every byte arrives alone. */
export interface ShellWatch {
  readonly onBytes?: () => void;
  readonly isSplit?: () => boolean;
}

/** Opens shells of the nodes of the lab's first cluster by their name; output is cut as the node's settings say. */
export function memoryShells(lab: Pick<Lab, "cluster">, watch: ShellWatch = {}): OpenTransport {
  const random = seededRandom(1);
  return async ({ node: { name }, username, password }) => {
    const cluster = lab.cluster();
    const node = cluster.node(name);
    if (!node.isReachable) throw unreachable(name, "connection refused");
    const account = node.accounts.find((known) => known.username === username);
    if (account === undefined || account.password !== password.reveal())
      throw new OperatorError("login-refused", `${name} refused the login`, { hint: "Mend the password." });
    let heard: (chunk: Buffer) => void = () => {};
    let keyed: (bytes: Uint8Array) => void = () => {};
    let gone: () => void = () => {};
    let isOver = false;
    let settle: (end: { reason: string }) => void = () => {};
    const closed = new Promise<{ reason: string }>((resolve) => {
      settle = resolve;
    });
    const end = (reason: string) => {
      if (isOver) return;
      isOver = true;
      watch.onBytes?.();
      settle({ reason });
      gone();
    };
    const chunker = createChunker({
      random,
      isCut: () => node.ssh.isOutputCut ?? true,
      send(chunk) {
        watch.onBytes?.();
        const size = watch.isSplit?.() === true ? 1 : chunk.length;
        for (let at = 0; at < chunk.length && !isOver; at += size) heard(chunk.subarray(at, at + size));
      },
    });
    const transport: Transport = {
      closed,
      write(bytes) {
        if (isOver)
          throw new OperatorError("session-lost", "the session is over", { hint: "Open it again." });
        watch.onBytes?.();
        const typed = Buffer.from(bytes, "utf8");
        setImmediate(() => !isOver && keyed(typed));
      },
      onData(listener) {
        heard = listener;
      },
      close: () => end("closed by itlctl"),
    };
    const shell = runShell(
      {
        send: (bytes) => chunker.push(bytes),
        onBytes(listener) {
          keyed = listener;
        },
        onGone(listener) {
          gone = listener;
        },
        hangUp() {
          chunker.flush();
          end("the node closed the connection");
        },
        columns: () => 512,
        rows: () => 200,
      },
      {
        ...{ node, account, random, clock: cluster.clock, faults: cluster.faults, texts: cluster.texts },
        commands: platformCommands(cluster, node),
        log: (line) => cluster.commandLog.push({ node: name, line, at: cluster.clock.now() }),
        complain: (complaint) => cluster.complaints.push(complaint),
      },
    );
    shell.catch((error: unknown) => end(`the shell failed: ${String(error)}`));
    return transport;
  };
}

function unreachable(node: string, why: string): OperatorError {
  return new OperatorError("node-unreachable", `${node}: ${why}`, { hint: "Check the way to the node." });
}
