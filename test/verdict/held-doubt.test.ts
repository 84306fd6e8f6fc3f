// What speaks against taking the lists served now for the lists that phones hold: trust-rules.md section 3.
import { describe, expect, test } from "vitest";
import type { CertificateFacts } from "../../src/facts/list-facts.ts";
import { parseShownList } from "../../src/facts/show-itl.ts";
import { doubtOnServedLists } from "../../src/verdict/held-doubt.ts";
import { identityOfCertificate } from "../../src/verdict/signer-identity.ts";
import { certificateOf, factsOf, makeLab, nodeOf, nowMs, releases, withNode } from "../support/lab-facts.ts";

const dayMs = 86_400_000;
const daysAgo = (days: number) => new Date(nowMs - days * dayMs).toISOString();
const lab = makeLab("12.5");
const healthy = factsOf(lab);
const { certificates } = nodeOf(healthy, "pub");
const recoveryOf = (parts: Partial<CertificateFacts> = {}) => ({
  ...certificateOf(lab.publisher.certificates.get("ITLRecovery")),
  ...parts,
});
const doubt = (
  facts = healthy,
  remote: Parameters<typeof doubtOnServedLists>[0]["remote"] = null,
  release = "12.5.1",
) => doubtOnServedLists({ facts, release, remote, nowMs });
const withCertificates = (own: Readonly<Record<string, CertificateFacts>>) =>
  withNode(healthy, "pub", { certificates: own });

test.each(releases)("a healthy cluster gives no reason to doubt (%s)", (release) => {
  const other = makeLab(release);
  expect(doubt(factsOf(other), null, other.profile.version)).toBeNull();
});

describe("the certificate that the local key signs with", () => {
  test.each([
    ["ITLRecovery", "11.5.1"],
    ["CallManager", "12.5.1"],
  ] as const)("%s (%s) is too young below thirty days", (unit, release) => {
    const aged = (notBefore: string) =>
      withCertificates({ ...certificates, [unit]: recoveryOf({ notBefore }) });
    expect(doubt(aged(daysAgo(30)), null, release)).toBeNull();
    expect(doubt(aged(daysAgo(29.999)), null, release)).toBe(
      `the publisher's ${unit} certificate was made only on ${daysAgo(29.999)}`,
    );
  });

  test("that was not read has no age to doubt it by", () => {
    expect(doubt(withCertificates({}))).toBeNull();
    expect(doubt(withCertificates({}), identityOfCertificate(recoveryOf()))).toBeNull();
  });
});

describe("lists of TFTP nodes that name different recovery certificates", () => {
  const words = "the TFTP nodes' lists name different ITLRecovery certificates";

  test.each([["pub"], ["tftp2"], ["tftp3"]])("put it in doubt, whichever node stands alone (%s)", (alone) => {
    const nodes = [{ name: "pub" }, { name: "tftp2" }, { name: "tftp3" }];
    const three = makeLab("12.5", { nodes });
    three.inThePast(90 * dayMs, () => {
      three.replaceCertificate(three.publisher, "ITLRecovery");
      three.rebuildList(three.node(alone));
    });
    expect(doubt(factsOf(three))).toBe(words);
  });

  test("do not where the other list is one of a node that serves nobody", () => {
    const stranger = makeLab("12.5", { name: "west" });
    stranger.replaceCertificate(stranger.publisher, "ITLRecovery");
    stranger.rebuildList(stranger.publisher);
    const itl = parseShownList(stranger.showItl(stranger.publisher));
    expect(doubt(withNode(healthy, "cm3", { itl }))).toBeNull();
    expect(doubt(withNode(healthy, "tftp2", { itl }))).toBe(words);
  });
});

describe("a recovery key that was given", () => {
  const words = "the given recovery key is an older one than the publisher's: ITLRecovery was replaced since";
  const given = { ...certificateOf(lab.node("tftp2").certificates.get("CallManager")) };
  const remote = identityOfCertificate(given);
  const beside = (notBefore: string) =>
    withCertificates({ ...certificates, ITLRecovery: recoveryOf({ notBefore }) });
  const madeAt = Date.parse(given.notBefore);

  test("is the publisher's own: no doubt", () => {
    expect(doubt(healthy, identityOfCertificate(recoveryOf()))).toBeNull();
  });

  test.each([
    ["a second before the publisher's", 1000, words],
    ["in the same second as the publisher's", 0, words],
    ["a second after the publisher's", -1000, null],
  ])("was made %s", (_, offsetMs, expected) => {
    expect(doubt(beside(new Date(madeAt + offsetMs).toISOString()), remote)).toBe(expected);
  });

  test("and of which no date is known may be an older one", () => {
    expect(doubt(healthy, { ...remote, certificate: null })).toBe(words);
    expect(doubt(healthy, { ...remote, certificate: "AAAA" })).toBe(words);
  });
});
