// XMPP before TLS: the talk in clear of RFC 6120, with servers that keep to it and servers that do not.
import type { Socket } from "node:net";
import { afterEach, expect, test } from "vitest";
import type { Handshake } from "../../src/handshake/handshake.ts";
import { readHandshake } from "../../src/handshake/read-handshake.ts";
import {
  identityOf,
  openTcpServer,
  openTlsServer,
  type TestServer,
  xmppTalk,
  type XmppWish,
} from "../support/tls-server.ts";

const open: TestServer[] = [];
afterEach(async () => {
  for (const server of open.splice(0)) await server.close();
});

function keep(server: TestServer): TestServer {
  open.push(server);
  return server;
}
const serve = async (wish: XmppWish = {}) =>
  keep(await openTlsServer({ identities: [identityOf("rsa"), identityOf("ecdsa")], before: xmppTalk(wish) }));

const ask = (at: TestServer, timeoutMs = 5_000, domain = "im.example.com"): Promise<Handshake> =>
  readHandshake({
    ...{ host: at.host, port: at.port, servername: "imp1.example.com", certificateKind: "rsa" },
    ...{ versions: "modern", startTls: { kind: "xmpp", domain }, helloBytes: 0, timeoutMs },
  });

const failed = (reason: string) => ({ kind: "failed", stage: "starttls", reason });
const tlsSpace = "urn:ietf:params:xml:ns:xmpp-tls";
const streamSpace = "http://etherx.jabber.org/streams";

test("the stream is opened to the domain, TLS is asked for, and its certificate is read", async () => {
  const heard: string[] = [];
  const server = await serve({ heard });
  const end = await ask(server);
  expect(end).toMatchObject({ kind: "done", chain: [new Uint8Array(identityOf("rsa").chain[0] ?? [])] });
  expect(heard).toEqual([
    "<?xml version='1.0'?><stream:stream to='im.example.com' version='1.0' xml:lang='en' " +
      `xmlns='jabber:client' xmlns:stream='${streamSpace}'>`,
    `<starttls xmlns='${tlsSpace}'/>`,
  ]);
  expect(server.names).toEqual(["imp1.example.com"]);
  expect(server.received).toEqual([]);
});

test("packets may be cut at every byte", async () => {
  expect(await ask(await serve({ packet: 1 }))).toMatchObject({ kind: "done" });
});

test.each([
  [
    "among other features",
    `<mechanisms xmlns='urn:x'><mechanism>PLAIN</mechanism></mechanisms><starttls xmlns='${tlsSpace}'/>`,
  ],
  ["with a prefix of its own", `<t:starttls xmlns:t='${tlsSpace}'><t:required/></t:starttls>`],
  ["behind a comment, in other quotes and spaces", `<!-- x -->\n <starttls\n xmlns="${tlsSpace}" />\n`],
])("starttls is seen %s", async (_, inner) => {
  const features = ` \n<stream:features>${inner}</stream:features>\n`;
  expect(await ask(await serve({ features }))).toMatchObject({ kind: "done" });
});

test("proceed may be written as two tags", async () => {
  const answer = `<proceed xmlns='${tlsSpace}'></proceed>`;
  expect(await ask(await serve({ answer, packet: 7 }))).toMatchObject({ kind: "done" });
});

test("a domain cannot break out of its attribute", async () => {
  const heard: string[] = [];
  await ask(await serve({ heard }), 5_000, "a'/><evil x=\"&");
  expect(heard[0]).toContain("to='a&apos;/&gt;&lt;evil x=&quot;&amp;' version=");
});

const streamError = (inner: string) => `<stream:error>${inner}</stream:error></stream:stream>`;
const condition = (name: string) => `<${name} xmlns='urn:ietf:params:xml:ns:xmpp-streams'/>`;

test.each([
  ["no features", "<stream:features/>", "the server offers no STARTTLS"],
  [
    "starttls of another name space",
    "<stream:features><starttls xmlns='urn:other'/></stream:features>",
    "the server offers no STARTTLS",
  ],
  [
    "starttls deeper than it belongs",
    `<stream:features><x xmlns='urn:x'><starttls xmlns='${tlsSpace}'/></x></stream:features>`,
    "the server offers no STARTTLS",
  ],
  [
    "features within features",
    `<stream:features><stream:features><starttls xmlns='${tlsSpace}'/></stream:features></stream:features>`,
    "the server offers no STARTTLS",
  ],
  ["an unknown host", streamError(condition("host-unknown")), "the server ended the stream: host-unknown"],
  [
    "a condition with a text",
    streamError(`<text xmlns='urn:ietf:params:xml:ns:xmpp-streams'>x</text>${condition("policy-violation")}`),
    "the server ended the stream: policy-violation",
  ],
  [
    "an error of no condition",
    streamError("<x xmlns='urn:x'/>"),
    "the server ended the stream: no condition given",
  ],
  [
    "a condition that is no word",
    streamError(condition("HOST.unknown")),
    "the server ended the stream: no condition given",
  ],
  ["the end of the stream", "</stream:stream>", "the server closed the stream"],
  [
    "proceed before it was asked for",
    `<proceed xmlns='${tlsSpace}'/>`,
    "the server answered STARTTLS before it was asked",
  ],
  ["broken XML", "<stream:features><<<", "the server answers, but not in XMPP"],
  ["a prefix of nothing", "<other:features/>", "the server answers, but not in XMPP"],
  ["an entity of nothing", "<stream:features>&lol;</stream:features>", "the server answers, but not in XMPP"],
  ["too deep a nest", "<a>".repeat(100), "the server nests its answer too deeply"],
])("%s", async (_, features, reason) => {
  expect(await ask(await serve({ features }))).toEqual(failed(reason));
});

test.each([
  ["failure", `<failure xmlns='${tlsSpace}'/></stream:stream>`, "the server refused STARTTLS"],
  ["another element", "<x xmlns='urn:x'/>", "the server stopped before STARTTLS was through (waited 0.1 s)"],
  [
    "an error",
    streamError(condition("undefined-condition")),
    "the server ended the stream: undefined-condition",
  ],
])("the answer to starttls is %s", async (_, answer, reason) => {
  const before = async (socket: Socket) => {
    await xmppTalk({ answer })(socket);
    await new Promise(() => {});
  };
  expect(await ask(keep(await openTlsServer({ before })), 100)).toEqual(failed(reason));
});

/** Says this to whoever connects, and goes on saying `more` as long as somebody listens. */
async function say(words: string | Buffer, more?: Buffer): Promise<TestServer> {
  const pour = (socket: Socket) => {
    while (more !== undefined && !socket.destroyed && socket.write(more));
  };
  const server = await openTcpServer((socket) => {
    socket.resume();
    socket.on("drain", () => pour(socket));
    socket.write(words);
    pour(socket);
  });
  return keep(server);
}

const header = `<stream:stream xmlns='jabber:client' xmlns:stream='${streamSpace}' version='1.0'>`;

test.each([
  ["HTTP", "HTTP/1.1 400 Bad Request\r\n\r\n", "the server answers, but not in XMPP"],
  ["another root", "<html>", "the server answers, but not in XMPP"],
  [
    "a stream of another name space",
    "<stream:stream xmlns:stream='urn:x'>",
    "the server answers, but not in XMPP",
  ],
  ["TLS at once", Buffer.from("160303003a020000360303", "hex"), "the server answers, but not in XMPP"],
  ["bytes that are no UTF-8", Buffer.from([0x3c, 0xff, 0xfe]), "the server answers, but not in XMPP"],
  [
    "a document type with a bomb",
    `<!DOCTYPE s [<!ENTITY a "${"x".repeat(1_000)}"><!ENTITY b "&a;&a;&a;">]>${header}`,
    "the server sent a document type, which XMPP forbids",
  ],
])("%s is no XMPP", async (_, words, reason) => {
  expect(await ask(await say(words))).toEqual(failed(reason));
});

test.each([
  ["features", `${header}<stream:features>`, "<x/>"],
  ["one tag", `${header}<stream:features `, "a "],
  ["attributes", `${header}<stream:features `, "a='1' "],
  ["text", `${header}`, "x"],
  ["a comment", `${header}<!--`, "x"],
  ["white space", "", " "],
])("%s without end are left", async (_, words, more) => {
  const end = await ask(await say(words, Buffer.from(more.repeat(4_000))));
  expect(end).toMatchObject({
    ...{ kind: "failed", stage: "starttls" },
    reason: expect.stringMatching(/^the server (sent over 65536 bytes before|answers, but not in XMPP)/),
  });
});

test("who stops, closes or says nothing is told apart", async () => {
  expect(await ask(await say(header), 50)).toEqual(
    failed("the server stopped before STARTTLS was through (waited 0.05 s)"),
  );
  expect(await ask(await say(""), 50)).toEqual({
    ...{ kind: "failed", stage: "silent" },
    reason: "connected, but the server said nothing (waited 0.05 s)",
  });
  const closing = keep(await openTcpServer((socket) => socket.resume().end(header)));
  expect(await ask(closing)).toEqual(failed("the server closed the connection before STARTTLS was through"));
  const before = async (socket: Socket) => {
    await xmppTalk()(socket);
    await new Promise(() => {});
  };
  expect(await ask(keep(await openTlsServer({ before })), 100)).toEqual({
    ...{ kind: "failed", stage: "tls" },
    reason: "the server said nothing after STARTTLS (waited 0.1 s)",
  });
});

test("clear text slipped in behind proceed goes to TLS, which refuses it, and is never taken for XMPP", async () => {
  const injected = "<stream:features/><message>buy</message>";
  const server = await serve({ answer: `<proceed xmlns='${tlsSpace}'/>${injected}` });
  expect(await ask(server)).toEqual({
    ...{ kind: "failed", stage: "tls" },
    reason: "the server answers, but not in TLS",
  });
});

test("TLS bytes that come in one packet with proceed are not lost", async () => {
  const alert = Buffer.from("15030300020228", "hex");
  const talk = async (socket: Socket) => {
    const answer = `<proceed xmlns='${tlsSpace}'/>${alert.toString("latin1")}`;
    await xmppTalk({ answer })(socket);
    await new Promise(() => {});
  };
  expect(await ask(keep(await openTlsServer({ before: talk })))).toEqual({
    ...{ kind: "failed", stage: "tls" },
    reason: 'the server refused with the alert "handshake failure"',
  });
});
