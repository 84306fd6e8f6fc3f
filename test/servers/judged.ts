// Handshakes as facts, without a network → what the judges say of them, as `code severity`.
import type { Handshake } from "../../src/handshake/handshake.ts";
import { judgeServers, type ServerJudgeOptions } from "../../src/servers/judge-servers.ts";
import { presentationsOf } from "../../src/servers/presentations.ts";
import type { ServerFacts } from "../../src/servers/server-facts.ts";
import type { ServerTarget } from "../../src/servers/server-target.ts";
import type { TrustedAuthorities } from "../../src/servers/trusted-authorities.ts";
import {
  authoritiesOf,
  corporate,
  type MadeServerCertificate,
  makeServerCertificate,
  ordinary,
  root,
  type ServerCertificateWish,
  targetFor,
} from "./server-material.ts";

export const refused = { kind: "failed", stage: "tls", reason: "no such cipher" } as const;

export function done(...chain: readonly MadeServerCertificate[]): Handshake {
  const bytes = chain.map(({ der }) => der);
  return {
    kind: "done",
    protocol: "TLSv1.3",
    cipher: "x",
    chain: bytes,
    hello: Buffer.alloc(0),
    wantsClientCertificate: false,
  };
}

export const at = (port: number) => ({ host: "pub.example.com", port });

export function facts(target: ServerTarget, rsa: Handshake, ecdsa: Handshake = refused): ServerFacts {
  return { target, rsa, ecdsa, old: null };
}

export function judge(
  servers: readonly ServerFacts[],
  options: Partial<ServerJudgeOptions> = {},
  trusted: TrustedAuthorities | null = authoritiesOf(root),
) {
  return judgeServers(servers, presentationsOf(servers, trusted), { ...ordinary, ...options });
}
export const told = (...given: Parameters<typeof judge>) =>
  judge(...given).map(({ code, severity }) => `${code} ${severity}`);

/** What one certificate comes to on one port. */
export function toldOf(
  wish: ServerCertificateWish,
  parts: Partial<ServerTarget> = {},
  options: Partial<ServerJudgeOptions> = {},
) {
  return told([facts(targetFor(at(443), parts), done(makeServerCertificate(wish), corporate))], options);
}
