// Ports looked at over real connections on loopback: which handshakes are tried, how many at a time, and what is told.
import type { Socket } from "node:net";
import { afterEach, expect, test, vi } from "vitest";
import { observeServers } from "../../src/servers/observe-servers.ts";
import type { ServerTarget } from "../../src/servers/server-target.ts";
import {
  identityOf,
  openTcpServer,
  openTlsServer,
  type TestServer,
  type TlsServerWish,
  xmppTalk,
} from "../support/tls-server.ts";

const open: TestServer[] = [];
afterEach(async () => {
  for (const server of open.splice(0)) await server.close();
});

const serve = async (wish: TlsServerWish = {}) => keep(await openTlsServer(wish));
const talk = async (how: (socket: Socket) => void) => keep(await openTcpServer(how));
function keep(server: TestServer): TestServer {
  open.push(server);
  return server;
}

const targetOf = ({ host, port }: { host: string; port: number }, more: Partial<ServerTarget> = {}) => ({
  ...{ kind: "https" as const, host, port, cluster: null, node: null, name: "a.example.com" },
  ...{ xmppDomain: null, isRequired: true },
  ...more,
});
const look = async (...targets: ServerTarget[]) => {
  const [facts] = await observeServers({ targets, parallel: 8, timeoutMs: 5_000 });
  if (facts === undefined) throw new Error("nothing was looked at");
  return facts;
};
const kindsOf = (facts: Awaited<ReturnType<typeof look>>) =>
  [facts.rsa, facts.ecdsa, facts.old, facts.tls12].map((end) => (end ? end.kind : end));

test("RSA and ECDSA are asked for, then TLS 1.2 alone where they came by 1.3", async () => {
  const server = await serve({ identities: [identityOf("rsa"), identityOf("ecdsa")] });
  const facts = await look(targetOf(server));
  expect(kindsOf(facts)).toEqual(["done", "done", null, "done"]);
  expect(facts).toMatchObject({ rsa: { protocol: "TLSv1.3" }, tls12: { protocol: "TLSv1.2" } });
  expect(server.names).toEqual(["a.example.com", "a.example.com", "a.example.com"]);
});

test("where TLS 1.2 was seen it is not asked for again", async () => {
  const server = await serve({ versions: ["TLSv1.2", "TLSv1.2"] });
  expect(kindsOf(await look(targetOf(server)))).toEqual(["done", "failed", null, null]);
  expect(server.connections().all).toBe(2);
});

test("TLS 1.0 and 1.1 are tried where nothing newer works", async () => {
  const server = await serve({ versions: ["TLSv1", "TLSv1"] });
  const facts = await look(targetOf(server));
  expect(kindsOf(facts)).toEqual(["failed", "failed", "done", null]);
  expect(facts.old).toMatchObject({ protocol: "TLSv1" });
});

test("what is no TLS at all is told so three times, and no more", async () => {
  const server = await talk((socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"));
  const facts = await look(targetOf(server));
  expect(kindsOf(facts)).toEqual(["failed", "failed", "failed", null]);
  expect(server.connections().all).toBe(3);
});

test("a port that is closed, silent or without STARTTLS is asked once", async () => {
  const closed = await talk(() => {});
  await closed.close();
  const silent = await talk(() => {});
  const targets = [targetOf(closed), targetOf(silent)];
  const [first, second] = await observeServers({ targets, parallel: 8, timeoutMs: 100 });
  expect(first).toMatchObject({ rsa: { stage: "closed" }, old: null, tls12: null });
  expect(first?.ecdsa).toBe(first?.rsa);
  expect(second?.ecdsa).toMatchObject({ stage: "silent" });
  expect(silent.connections().all).toBe(1);
  const clear = await serve({ before: xmppTalk({ features: "<stream:features/>" }) });
  expect(await look(targetOf(clear, { kind: "xmpp" }))).toMatchObject({
    rsa: { stage: "starttls" },
    old: null,
  });
  expect(clear.connections().all).toBe(1);
});

test.each([
  ["example.org", "a.example.com", "example.org"],
  [null, "a.example.com", "example.com"],
  [null, "example.com", "example.com"],
  [null, "10.1.2.3", "10.1.2.3"],
])("with XMPP domain %s, %s is asked for %s", async (xmppDomain, name, asked) => {
  const heard: string[] = [];
  const server = await serve({ before: xmppTalk({ heard }) });
  const facts = await look(targetOf(server, { kind: "xmpp", xmppDomain, name }));
  expect(facts.rsa.kind).toBe("done");
  expect(heard[0]).toContain(`to='${asked}'`);
});

test("without a name to come by, none is sent", async () => {
  const server = await serve();
  await look(targetOf(server, { name: "10.1.2.3" }));
  expect(server.names).toEqual([]);
});

test("facts keep the order of the targets, and every port is told of once", async () => {
  const server = await serve();
  const targets = Array.from({ length: 6 }, (_, at) => targetOf(server, { name: `n${at}.example.com` }));
  const told: string[] = [];
  const facts = await observeServers({
    ...{ targets, parallel: 8, timeoutMs: 5_000 },
    onServer: ({ target }, done, all) => told.push(`${target.name.slice(0, 2)} ${done}/${all}`),
  });
  expect(facts.map(({ target }) => target)).toEqual(targets);
  expect(told.map((line) => line.slice(3))).toEqual(["1/6", "2/6", "3/6", "4/6", "5/6", "6/6"]);
  expect(new Set(told.map((line) => line.slice(0, 2))).size).toBe(6);
});

test.each([
  [["127.0.0.1"], 8, 2],
  [["localhost", "LOCALHOST"], 8, 2],
  [["127.0.0.1", "localhost"], 8, 4],
  [["127.0.0.1", "localhost"], 1, 2],
])("hosts %j, at most %i at once, have %i connections at a time", async (hosts, parallel, most) => {
  const server = await talk(() => {});
  const stop = new AbortController();
  const targets = hosts.flatMap((host) => Array(4).fill(targetOf({ host, port: server.port })));
  const looking = observeServers({ targets, parallel, timeoutMs: 5_000, signal: stop.signal });
  await vi.waitFor(() => expect(server.connections().all).toBe(most), { interval: 5 });
  await new Promise((resolve) => setTimeout(resolve, 30));
  stop.abort();
  await looking;
  expect(server.connections().all).toBe(most);
});

test("when it is cancelled the rest is told as cancelled, without a connection", async () => {
  const server = await talk(() => stop.abort());
  const stop = new AbortController();
  const targets = Array.from({ length: 5 }, () => targetOf(server));
  const facts = await observeServers({ targets, parallel: 8, timeoutMs: 5_000, signal: stop.signal });
  expect(facts.map(({ ecdsa }) => ecdsa.kind === "failed" && ecdsa.stage)).toEqual(
    Array(5).fill("cancelled"),
  );
  expect(server.connections().all).toBeLessThanOrEqual(2);
});

test("nothing to look at is nothing", async () => {
  expect(await observeServers({ targets: [], parallel: 1 })).toEqual([]);
});
