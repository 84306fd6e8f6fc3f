// The shades of the judges: when the same fact blocks, warns or is nothing, by port, by what was given, and by who comes there.
import { describe, expect, test } from "vitest";
import { presentationsOf } from "../../src/servers/presentations.ts";
import type { ServerTarget } from "../../src/servers/server-target.ts";
import { keyOf } from "../support/certificate-writer.ts";
import { at, done, facts, judge, refused, told, toldOf } from "./judged.ts";
import {
  authoritiesOf,
  corporate,
  makeServerCertificate,
  nodeTarget,
  type ServerCertificateWish,
  srvName,
  targetFor,
} from "./server-material.ts";

const node = { cluster: "east", node: "pub" } as const;

describe("a port where nobody has to listen", () => {
  const optional = targetFor(at(443), { isRequired: false });
  const failing = (stage: "closed" | "unreachable" | "silent" | "starttls" | "tls" | "cancelled") => {
    const failed = { kind: "failed", stage, reason: "no" } as const;
    return facts(optional, failed, failed);
  };

  test("may be closed or out of reach, but what listens has to answer", () => {
    expect(told([failing("closed")])).toEqual([]);
    expect(told([failing("unreachable")])).toEqual([]);
    expect(told([failing("silent")])).toEqual(["server-silent warn"]);
    expect(told([failing("starttls")])).toEqual(["starttls-failed warn"]);
    expect(told([failing("tls")])).toEqual(["tls-failed warn"]);
    expect(told([failing("cancelled")])).toEqual([]);
  });
});

describe("a port with one kind of certificate", () => {
  test("has nothing wrong with it, whichever kind that is", () => {
    const ecdsa = done(makeServerCertificate({ key: keyOf("ecdsa") }), corporate);
    expect(told([facts(targetFor(at(443)), refused, ecdsa)])).toEqual([]);
  });

  test("that gives one certificate to both questions presents it once", () => {
    const same = done(makeServerCertificate(), corporate);
    const servers = [facts(targetFor(at(443)), same, same)];
    expect(presentationsOf(servers, null)).toHaveLength(1);
  });
});

test("TLS 1.2 is missing where it was refused, not where the third connection was", () => {
  const third = (stage: "closed" | "unreachable" | "silent" | "starttls" | "tls" | "cancelled") =>
    told([
      {
        ...facts(targetFor(at(443)), done(makeServerCertificate(), corporate)),
        tls12: { kind: "failed", stage, reason: "no" },
      },
    ]);
  expect(third("tls")).toEqual(["tls-12-missing block"]);
  for (const stage of ["closed", "unreachable", "silent", "starttls", "cancelled"] as const)
    expect(third(stage)).toEqual([]);
});

describe("ports that phones come to", () => {
  const own = { issuer: null, names: null, crl: [] } as const;

  test.each(["tvs", "sip"] as const)(
    "%s of a node may be self-signed, without names and revocation",
    (kind) => {
      expect(toldOf({ ...own, subject: [["CN", "pub.example.com"]] }, { ...node, kind })).toEqual([]);
    },
  );

  test("are judged by dates, keys and uses all the same", () => {
    expect(toldOf({ ...own, to: -1 }, { ...node, kind: "tvs" })).toEqual(["certificate-expired block"]);
    expect(toldOf({ ...own, purposes: ["1.3.6.1.5.5.7.3.2"] }, { ...node, kind: "sip" })).toEqual([
      "server-auth-missing block",
    ]);
  });

  test("are advised to renew one trust anchor at a time, also where HTTPS has the same fault", () => {
    const soon = done(makeServerCertificate({ to: 5 }), corporate);
    const https = facts(nodeTarget(at(443), "pub"), soon);
    const advice = (...servers: Parameters<typeof judge>[0]) => judge(servers).map((each) => each.advice);
    for (const kind of ["tvs", "sip"] as const) {
      const phones = facts(nodeTarget(at(2445), "pub", { kind }), soon);
      expect(advice(phones)).toEqual([expect.stringMatching(/^Plan .* one trust anchor at a time/)]);
      expect(advice(phones, https)).toEqual([expect.stringContaining("one trust anchor at a time")]);
    }
    expect(advice(https)).toEqual([expect.not.stringContaining("anchor")]);
  });

  test("SIP of a node warns of its name, SIP of any other server blocks", () => {
    const wish = { dns: ["other.example.com"], subject: [["CN", "other"]] } as const;
    expect(toldOf(wish, { ...node, kind: "sip" })).toEqual(["name-not-in-certificate warn"]);
    expect(toldOf(wish, { kind: "sip" })).toEqual(["name-not-in-certificate block"]);
    expect(toldOf({ issuer: null }, { kind: "sip" })).toContain("issuer-not-trusted block");
  });

  test("CAPF needs no serverAuth, but the right to sign", () => {
    const capf = { ...own, isAuthority: true, keyUsage: 0x84 };
    expect(toldOf(capf, { ...node, kind: "capf" })).toEqual([]);
    expect(toldOf({ ...capf, keyUsage: 0x80 }, { ...node, kind: "capf" })).toEqual([
      "capf-not-authority block",
    ]);
  });
});

describe("days", () => {
  test.each([
    [30, []],
    [29.9, ["certificate-expiring warn"]],
    [0.5, ["certificate-expiring warn"]],
    [-0.5, ["certificate-expired block"]],
  ] as const)("%d left of thirty: %j", (to, expected) => {
    expect(toldOf({ to })).toEqual(expected);
  });

  test("are told in words", () => {
    const one = (to: number) =>
      judge([facts(targetFor(at(443)), done(makeServerCertificate({ to }), corporate))])[0]?.message;
    expect(one(1.5)).toContain("in 1 day");
    expect(one(0.5)).toContain("within a day");
  });
});

describe("uses", () => {
  test("no extended key usage at all, or any, will do outside of Common Criteria mode", () => {
    expect(toldOf({ purposes: null })).toEqual([]);
    expect(toldOf({ purposes: ["2.5.29.37.0"] })).toEqual([]);
    expect(toldOf({ purposes: ["2.5.29.37.0"] }, {}, { isCommonCriteria: true })).toEqual([
      "common-criteria warn",
    ]);
  });

  test("a node's certificate of an authority keeps dataEncipherment; others need not have it", () => {
    expect(toldOf({ keyUsage: 0xa0 }, node)).toEqual(["key-usage-missing warn"]);
    expect(toldOf({ keyUsage: 0xa0 })).toEqual([]);
    expect(toldOf({ keyUsage: 0x80, key: keyOf("ecdsa") }, node)).toEqual([]);
    expect(toldOf({ keyUsage: null }, node)).toEqual([]);
  });

  test("one HTTP address for revocation is enough, of either kind", () => {
    expect(toldOf({ crl: [], ocsp: ["http://ocsp.example.com"] })).toEqual([]);
    expect(toldOf({ crl: ["ldap://x/y", "HTTP://crl.example.com/a.crl"] })).toEqual([]);
    expect(toldOf({ crl: ["https://crl.example.com/a.crl"] })).toEqual(["revocation-data-missing warn"]);
    expect(toldOf({ crl: [] })).toEqual(["revocation-data-missing warn"]);
  });

  test("an e-mail address in the subject has its @ by nature", () => {
    const of = (field: "O" | "OU" | "emailAddress", value: string) =>
      toldOf({
        subject: [
          ["CN", "pub.example.com"],
          [field, value],
        ],
      });
    expect(of("emailAddress", "admin@example.com")).toEqual([]);
    expect(of("O", "Example GmbH (Berlin)")).toEqual([]);
    for (const value of ["a@b", "a & b", "a!", "Example, Inc"])
      expect(of("OU", value)).toEqual(["csr-characters warn"]);
  });
});

describe("FIPS mode", () => {
  const fips = { isFips: true };

  test("takes no certificate whose authority clients do not know, where that is known", () => {
    const own = makeServerCertificate({ issuer: null });
    const servers = [facts(targetFor(at(443)), done(own))];
    expect(told(servers, fips, null)).toEqual(["self-signed warn", "fips warn"]);
    expect(told(servers, fips, authoritiesOf(own))).toEqual(["self-signed warn"]);
    expect(told(servers, fips)).toEqual(["issuer-not-trusted block", "fips warn"]);
  });

  test("says nothing of authorities of phones' ports, or where all is well", () => {
    expect(toldOf({}, {}, fips)).toEqual([]);
    expect(
      told(
        [facts(targetFor(at(2445), { ...node, kind: "tvs" }), done(makeServerCertificate({ issuer: null })))],
        fips,
      ),
    ).toEqual([]);
  });
});

describe("nodes of one cluster", () => {
  const shared = {
    subject: [["CN", "pub-ms.example.com"]],
    dns: ["pub.example.com", "sub.example.com"],
  } as const;
  const presenting = (target: ServerTarget, wish: ServerCertificateWish) =>
    facts(target, done(makeServerCertificate(wish), corporate));

  test("without a multi-server certificate each have their own", () => {
    expect(
      told([
        presenting(nodeTarget(at(443), "pub"), {}),
        presenting(nodeTarget(at(443), "sub"), { dns: ["sub.example.com"], serial: 2 }),
      ]),
    ).toEqual([]);
  });

  test("are compared service by service", () => {
    const sip = { subject: [["CN", "pub-ms.example.com"]], dns: shared.dns, serial: 7 } as const;
    const servers = [
      presenting(nodeTarget(at(443), "pub"), shared),
      presenting(nodeTarget(at(443), "sub"), shared),
      presenting(nodeTarget(at(5061), "pub", { kind: "sip" }), sip),
      presenting(nodeTarget(at(5061), "sub", { kind: "sip" }), { ...sip, serial: 8 }),
      presenting(nodeTarget(at(5090), "sub", { kind: "sip" }), { ...sip, serial: 9 }),
    ];
    expect(judge(servers).map(({ code, servers: where }) => [code, where])).toEqual([
      ["multi-server-serial-differs", ["sub:5061"]],
    ]);
  });

  test("have CallManager on SIP where they are no IM and Presence nodes, and cup there; files have another too", () => {
    const own = { subject: [["CN", "im1.example.com"]], dns: ["im1.example.com"], serial: 8 } as const;
    const xmpp = { kind: "xmpp", xmppDomain: "im1.example.com" } as const;
    const sip = presenting(nodeTarget(at(5061), "im1", { kind: "sip" }), own);
    const pub = presenting(nodeTarget(at(5061), "pub", { kind: "sip" }), shared);
    expect(told([pub, sip, presenting(nodeTarget(at(5222), "im1", xmpp), own)])).toEqual([]);
    expect(told([pub, sip])).toEqual(["multi-server-name-missing warn", "multi-server-serial-differs warn"]);
    const files = presenting(nodeTarget(at(6972), "pub"), { serial: 8 });
    expect(told([presenting(nodeTarget(at(443), "pub"), shared), files])).toEqual([]);
  });

  test("with the same fault on many ports are told once, for all of them", () => {
    const servers = ["pub", "sub"].flatMap((name) =>
      [443, 8443].map((port) =>
        presenting(nodeTarget(at(port), name), { dns: [`${name}.example.com`], crl: [] }),
      ),
    );
    const [finding, ...others] = judge(servers);
    expect(others).toEqual([]);
    expect(finding).toMatchObject({
      cluster: "east",
      node: null,
      servers: ["pub:443", "pub:8443", "sub:443", "sub:8443"],
    });
  });

  test("that are many are counted where the list would be long", () => {
    const servers = Array.from({ length: 9 }, (_, each) =>
      presenting(nodeTarget(at(443), `n${each}`), { dns: [`n${each}.example.com`], crl: [] }),
    );
    expect(judge(servers)[0]?.message).toMatch(
      /^n0:443, .*, n5:443 and 3 more: the RSA certificate has no HTTP address/,
    );
  });
});

describe("RSA beside ECDSA", () => {
  const pair = (
    rsa: ServerCertificateWish,
    ecdsa: ServerCertificateWish,
    parts: Partial<ServerTarget> = {},
  ) =>
    judge([
      facts(
        targetFor(at(443), parts),
        done(makeServerCertificate(rsa), corporate),
        done(makeServerCertificate({ key: keyOf("ecdsa"), ...ecdsa }), corporate),
      ),
    ]).filter(({ code }) => code === "kinds-differ");

  test("of the same make is well, the weaker one is named else", () => {
    expect(pair({}, {})).toEqual([]);
    expect(pair({ issuer: null }, { issuer: null })).toEqual([]);
    expect(pair({ digest: "sha1" }, {})[0]?.message).toContain(
      "the RSA certificate is signed over an old digest, the ECDSA",
    );
    expect(pair({}, { issuer: null })[0]?.message).toContain("the ECDSA certificate is self-signed, the RSA");
    expect(pair({}, { issuer: null }, { ...node, kind: "tvs" })).toEqual([]);
  });
});

test("an SRV name of an Expressway-E counts for servers by hand only", () => {
  const wish = { names: [srvName("_collab-edge._tls.example.com")], subject: [["CN", "edge"]] } as const;
  const xmpp = { kind: "xmpp", xmppDomain: "example.com" } as const;
  expect(toldOf(wish, xmpp)).toEqual([]);
  expect(toldOf(wish, { ...xmpp, ...node })).toEqual(["name-not-in-certificate block"]);
  expect(toldOf(wish, { ...xmpp, xmppDomain: null })).toEqual([]);
});

test("a certificate that says too much does not flood the screen", () => {
  const names = Array.from({ length: 900 }, () => Buffer.from([0x87, 1, 10]));
  const long = `${"a".repeat(30_000)}&`;
  const wish = { names, subject: [["CN", long]], keyUsage: 0x20 } as const;
  const findings = judge([facts(targetFor(at(443)), done(makeServerCertificate(wish), corporate))]);
  expect(findings.map(({ code }) => code).toSorted()).toEqual([
    "certificate-part-unreadable",
    "csr-characters",
    "key-usage-missing",
    "name-not-in-certificate",
  ]);
  for (const { message } of findings) expect(message.length).toBeLessThan(700);
});

test("what blocks stands first", () => {
  const severities = toldOf({ crl: [], dns: ["x.example.com"], subject: [["CN", "x"]], to: -1 }).map(
    (text) => text.split(" ")[1],
  );
  expect(severities).toEqual(["block", "block", "warn"]);
});
