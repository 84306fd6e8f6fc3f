// Sections 3 and 4 of the trust rules: which key helps phones that are lost, and when a recovery may start.
import { describe, expect, test } from "vitest";
import type { StagedCluster } from "../../mocks/lab/cluster-state.ts";
import type { LabRelease } from "../../mocks/lab/model.ts";
import type { ClusterFacts, NodeFacts } from "../../src/facts/node-facts.ts";
import { chooseHeldLists, type SeenList } from "../../src/verdict/held-list.ts";
import { judgePreflight, type PreflightInput } from "../../src/verdict/preflight.ts";
import type { SignerIdentity } from "../../src/verdict/signer-identity.ts";
import { isTftpNode } from "../../src/verdict/tftp-state.ts";
import type { FindingCode } from "../../src/verdict/verdict.ts";
import {
  factsOf,
  from12,
  historyOf,
  makeLab,
  nodeOf,
  nowMs,
  releases,
  replace,
  setTvs,
  signerOf,
  upTo11,
  withNode,
} from "../support/lab-facts.ts";

type Situation = Partial<Omit<PreflightInput, "held" | "heldFindings">> & {
  readonly history?: Record<string, SeenList[]>;
};

function preflight(lab: StagedCluster, situation: Situation = {}) {
  const { history = {}, ...parts } = situation;
  const facts = parts.facts ?? factsOf(lab);
  const release = lab.profile.version;
  const nodes = facts.nodes.filter(isTftpNode);
  const { held, findings: heldFindings } = chooseHeldLists({ nodes, named: null, history, release });
  return judgePreflight({
    accepted: [],
    requestedKey: null,
    remote: null,
    isUnattended: false,
    certificateDays: 180,
    nowMs,
    ...parts,
    facts,
    held,
    heldFindings,
  });
}

const remoteOf = (identity: SignerIdentity | null) => ({
  identity,
  note: identity === null ? "wrong password" : "opened",
});
const blockedBy = (result: { blocking: readonly { code: FindingCode }[] }) =>
  result.blocking.map(({ code }) => code);

/** Phones lost as that release loses them; gives what the history knew before, and the recovery key of that time. */
function lose(release: LabRelease): {
  lab: StagedCluster;
  history: Record<string, SeenList[]>;
  oldKey: SignerIdentity;
} {
  const lab = makeLab(release);
  const history = historyOf(lab);
  const oldKey = signerOf(lab, "pub", "ITLRecovery");
  replace(
    lab,
    (upTo11 as readonly string[]).includes(release) ? ["CallManager", "TVS"] : ["ITLRecovery", "TVS"],
  );
  return { lab, history, oldKey };
}

function rebuildPublisher(lab: StagedCluster): void {
  lab.inThePast(86_400_000, () => lab.rebuildPublisher());
  replace(lab, ["CallManager", "TVS"], ["tftp2", "cm3"]);
}

describe.each(upTo11)("which key helps, up to 11.5 (%s)", (release) => {
  test("local helps if ITLRecovery on the publisher's disk is a token of the held list", () => {
    const { lab, history, oldKey } = lose(release);
    const { choice, forecasts, blocking } = preflight(lab, { history });
    expect(choice).toMatchObject({ key: "local", isRecommended: true, isAssumed: false });
    expect(choice?.signer.serial).toBe(oldKey.serial);
    expect(forecasts.map(({ node, take, heldSource }) => [node, take.kind, heldSource])).toEqual([
      ["pub", "direct", "history"],
      ["tftp2", "direct", "history"],
    ]);
    expect(blocking).toEqual([]);
  });

  test("both help: local", () => {
    const { lab, history, oldKey } = lose(release);
    expect(preflight(lab, { history, remote: remoteOf(oldKey) })).toMatchObject({ recommendedKey: "local" });
  });

  test("recovery-certificate-replaced stops --key local", () => {
    const lab = makeLab(release);
    lab.replaceCertificate(lab.publisher, "ITLRecovery");
    const result = preflight(lab, { requestedKey: "local" });
    expect(blockedBy(result)).toEqual(["recovery-certificate-replaced", "key-not-held"]);
    const accepted = preflight(lab, {
      requestedKey: "local",
      accepted: ["recovery-certificate-replaced", "key-not-held"],
    });
    expect(blockedBy(accepted)).toEqual(["key-not-held"]);
  });

  test("after the TFTP restart the publisher's phones follow by themselves, a subscriber's by asking TVS", () => {
    const { lab, history } = lose(release);
    expect(preflight(lab, { history }).normalForecasts.map(({ node, take }) => [node, take.kind])).toEqual([
      ["pub", "direct"],
      ["tftp2", "by-tvs"],
    ]);
  });
});

describe.each(from12)("which key helps, from 12.0 (%s)", (release) => {
  test("local helps if the publisher's CallManager is a token of the held list", () => {
    const { lab, history } = lose(release);
    const result = preflight(lab, { history });
    expect(result.choice).toMatchObject({ key: "local", isRecommended: true });
    expect(result.choice?.signer.serial).toBe(signerOf(lab, "pub", "CallManager").serial);
    expect(result.forecasts.map(({ node, take }) => [node, take.kind])).toEqual([
      ["pub", "direct"],
      ["tftp2", "not"],
    ]);
    const warned = result.findings.filter(({ code }) => code === "key-not-held");
    expect(warned.map(({ node, severity }) => [node, severity])).toEqual([["tftp2", "warn"]]);
    expect(result.blocking).toEqual([]);
  });

  test("both help: the one that helps more TFTP nodes directly", () => {
    const { lab, history, oldKey } = lose(release);
    const result = preflight(lab, { history, remote: remoteOf(oldKey) });
    expect(result.choice).toMatchObject({ key: "remote", isRecommended: true });
    expect(result.forecasts.map(({ take }) => take.kind)).toEqual(["direct", "direct"]);
  });

  test("both help alike: remote", () => {
    const lab = makeLab(release, { nodes: [{ name: "pub" }], phones: 1 });
    const history = historyOf(lab);
    const oldKey = signerOf(lab, "pub", "ITLRecovery");
    replace(lab, ["ITLRecovery", "TVS"]);
    expect(preflight(lab, { history, remote: remoteOf(oldKey) }).recommendedKey).toBe("remote");
    expect(preflight(lab, { history }).recommendedKey).toBe("local");
  });

  test("local helps more nodes: local", () => {
    const lab = makeLab(release, { switches: { doesSubscriberListHoldPublisherCallManager: true } });
    const history = historyOf(lab);
    const oldKey = signerOf(lab, "pub", "ITLRecovery");
    replace(lab, ["ITLRecovery", "TVS"]);
    const tokenless = history["tftp2"]?.map((list) => ({
      ...list,
      file: { ...list.file, records: list.file.records.filter((record) => record.serial !== oldKey.serial) },
    }));
    const result = preflight(lab, {
      history: { ...history, tftp2: tokenless ?? [] },
      remote: remoteOf(oldKey),
    });
    expect(result.recommendedKey).toBe("local");
  });

  test("recovery-certificate-replaced does not matter to --key local", () => {
    const lab = makeLab(release);
    lab.replaceCertificate(lab.publisher, "ITLRecovery");
    const result = preflight(lab, { requestedKey: "local" });
    expect(result.findings.find(({ code }) => code === "recovery-certificate-replaced")?.severity).toBe(
      "warn",
    );
    expect(result.blocking).toEqual([]);
  });

  test("phones of a subscriber take the list of localkey by-tvs only, and are told of in the plan", () => {
    const lab = makeLab(release);
    const result = preflight(lab, { requestedKey: "local" });
    expect(result.forecasts.map(({ node, take }) => [node, take.kind])).toEqual([
      ["pub", "direct"],
      ["tftp2", "by-tvs"],
    ]);
    const [warning] = result.findings.filter(({ code }) => code === "key-not-held");
    expect(warning).toMatchObject({ node: "tftp2", severity: "warn" });
    expect(warning?.advice).toContain("Trust Verification Service");
  });

  test("after the TFTP restart all phones follow by themselves", () => {
    const { lab, history } = lose(release);
    expect(preflight(lab, { history }).normalForecasts.map(({ take }) => take.kind)).toEqual([
      "direct",
      "direct",
    ]);
  });

  test("the key of remotekey is the normal signer afterwards", () => {
    const { lab, history, oldKey } = lose(release);
    const result = preflight(lab, { history, remote: remoteOf(oldKey), requestedKey: "remote" });
    expect(result.normalForecasts.map(({ take }) => take.kind)).toEqual(["by-tvs", "by-tvs"]);
  });
});

describe.each(releases)("the publisher was rebuilt (%s)", (release) => {
  test("local is not recommended: the list that phones hold knows neither of its keys", () => {
    const lab = makeLab(release);
    const history = historyOf(lab);
    rebuildPublisher(lab);
    const result = preflight(lab, { history });
    expect(result.recommendedKey).toBeNull();
    expect(result.choice).toBeNull();
    expect(blockedBy(result)).toEqual(["key-not-held"]);
    const [finding] = result.blocking;
    expect(finding?.advice).toContain(
      history["pub"]?.[0]?.file.records.find((each) => each.subjectName?.includes("ITLRECOVERY"))?.serial,
    );
    expect(finding?.advice).toContain("deleted by hand");
  });

  test("the key of the backup is recommended, and the file that it signs is proven with its certificate", () => {
    const lab = makeLab(release);
    const history = historyOf(lab);
    const oldKey = signerOf(lab, "pub", "ITLRecovery");
    rebuildPublisher(lab);
    const result = preflight(lab, { history, remote: remoteOf(oldKey) });
    expect(result.choice).toMatchObject({ key: "remote", isRecommended: true, isAssumed: false });
    expect(result.forecasts.map(({ take }) => take.kind)).toEqual(["direct", "direct"]);
    expect(result.blocking).toEqual([]);
  });

  test("local is not recommended either where no list from before is known: its certificate is too young", () => {
    const lab = makeLab(release);
    const oldKey = signerOf(lab, "pub", "ITLRecovery");
    rebuildPublisher(lab);
    for (const remote of [null, remoteOf(oldKey)]) {
      const result = preflight(lab, { remote });
      expect(result.recommendedKey).toBeNull();
      expect(blockedBy(result)).toEqual(["held-list-assumed", "held-list-assumed"]);
      expect(result.blocking[0]?.advice).toContain("--held FILE");
    }
  });

  test("--key local is blocked: today's list and today's key agree with each other and with no phone", () => {
    const lab = makeLab(release);
    const history = historyOf(lab);
    rebuildPublisher(lab);
    expect(blockedBy(preflight(lab, { history, requestedKey: "local" }))).toEqual(["key-not-held"]);
  });
});

describe("only one TFTP node serves a list with the older recovery certificate", () => {
  test.each(releases)(
    "what is assumed of the other decides nothing, a key from the backup is recommended (%s)",
    (release) => {
      const lab = makeLab(release);
      const oldKey = signerOf(lab, "pub", "ITLRecovery");
      lab.rebuildPublisher();
      expect(preflight(lab, { remote: remoteOf(oldKey) }).recommendedKey).toBe("remote");
      expect(preflight(lab).recommendedKey).toBeNull();
    },
  );
});

describe("a list without recovery record", () => {
  test("held by phones: no key helps, and they need it deleted by hand", () => {
    const { lab, history, oldKey } = lose("11.5");
    const bare = Object.fromEntries(
      Object.entries(history).map(([node, lists]) => [
        node,
        lists.map((list) => ({
          ...list,
          file: {
            ...list.file,
            records: list.file.records.filter((record) => record.serial !== oldKey.serial),
          },
        })),
      ]),
    );
    const result = preflight(lab, { history: bare });
    expect(blockedBy(result)).toEqual(["key-not-held"]);
    expect(result.blocking[0]?.advice).toContain("deleted by hand");
  });

  test("held by the phones of one node only: a warning for that node", () => {
    const { lab, history, oldKey } = lose("11.5");
    const bare = (history["tftp2"] ?? []).map((list) => ({
      ...list,
      file: { ...list.file, records: list.file.records.filter((record) => record.serial !== oldKey.serial) },
    }));
    const result = preflight(lab, { history: { ...history, tftp2: bare } });
    expect(
      result.findings
        .filter(({ code }) => code === "key-not-held")
        .map(({ node, severity }) => [node, severity]),
    ).toEqual([["tftp2", "warn"]]);
    expect(result.forecasts.map(({ take }) => take.kind)).toEqual(["direct", "not"]);
    expect(result.blocking).toEqual([]);
  });

  test("on the publisher: stops always", () => {
    const facts = withoutRecovery(factsOf(makeLab("11.5")), "pub");
    expect(
      blockedBy(
        preflight(makeLab("11.5"), { facts, requestedKey: "local", accepted: ["recovery-record-missing"] }),
      ),
    ).toContain("recovery-record-missing");
  });

  test("on a subscriber: stops unless accepted", () => {
    const lab = makeLab("11.5");
    const facts = withoutRecovery(factsOf(lab), "tftp2");
    expect(blockedBy(preflight(lab, { facts, requestedKey: "local" }))).toEqual(["recovery-record-missing"]);
    expect(
      blockedBy(preflight(lab, { facts, requestedKey: "local", accepted: ["recovery-record-missing"] })),
    ).toEqual([]);
  });
});

describe("--yes without --key", () => {
  test.each(releases)("blocks while the held list is only assumed (%s)", (release) => {
    const lab = makeLab(release);
    const result = preflight(lab, { isUnattended: true });
    expect(blockedBy(result)).toEqual(["held-list-assumed", "held-list-assumed"]);
    expect(blockedBy(preflight(lab, { isUnattended: true, requestedKey: "local" }))).toEqual([]);
    expect(blockedBy(preflight(lab))).toEqual([]);
  });

  test("does not block where the history knows what phones hold", () => {
    const { lab, history } = lose("11.5");
    expect(blockedBy(preflight(lab, { history, isUnattended: true }))).toEqual([]);
  });

  test("blocks where it is assumed for one node only", () => {
    const { lab, history } = lose("11.5");
    const { tftp2 = [] } = history;
    expect(blockedBy(preflight(lab, { history: { tftp2 }, isUnattended: true }))).toEqual([
      "held-list-assumed",
    ]);
  });
});

describe("stops always", () => {
  const lab = makeLab("11.5");
  const facts = factsOf(lab);
  const all: FindingCode[] = [
    ...(["node-unreachable", "login-refused", "host-key-refused", "answer-not-understood"] as const),
    ...([
      "publisher-mismatch",
      "privilege-too-low",
      "itl-missing",
      "recovery-record-missing",
      "key-not-held",
    ] as const),
  ];
  const trouble = (code: "node-unreachable" | "login-refused" | "host-key-refused") =>
    ({
      ...unread,
      isReachable: false,
      trouble: [{ code, command: null, message: "no" }],
    }) satisfies Partial<NodeFacts>;

  test.each([
    ["the publisher is unreachable", "node-unreachable", trouble("node-unreachable")],
    ["its login is refused", "login-refused", trouble("login-refused")],
    ["its host key is refused", "host-key-refused", trouble("host-key-refused")],
    ["the node is not the publisher", "publisher-mismatch", { network: [] }],
    ["privilege too low", "privilege-too-low", { privilegeLevel: 1 }],
    ["the publisher's list is missing", "itl-missing", { itl: { kind: "missing", text: "" }, served: null }],
    ["the publisher's list was not read", "answer-not-understood", { itl: null, served: null }],
    ["its release was not read", "answer-not-understood", { release: null }],
  ] as const)("%s", (_title, code, parts) => {
    const result = preflight(lab, {
      facts: withNode(facts, "pub", parts),
      requestedKey: "local",
      accepted: all,
    });
    expect(blockedBy(result)).toContain(code);
  });

  test("the publisher's list missing where TFTP does not run there", () => {
    const services = nodeOf(facts, "pub").services?.filter((row) => row.name !== "Cisco Tftp") ?? null;
    const parts = { services, itl: { kind: "missing", text: "" }, served: null } as const;
    const result = preflight(lab, {
      facts: withNode(facts, "pub", parts),
      requestedKey: "local",
      accepted: all,
    });
    expect(blockedBy(result)).toContain("itl-missing");
    expect(result.tftpNodes).toEqual(["tftp2"]);
  });
});

describe("other blocking findings stop it unless named with --accept", () => {
  const lab = makeLab("11.5");
  const facts = factsOf(lab);
  const stranger = {
    address: "10.1.1.9",
    fqdn: null,
    hostName: "cm9",
    isPublisher: false,
    product: "callmanager",
    authentication: "authenticated",
  };
  const cases: readonly (readonly [FindingCode, string, Partial<NodeFacts>])[] = [
    ["mixed-mode", "pub", { clusterSecurityMode: 1 }],
    ["tftp-node-not-in-inventory", "pub", { network: [...(nodeOf(facts, "pub").network ?? []), stranger] }],
    ["node-unreachable", "cm3", { isReachable: false, services: null, itl: null, trouble: [] }],
    ["itl-missing", "tftp2", { itl: { kind: "missing", text: "" }, served: null }],
  ];

  test.each(cases)("%s", (code, node, parts) => {
    const changed = withNode(facts, node, parts);
    expect(blockedBy(preflight(lab, { facts: changed, requestedKey: "local" }))).toEqual([code]);
    const accepted = preflight(lab, {
      facts: changed,
      requestedKey: "local",
      accepted: [code, "clock-skew"],
    });
    expect(blockedBy(accepted)).toEqual([]);
    expect(accepted.acceptedCodes).toEqual([code]);
    expect(accepted.findings.find((finding) => finding.code === code)?.severity).toBe("block");
  });

  test("a dead subscriber is no TFTP node of the plan", () => {
    const changed = withNode(facts, "tftp2", { isReachable: false, ...unread });
    expect(preflight(lab, { facts: changed, requestedKey: "local" }).tftpNodes).toEqual(["pub"]);
  });
});

describe("--key remote", () => {
  test("warns that the local key is replaced of which no backup is known", () => {
    const { lab, history, oldKey } = lose("12.5");
    const situation = { history, remote: remoteOf(oldKey), requestedKey: "remote" } as const;
    const codes = (parts: Situation) => preflight(lab, parts).findings.map(({ code }) => code);
    expect(codes(situation)).toContain("local-key-not-backed-up");
    expect(codes({ ...situation, hasLocalKeyBackup: true })).not.toContain("local-key-not-backed-up");
    expect(codes({ ...situation, requestedKey: "local" })).not.toContain("local-key-not-backed-up");
  });

  test("of the key that the publisher has loses nothing", () => {
    const { lab, history, oldKey } = lose("11.5");
    const { findings } = preflight(lab, { history, remote: remoteOf(oldKey), requestedKey: "remote" });
    expect(findings.map(({ code }) => code)).not.toContain("local-key-not-backed-up");
  });

  test("a key that cannot be opened blocks unless accepted, and the held ITLRecovery token stands for it", () => {
    const { lab, history, oldKey } = lose("12.5");
    const situation = { history, remote: remoteOf(null), requestedKey: "remote" } as const;
    const result = preflight(lab, situation);
    expect(blockedBy(result)).toEqual(["recovery-key-unopened"]);
    expect(result.choice).toMatchObject({
      key: "remote",
      isAssumed: true,
      signer: { serial: oldKey.serial },
    });
    expect(result.choice?.reason).toContain("assumed");
    expect(blockedBy(preflight(lab, { ...situation, accepted: ["recovery-key-unopened"] }))).toEqual([]);
  });

  test("without any key named there is nothing to sign with", () => {
    const result = preflight(makeLab("11.5"), { requestedKey: "remote" });
    expect(result.choice).toBeNull();
    expect(blockedBy(result)).toEqual(["recovery-key-unopened"]);
  });

  test("of a key that no phone holds blocks, and names the key that helps", () => {
    const { lab, history } = lose("11.5");
    const stranger = signerOf(lab, "tftp2", "CallManager");
    const result = preflight(lab, { history, remote: remoteOf(stranger), requestedKey: "remote" });
    expect(blockedBy(result)).toEqual(["key-not-held"]);
    expect(result.blocking[0]?.advice).toContain("--key local");
    expect(result.choice?.isRecommended).toBe(false);
  });
});

describe.each(releases)("a cluster already reset with that key (%s)", (release) => {
  test("the nodes that were reset are named, and no others", async () => {
    const lab = makeLab(release);
    const before = preflight(lab, { requestedKey: "local" });
    expect(before.alreadyResetNodes).toEqual([]);
    await lab.resetLocalkey();
    expect(preflight(lab, { requestedKey: "local" }).alreadyResetNodes).toEqual(["pub", "tftp2"]);
    await lab.restartTftp(lab.node("tftp2"));
    expect(preflight(lab, { requestedKey: "local" }).alreadyResetNodes).toEqual(["pub"]);
  });

  test("a node that still serves the file from before is not one of them", async () => {
    const lab = makeLab(release);
    lab.truthFaults.staleServed.add("tftp2");
    await lab.resetLocalkey();
    expect(preflight(lab, { requestedKey: "local" }).alreadyResetNodes).toEqual(["pub"]);
  });

  test("with another key is none of this key", async () => {
    const { lab, oldKey } = lose(release);
    await lab.resetLocalkey();
    const stranger = signerOf(lab, "tftp2", "CallManager");
    expect(preflight(lab, { requestedKey: "remote", remote: remoteOf(stranger) }).alreadyResetNodes).toEqual(
      [],
    );
    const isSameKey = (upTo11 as readonly string[]).includes(release);
    expect(preflight(lab, { requestedKey: "remote", remote: remoteOf(oldKey) }).alreadyResetNodes).toEqual(
      isSameKey ? ["pub", "tftp2"] : [],
    );
  });
});

test("a certificate that could not be read is assumed from the publisher's list, and said so", () => {
  for (const release of ["11.5", "12.5"] as const) {
    const lab = makeLab(release);
    const facts = withNode(factsOf(lab), "pub", { certificates: {} });
    const { choice } = preflight(lab, { facts, requestedKey: "local" });
    expect(choice).toMatchObject({ key: "local", isAssumed: true });
    const unit = release === "11.5" ? "ITLRecovery" : "CallManager";
    expect(choice?.signer.serial).toBe(signerOf(lab, "pub", unit).serial);
  }
});

test("phones count on TVS only where its service runs", () => {
  const lab = makeLab("12.5");
  for (const node of ["pub", "tftp2", "cm3"]) setTvs(lab, node, false);
  expect(preflight(lab, { requestedKey: "local" }).forecasts.map(({ take }) => take.kind)).toEqual([
    "direct",
    "not",
  ]);
});

const unread = {
  release: null,
  network: null,
  services: null,
  itl: null,
  served: null,
  certificates: {},
} as const;

function withoutRecovery(facts: ClusterFacts, name: string): ClusterFacts {
  const { itl, served } = nodeOf(facts, name);
  if (itl?.kind !== "shown") throw new Error("no list");
  const records = itl.records.filter((record) => !record.subjectName?.includes("ITLRECOVERY"));
  return withNode(facts, name, { itl: { ...itl, records }, served });
}
