// What phones that were away during a change do with the list after it: told from records, certificates and services alone.
import { describe, expect, test } from "vitest";
import type { ItlRecord } from "../../src/facts/itl-record.ts";
import type { NodeFacts } from "../../src/facts/node-facts.ts";
import {
  forecastChanges,
  forecastRegeneration,
  judgeForecasts,
} from "../../src/verdict/regeneration-forecast.ts";
import {
  hashOf,
  serviceOf,
  shownList,
  smallCertificate,
  smallCluster,
  smallNode,
  smallRecord,
} from "./small-facts.ts";

const [old, recent] = ["11.5.1.12900-21", "15.0.1.12900-234"];
const tvs = "Cisco Trust Verification Service";
const record = (word: Parameters<typeof smallRecord>[0], serial: string, unit = "CallManager") =>
  smallRecord(word, serial, { unit, certificateSha1: hashOf(serial) });
/** Every list names the publisher's ITLRecovery 0B and TVS 0C; the first record signs. */
const signedByRecovery = (own: string, recovery = "0B") =>
  shownList([
    record("token", recovery, "ITLRecovery"),
    record("token", own),
    record("TFTP", own),
    record("TVS", "0C"),
  ]);
const signedByCallManager = (own: string) =>
  shownList([
    record("token", own),
    record("TFTP", own),
    record("token", "0B", "ITLRecovery"),
    record("TVS", "0C"),
  ]);
const running = [serviceOf(tvs, "STARTED")];
const certificates = {
  CallManager: smallCertificate("CallManager", "0A"),
  ITLRecovery: smallCertificate("ITLRecovery", "0B"),
  TVS: smallCertificate("TVS", "0C"),
};
const subs = { CallManager: smallCertificate("CallManager", "1A"), TVS: smallCertificate("TVS", "1C") };

/** Both nodes serve what is normal for the release, and TVS runs on both; `parts` differ. */
function look(
  release: string | null,
  parts: { readonly pub?: Partial<NodeFacts>; readonly sub?: Partial<NodeFacts> } = {},
) {
  const isOld = release === old;
  const list = (own: string) => (isOld ? signedByCallManager(own) : signedByRecovery(own));
  return smallCluster(
    smallNode("sub", { release, services: running, certificates: subs, itl: list("1A"), ...parts.sub }),
    smallNode("pub", { release, services: running, certificates, itl: list("0A"), ...parts.pub }),
  );
}
const changesOf = (words: readonly string[]) =>
  words.map((word) => {
    const [unit = "", node = ""] = word.split("@");
    return { unit, node };
  });
const told = (words: readonly string[], facts = look(old), hasResetAfter?: boolean) =>
  forecastChanges({
    changes: changesOf(words),
    ...{ facts, tftpNodes: ["pub", "sub"] },
    ...(hasResetAfter === undefined ? {} : { hasResetAfter }),
  }).map(({ node, via, take }) => `${node} ${via} ${take.kind}`);
const both = (end: string, via = "restart") => [`pub ${via} ${end}`, `sub ${via} ${end}`];
const noTvs = { pub: { services: [] }, sub: { services: [] } };

describe("a change that makes no new list", () => {
  test.each([[["tomcat@pub"]], [["ipsec@sub", "tomcat@sub"]], [["authz@pub"]], [[]]])(
    "%j has no forecast",
    (words) => {
      expect(told(words)).toEqual([]);
      expect(told(words, look(recent), true)).toEqual([]);
    },
  );

  test("has one beside another that makes some", () => {
    expect(told(["tomcat@pub", "CAPF@pub"])).toEqual(both("direct"));
    expect(
      forecastRegeneration({ unit: "CAPF", node: "pub", facts: look(old), tftpNodes: ["sub"] }),
    ).toMatchObject([{ node: "sub", via: "restart", take: { kind: "direct" } }]);
  });
});

describe("up to 11.5, where each node's CallManager signs", () => {
  test.each([
    [["CallManager@pub"], ["pub restart by-tvs", "sub restart direct"]],
    [["CallManager@sub"], ["pub restart direct", "sub restart by-tvs"]],
    [["CallManager@pub", "CallManager@sub"], both("by-tvs")],
    [["CallManager@cm3"], both("direct")],
    [["ITLRecovery@pub"], both("direct")],
    [["TVS@pub"], both("direct")],
    // The one TVS that their lists name is no longer there when they ask.
    [
      ["CallManager@pub", "TVS@pub"],
      ["pub restart not", "sub restart direct"],
    ],
    [
      ["CallManager@pub", "TVS@sub"],
      ["pub restart by-tvs", "sub restart direct"],
    ],
  ])("after a new %j: %j", (words, expected) => {
    expect(told(words)).toEqual(expected);
  });

  test("a new CallManager is lost where no TVS runs, and anything else is not", () => {
    expect(told(["CallManager@pub"], look(old, noTvs))).toEqual(["pub restart not", "sub restart direct"]);
    expect(told(["CAPF@pub", "TVS@pub", "ITLRecovery@pub"], look(old, noTvs))).toEqual(both("direct"));
  });

  test("a reset that follows changes nothing: ITLRecovery does not sign", () => {
    expect(told(["ITLRecovery@pub"], look(old), true)).toEqual(both("direct"));
  });
});

describe("from 12.0, where the publisher's ITLRecovery signs", () => {
  test.each([
    [["CallManager@pub", "CallManager@sub", "TVS@pub"], both("direct")],
    [["ITLRecovery@pub"], both("by-tvs")],
    [["ITLRecovery@pub", "TVS@pub"], both("not")],
    [["ITLRecovery@sub"], both("direct")],
    [["CAPF@pub"], both("direct")],
  ])("after a new %j: %j", (words, expected) => {
    expect(told(words, look(recent))).toEqual(expected);
  });

  test("the list after a new ITLRecovery is that of the reset which follows: the publisher's CallManager signs it", () => {
    const expected = ["pub reset direct", "sub reset by-tvs"];
    expect(told(["ITLRecovery@pub"], look(recent), true)).toEqual(expected);
    expect(told(["ITLRecovery@pub"], look(recent), false)).toEqual(both("by-tvs"));
    expect(told(["ITLRecovery@pub"], look(recent, noTvs), true)).toEqual([
      "pub reset direct",
      "sub reset not",
    ]);
    expect(told(["ITLRecovery@pub", "CallManager@pub"], look(recent), true)).toEqual(both("by-tvs", "reset"));
    // Nothing new of ITLRecovery, or one of a subscriber, which no list carries: no reset is waited for.
    expect(told(["CallManager@pub"], look(recent), true)).toEqual(both("direct"));
    expect(told(["ITLRecovery@sub"], look(recent), true)).toEqual(both("direct"));
  });

  test("and is told as such, with its reason", () => {
    const [pub] = forecastChanges({
      changes: changesOf(["ITLRecovery@pub"]),
      ...{ facts: look(recent), tftpNodes: ["pub"], hasResetAfter: true },
    });
    expect(pub?.take.reason).toBe(
      "the list of the localkey reset that follows: the signer is a security token of the list they hold",
    );
  });
});

describe("where the signer is not the release's normal one, the worse of both ways counts", () => {
  const reset = { pub: { itl: signedByCallManager("0A") }, sub: { itl: signedByCallManager("0A") } };

  test("on 15 after a localkey reset", () => {
    expect(told(["CAPF@pub"], look(recent, reset))).toEqual(["pub restart direct", "sub restart by-tvs"]);
    expect(told(["ITLRecovery@pub"], look(recent, reset))).toEqual(both("by-tvs"));
    expect(told(["CallManager@pub"], look(recent, reset))).toEqual([
      "pub restart by-tvs",
      "sub restart by-tvs",
    ]);
  });

  test("on 11.5 after one, where ITLRecovery signs", () => {
    const lists = { pub: { itl: signedByRecovery("0A") }, sub: { itl: signedByRecovery("1A") } };
    expect(told(["CallManager@pub"], look(old, lists))).toEqual(["pub restart by-tvs", "sub restart direct"]);
    expect(told(["ITLRecovery@pub"], look(old, lists))).toEqual(both("by-tvs"));
    const held: ItlRecord[] = [record("token", "0B", "ITLRecovery"), record("TVS", "0C")];
    expect(told(["CAPF@pub"], look(old, { sub: { itl: shownList(held) } }))).toEqual([
      "pub restart direct",
      "sub restart by-tvs",
    ]);
  });

  test("only the list's own signer counts where no release is known", () => {
    expect(told(["CallManager@pub"], look(null))).toEqual(both("direct"));
    expect(told(["ITLRecovery@pub"], look(null))).toEqual(both("by-tvs"));
    expect(told(["CallManager@pub"], smallCluster(...look(old).nodes.slice(0, 1)))).toEqual([
      "pub restart not",
      "sub restart direct",
    ]);
  });
});

describe("what is not known", () => {
  test("a list that could not be read, and a node that nobody looked at, count as not", () => {
    const facts = look(old, { sub: { itl: null } });
    expect(told(["CAPF@pub"], facts)).toEqual(["pub restart direct", "sub restart not"]);
    const found = forecastChanges({ changes: changesOf(["CAPF@pub"]), facts, tftpNodes: ["cm9", "sub"] });
    expect(found).toMatchObject([
      { node: "cm9", take: { kind: "not", reason: "no list is known that they could hold" } },
      { node: "sub", take: { kind: "not", reason: "no list is known that they could hold" } },
    ]);
  });

  test("nobody says that a stranger signs again", () => {
    const signer = { name: "CN=stranger", issuerName: "CN=stranger", serial: "77" };
    const itl = { ...signedByCallManager("0A"), signer };
    const [pub] = forecastChanges({
      ...{ changes: changesOf(["CAPF@pub"]), facts: look(old, { pub: { itl } }), tftpNodes: ["pub"] },
    });
    expect(pub?.take).toEqual({ kind: "not", reason: "nobody knows CN=stranger to sign again" });
  });

  test("a certificate that was not read is taken to be the one that signs now", () => {
    expect(told(["CAPF@pub"], look(old, { pub: { certificates: {} }, sub: { certificates: {} } }))).toEqual(
      both("direct"),
    );
    expect(told(["CAPF@pub"], look(recent, { pub: { certificates: {} } }))).toEqual(both("direct"));
  });

  test("a certificate that was changed by hand is the one that signs next", () => {
    const moved = { certificates: { ...subs, CallManager: smallCertificate("CallManager", "77") } };
    expect(told(["CAPF@pub"], look(old, { sub: moved }))).toEqual([
      "pub restart direct",
      "sub restart by-tvs",
    ]);
    const alike = {
      certificates: { ...subs, CallManager: smallCertificate("CallManager", "1A", hashOf("77")) },
    };
    expect(told(["CAPF@pub"], look(old, { sub: alike }))).toEqual(["pub restart direct", "sub restart not"]);
  });
});

describe("the finding", () => {
  const changes = changesOf(["CallManager@pub", "TVS@sub"]);
  const finding = (facts: ReturnType<typeof look>) =>
    judgeForecasts(forecastChanges({ changes, facts, tftpNodes: ["pub", "sub"] }), changes);

  test("is one for each node whose phones would be lost, and none where they ask a TVS", () => {
    expect(finding(look(old))).toEqual([]);
    const [pub, ...others] = finding(look(old, noTvs));
    expect(others).toEqual([]);
    expect(pub).toMatchObject({ code: "phones-would-be-lost", severity: "block", node: "pub" });
    expect(pub?.message).toMatch(
      /^pub: its phones would reject the list that follows a new CallManager of pub, TVS of sub: the signer is no security token/,
    );
  });

  test("says to start a TVS where one could help, else to bring the phones to trust what is served", () => {
    expect(finding(look(old, noTvs))[0]?.advice).toMatch(/^Start Cisco Trust Verification Service/);
    expect(finding(look(old, { pub: { itl: null } }))[0]?.advice).toMatch(/^Bring every phone/);
  });
});
