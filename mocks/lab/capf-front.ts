// A cluster's truth in, its CAPF on a real TLS port of the publisher out: it speaks first, and whoever answers is complained of.
import { createServer, type AddressInfo, type Socket } from "node:net";
import { createServer as createTlsServer, type Server as TlsServer } from "node:tls";
import type { LabCertificate, LabCluster } from "./model.ts";
import { certificateOf } from "./normal-list.ts";
import { openDeafPort } from "./deaf-port.ts";

export interface CapfFront {
  readonly port: number;
  /** Refuses connections and drops those there are, or listens again on the same port. */
  setListening(isListening: boolean): Promise<void>;
  close(): Promise<void>;
}

/** Opens the port on the publisher's address; 0 takes a free one. `filtered` is looked at now, every other manner at each connection. */
export async function openCapfFront(cluster: LabCluster, port = 0): Promise<CapfFront> {
  const { capf, publisher } = cluster;
  if (capf.manner === "filtered") {
    const deaf = await openDeafPort(publisher.address, port);
    return { port: deaf.port, setListening: async () => undefined, close: deaf.close };
  }
  const sockets = new Set<Socket>();
  const keepTls = tlsServers(cluster, sockets);
  const server = createServer((socket) => {
    capf.connections += 1;
    sockets.add(socket);
    socket.on("error", () => socket.destroy());
    socket.on("close", () => sockets.delete(socket));
    if (capf.manner === "resets") socket.resetAndDestroy();
    else if (capf.manner === "plain") socket.write("220 lab ready\r\n");
    else if (capf.manner !== "mute") keepTls().emit("connection", socket);
  });
  const listen = (at: number) =>
    new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(at, publisher.address, () => {
        server.off("error", reject);
        resolve();
      });
    });
  const stop = async () => {
    const isClosed = new Promise((resolve) => (server.listening ? server.close(resolve) : resolve(null)));
    for (const socket of sockets) socket.destroy();
    await isClosed;
  };
  await listen(port);
  const bound = (server.address() as AddressInfo).port;
  return {
    port: bound,
    async setListening(isListening) {
      if (!isListening) await stop();
      else if (!server.listening) await listen(bound);
    },
    close: stop,
  };
}

/** `55 01`, a session id, the length, and version 3 as its one element. */
function capfHello(session: number): Buffer {
  const id = Buffer.alloc(4);
  id.writeUInt32BE(session);
  return Buffer.concat([Buffer.from([0x55, 0x01]), id, Buffer.from([0x00, 0x04, 0x07, 0x00, 0x01, 0x03])]);
}

/** The side that does the handshakes, made anew when the certificate or the TLS versions are others than before. */
function tlsServers(cluster: LabCluster, sockets: Set<Socket>): () => TlsServer {
  const { capf } = cluster;
  let kept: { readonly key: string; readonly server: TlsServer } | null = null;
  return () => {
    const certificate = presented(cluster);
    const key = `${certificate.serial.toString("hex")} ${capf.tls.min} ${capf.tls.max}`;
    if (kept?.key === key) return kept.server;
    const server = createTlsServer({
      key: certificate.privateKey.export({ type: "pkcs1", format: "pem" }),
      cert: certificate.pem,
      minVersion: capf.tls.min,
      maxVersion: capf.tls.max,
      // Level 0: TLS 1.0, and the 1024-bit keys of release 10.0.
      ciphers: "DEFAULT@SECLEVEL=0",
    });
    server.on("tlsClientError", (_, socket) => socket.destroy());
    server.on("secureConnection", (socket) => {
      sockets.add(socket);
      socket.on("error", () => socket.destroy());
      socket.on("close", () => sockets.delete(socket));
      socket.on("data", (bytes: Buffer) =>
        cluster.complaints.push(`CAPF was sent ${bytes.length} bytes: only a phone may speak to it`),
      );
      if (capf.manner === "normal") socket.write(capfHello(capf.connections));
      if (capf.manner === "other-bytes") socket.write("HTTP/1.1 400 Bad Request\r\n\r\n");
    });
    kept = { key, server };
    return server;
  };
}

function presented({ capf, publisher }: LabCluster): LabCertificate {
  return certificateOf(publisher, capf.certificate === "own" ? "CAPF" : "tomcat");
}
