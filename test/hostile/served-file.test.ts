// Servers that mean no good, on loopback: whatever they send, one GET ends soon, at the limit, in words.
import { createServer, type Socket } from "node:net";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import { fetchServedFile } from "../../src/served/fetch-list.ts";

const close: (() => void)[] = [];
afterEach(() => {
  for (const one of close.splice(0)) one();
});

/** A server that talks as long as somebody listens: what `more` gives, again and again; counts what left. */
async function talker(first: string, more: (turn: number) => Buffer | string | null, everyMs = 0) {
  const sent = { bytes: 0 };
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => socket.destroy());
    socket.on("close", () => sockets.delete(socket));
    let turn = 0;
    const talk = () => {
      for (;;) {
        if (socket.destroyed) return;
        const next = more(turn);
        turn += 1;
        if (next === null) return void socket.end();
        sent.bytes += next.length;
        const isTaken = socket.write(next);
        if (everyMs > 0) return void setTimeout(talk, everyMs);
        if (!isTaken) return void socket.once("drain", talk);
      }
    };
    socket.once("data", () => {
      socket.write(first);
      talk();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  close.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { at: { address: "127.0.0.1", port: (server.address() as AddressInfo).port }, sent };
}

const ok = "HTTP/1.1 200 OK\r\n";
const mebibyte = Buffer.alloc(1_048_576, 7);
const gigabyte = (turn: number) => (turn < 1_024 ? mebibyte : null);

test.each([
  ["without a length", `${ok}\r\n`],
  ["with its length announced", `${ok}Content-Length: 1073741824\r\n\r\n`],
  ["in one chunk", `${ok}Transfer-Encoding: chunked\r\n\r\n40000000\r\n`],
])("a served file of 1 GB, %s, is left at the cap", async (_, head) => {
  const { at, sent } = await talker(head, gigabyte);
  const before = process.memoryUsage.rss();
  expect(await fetchServedFile(at)).toEqual({ kind: "failed", reason: "more than 1048576 bytes" });
  // What the kernel's buffers took before the socket was closed, and no more.
  expect(sent.bytes).toBeLessThan(32 * 1_048_576);
  expect(process.memoryUsage.rss() - before).toBeLessThan(64 * 1_048_576);
});

test.each([
  ["too large a length", `${ok}Content-Length: 500\r\n\r\nabc`, "the connection broke after 3 bytes"],
  ["a negative length", `${ok}Content-Length: -1\r\n\r\nabc`, "did not answer in HTTP"],
  ["a length that is no number", `${ok}Content-Length: many\r\n\r\nabc`, "did not answer in HTTP"],
  ["two lengths", `${ok}Content-Length: 3\r\nContent-Length: 4\r\n\r\nabc`, "did not answer in HTTP"],
  [
    "a length and chunks",
    `${ok}Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    "did not answer in HTTP",
  ],
  [
    "a chunk of absurd length",
    `${ok}Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFF\r\nab`,
    "did not answer in HTTP",
  ],
  ["control characters in a header", `${ok}X: a\x1b]0;title\x07b\x00\r\n\r\nabc`, "did not answer in HTTP"],
])("%s is a failure in words", async (_, words, reason) => {
  const { at } = await talker(words, () => null);
  expect(await fetchServedFile(at)).toEqual({ kind: "failed", reason });
});

test.each([
  ["headers", ok, "X-More: again\r\n"],
  ["one header", `${ok}X: `, "x".repeat(1_000)],
  ["trailers", `${ok}Transfer-Encoding: chunked\r\n\r\n0\r\n`, "X-More: again\r\n"],
  ["chunk extensions", `${ok}Transfer-Encoding: chunked\r\n\r\n1;`, "x".repeat(1_000)],
])("endless %s are left soon", async (_, head, more) => {
  const { at, sent } = await talker(head, () => more.repeat(100));
  const result = await fetchServedFile({ ...at, timeoutMs: 2_000 });
  expect(result.kind).toBe("failed");
  expect(sent.bytes).toBeLessThan(32 * 1_048_576);
});

test.each([
  ["a file, byte by byte", `${ok}Content-Length: 1000000\r\n\r\n`, "x"],
  ["a header, byte by byte", ok, "x"],
  ["early hints for ever", "HTTP/1.1 103 Early Hints\r\n\r\n", "HTTP/1.1 103 Early Hints\r\n\r\n"],
  ["a status line, byte by byte", "HTTP/1.1 ", "2"],
])("a slow drip of %s ends at the time limit", async (_, head, more) => {
  const { at } = await talker(head, () => more, 5);
  const start = performance.now();
  expect((await fetchServedFile({ ...at, timeoutMs: 150 })).kind).toBe("failed");
  expect(performance.now() - start).toBeLessThan(1_500);
});

test("a redirect, to itself or elsewhere, is asked no second time", async () => {
  for (const status of [301, 302, 303, 307, 308]) {
    let asked = 0;
    const { at } = await talker("", (turn) => {
      if (turn === 0) asked += 1;
      return turn === 0
        ? `HTTP/1.1 ${status} Go\r\nLocation: /ITLFile.tlv\r\nContent-Length: 0\r\n\r\n`
        : null;
    });
    const { reason } = (await fetchServedFile(at)) as { reason: string };
    expect(reason).toBe(`answered HTTP ${status}, a redirect, which is not followed`);
    expect(asked).toBe(1);
  }
});
