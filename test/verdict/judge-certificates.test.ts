// What `cert list` finds: what has ended, what ends inside the horizon, anchors that end together; the borders of each.
import { describe, expect, test } from "vitest";
import type { CertificateFacts } from "../../src/facts/list-facts.ts";
import type { NodeCertificates } from "../../src/facts/node-certificates.ts";
import { judgeCertificates } from "../../src/verdict/judge-certificates.ts";
import { nowMs } from "../support/lab-facts.ts";

const dayMs = 86_400_000;
let made = 0;

/** Self-signed unless an issuer is named; another fingerprint each time unless said. */
function certificate(days: number, parts: Partial<CertificateFacts> = {}): CertificateFacts {
  made += 1;
  return {
    ...{ subject: "CN=pub", issuer: "CN=pub", serial: "0A:0B", isSelfSigned: true },
    ...{ keyKind: "rsa", keyBits: 2048, signatureAlgorithm: "sha256WithRSAEncryption" },
    notBefore: "2021-01-01T00:00:00Z",
    notAfter: new Date(nowMs + days * dayMs).toISOString().replace(".000Z", "Z"),
    ...{ sha1: `AA:${made}`, der: "" },
    ...parts,
  };
}

type Own = Readonly<Record<string, CertificateFacts>>;

function node(name: string, own: Own, parts: Partial<NodeCertificates> = {}): NodeCertificates {
  return {
    ...{ node: name, address: "10.1.1.1", role: name === "pub" ? "publisher" : "subscriber" },
    ...{ isReachable: true, trouble: [] },
    certificates: Object.entries(own).map(([unit, each]) => ({ unit, certificate: each })),
    ...parts,
  };
}

const judge = (...nodes: readonly NodeCertificates[]) =>
  judgeCertificates(nodes, { certificateDays: 180, nowMs });
const codes = (...nodes: readonly NodeCertificates[]) => judge(...nodes).map(({ code }) => code);

describe("the end of one certificate", () => {
  test.each([
    [180, []],
    [179.999, ["certificate-expiring"]],
    [0, ["certificate-expiring"]],
    [-0.001, ["certificate-expired"]],
    [-900, ["certificate-expired"]],
  ])("in %d days", (days, expected) => {
    expect(codes(node("pub", { tomcat: certificate(days) }))).toEqual(expected);
  });

  test.each([
    [100.5, "expires on 2026-04-11T12:00:00Z, in 100 days"],
    [1.5, "expires on 2026-01-02T12:00:00Z, in 1 day"],
    [0.5, "expires on 2026-01-01T12:00:00Z, within a day"],
    [-0.5, "expired on 2025-12-31T12:00:00Z, less than a day ago"],
    [-1.5, "expired on 2025-12-30T12:00:00Z, 1 day ago"],
    [-30, "expired on 2025-12-02T00:00:00Z, 29 days ago"],
  ])("%d days from now is told in words", (days, text) => {
    const [finding] = judge(node("pub", { ipsec: certificate(days) }));
    expect(finding).toMatchObject({ node: "pub", severity: "warn" });
    expect(finding?.message).toBe(`pub: its ipsec certificate ${text}`);
  });

  test("of a CA names the CA, and warns of the regeneration that would overwrite it", () => {
    const signed = certificate(10, { issuer: "CN=Corporate CA;O=lab", isSelfSigned: false });
    const [finding] = judge(node("pub", { tomcat: signed }));
    expect(finding?.message).toContain("issued by CN=Corporate CA;O=lab");
    expect(finding?.advice).toMatch(/new certificate of its CA; a regeneration would overwrite it/);
  });

  test.each([
    [
      "ITLRecovery",
      /^Plan its renewal while every phone .*; back up the old key before and the new one after\.$/,
    ],
    ["CallManager", /^Plan its renewal while every phone .*, and let all phones follow before another trust/],
    ["TVS", /^Plan its renewal while every phone .*, and let all phones follow before another trust/],
    ["tomcat", /^Plan its renewal and the restart of the services that use it\.$/],
    ["CallManager-ECDSA", /^Plan its renewal and the restart of the services that use it\.$/],
  ])("of %s, self-signed, is met by the renewal that phones need", (unit, advice) => {
    expect(judge(node("pub", { [unit]: certificate(10) }))[0]?.advice).toMatch(advice);
  });

  test("that several nodes share is told once, with all of them", () => {
    const shared = certificate(10);
    const found = judge(node("pub", { ITLRecovery: shared }), node("tftp2", { ITLRecovery: shared }));
    expect(found).toMatchObject([{ code: "certificate-expiring", node: null }]);
    expect(found[0]?.message).toContain("ITLRecovery certificate of 2 nodes (pub, tftp2)");
    const own = judge(node("pub", { tomcat: certificate(10) }), node("tftp2", { tomcat: certificate(10) }));
    expect(own.map((finding) => finding.node)).toEqual(["pub", "tftp2"]);
  });

  test("that ends first is told first", () => {
    const found = judge(
      node("pub", { tomcat: certificate(90), ipsec: certificate(20) }),
      node("tftp2", { CAPF: certificate(-3) }),
    );
    expect(found.map(({ message }) => /its (\S+)/.exec(message)?.[1])).toEqual(["CAPF", "ipsec", "tomcat"]);
  });
});

describe("trust anchors", () => {
  const together = (...nodes: readonly NodeCertificates[]) =>
    judge(...nodes)
      .filter(({ code }) => code === "anchors-expire-together")
      .map(({ message }) =>
        [...message.matchAll(/(\S+) of (\S+) expire[sd]/g)].map(([, unit, at]) => `${unit} ${at}`),
      );

  test.each([
    ["both inside the horizon, close", 100, 110, true],
    ["the second just outside the horizon", 179, 190, true],
    ["both outside the horizon", 181, 181, false],
    ["exactly the gap apart", 100, 130, false],
    ["just less than the gap apart", 100, 129.99, true],
    ["one ended long ago, the other ends soon", -300, 5, true],
    ["both ended, years apart", -1000, -2, true],
    ["one ended, the other far off", -1, 60, false],
  ])("%s", (_, callManager, tvs, expected) => {
    const both = { CallManager: certificate(callManager), TVS: certificate(tvs) };
    expect(together(node("pub", both))).toEqual(expected ? [["CallManager pub", "TVS pub"]] : []);
  });

  test("count across nodes, and the one that ends first is to be renewed first", () => {
    const found = judge(
      node("pub", { CallManager: certificate(100), TVS: certificate(900) }),
      node("tftp2", { CallManager: certificate(900), TVS: certificate(90) }),
    ).filter(({ code }) => code === "anchors-expire-together");
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({ node: null, severity: "warn" });
    expect(found[0]?.message).toMatch(/TVS of tftp2 expires .*, and CallManager of pub expires /);
    expect(found[0]?.advice).toMatch(/renew TVS now, and CallManager only when every phone/);
  });

  test("of one unit on several nodes are one campaign, and other units are no anchors", () => {
    const ends = () => certificate(50);
    expect(together(node("pub", { TVS: ends() }), node("tftp2", { TVS: ends() }))).toEqual([]);
    const others = { tomcat: ends(), ipsec: ends(), CAPF: ends(), "CallManager-ECDSA": ends(), TVS: ends() };
    expect(together(node("pub", others))).toEqual([]);
  });

  test("of all three kinds are three pairs, each with its own reason", () => {
    const all = { CallManager: certificate(50), TVS: certificate(51), ITLRecovery: certificate(52) };
    expect(together(node("pub", all))).toEqual([
      ["CallManager pub", "TVS pub"],
      ["CallManager pub", "ITLRecovery pub"],
      ["TVS pub", "ITLRecovery pub"],
    ]);
    const reasons = judge(node("pub", all))
      .filter(({ code }) => code === "anchors-expire-together")
      .map(({ message }) => message.split("; ").at(-1));
    expect(new Set(reasons).size).toBe(3);
  });

  test("ITLRecovery of a subscriber is in no list, and no anchor", () => {
    const own = { CallManager: certificate(50), ITLRecovery: certificate(50) };
    expect(together(node("tftp2", own))).toEqual([]);
  });
});

test("trouble of nodes blocks, stands first, and what was read is judged all the same", () => {
  const trouble = [
    { code: "answer-not-understood", command: "show cert own CAPF", message: "it said no" } as const,
  ];
  const found = judge(
    node("pub", { tomcat: certificate(-1) }, { trouble }),
    node("tftp2", {}, { isReachable: false }),
  );
  expect(found.map(({ code, severity, node: at }) => [code, severity, at])).toEqual([
    ["answer-not-understood", "block", "pub"],
    ["node-unreachable", "block", "tftp2"],
    ["certificate-expired", "warn", "pub"],
  ]);
  expect(found[0]?.message).toBe("pub: `show cert own CAPF`: it said no");
});
