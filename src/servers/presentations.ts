// What the handshakes showed → the certificates as facts, each kind of each port for itself, and alike ones together.
import type { Handshake } from "../handshake/handshake.ts";
import { type ChainFacts, followChain } from "./follow-chain.ts";
import { parseServerCertificate } from "./parse-server-certificate.ts";
import type { PresentedCertificate, ServerCertificate } from "./server-certificate.ts";
import type { ServerFacts } from "./server-facts.ts";
import type { ServerTarget } from "./server-target.ts";
import type { TrustedAuthorities } from "./trusted-authorities.ts";

/** One certificate of one port. */
export interface Presentation {
  readonly target: ServerTarget;
  /** Which kind was asked for; what came is in the certificate. */
  readonly asked: "rsa" | "ecdsa" | "old";
  readonly handshake: Handshake & { readonly kind: "done" };
  readonly certificate: PresentedCertificate;
  /** What was sent after it. */
  readonly others: readonly PresentedCertificate[];
  /** Null where the certificate cannot be read. */
  readonly chain: ChainFacts | null;
}

/** The same bytes presented on one port or on many. */
export interface ShownCertificate {
  readonly certificate: ServerCertificate;
  readonly others: readonly PresentedCertificate[];
  readonly chain: ChainFacts;
  readonly targets: readonly ServerTarget[];
}

/** A server that gives one and the same certificate to both questions presents it once. */
export function presentationsOf(
  servers: readonly ServerFacts[],
  trusted: TrustedAuthorities | null,
): Presentation[] {
  const known = new Map<string, Pick<Presentation, "certificate" | "others" | "chain">>();
  const read = (chain: readonly Uint8Array[]) => {
    const key = keyOf(chain);
    const [own = parseServerCertificate(new Uint8Array()), ...others] = known.has(key)
      ? []
      : chain.map(parseServerCertificate);
    const found = known.get(key) ?? {
      ...{ certificate: own, others },
      chain: own.kind === "read" ? followChain(own, others, trusted) : null,
    };
    known.set(key, found);
    return found;
  };
  return servers.flatMap(({ target, rsa, ecdsa, old }) => {
    const shown = new Set<string>();
    const asked = { rsa, ecdsa, ...(old === null ? {} : { old }) };
    return Object.entries(asked).flatMap(([kind, handshake]): Presentation[] => {
      if (handshake.kind !== "done" || shown.has(keyOf(handshake.chain))) return [];
      shown.add(keyOf(handshake.chain));
      return [{ target, asked: kind as Presentation["asked"], handshake, ...read(handshake.chain) }];
    });
  });
}

function keyOf(chain: readonly Uint8Array[]): string {
  return chain.map((der) => Buffer.from(der).toString("base64")).join(" ");
}

/** In the order in which each was seen first. */
export function togetherByCertificate(presentations: readonly Presentation[]): ShownCertificate[] {
  const groups = new Map<string, ShownCertificate>();
  for (const { target, certificate, others, chain, handshake } of presentations) {
    if (certificate.kind !== "read" || chain === null) continue;
    const key = keyOf(handshake.chain);
    const before = groups.get(key);
    groups.set(key, { certificate, others, chain, targets: [...(before?.targets ?? []), target] });
  }
  return [...groups.values()];
}

/** What phones trust there is decided by their lists, which `status` judges; names and authorities are no matter. */
export function isForPhones({ kind, node }: ServerTarget): boolean {
  return kind === "tvs" || kind === "capf" || (kind === "sip" && node !== null);
}

/** `the ECDSA certificate`: the same words for many nodes, so that they become one finding. */
export function kindText({ keyKind }: ServerCertificate): string {
  return keyKind === "rsa"
    ? "the RSA certificate"
    : keyKind === "ec"
      ? "the ECDSA certificate"
      : "the certificate";
}

/** `the ECDSA certificate pub.example.com`. */
export function certificateText(certificate: ServerCertificate): string {
  const { commonNames, subject } = certificate;
  return `${kindText(certificate)} ${commonNames[0] ?? (subject === "" ? "without a subject" : subject)}`;
}
