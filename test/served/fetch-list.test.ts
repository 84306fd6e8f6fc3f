// One GET against real servers on loopback, well-behaved and not.
import { createServer, type RequestListener, type Server } from "node:http";
import {
  type AddressInfo,
  createServer as createTcpServer,
  type Server as TcpServer,
  type Socket,
} from "node:net";
import { afterEach, expect, test } from "vitest";
import { fetchServedFile } from "../../src/served/fetch-list.ts";

const open: { server: Server | TcpServer; sockets: Set<Socket> }[] = [];

afterEach(async () => {
  for (const { server, sockets } of open.splice(0)) {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  }
});

async function listen(server: Server | TcpServer): Promise<{ address: string; port: number }> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    socket.on("error", () => {});
    sockets.add(socket);
  });
  open.push({ server, sockets });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { address: "127.0.0.1", port: (server.address() as AddressInfo).port };
}

const serve = (answer: RequestListener) => listen(createServer(answer));

/** A server that says these words to whoever connects, then ends the connection if told. */
const say = (words: string, isEnded = true) =>
  listen(
    createTcpServer((socket) => {
      socket.on("data", () => (isEnded ? socket.end(words, "latin1") : socket.write(words, "latin1")));
    }),
  );

test("the whole body of a 200 answer is fetched by one GET that keeps no connection", async () => {
  const requests: (string | undefined)[][] = [];
  const at = await serve((request, response) => {
    requests.push([request.method, request.url, request.headers.connection]);
    response.setHeader("Last-Modified", "Wed, 26 Feb 2014 18:24:27 GMT");
    response.end(Buffer.from([1, 0, 255, 10]));
  });
  expect(await fetchServedFile(at)).toEqual({
    kind: "fetched",
    bytes: Buffer.from([1, 0, 255, 10]),
    lastModified: "Wed, 26 Feb 2014 18:24:27 GMT",
  });
  expect(requests).toEqual([["GET", "/ITLFile.tlv", "close"]]);
});

test("another path is fetched on request", async () => {
  const at = await serve((request, response) => response.end(request.url));
  const fetched = await fetchServedFile({ ...at, path: "/ITLSEP001122334455.tlv" });
  expect(fetched).toMatchObject({ kind: "fetched", bytes: Buffer.from("/ITLSEP001122334455.tlv") });
});

test.each([404, 500, 204])("HTTP %i is a failure", async (status) => {
  const at = await serve((_, response) => response.writeHead(status).end());
  expect(await fetchServedFile(at)).toEqual({ kind: "failed", reason: `answered HTTP ${status}` });
});

test("a redirect is not followed", async () => {
  let asked = 0;
  const at = await serve((_, response) => {
    asked += 1;
    response.writeHead(302, { Location: "/elsewhere" }).end();
  });
  expect(await fetchServedFile(at)).toEqual({
    kind: "failed",
    reason: "answered HTTP 302, a redirect, which is not followed",
  });
  expect(asked).toBe(1);
});

test("a body over the limit is refused, announced or not", async () => {
  const announced = await serve((_, response) =>
    response.setHeader("Content-Length", 101).end(Buffer.alloc(101)),
  );
  const streamed = await serve((_, response) => {
    response.write(Buffer.alloc(60));
    response.end(Buffer.alloc(60));
  });
  for (const at of [announced, streamed]) {
    expect(await fetchServedFile({ ...at, maxBytes: 100 })).toEqual({
      kind: "failed",
      reason: "more than 100 bytes",
    });
  }
  expect(await fetchServedFile({ ...streamed, maxBytes: 120 })).toMatchObject({ kind: "fetched" });
});

test.each([
  [
    "a body cut short",
    "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc",
    "the connection broke after 3 bytes",
  ],
  [
    "a cut chunk",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
    "the connection broke after 2 bytes",
  ],
  ["no HTTP at all", "SSH-2.0-OpenSSH_9.9\r\n", "did not answer in HTTP"],
  [
    "an endless header",
    `HTTP/1.1 200 OK\r\nX: ${"x".repeat(20_000)}\r\n\r\n`,
    "answered with too large a header",
  ],
  [
    "a compressed body",
    "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\nabc",
    "answered in a compressed form",
  ],
  ["nothing", "", "the connection broke"],
])("%s is a failure in words", async (_, words, reason) => {
  expect(await fetchServedFile(await say(words))).toEqual({ kind: "failed", reason });
});

test("a server that drips on for ever is left at the time limit", async () => {
  const drip = createTcpServer((socket) => {
    socket.write("HTTP/1.1 200 OK\r\n\r\n");
    const timer = setInterval(() => socket.write("x"), 5);
    socket.on("close", () => clearInterval(timer));
  });
  const at = await listen(drip);
  expect(await fetchServedFile({ ...at, timeoutMs: 100 })).toEqual({
    kind: "failed",
    reason: "no whole answer within 0.1 s",
  });
});

test("a server that never answers is left at the time limit or when cancelled", async () => {
  const at = await say("", false);
  expect(await fetchServedFile({ ...at, timeoutMs: 50 })).toMatchObject({ kind: "failed" });
  const stop = new AbortController();
  const fetching = fetchServedFile({ ...at, signal: stop.signal });
  stop.abort();
  expect(await fetching).toEqual({ kind: "failed", reason: "cancelled" });
  expect(await fetchServedFile({ ...at, signal: stop.signal })).toEqual({
    kind: "failed",
    reason: "cancelled",
  });
});

test("a closed port is a refused connection", async () => {
  const server = createTcpServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  expect(await fetchServedFile({ address: "127.0.0.1", port })).toEqual({
    kind: "failed",
    reason: "connection refused",
  });
});
