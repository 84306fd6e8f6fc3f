// The transport suite on the in-memory transport and on SSH over loopback.
import { afterEach } from "vitest";
import type { ServerChannel } from "ssh2";
import { openMemoryTransport } from "../../mocks/memory-transport.ts";
import type { MemoryTerminal } from "../../mocks/memory-transport.ts";
import { Secret } from "../../src/base/secret.ts";
import { openSshTransport } from "../../src/session/ssh-transport.ts";
import { nodeNamed } from "../session/memory-session.ts";
import { startSshNode } from "../support/ssh-node.ts";
import type { SshNode } from "../support/ssh-node.ts";
import { transportContract } from "./transport.ts";

transportContract("the in-memory transport", async () => {
  const { promise, resolve } = deferred<MemoryTerminal>();
  let terminal: MemoryTerminal | null = null;
  const node = openMemoryTransport(async (given) => {
    terminal = given;
    resolve(given);
    for (;;) await given.readKey();
  });
  await promise;
  return {
    transport: node.transport,
    print: (bytes) => terminal?.print(bytes),
    hangUp: () => terminal?.hangUp(),
    gets: async () => node.sent(),
  };
});

const nodes: SshNode[] = [];
afterEach(async () => {
  for (const node of nodes.splice(0)) await node.close();
});

transportContract("SSH", async () => {
  const { promise, resolve } = deferred<ServerChannel>();
  const server = await startSshNode({ onShell: resolve });
  nodes.push(server);
  const node = nodeNamed("pub", { port: server.port, hostKeys: server.hostKeys.map(({ sha256 }) => sha256) });
  const transport = await openSshTransport({
    node,
    username: "administrator",
    password: new Secret("right"),
    connectTimeoutMs: 10_000,
    loginTimeoutMs: 10_000,
  });
  const channel = await promise;
  let got = "";
  let check = () => {};
  channel.on("data", (chunk: Buffer) => {
    got += chunk.toString("utf8");
    check();
  });
  return {
    transport,
    print: (bytes) => {
      if (channel.writable) channel.write(bytes);
    },
    hangUp: () => channel.end(),
    gets: (text) =>
      new Promise((done) => {
        check = () => {
          if (got.includes(text)) done(got);
        };
        check();
      }),
  };
});

function deferred<Value>() {
  let resolve: (value: Value) => void = () => {};
  const promise = new Promise<Value>((given) => {
    resolve = given;
  });
  return { promise, resolve };
}
