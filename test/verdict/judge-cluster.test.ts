// What `status` finds: every row of the findings table that a look at a cluster can produce, and the borders of each.
import { describe, expect, test } from "vitest";
import type { LabRelease } from "../../mocks/lab/model.ts";
import type { ClusterFacts, NodeFacts } from "../../src/facts/node-facts.ts";
import { judgeCluster } from "../../src/verdict/judge-cluster.ts";
import type { FindingCode } from "../../src/verdict/verdict.ts";
import {
  certificateOf,
  factsOf,
  fetched,
  from12,
  listOf,
  makeLab as makeSmallLab,
  nodeOf,
  nowMs,
  releases,
  replace,
  upTo11,
  withNode,
} from "../support/lab-facts.ts";

const makeLab = (release: LabRelease) => makeSmallLab(release, { keyBits: release === "10.0" ? 1024 : 2048 });
const options = { certificateDays: 180, nowMs };
const judge = (facts: ClusterFacts) => judgeCluster(facts, options);
const codesOf = (facts: ClusterFacts) => judge(facts).map((finding) => finding.code);
const only = (facts: ClusterFacts, code: FindingCode) =>
  judge(facts).filter((finding) => finding.code === code);
const healthy = factsOf(makeLab("11.5"));
const change = (node: string, parts: Partial<NodeFacts>) => withNode(healthy, node, parts);
const shownOf = (name: string) => {
  const { itl } = nodeOf(healthy, name);
  if (itl?.kind !== "shown") throw new Error("no list");
  return itl;
};

test.each(releases)("a healthy cluster of %s has nothing to report but its own key sizes", (release) => {
  const codes = codesOf(factsOf(makeLab(release)));
  expect(codes).toEqual(release === "10.0" ? ["recovery-key-weak"] : []);
});

describe("trouble of a node", () => {
  test.each(["node-unreachable", "login-refused", "host-key-refused", "answer-not-understood"] as const)(
    "%s blocks, and names the node and the command",
    (code) => {
      const facts = change("tftp2", {
        trouble: [{ code, command: "show itl", message: "it said no" }],
        itl: null,
      });
      const [finding] = only(facts, code);
      expect(finding).toMatchObject({ severity: "block", node: "tftp2" });
      expect(finding?.message).toBe("tftp2: `show itl`: it said no");
    },
  );

  test("a node that gave nothing at all is unreachable, also where nobody said why", () => {
    const [finding] = only(
      change("tftp2", { isReachable: false, itl: null, served: null }),
      "node-unreachable",
    );
    expect(finding?.message).toContain("tftp2");
  });
});

describe("membership", () => {
  const network = nodeOf(healthy, "pub").network ?? [];
  const row = {
    address: "10.1.1.9",
    fqdn: null,
    hostName: "cm9",
    isPublisher: false,
    product: "callmanager",
    authentication: "authenticated",
  };

  test("a subscriber named as publisher is a mismatch", () => {
    const swapped = network.map((each) => ({ ...each, isPublisher: each.hostName === "tftp2" }));
    const [finding] = only(change("pub", { network: swapped }), "publisher-mismatch");
    expect(finding?.severity).toBe("block");
    expect(finding?.message).toContain("it is tftp2");
  });

  test("a publisher that its own cluster does not name is a mismatch", () => {
    const others = network
      .filter((each) => each.hostName !== "pub")
      .map((each) => ({ ...each, address: "10.9.9.9" }));
    expect(only(change("pub", { network: others }), "publisher-mismatch")).toHaveLength(1);
  });

  test("a node that the inventory lacks is named", () => {
    const [finding] = only(change("pub", { network: [...network, row] }), "tftp-node-not-in-inventory");
    expect(finding).toMatchObject({ severity: "warn", node: "cm9" });
  });

  test("IM and Presence nodes are no nodes of the inventory", () => {
    const cups = { ...row, hostName: "imp1", product: "cups" };
    expect(codesOf(change("pub", { network: [...network, cups] }))).toEqual([]);
  });

  test.each([
    ["its address", { address: "10.1.1.1", hostName: "other", fqdn: null }],
    ["its host name in another case", { address: "10.9.9.9", hostName: "PUB", fqdn: null }],
    ["its full name", { address: "10.9.9.9", hostName: "other", fqdn: "Pub.Example.NET" }],
    ["the first part of its full name", { address: "10.9.9.9", hostName: "pub", fqdn: null }],
  ])("a node is recognised by %s", (_how, names) => {
    const own = { ...row, ...names, isPublisher: true };
    const named = {
      ...nodeOf(healthy, "pub"),
      node: names.hostName === "PUB" ? "pub" : "pub.example.net",
      address: "10.1.1.1",
    };
    const facts = { ...healthy, nodes: [{ ...named, network: [own] }] };
    expect(codesOf(facts)).toEqual([]);
  });
});

describe("services", () => {
  const stop = (name: string, node: string) => {
    const services = nodeOf(healthy, node).services ?? [];
    return { services: services.map((each) => (each.name === name ? { ...each, state: "STOPPED" } : each)) };
  };

  test("TFTP activated but not started is a warning, and its unreachable file no second one", () => {
    const facts = change("tftp2", {
      ...stop("Cisco Tftp", "tftp2"),
      served: { kind: "unreachable", reason: "refused" },
    });
    expect(judge(facts).map(({ code, severity, node }) => [code, severity, node])).toEqual([
      ["tftp-not-started", "warn", "tftp2"],
    ]);
  });

  test("TVS activated but not started is a warning, on any node", () => {
    const [finding] = judge(change("cm3", stop("Cisco Trust Verification Service", "cm3")));
    expect(finding).toMatchObject({ code: "tvs-not-started", severity: "warn", node: "cm3" });
  });

  test("a node where TFTP is not activated is asked for no list", () => {
    expect(codesOf(change("cm3", { itl: { kind: "missing", text: "" } }))).toEqual([]);
  });
});

describe("the list of a node", () => {
  test("TFTP started and no list", () => {
    const [finding] = judge(change("tftp2", { itl: { kind: "missing", text: "" }, served: null }));
    expect(finding).toMatchObject({ code: "itl-missing", severity: "block", node: "tftp2" });
  });

  test("anything but the platform's sentence of success is not verified", () => {
    const itl = { ...shownOf("tftp2"), isVerified: false, verdictText: "Verification failed" };
    const [finding] = only(change("tftp2", { itl }), "itl-not-verified");
    expect(finding).toMatchObject({ severity: "block", node: "tftp2" });
    expect(finding?.message).toContain("Verification failed");
  });

  test.each([
    [38, 61_439, null],
    [39, 61_439, "warn"],
    [38, 61_440, "warn"],
    [39, 65_536, "warn"],
    [38, 65_537, "block"],
  ] as const)("%i certificates in %i bytes: %s", (count, lengthBytes, severity) => {
    const [first] = shownOf("tftp2").records;
    if (first === undefined) throw new Error("no record");
    const tokens = shownOf("tftp2").records;
    const records = [
      ...tokens,
      ...Array.from({ length: count - tokens.length }, () => ({
        ...first,
        functionCode: 7,
        functionName: "HTTPS",
      })),
    ];
    const found = only(
      change("tftp2", { itl: { ...shownOf("tftp2"), records, lengthBytes } }),
      "itl-too-large",
    );
    expect(found.map((finding) => finding.severity)).toEqual(severity === null ? [] : [severity]);
  });

  test.each([
    [60_000, 0],
    [60_001, 1],
    [-60_001, 1],
  ])("a clock that is %i ms off", (clockSkewMs, count) => {
    expect(only(change("tftp2", { clockSkewMs }), "clock-skew")).toHaveLength(count);
  });
});

describe("the signer", () => {
  test.each(releases)(
    "of a reset that is unfinished is unexpected on every TFTP node (%s)",
    async (release) => {
      const lab = makeLab(release);
      await lab.resetLocalkey();
      const found = only(factsOf(lab), "signer-unexpected");
      expect(found.map(({ node, severity }) => [node, severity])).toEqual([
        ["pub", "warn"],
        ["tftp2", "warn"],
      ]);
    },
  );

  test.each(upTo11)(
    "of a list that a regenerated CallManager did not sign yet is unexpected (%s)",
    (release) => {
      const lab = makeLab(release);
      lab.replaceCertificate(lab.node("tftp2"), "CallManager");
      expect(only(factsOf(lab), "signer-unexpected").map((finding) => finding.node)).toEqual(["tftp2"]);
    },
  );
});

describe("the served file", () => {
  test("that cannot be fetched is a warning: the proof rests on show itl alone", () => {
    const [finding] = judge(change("tftp2", { served: { kind: "unreachable", reason: "timed out" } }));
    expect(finding).toMatchObject({ code: "served-itl-unreachable", severity: "warn", node: "tftp2" });
    expect(finding?.message).toContain("`show itl` alone");
  });

  test("of another time differs from what show itl describes", () => {
    const lab = makeLab("11.5");
    const { served } = nodeOf(factsOf(lab), "tftp2");
    replace(lab, ["TVS"]);
    const [finding] = judge(withNode(factsOf(lab), "tftp2", { served }));
    expect(finding).toMatchObject({ code: "served-itl-differs", severity: "block", node: "tftp2" });
  });

  test("with a damaged signature is invalid", () => {
    const lab = makeLab("11.5");
    lab.truthFaults.corruptServed.add("tftp2");
    expect(codesOf(factsOf(lab))).toEqual(["served-itl-differs", "served-itl-invalid"]);
  });

  test("that is no list at all is invalid", () => {
    const found = judge(
      change("tftp2", { served: { kind: "unreadable", sha1: "00", reason: "it is HTML" } }),
    );
    expect(found.map((finding) => finding.code)).toEqual(["served-itl-differs", "served-itl-invalid"]);
  });

  test("of a signature kind that cannot be checked is only a warning", () => {
    const { served } = nodeOf(healthy, "tftp2");
    if (served?.kind !== "fetched") throw new Error("not fetched");
    const [finding] = judge(change("tftp2", { served: { ...served, signature: "unsupported" } }));
    expect(finding).toMatchObject({ code: "served-itl-invalid", severity: "warn" });
  });

  test.each(releases)(
    "signed by remotekey is verified with the publisher's new certificate where it carries none (%s)",
    async (release) => {
      const lab = makeLab(release);
      const key = lab.recoveryFile();
      lab.rebuildPublisher();
      await lab.resetRemotekey(key);
      const facts = factsOf(lab);
      expect(nodeOf(facts, "pub").served).toMatchObject({ signature: "no-signer-certificate" });
      expect(only(facts, "served-itl-invalid")).toEqual([]);
      const blind = withNode(facts, "pub", { certificates: {} });
      expect(only(blind, "served-itl-invalid").map((finding) => finding.severity)).toEqual([
        "block",
        "block",
      ]);
    },
  );
});

describe("the recovery record", () => {
  test("missing in a served list blocks", () => {
    const records = shownOf("tftp2").records.filter((record) => !record.subjectName?.includes("ITLRECOVERY"));
    const [finding] = only(
      change("tftp2", { itl: { ...shownOf("tftp2"), records } }),
      "recovery-record-missing",
    );
    expect(finding).toMatchObject({ severity: "block", node: "tftp2" });
  });

  test("of another serial on one TFTP node blocks", () => {
    const lab = makeLab("11.5");
    lab.inThePast(86_400_000, () => lab.replaceCertificate(lab.publisher, "ITLRecovery"));
    lab.rebuildList(lab.publisher);
    const codes = codesOf(factsOf(lab));
    expect(codes).toEqual(["recovery-serial-differs", "recovery-certificate-replaced"]);
  });

  test.each(releases)("is not that of the certificate on the publisher: replaced (%s)", (release) => {
    const lab = makeLab(release);
    lab.replaceCertificate(lab.publisher, "ITLRecovery");
    const [finding] = only(factsOf(lab), "recovery-certificate-replaced");
    expect(finding).toMatchObject({ severity: "warn", node: "pub" });
  });

  test.each([
    [181, 0],
    [180, 0],
    [179, 1],
    [-1, 1],
  ])("a certificate with %i days left", (days, count) => {
    const { certificates } = nodeOf(healthy, "pub");
    const own = certificateOf(makeLab("11.5").publisher.certificates.get("ITLRecovery"));
    const notAfter = new Date(nowMs + days * 86_400_000).toISOString();
    const facts = change("pub", { certificates: { ...certificates, ITLRecovery: { ...own, notAfter } } });
    expect(only(facts, "recovery-certificate-expiring")).toHaveLength(count);
  });

  test.each([
    [1024, 1024, 1],
    [2048, 2048, 0],
    [2048, 4096, 1],
    [1024, 2048, 1],
  ])("a recovery key of %i bits beside a CallManager key of %i", (keyBits, otherBits, count) => {
    const { certificates } = nodeOf(healthy, "pub");
    const { ITLRecovery, CallManager } = certificates;
    if (ITLRecovery === undefined || CallManager === undefined) throw new Error("no certificates");
    const sized = {
      ITLRecovery: { ...ITLRecovery, keyBits },
      CallManager: { ...CallManager, keyBits: otherBits },
    };
    const found = only(change("pub", { certificates: { ...certificates, ...sized } }), "recovery-key-weak");
    expect(found.map((finding) => finding.severity)).toEqual(Array.from({ length: count }, () => "warn"));
  });
});

describe("the cluster as a whole", () => {
  const row = { server: "tftp2", address: "10.1.1.2", isSetupCompleted: false, text: "(4) Setup Failed" };

  test.each([
    ["mixed-mode", { clusterSecurityMode: 1 }],
    ["rollback-parameter-on", { isRollbackParameterOn: true }],
    ["replication-unhealthy", { replication: [row] }],
    ["privilege-too-low", { privilegeLevel: 1 }],
  ] as const)("%s is a warning in status", (code, parts) => {
    expect(judge(change("pub", parts)).map((finding) => [finding.code, finding.severity])).toEqual([
      [code, "warn"],
    ]);
  });

  test("replication of a cluster of one node is nobody's concern", () => {
    const facts = change("pub", { replication: [row] });
    const pub = nodeOf(facts, "pub");
    const alone = {
      ...facts,
      nodes: [{ ...pub, network: (pub.network ?? []).filter((each) => each.hostName === "pub") }],
    };
    expect(only(alone, "replication-unhealthy")).toEqual([]);
  });

  test("a privilege level that was not recognised is no finding", () => {
    expect(codesOf(change("pub", { privilegeLevel: null }))).toEqual([]);
  });
});

test.each(from12)(
  "from 12.0 (%s) a served list normally signed is compared with no CallManager certificate",
  (release) => {
    const lab = makeLab(release);
    lab.replaceCertificate(lab.publisher, "CallManager");
    expect(only(factsOf(lab), "signer-unexpected")).toEqual([]);
  },
);

test("the publisher's release decides what is normal; where it told none, another node's", () => {
  const lab = makeLab("12.5");
  const withRelease = (facts: ClusterFacts, publisher: string | null, others: string) => ({
    ...facts,
    nodes: facts.nodes
      .map((node) => ({ ...node, release: node.role === "publisher" ? publisher : others }))
      .toReversed(),
  });
  const own = lab.profile.version;
  expect(only(withRelease(factsOf(lab), own, "11.5.1"), "signer-unexpected")).toEqual([]);
  expect(only(withRelease(factsOf(lab), null, "11.5.1"), "signer-unexpected")).toHaveLength(2);
  // The first node may be one that told none either, and none may have told one.
  const silent = withNode(withRelease(factsOf(lab), null, "11.5.1"), "cm3", { release: null });
  expect(silent.nodes[0]?.node).toBe("cm3");
  expect(only(silent, "signer-unexpected")).toHaveLength(2);
  const unknown = { ...silent, nodes: silent.nodes.map((node) => ({ ...node, release: null })) };
  expect(only(unknown, "signer-unexpected")).toEqual([]);
});

test("a served list that equals nothing printed is not called different where no checksum was printed", () => {
  const served = fetched(listOf(makeLab("11.5"), "pub").bytes);
  const itl = { ...shownOf("pub"), checksums: {} };
  expect(only(change("pub", { itl, served }), "served-itl-differs")).toEqual([]);
});
