// Arbitrary bytes, and certificates with bits turned over: never an exception, never a judge that stumbles.
import fc from "fast-check";
import { expect, test } from "vitest";
import { judgeServers } from "../../src/servers/judge-servers.ts";
import { parseServerCertificate } from "../../src/servers/parse-server-certificate.ts";
import { presentationsOf } from "../../src/servers/presentations.ts";
import {
  authoritiesOf,
  corporate,
  dnsName,
  makeServerCertificate,
  ordinary,
  root,
  srvName,
  targetFor,
  xmppAddr,
} from "./server-material.ts";

const whole = makeServerCertificate({
  names: [
    xmppAddr("example.com"),
    srvName("_xmpp-client.example.com"),
    dnsName("pub.example.com"),
    Buffer.from([0x87, 4, 10, 0, 0, 1]),
  ],
  ocsp: ["http://ocsp.example.com"],
}).der;
const trusted = authoritiesOf(root);
const [https, xmpp, capf] = [
  targetFor({ host: "pub", port: 443 }),
  targetFor(
    { host: "pub", port: 5222 },
    { kind: "xmpp", xmppDomain: "example.com", cluster: "east", node: "pub" },
  ),
  targetFor({ host: "pub", port: 3804 }, { kind: "capf" }),
];

/** Presents the bytes on three ports, and judges them under every rule. */
function judge(chain: readonly Uint8Array[]): readonly string[] {
  const rsa = {
    kind: "done",
    protocol: "TLSv1.3",
    cipher: "x",
    chain,
    hello: Buffer.alloc(0),
    wantsClientCertificate: false,
  } as const;
  const ecdsa = { kind: "failed", stage: "tls", reason: "no" } as const;
  const servers = [https, xmpp, capf].map((target) => ({ target, rsa, ecdsa, old: null }));
  const options = { ...ordinary, isFips: true, isCommonCriteria: true };
  return judgeServers(servers, presentationsOf(servers, trusted), options).map(({ message }) => message);
}

test("bits turned over never throw", () => {
  const flips = fc.array(fc.record({ at: fc.nat(whole.length - 1), bit: fc.nat(7) }), {
    minLength: 1,
    maxLength: 4,
  });
  let readable = 0;
  fc.assert(
    fc.property(flips, (turned) => {
      const bytes = Buffer.from(whole);
      for (const { at, bit } of turned) bytes[at] = (bytes[at] ?? 0) ^ (1 << bit);
      if (parseServerCertificate(bytes).kind === "read") readable += 1;
      for (const message of judge([bytes, corporate.der])) expect(message).not.toMatch(/undefined|\[object/);
    }),
    { numRuns: 80 },
  );
  expect(readable).toBeGreaterThan(15);
});

test("any bytes, whole chains of them, never throw", () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc
      .tuple(fc.nat(whole.length), fc.uint8Array({ maxLength: 40 }))
      .map(([at, tail]) => Buffer.concat([whole.subarray(0, at), tail])),
  );
  fc.assert(
    fc.property(fc.array(bytes, { maxLength: 4 }), (chain) => {
      expect(judge(chain).length).toBeGreaterThan(0);
    }),
    { numRuns: 100 },
  );
});
