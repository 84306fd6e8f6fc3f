// One row for every finding code of this room: the real server that produces it, and that it is told as an operator needs it.
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { expect, test } from "vitest";
import { worstOf } from "../../src/verdict/verdict.ts";
import {
  serverFindingCodes,
  type ServerFinding,
  type ServerFindingCode,
} from "../../src/servers/server-findings.ts";
import { keyOf } from "../support/certificate-writer.ts";
import { openTcpServer, type TestServer, type TlsServerWish, xmppTalk } from "../support/tls-server.ts";
import { createKeyMaker } from "../../mocks/lab/key-maker.ts";
import { makeLargeKey } from "./large-key.ts";
import {
  authoritiesOf,
  clientAuth,
  corporate,
  dnsName,
  identityFor,
  identityWith,
  type JudgedLook,
  lookAndJudge,
  makeServerCertificate,
  nodeTarget,
  root,
  type ServerCertificateWish,
  targetFor,
  withServers,
  xmppAddr,
} from "./server-material.ts";

type Options = Parameters<typeof lookAndJudge>[1];
type Parts = Parameters<typeof targetFor>[1];

/** One server with one certificate, come by under one name. */
function presenting(
  wish: ServerCertificateWish | TlsServerWish,
  parts: Parts = {},
  options: Options = {},
): Promise<JudgedLook> {
  const server: TlsServerWish =
    "identities" in wish ? wish : { identities: [identityFor(wish as ServerCertificateWish)] };
  return withServers([server], (one) => lookAndJudge([targetFor(one, parts)], options));
}

/** The same, as a node of a cluster. */
function onNode(wish: ServerCertificateWish, parts: Parts = {}, options: Options = {}): Promise<JudgedLook> {
  return presenting(wish, { cluster: "east", node: "pub", ...parts }, options);
}

/** An XMPP server for example.com. */
function overXmpp(
  wish: ServerCertificateWish,
  talk: Parameters<typeof xmppTalk>[0] = {},
): Promise<JudgedLook> {
  return presenting(
    { identities: [identityFor(wish)], before: xmppTalk(talk) },
    { kind: "xmpp", xmppDomain: "example.com" },
  );
}

async function talking(
  talk: Parameters<typeof openTcpServer>[0],
  options: Options = {},
): Promise<JudgedLook> {
  const server = await openTcpServer(talk);
  try {
    return await lookAndJudge([targetFor(server)], options);
  } finally {
    await server.close();
  }
}

async function closedPort(): Promise<Pick<TestServer, "host" | "port">> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return { host: "127.0.0.1", port: typeof address === "object" && address !== null ? address.port : 1 };
}

/** Two nodes with one certificate each. */
function cluster(pub: ServerCertificateWish, sub: ServerCertificateWish): Promise<JudgedLook> {
  return withServers([{ identities: [identityFor(pub)] }, { identities: [identityFor(sub)] }], (one, two) =>
    lookAndJudge([nodeTarget(one, "pub"), nodeTarget(two, "sub")]),
  );
}

const multiServer: ServerCertificateWish = {
  subject: [["CN", "pub-ms.example.com"]],
  dns: ["pub.example.com", "sub.example.com"],
};
/** A server that does not mind weak keys and old digests. */
const leniently = (wish: ServerCertificateWish): TlsServerWish => ({
  identities: [identityFor(wish)],
  versions: ["TLSv1", "TLSv1.3"],
});

/** The third part: what follows from the same fault. */
type Row = readonly [ServerFinding["severity"], () => Promise<JudgedLook>, ServerFindingCode?];

const produces: Record<ServerFindingCode, Row> = {
  "server-closed": ["block", async () => lookAndJudge([targetFor(await closedPort())])],
  "server-unreachable": [
    "block",
    () => lookAndJudge([targetFor({ host: "no.such.host.invalid", port: 443 })]),
  ],
  "server-silent": ["block", () => talking(() => {}, { timeoutMs: 150 })],
  "starttls-failed": ["block", () => overXmpp({}, { features: "<stream:features/>" })],
  "tls-failed": ["block", () => talking((socket) => socket.end("220 mail.example.com ESMTP\r\n"))],
  "tls-old-only": ["block", () => presenting({ identities: [identityFor()], versions: ["TLSv1", "TLSv1"] })],
  "tls-12-missing": [
    "block",
    () => presenting({ identities: [identityFor()], versions: ["TLSv1.3", "TLSv1.3"] }),
  ],
  "certificate-unreadable": ["block", () => presenting({ writtenFrom: "26NOV1000000Z" })],
  "certificate-part-unreadable": [
    "warn",
    () => presenting({ names: [Buffer.from([0x87, 1, 10]), dnsName("pub.example.com")] }),
  ],
  "name-not-in-certificate": [
    "block",
    () => presenting({ dns: ["other.example.com"], subject: [["CN", "other"]] }),
  ],
  "name-by-common-name": ["warn", () => presenting({ dns: ["other.example.com"] })],
  "name-wrong-type": [
    "warn",
    () => overXmpp({ names: [xmppAddr("example.com", 0x16), dnsName("example.com")] }),
  ],
  "name-is-address": ["warn", () => presenting({}, { name: "10.20.0.11" })],
  "name-not-full": ["warn", () => onNode({}, { name: "pub" })],
  "wildcard-misplaced": ["block", () => presenting({ dns: ["p*.example.com"], subject: [["CN", "x"]] })],
  "wildcard-on-node": ["warn", () => onNode({ dns: ["*.example.com"], subject: [["CN", "*.example.com"]] })],
  "multi-server-name-missing": [
    "warn",
    () => cluster({ ...multiServer, dns: ["pub.example.com"] }, { ...multiServer, dns: ["pub.example.com"] }),
    "name-not-in-certificate",
  ],
  "multi-server-serial-differs": ["warn", () => cluster(multiServer, { ...multiServer, serial: 2 })],
  "self-signed": ["warn", () => presenting({ issuer: null }, {}, { trusted: null })],
  "issuer-not-trusted": ["block", () => presenting({ issuer: null })],
  "chain-incomplete": ["block", () => presenting({ identities: [identityWith(makeServerCertificate())] })],
  "chain-out-of-order": [
    "warn",
    () => presenting({ identities: [identityWith(makeServerCertificate(), root, corporate)] }),
  ],
  "chain-broken": [
    "block",
    () => presenting({ identities: [identityWith(makeServerCertificate({ issuer: impostor }), corporate)] }),
  ],
  "chain-expired": [
    "block",
    () => presenting({ identities: [identityWith(makeServerCertificate({ issuer: expired }), expired)] }),
  ],
  "certificate-expired": ["block", () => presenting({ to: -1 })],
  "certificate-expiring": ["warn", () => presenting({ to: 29 })],
  "certificate-not-yet-valid": ["block", () => presenting({ from: 1 })],
  "key-weak": ["warn", () => presenting(leniently({ key: createKeyMaker().next(1024) }))],
  "key-large": ["warn", () => presenting({ key: makeLargeKey() })],
  "digest-weak": ["block", () => presenting(leniently({ digest: "md5" }))],
  "kinds-differ": [
    "warn",
    () =>
      presenting({
        identities: [identityFor(), identityFor({ key: keyOf("ecdsa"), issuer: null })],
      }),
    "issuer-not-trusted",
  ],
  "server-auth-missing": ["block", () => presenting({ purposes: [clientAuth] })],
  "key-usage-missing": ["block", () => presenting({ keyUsage: 0x20 })],
  "capf-not-authority": ["block", () => onNode({ issuer: null }, { kind: "capf" })],
  "revocation-data-missing": ["warn", () => presenting({ crl: ["ldap://ldap.example.com/cn=crl"] })],
  "csr-characters": [
    "warn",
    () =>
      presenting({
        subject: [
          ["CN", "pub.example.com"],
          ["O", "Smith & Sons"],
        ],
      }),
  ],
  fips: ["warn", () => presenting(leniently({ digest: "sha1" }), {}, { isFips: true }), "digest-weak"],
  "common-criteria": ["warn", () => presenting({ purposes: null }, {}, { isCommonCriteria: true })],
};

/** Of the same name as the corporate authority, with another key. */
const impostor = { ...corporate, key: keyOf("rsa", "impostor") };
const expired = makeServerCertificate({
  ...{ key: keyOf("rsa", "expired"), issuer: root, subject: [["CN", "Old CA"]], isAuthority: true, to: -1 },
});

const codes = Object.keys(produces) as ServerFindingCode[];

test.each(codes)("%s is produced by a real server, and says where it is and what to do", async (code) => {
  const [severity, produce, beside] = produces[code];
  const { findings, codes: told } = await produce();
  expect([...new Set(told)].toSorted()).toEqual([code, ...(beside === undefined ? [] : [beside])].toSorted());
  const found = findings.filter((finding) => finding.code === code);
  expect(found.map((finding) => finding.severity)).toContain(severity);
  for (const finding of found) {
    expect(finding.message.startsWith(finding.servers[0] ?? "?")).toBe(true);
    if (finding.node !== null) expect(finding.message).toContain(finding.node);
    expect(finding.message).not.toMatch(/undefined|null|\[object/);
    expect(finding.advice).toMatch(/^[A-Z][a-z]+ .*\.$/);
    expect(verbs).toContain(finding.advice.split(" ")[0]);
  }
});

test("every finding of this room has its row", () => {
  expect(codes.toSorted()).toEqual([...serverFindingCodes].toSorted());
});

test("a server that breaks off is told as one that speaks no TLS", async () => {
  expect((await talking((socket) => socket.once("data", () => socket.resetAndDestroy()))).codes).toEqual([
    "tls-failed",
  ]);
  expect((await talking((socket) => socket.once("data", () => socket.end()))).codes).toEqual(["tls-failed"]);
});

test.each(["asked for", "insisted on"] as const)(
  "a client certificate that is %s is no finding",
  async (clientCertificate) => {
    expect((await presenting({ identities: [identityFor()], clientCertificate })).codes).toEqual([]);
  },
);

test("a server with nothing wrong has no finding, alone and under the strictest rules", async () => {
  const trusted = authoritiesOf(root);
  const { findings } = await presenting({}, {}, { isFips: true, isCommonCriteria: true, trusted });
  expect(findings).toEqual([]);
  expect(worstOf(findings)).toBe("pass");
  expect((await onNode({})).findings).toEqual([]);
  expect((await cluster(multiServer, multiServer)).findings).toEqual([]);
  expect((await overXmpp({ names: [xmppAddr("example.com")] })).findings).toEqual([]);
});

const verbs = [
  "Ask",
  "Check",
  "Get",
  "Give",
  "Look",
  "Plan",
  "Remove",
  "Renew",
  "Restart",
  "Set",
  "Upload",
  "Write",
];

test("the page has a row for every finding, and no other", () => {
  const page = readFileSync(new URL("../../docs/server-certificates.md", import.meta.url), "utf8");
  const table = page.slice(page.indexOf("| finding |"), page.indexOf("## 5."));
  const rows = Array.from(table.matchAll(/^\| `([a-z0-9-]+)` \|/gm), ([, code = ""]) => code);
  expect(rows.toSorted()).toEqual([...serverFindingCodes].toSorted());
});
