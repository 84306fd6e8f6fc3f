// Certificates that mean no good, from a real handshake to the lines on the screen: judged or told as unreadable, and nothing falls over.
import { expect, test } from "vitest";
import { renderServersText } from "../../src/report/servers-as-text.ts";
import { serversDocument } from "../../src/report/servers-document.ts";
import { judgeServers } from "../../src/servers/judge-servers.ts";
import { presentationsOf } from "../../src/servers/presentations.ts";
import type { ServerTarget } from "../../src/servers/server-target.ts";
import { hostileCertificates } from "../support/hostile-certificates.ts";
import { authoritiesOf, nowMs, ordinary, root, targetFor } from "./server-material.ts";

/** Everything that a terminal obeys, but for the end of a line. */
const raw = /[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;

const at = (kind: ServerTarget["kind"], port: number) =>
  targetFor({ host: "good.example", port }, { kind, xmppDomain: kind === "xmpp" ? "example.com" : null });
const targets = [at("https", 443), at("xmpp", 5222), at("sip", 5061), at("capf", 3804)];
const trusted = authoritiesOf(root);

function tell(chain: readonly Uint8Array[]) {
  const done = {
    ...{ kind: "done" as const, protocol: "TLSv1.3", cipher: "TLS_AES_256_GCM_SHA384", chain },
    ...{ hello: new Uint8Array(), wantsClientCertificate: false },
  };
  const failed = { kind: "failed" as const, stage: "tls" as const, reason: "no" };
  const servers = targets.map((target) => ({ target, rsa: failed, ecdsa: done, old: null, tls12: null }));
  const presentations = presentationsOf(servers, trusted);
  const options = { ...ordinary, isFips: true, isCommonCriteria: true };
  const findings = judgeServers(servers, presentations, options);
  const document = serversDocument([{ servers, presentations, findings }], nowMs);
  const text = renderServersText(document, { width: 100, paint: (_, words) => words });
  return { document, text };
}

test.each(Object.entries(hostileCertificates))("%s", (_, make) => {
  const begun = performance.now();
  const { document, text } = tell(make().chain);
  expect(document.verdict).toBe("block");
  expect(document.findings.length).toBeGreaterThan(0);
  expect(JSON.parse(JSON.stringify(document))).toEqual(document);
  expect(raw.exec(text)?.[0]).toBe(undefined);
  expect(performance.now() - begun).toBeLessThan(10_000);
});

test.each(["NUL in the common name", "NUL in a DNS name"])("%s hides no other host behind it", (name) => {
  const { document } = tell(hostileCertificates[name]?.().chain ?? []);
  const codes = document.findings
    .filter(({ servers }) => servers.some((server) => server.endsWith(":443")))
    .map(({ code }) => code);
  expect(codes).toContain("name-not-in-certificate");
});
