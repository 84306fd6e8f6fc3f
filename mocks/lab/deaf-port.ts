// An address in, a TCP port on it out that neither connects nor refuses: what a caller sees of a firewall that drops packets.
import { connect, type Socket } from "node:net";
import { Worker } from "node:worker_threads";

export interface DeafPort {
  readonly port: number;
  close(): Promise<void>;
}

// A thread listens and then sleeps for ever, so that nobody accepts; with the queue full, the system drops whoever comes next.
const listenAndSleep = `
const { parentPort, workerData } = require("node:worker_threads");
const server = require("node:net").createServer();
server.on("error", (error) => parentPort.postMessage({ error: error.message }));
server.listen({ ...workerData, backlog: 1 }, () => {
  parentPort.postMessage({ port: server.address().port });
  setImmediate(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0));
});`;
const queueLength = 2;

/** `port` 0 takes a free one. Linux fills the queue as the kernel counts it: one more than was asked for. */
export async function openDeafPort(host: string, port: number): Promise<DeafPort> {
  const worker = new Worker(listenAndSleep, { eval: true, workerData: { host, port } });
  const told = await new Promise<{ port?: number; error?: string }>((resolve, reject) => {
    worker.once("message", resolve);
    worker.once("error", reject);
  });
  const bound = told.port;
  if (bound === undefined)
    throw new Error(`no deaf port on ${host}: ${told.error ?? "no word from its thread"}`);
  const waiting = await Promise.all(Array.from({ length: queueLength }, () => queued(host, bound)));
  return {
    port: bound,
    async close() {
      for (const socket of waiting) socket.destroy();
      await worker.terminate();
    },
  };
}

function queued(host: string, port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, host);
    socket.once("error", reject);
    socket.once("connect", () => {
      socket.off("error", reject);
      socket.on("error", () => undefined);
      resolve(socket);
    });
  });
}
