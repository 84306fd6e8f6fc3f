// A node of the truth in, a real HTTP server on its TFTP port out: the files phones fetch, and what may go wrong with them.
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { HttpFault, LabCluster, LabNode } from "./model.ts";
import { phoneConfigFile } from "./phone-config-files.ts";
import { servedBytes } from "./phones.ts";
import { serviceNames } from "./profiles.ts";

export interface HttpFront {
  readonly port: number;
  /** Refuses connections and drops those there are, or listens again on the same port. */
  setListening(isListening: boolean): Promise<void>;
  close(): Promise<void>;
}

/** Opens the HTTP side of one node; `port` 0 takes a free one. */
export async function openHttpFront(cluster: LabCluster, node: LabNode, port = 0): Promise<HttpFront> {
  const sockets = new Set<Socket>();
  const server = createServer((request, response) => {
    if (!cluster.isRunning(node, serviceNames.tftp)) return response.destroy();
    const file = fileAt(cluster, node, request.url ?? "/");
    const fault = cluster.truthFaults.http.get(node.name);
    return fault === undefined ? answer(response, file) : answerWithFault(response, file, fault);
  });
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("error", () => socket.destroy());
    socket.on("close", () => sockets.delete(socket));
  });
  const stop = async () => {
    for (const socket of sockets) socket.destroy();
    if (server.listening) await new Promise((resolve) => server.close(resolve));
  };
  await listen(server, port, node.address);
  const bound = (server.address() as AddressInfo).port;
  return {
    port: bound,
    async setListening(isListening) {
      if (!isListening) await stop();
      else if (!server.listening) await listen(server, bound, node.address);
    },
    close: stop,
  };
}

function listen(server: Server, port: number, address: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, address, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

/** `/ITLFile.tlv` and `/ITLSEP<MAC>.tlv` are the same bytes; the CTL likewise. Each phone has a configuration of its own. */
function fileAt(cluster: LabCluster, node: LabNode, url: string): Buffer | null {
  if (/^\/ITL(File|SEP[0-9A-Fa-f]{12})\.tlv$/.test(url)) return servedBytes(cluster, node);
  if (/^\/CTL(File|SEP[0-9A-Fa-f]{12})\.tlv$/.test(url)) return node.servedCtl ?? null;
  return phoneConfigFile(cluster, node, url);
}

function answer(response: ServerResponse, file: Buffer | null): void {
  if (file === null) response.writeHead(404, { "content-type": "text/html" }).end("<h1>404 Not Found</h1>");
  else {
    response
      .writeHead(200, { "content-type": "application/octet-stream", "content-length": file.length })
      .end(file);
  }
}

function answerWithFault(response: ServerResponse, file: Buffer | null, fault: HttpFault): void {
  const body = file ?? Buffer.alloc(0);
  switch (fault.kind) {
    case "stall":
      return;
    case "drip":
      response.writeHead(200, { "content-length": body.length });
      drip(response, body, fault.everyMs);
      return;
    case "oversize":
      response.writeHead(200, { "content-type": "application/octet-stream" });
      pour(response, fault.bytes);
      return;
    case "redirect":
      response.writeHead(302, { location: fault.location }).end();
      return;
    case "status":
      response.writeHead(fault.code).end();
      return;
    case "drop":
      response.writeHead(200, { "content-length": body.length });
      response.write(body.subarray(0, Math.floor(body.length / 2)), () => response.destroy());
  }
}

function drip(response: ServerResponse, body: Buffer, everyMs: number): void {
  let at = 0;
  const timer = setInterval(() => {
    if (response.destroyed || at >= body.length) {
      clearInterval(timer);
      response.end();
    } else response.write(body.subarray(at, ++at));
  }, everyMs);
  timer.unref();
}

/** That many bytes, as fast as the reader takes them. */
function pour(response: ServerResponse, bytes: number): void {
  const block = Buffer.alloc(64 * 1024, 0x41);
  let left = bytes;
  const more = () => {
    while (left > 0 && !response.destroyed) {
      const size = Math.min(left, block.length);
      left -= size;
      if (!response.write(block.subarray(0, size))) {
        response.once("drain", more);
        return;
      }
    }
    response.end();
  };
  more();
}
