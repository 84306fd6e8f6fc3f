// Servers that stall, break off, speak something else or never stop: every handshake ends soon, in words, and leaves nothing open.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import fc from "fast-check";
import { afterEach, describe, expect, test, vi } from "vitest";
import type { Handshake, HandshakeRequest } from "../../src/handshake/handshake.ts";
import { readHandshake } from "../../src/handshake/read-handshake.ts";
import { openTcpServer, openTlsServer, type TestServer, xmppTalk } from "../support/tls-server.ts";

const open: TestServer[] = [];
afterEach(async () => {
  for (const server of open.splice(0)) {
    await vi.waitFor(() => expect(server.connections().open).toBe(0), { interval: 5 });
    await server.close();
  }
});

function keep(server: TestServer): TestServer {
  open.push(server);
  return server;
}
/** Reads whatever comes: who does not would not see either that the client left. */
const talk = async (how: (socket: Socket) => void) =>
  keep(
    await openTcpServer((socket) => {
      how(socket);
      socket.resume();
    }),
  );

/** A promise, and what keeps it. */
function signpost(): { readonly reached: Promise<void>; readonly reach: () => void } {
  let reach = () => {};
  const reached = new Promise<void>((resolve) => {
    reach = resolve;
  });
  return { reached, reach };
}

const ask = (at: { host: string; port: number }, more: Partial<HandshakeRequest> = {}): Promise<Handshake> =>
  readHandshake({
    ...{ host: at.host, port: at.port, servername: "a.example", certificateKind: "any" },
    ...{ versions: "modern", startTls: null, helloBytes: 0, timeoutMs: 5_000 },
    ...more,
  });

/** A server that stands between: what the other one says, cut or changed by `pass`. */
async function between(
  server: TestServer,
  pass: (bytes: Buffer, client: Socket, sent: number) => void,
): Promise<TestServer> {
  return talk((client) => {
    let sent = 0;
    const inner = connect(server.port, server.host);
    inner.on("error", () => {});
    client.on("data", (bytes) => inner.write(bytes));
    client.on("close", () => inner.destroy());
    inner.on("data", (bytes: Buffer) => {
      pass(bytes, client, sent);
      sent += bytes.length;
    });
    inner.on("close", () => client.end());
  });
}

const tlsServer = async () => keep(await openTlsServer());
const failed = (stage: string, reason: string) => ({ kind: "failed", stage, reason });

describe("a server that is not there", () => {
  test("nobody listens", async () => {
    const gone = await openTcpServer(() => {});
    await gone.close();
    expect(await ask(gone)).toEqual(failed("closed", "connection refused: nobody listens"));
  });

  test("no such name", async () => {
    const end = await ask({ host: "no-such-host.invalid", port: 443 });
    expect(end).toMatchObject({ kind: "failed", stage: "unreachable" });
    expect(end).toMatchObject({
      reason: expect.stringMatching(/^the name (is not known|could not be looked up)/),
    });
  });

  test("nobody answers the connection, as too many wait for one already", async () => {
    const code =
      "const server = require('net').createServer().listen(0, '127.0.0.1', 1, () => console.log(server.address().port))";
    const child = spawn(process.execPath, ["-e", code], { stdio: ["ignore", "pipe", "inherit"] });
    const [line] = (await once(child.stdout, "data")) as [Buffer];
    child.kill("SIGSTOP");
    const port = Number(line);
    const waiting = [1, 2, 3, 4].map(() => connect(port, "127.0.0.1").on("error", () => {}));
    await Promise.all(waiting.slice(0, 2).map((socket) => once(socket, "connect")));
    expect(await ask({ host: "127.0.0.1", port }, { timeoutMs: 50 })).toEqual(
      failed("unreachable", "no answer to the connection (waited 0.05 s)"),
    );
    for (const socket of waiting) socket.destroy();
    child.kill("SIGKILL");
  });
});

describe("a server that stalls", () => {
  test("after the connection", async () => {
    const server = await talk(() => {});
    expect(await ask(server, { timeoutMs: 50 })).toEqual(
      failed("silent", "connected, but the server said nothing (waited 0.05 s)"),
    );
  });

  test.each([1, 5, 60, 200, 900])("after %i bytes of its handshake", async (size) => {
    const server = await between(await tlsServer(), (bytes, client, sent) => {
      if (sent < size) client.write(bytes.subarray(0, size - sent));
    });
    expect(await ask(server, { timeoutMs: 150 })).toEqual(
      failed("tls", "the server stopped in the middle of the handshake (waited 0.15 s)"),
    );
  });
});

describe("a server that breaks off", () => {
  test.each([
    ["closes", (socket: Socket) => socket.end(), "the server closed the connection"],
    ["resets", (socket: Socket) => socket.resetAndDestroy(), "the server broke the connection"],
  ] as const)("%s when it is spoken to", async (_, leave, reason) => {
    const server = await talk((socket) => socket.once("data", () => leave(socket)));
    expect(await ask(server)).toEqual(failed("tls", `${reason} in the middle of the handshake`));
  });

  test.each([3, 100, 700])("after %i bytes of its handshake", async (size) => {
    const server = await between(await tlsServer(), (bytes, client) => client.end(bytes.subarray(0, size)));
    expect(await ask(server)).toEqual(
      failed("tls", "the server closed the connection in the middle of the handshake"),
    );
  });
});

describe("a server that speaks something else", () => {
  test.each([
    ["HTTP in clear", "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"],
    ["SSH", "SSH-2.0-OpenSSH_9.9\r\n"],
    ["XML", "<?xml version='1.0'?>"],
    ["one wrong byte", "\x80"],
    ["a record of no known TLS", "\x16\x02\x00\x00\x05hello"],
    ["zeros", "\0".repeat(100)],
  ])("%s", async (_, words) => {
    const server = await talk((socket) => socket.once("data", () => socket.write(words, "latin1")));
    expect(await ask(server)).toEqual(failed("tls", "the server answers, but not in TLS"));
  });

  test.each([
    ["a record too long", "\x16\x03\x03\xff\xff"],
    ["a record of nothing", "\x16\x03\x03\x00\x00"],
    ["a message of nothing known", "\x16\x03\x03\x00\x04\xfe\x00\x00\x00"],
    ["a ServerHello that is none", `\x16\x03\x03\x00\x2a\x02\x00\x00\x26${"\xff".repeat(38)}`],
    ["application data out of the blue", `\x17\x03\x03\x00\x20${"x".repeat(32)}`],
    ["a change of cipher out of the blue", "\x14\x03\x03\x00\x01\x01"],
  ])("%s", async (_, words) => {
    const server = await talk((socket) => socket.once("data", () => socket.end(words, "latin1")));
    expect(await ask(server)).toMatchObject({
      kind: "failed",
      stage: "tls",
      reason: expect.stringMatching(/^the /),
    });
  });

  test.each([
    ["\x15\x03\x03\x00\x02\x02\x28", "handshake failure"],
    ["\x15\x03\x01\x00\x02\x02\x46", "protocol version"],
    ["\x15\x03\x03\x00\x02\x02\xc8", "alert 200"],
  ])("the alert %j is told by its name", async (words, name) => {
    const server = await talk((socket) => socket.once("data", () => socket.write(words, "latin1")));
    expect(await ask(server)).toEqual(failed("tls", `the server refused with the alert "${name}"`));
  });
});

test("bytes changed, lost or doubled on the way end in a value, whatever they were", async () => {
  const servers = await Promise.all(
    (["TLSv1.2", "TLSv1.3"] as const).map((version) =>
      openTlsServer({
        versions: [version, version],
        clientCertificate: "asked for",
        hello: Buffer.from("x"),
      }),
    ),
  );
  const damage = fc.record({
    server: fc.constantFrom(...servers.map(keep)),
    place: fc.nat(1_600),
    how: fc.constantFrom("change", "lose", "double", "end"),
    size: fc.integer({ min: 1, max: 20 }),
  });
  await fc.assert(
    fc.asyncProperty(damage, async ({ server, place, how, size }) => {
      const stage = await between(server, (bytes, client, sent) => {
        const at = place - sent;
        if (at < 0 || at >= bytes.length) return void client.write(bytes);
        const [head, part, tail] = [
          bytes.subarray(0, at),
          bytes.subarray(at, at + size),
          bytes.subarray(at + size),
        ];
        if (how === "end") return void client.end(head);
        const changed = { change: [part.map((byte) => byte ^ 0x55)], lose: [], double: [part, part] }[how];
        client.write(Buffer.concat([head, ...changed, tail]));
      });
      const end = await ask(stage, { helloBytes: 1, timeoutMs: 60 });
      expect(["tls", "silent", 1]).toContain(end.kind === "done" ? end.chain.length : end.stage);
    }),
    { numRuns: 60 },
  );
});

describe("a server that never stops", () => {
  const pour = (piece: Buffer) => (socket: Socket) => {
    const more = () => {
      while (!socket.destroyed && socket.write(piece));
    };
    socket.on("drain", more);
    more();
  };

  test("garbage is left at its first byte", async () => {
    expect(await ask(await talk(pour(Buffer.alloc(65_536, 0x41))))).toMatchObject({ stage: "tls" });
  });

  test("warnings without end are left", async () => {
    const warning = Buffer.from("15030300020100", "hex");
    const end = await ask(await talk(pour(Buffer.concat(Array<Buffer>(5_000).fill(warning)))));
    expect(end).toMatchObject({ kind: "failed", stage: "tls" });
  });

  test("hello without end is cut", async () => {
    const server = keep(await openTlsServer({ hello: Buffer.alloc(3_000_000, 0x41) }));
    const end = await ask(server, { helloBytes: 10 });
    expect(end.kind === "done" && Buffer.from(end.hello).toString()).toBe("A".repeat(10));
    const all = await ask(server, { helloBytes: 2_000_000 });
    expect(all).toMatchObject({ kind: "done" });
    expect(all.kind === "done" && all.hello.length).toBeGreaterThan(900_000);
    expect(all.kind === "done" && all.hello.length).toBeLessThanOrEqual(1_048_576);
  });
});

describe("when it is cancelled", () => {
  const cancelled = failed("cancelled", "cancelled");
  const askAndAbort = async (
    at: { host: string; port: number },
    when: Promise<unknown>,
    more: Partial<HandshakeRequest> = {},
  ) => {
    const stop = new AbortController();
    const asking = ask(at, { ...more, signal: stop.signal });
    await when;
    stop.abort();
    return asking;
  };

  test("before it begins no connection is made", async () => {
    const server = await talk(() => {});
    expect(await ask(server, { signal: AbortSignal.abort() })).toEqual(cancelled);
    expect(server.connections().all).toBe(0);
  });

  test("while it connects", async () => {
    expect(await askAndAbort(await talk(() => {}), Promise.resolve())).toEqual(cancelled);
    expect(await askAndAbort({ host: "no-such-host.invalid", port: 1 }, Promise.resolve())).toEqual(
      cancelled,
    );
  });

  test("after it connected", async () => {
    const { reached, reach } = signpost();
    const server = await talk((socket) => socket.once("data", reach));
    expect(await askAndAbort(server, reached)).toEqual(cancelled);
  });

  test("in the middle of the handshake", async () => {
    const { reached, reach } = signpost();
    const server = await between(await tlsServer(), (bytes, client, sent) => {
      if (sent === 0) client.write(bytes.subarray(0, 200), reach);
    });
    expect(await askAndAbort(server, reached)).toEqual(cancelled);
  });

  test("in STARTTLS", async () => {
    const { reached, reach } = signpost();
    const before = async (socket: Socket) => {
      socket.once("data", reach);
      await new Promise(() => {});
    };
    const startTls = { kind: "xmpp", domain: "example.com" } as const;
    expect(await askAndAbort(keep(await openTlsServer({ before })), reached, { startTls })).toEqual(
      cancelled,
    );
  });

  test("while it waits for a hello", async () => {
    const server = await tlsServer();
    const wait = vi.waitFor(() => expect(server.names.length).toBe(1), { interval: 5 });
    expect(await askAndAbort(server, wait, { helloBytes: 5 })).toEqual(cancelled);
  });
});

test("nothing is left behind: no timer, no socket, no listener on the signal", async () => {
  const stop = new AbortController();
  let listeners = 0;
  const { addEventListener, removeEventListener } = stop.signal;
  stop.signal.addEventListener = (...args: Parameters<typeof addEventListener>) => {
    listeners += 1;
    addEventListener.apply(stop.signal, args);
  };
  stop.signal.removeEventListener = (...args: Parameters<typeof removeEventListener>) => {
    listeners -= 1;
    removeEventListener.apply(stop.signal, args);
  };
  const held = () => process.getActiveResourcesInfo().filter((name) => /Timeout|TCPSocket|TLS/.test(name));
  const servers = [
    await tlsServer(),
    keep(await openTlsServer({ clientCertificate: "insisted on" })),
    await talk((socket) => socket.end("garbage")),
    await talk((socket) => socket.resetAndDestroy()),
  ];
  const xmpp = keep(await openTlsServer({ before: xmppTalk() }));
  const before = held().length;
  for (const server of servers) await ask(server, { signal: stop.signal, helloBytes: 1, timeoutMs: 100 });
  await ask(xmpp, { startTls: { kind: "xmpp", domain: "example.com" }, signal: stop.signal });
  await vi.waitFor(() => expect(held().length).toBeLessThanOrEqual(before), { interval: 5 });
  expect(listeners).toBe(0);
});
