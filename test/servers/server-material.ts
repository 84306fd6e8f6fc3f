// Certificates and chains as a test wishes them, ports as facts, and real servers that are looked at and judged.
import type { KeyObject } from "node:crypto";
import { judgeServers, type ServerJudgeOptions } from "../../src/servers/judge-servers.ts";
import { observeServers } from "../../src/servers/observe-servers.ts";
import { presentationsOf } from "../../src/servers/presentations.ts";
import type { ServerFinding } from "../../src/servers/server-findings.ts";
import type { ServerTarget } from "../../src/servers/server-target.ts";
import { parseTrustedAuthorities, type TrustedAuthorities } from "../../src/servers/trusted-authorities.ts";
import {
  alternativeNames,
  der,
  type Extension,
  keyOf,
  oid,
  writeCertificate,
} from "../support/certificate-writer.ts";
import { type Identity, openTlsServer, type TestServer, type TlsServerWish } from "../support/tls-server.ts";

export const nowMs = Date.parse("2026-11-21T12:00:00Z");

export interface MadeServerCertificate {
  readonly der: Buffer;
  readonly key: KeyObject;
  readonly subject: Buffer;
}

/** A certificate that has nothing wrong with it, but for what is wished. Null leaves the extension out. */
export interface ServerCertificateWish {
  readonly key?: KeyObject;
  /** By short name, in order; default `CN=pub.example.com`. */
  readonly subject?: readonly (readonly [field: keyof typeof fields, value: string | Uint8Array])[];
  /** GeneralNames as elements; default: a DNS name for `dns`. */
  readonly names?: readonly Uint8Array[] | null;
  readonly dns?: readonly string[];
  /** Null: self-signed. Default: an authority that everybody here trusts. */
  readonly issuer?: MadeServerCertificate | null;
  readonly serial?: number;
  /** Days from `nowMs`. */
  readonly from?: number;
  readonly to?: number;
  /** The beginning as it is written, whatever it means. */
  readonly writtenFrom?: string;
  readonly digest?: "md5" | "sha1" | "sha256";
  /** Bits of the extension's first byte; default digitalSignature, keyEncipherment, dataEncipherment. */
  readonly keyUsage?: number | null;
  readonly purposes?: readonly string[] | null;
  readonly isAuthority?: boolean;
  readonly crl?: readonly string[];
  readonly ocsp?: readonly string[];
  readonly more?: readonly Extension[];
}

const fields = { CN: "2.5.4.3", O: "2.5.4.10", OU: "2.5.4.11", emailAddress: "1.2.840.113549.1.9.1" };
const serverAuth = "1.3.6.1.5.5.7.3.1";
export const clientAuth = "1.3.6.1.5.5.7.3.2";

export function dnsName(name: string): Buffer {
  return der(0x82, Buffer.from(name, "latin1"));
}

/** `tag` is that of the string inside: 0x0c UTF8String, 0x16 IA5String. */
export function otherName(objectId: string, tag: number, value: string): Buffer {
  return der(0xa0, oid(objectId), der(0xa0, der(tag, Buffer.from(value, "utf8"))));
}

export const xmppAddr = (value: string, tag = 0x0c) => otherName("1.3.6.1.5.5.7.8.5", tag, value);
export const srvName = (value: string, tag = 0x16) => otherName("1.3.6.1.5.5.7.8.7", tag, value);

export function makeServerCertificate(wish: ServerCertificateWish = {}): MadeServerCertificate {
  const key = wish.key ?? keyOf("rsa");
  const subject = subjectOf(wish.subject ?? [["CN", "pub.example.com"]]);
  const issuer = wish.issuer === undefined ? corporate : wish.issuer;
  const names = wish.names === undefined ? (wish.dns ?? ["pub.example.com"]).map(dnsName) : wish.names;
  const keyUsage = wish.keyUsage === undefined ? (wish.isAuthority === true ? 0x06 : 0xb0) : wish.keyUsage;
  const purposes = wish.purposes === undefined ? [serverAuth, clientAuth] : wish.purposes;
  const crl = wish.crl ?? ["http://crl.example.com/corporate.crl"];
  const isAuthority = wish.isAuthority === true;
  const extensions = [
    ...(names === null || isAuthority ? [] : [alternativeNames(...names)]),
    ...(keyUsage === null ? [] : [{ oid: "2.5.29.15", value: der(0x03, Buffer.from([0, keyUsage])) }]),
    ...(purposes === null || isAuthority
      ? []
      : [{ oid: "2.5.29.37", value: der(0x30, ...purposes.map((each) => oid(each))) }]),
    ...(isAuthority ? [{ oid: "2.5.29.19", value: der(0x30, der(0x01, Buffer.from([0xff]))) }] : []),
    ...(crl.length === 0 ? [] : [crlExtension(crl)]),
    ...((wish.ocsp ?? []).length === 0 ? [] : [ocspExtension(wish.ocsp ?? [])]),
    ...(wish.more ?? []),
  ];
  return {
    ...{ key, subject },
    der: writeCertificate({
      ...{ key, subject, extensions },
      ...(issuer === null ? {} : { issuer }),
      ...(wish.digest === undefined ? {} : { digest: wish.digest }),
      serial: Buffer.from([0x41, wish.serial ?? 1]),
      notBefore: wish.writtenFrom ?? timeText(wish.from ?? -10),
      notAfter: timeText(wish.to ?? 1000),
    }),
  };
}

function subjectOf(given: NonNullable<ServerCertificateWish["subject"]>): Buffer {
  return der(
    0x30,
    ...given.map(([field, value]) => {
      const bytes = typeof value === "string" ? Buffer.from(value, "utf8") : value;
      return der(0x31, der(0x30, oid(fields[field]), der(0x0c, bytes)));
    }),
  );
}

const url = (text: string) => der(0x86, Buffer.from(text, "latin1"));

function crlExtension(urls: readonly string[]): Extension {
  return {
    oid: "2.5.29.31",
    value: der(0x30, ...urls.map((each) => der(0x30, der(0xa0, der(0xa0, url(each)))))),
  };
}

function ocspExtension(urls: readonly string[]): Extension {
  const described = urls.map((each) => der(0x30, oid("1.3.6.1.5.5.7.48.1"), url(each)));
  return { oid: "1.3.6.1.5.5.7.1.1", value: der(0x30, ...described) };
}

function timeText(days: number): string {
  return `${new Date(nowMs + days * 86_400_000).toISOString().replace(/[-:T]/g, "").slice(0, 14)}Z`;
}

export const root = makeServerCertificate({
  ...{ key: keyOf("rsa", "root"), issuer: null, subject: [["CN", "Root"]], isAuthority: true, crl: [] },
});
export const corporate = makeServerCertificate({
  ...{ key: keyOf("rsa", "corporate"), issuer: root, subject: [["CN", "Corporate CA"]], isAuthority: true },
});

export function authoritiesOf(...certificates: readonly MadeServerCertificate[]): TrustedAuthorities {
  const pem = certificates.map(({ der: bytes }) => pemOf(bytes)).join("");
  return parseTrustedAuthorities(Buffer.from(pem), "corporate.pem");
}

export function pemOf(bytes: Uint8Array): string {
  return `-----BEGIN CERTIFICATE-----\n${Buffer.from(bytes).toString("base64")}\n-----END CERTIFICATE-----\n`;
}

/** What a server sends: its own, then the corporate authority unless told otherwise. */
export function identityWith(
  made: MadeServerCertificate,
  ...others: readonly MadeServerCertificate[]
): Identity {
  return { key: made.key, chain: [made, ...others].map((each) => each.der) };
}

export function identityFor(wish: ServerCertificateWish = {}): Identity {
  return wish.issuer === undefined
    ? identityWith(makeServerCertificate(wish), corporate)
    : identityWith(makeServerCertificate(wish));
}

export function targetFor(
  server: Pick<TestServer, "host" | "port">,
  parts: Partial<ServerTarget> = {},
): ServerTarget {
  return {
    ...{ kind: "https", host: server.host, port: server.port, cluster: null, node: null },
    ...{ name: "pub.example.com", xmppDomain: null, isRequired: true, ...parts },
  };
}

/** A node of the cluster `east`, named so that `name` is its full name. */
export function nodeTarget(
  server: Pick<TestServer, "host" | "port">,
  node: string,
  parts: Partial<ServerTarget> = {},
): ServerTarget {
  return targetFor(server, { cluster: "east", node, name: `${node}.example.com`, ...parts });
}

export interface JudgedLook {
  readonly findings: readonly ServerFinding[];
  readonly codes: readonly string[];
}

export const ordinary: ServerJudgeOptions = {
  certificateDays: 30,
  nowMs,
  isFips: false,
  isCommonCriteria: false,
};

/** Real handshakes with the targets, judged as `servers check` does. By default the root is trusted. */
export async function lookAndJudge(
  targets: readonly ServerTarget[],
  options: Partial<ServerJudgeOptions> & { trusted?: TrustedAuthorities | null; timeoutMs?: number } = {},
): Promise<JudgedLook> {
  const { trusted = authoritiesOf(root), timeoutMs = 2000, ...parts } = options;
  const servers = await observeServers({ targets, parallel: 64, timeoutMs });
  const findings = judgeServers(servers, presentationsOf(servers, trusted), { ...ordinary, ...parts });
  return { findings, codes: findings.map(({ code }) => code) };
}

/** Servers opened for one test, closed together. */
export async function withServers<T>(
  wishes: readonly TlsServerWish[],
  work: (...servers: TestServer[]) => Promise<T>,
): Promise<T> {
  const servers = await Promise.all(wishes.map((wish) => openTlsServer(wish)));
  try {
    return await work(...servers);
  } finally {
    await Promise.all(servers.map((server) => server.close()));
  }
}
