// A word that names a server, `HOST:PORT` with or without what it speaks → the port to look at, or the name of a cluster.
import { isIP, isIPv6 } from "node:net";
import { domainToASCII } from "node:url";
import { OperatorError } from "../base/errors.ts";
import type { ServerKind, ServerTarget } from "./server-target.ts";

/** A word without a port is the name of a cluster in the inventory. */
export type ServerWord =
  | { readonly kind: "cluster"; readonly name: string }
  | { readonly kind: "host"; readonly target: ServerTarget };

/** Throws `usage`. `xmppDomain` is what clients of an XMPP server look for; null: not known. */
export function parseServerWord(word: string, xmppDomain: string | null): ServerWord {
  const { scheme, rest } = splitScheme(word);
  if (scheme === null && !/[:/@[\]]/.test(word)) return { kind: "cluster", name: word };
  const { host, portText } = splitPort(word, rest);
  const port = portText === null ? defaultPort(word, scheme) : portOf(word, portText);
  const kind = scheme ?? kindByPort.get(port) ?? "tls";
  return {
    kind: "host",
    target: {
      ...{ kind, host, port, name: host, cluster: null, node: null, isRequired: true },
      xmppDomain: kind === "xmpp" ? xmppDomain : null,
    },
  };
}

const kinds: readonly ServerKind[] = ["https", "xmpp", "sip", "tvs", "capf", "tls"];
const ownPort: Readonly<Partial<Record<ServerKind, number>>> = {
  ...{ https: 443, xmpp: 5222, sip: 5061, tvs: 2445, capf: 3804 },
};
const kindByPort = new Map<number, ServerKind>([
  ...[443, 8443, 6971, 6972, 7443].map((port) => [port, "https"] as const),
  [5222, "xmpp"],
  ...[5061, 5062, 5090, 5091].map((port) => [port, "sip"] as const),
  [3804, "capf"],
  [2445, "tvs"],
]);

function splitScheme(word: string): { scheme: ServerKind | null; rest: string } {
  const found = /^([A-Za-z][A-Za-z0-9+.-]*):\/\/(.*)$/s.exec(word) ?? /^(sip):(?!\d+$)(.*)$/is.exec(word);
  if (found === null) return { scheme: null, rest: word };
  const [, name = "", rest = ""] = found;
  const scheme = kinds.find((kind) => kind === name.toLowerCase());
  if (scheme === undefined)
    throw refuse(word, `${name}:// is nothing that is looked at; known are ${kinds.join(", ")}`);
  return { scheme, rest: rest.replace(/\/$/, "") };
}

function splitPort(word: string, rest: string): { host: string; portText: string | null } {
  if (rest.includes("@")) throw refuse(word, "a user name has no place there");
  if (/[/?#]/.test(rest)) throw refuse(word, "a path has no place there");
  if (rest.startsWith("[")) {
    const [whole, address = "", portText = null] = /^\[([^\]]*)\](?::(.*))?$/s.exec(rest) ?? [];
    if (whole === undefined || !isIPv6(address)) throw refuse(word, "in brackets stands an IPv6 address");
    return { host: address, portText };
  }
  if (isIPv6(rest)) throw refuse(word, "an IPv6 address stands in brackets, with the port behind them");
  const [name = "", portText = null, ...more] = rest.split(":");
  if (more.length > 0) throw refuse(word, "there is more than one colon; an IPv6 address stands in brackets");
  return { host: hostOf(word, name), portText };
}

/** In ASCII, as DNS and certificates have it, without a last dot. */
function hostOf(word: string, name: string): string {
  if (name === "") throw refuse(word, "the host is missing");
  if (isIP(name) !== 0) return name;
  if (/^[\d.]+$/.test(name)) throw refuse(word, `${name} is no IP address`);
  const ascii = /^[\x21-\x7e]+$/.test(name) ? name : domainToASCII(name);
  const host = ascii.replace(/\.$/, "");
  const isName =
    host.length <= 253 &&
    host.split(".").every((label) => /^[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?$/.test(label));
  if (!isName) throw refuse(word, "the host is neither a DNS name nor an IP address");
  return host;
}

function portOf(word: string, text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (port < 1 || port > 65_535)
    throw refuse(word, text === "" ? "the port is missing" : "the port is no number from 1 to 65535");
  return port;
}

function defaultPort(word: string, scheme: ServerKind | null): number {
  const port = scheme === null ? undefined : ownPort[scheme];
  if (port === undefined) throw refuse(word, "the port is missing");
  return port;
}

function refuse(word: string, what: string): OperatorError {
  const shown = word.length > 80 ? `${word.slice(0, 80)}…` : word;
  return new OperatorError("usage", `"${shown}" names no server: ${what}`, {
    hint: "Give HOST:PORT, [IPV6]:PORT or KIND://HOST:PORT with https, xmpp, sip, tvs, capf or tls, or the name of a cluster",
  });
}
