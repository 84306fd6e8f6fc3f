// Section 4 of the trust rules: when a recovery may start, and what nobody can accept.
import { describe, expect, test } from "vitest";
import type { NodeFacts } from "../../src/facts/node-facts.ts";
import type { FindingCode } from "../../src/verdict/verdict.ts";
import {
  blockedBy,
  lose,
  preflight,
  rebuildPublisher,
  remoteOf,
  type Situation,
} from "../support/preflight-of.ts";
import { factsOf, makeLab, nodeOf, releases, signerOf, upTo11, withNode } from "../support/lab-facts.ts";

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

  test("whose phones nobody looked at is said where a node without an answer was accepted, and only there", () => {
    const changed = withNode(facts, "tftp2", { isReachable: false, ...unread });
    const adviceOf = (accepted: readonly FindingCode[]) =>
      preflight(lab, { facts: changed, requestedKey: "local", accepted }).findings.flatMap(
        ({ code, advice }) => (code === "node-unreachable" ? [advice] : []),
      );
    const told = [
      expect.stringMatching(
        /Phones that load their files from tftp2 were not looked at.*`itlctl status east`/,
      ),
    ];
    expect(adviceOf(["node-unreachable"])).toEqual(told);
    expect(adviceOf([])).toHaveLength(1);
    expect(adviceOf(["mixed-mode"])).not.toEqual(told);
    const passed = preflight(lab, {
      facts: withNode(facts, "pub", { clusterSecurityMode: 1 }),
      ...{ requestedKey: "local", accepted: ["mixed-mode"] },
    });
    expect(passed.findings.map(({ advice }) => advice).join()).not.toContain("not looked at");
  });

  test("a dead subscriber is no TFTP node of the plan", () => {
    const changed = withNode(facts, "tftp2", { isReachable: false, ...unread });
    expect(preflight(lab, { facts: changed, requestedKey: "local" }).tftpNodes).toEqual(["pub"]);
  });
});

describe("what nobody knows is not taken for known", () => {
  const lab = makeLab("11.5");
  const facts = factsOf(lab);

  test.each([
    ["the publisher's release", withNode(facts, "pub", { release: null })],
    ["any publisher", { ...facts, nodes: facts.nodes.filter(({ node }) => node !== "pub") }],
  ])("without %s no key is judged, chosen or forecast", (_, unknown) => {
    for (const requestedKey of [null, "local", "remote"] as const) {
      const stranger = remoteOf(signerOf(lab, "tftp2", "CallManager"));
      const result = preflight(lab, { facts: unknown, requestedKey, remote: stranger });
      expect(result).toMatchObject({ choice: null, recommendedKey: null, alreadyResetNodes: [] });
      expect([result.forecasts, result.normalForecasts]).toEqual([[], []]);
      expect(result.findings.map(({ code }) => code)).not.toContain("key-not-held");
    }
  });

  test("without any key that helps there is nothing to forecast, and nothing that was reset already", async () => {
    const { lab: other, history } = lose("11.5");
    rebuildPublisher(other);
    await other.resetLocalkey();
    const result = preflight(other, { history });
    expect(result).toMatchObject({ choice: null, alreadyResetNodes: [], forecasts: [], normalForecasts: [] });
  });

  test("a publisher's key that was not read is not taken for the given one", () => {
    const { history, oldKey, lab: other } = lose("11.5");
    const unknown = withNode(factsOf(other), "pub", { certificates: {} });
    const situation = { history, remote: remoteOf(oldKey), requestedKey: "remote" } as const;
    const codes = preflight(other, { ...situation, facts: unknown }).findings.map(({ code }) => code);
    expect(codes).toContain("local-key-not-backed-up");
  });
});

describe("a named remote key that no phone is known to hold", () => {
  const lab = makeLab("11.5");
  const named = {
    requestedKey: "remote",
    remote: remoteOf(signerOf(lab, "cm3", "CallManager")),
    hasLocalKeyBackup: true,
    accepted: ["key-not-held"],
  } as const;

  test("may be accepted where all that is known of phones is assumed", () => {
    expect(preflight(lab, { ...named, accepted: [] })).toMatchObject({
      isAcceptable: true,
      blocking: [{ code: "key-not-held" }],
    });
    expect(preflight(lab, named)).toMatchObject({ blocking: [], acceptedCodes: ["key-not-held"] });
  });

  test("stops always where the history knows what the phones of one node hold", () => {
    const { lab: other, history } = lose("11.5");
    const stranger = remoteOf(signerOf(other, "cm3", "CallManager"));
    for (const known of ["pub", "tftp2"]) {
      const some = { [known]: history[known] ?? [] };
      const result = preflight(other, { ...named, remote: stranger, history: some });
      expect(blockedBy(result)).toEqual(["key-not-held"]);
      expect(result.isAcceptable).toBe(false);
    }
  });

  test("stops always where there is no TFTP node whose phones could hold it", () => {
    const facts = factsOf(lab);
    const bare = { ...facts, nodes: facts.nodes.map((node) => ({ ...node, services: [] })) };
    const result = preflight(lab, { ...named, facts: bare });
    expect(result.tftpNodes).toEqual([]);
    expect(blockedBy(result)).toContain("key-not-held");
  });

  test("a local one stands in the list that is assumed: it stops always", () => {
    const other = makeLab("11.5");
    other.replaceCertificate(other.publisher, "ITLRecovery");
    const result = preflight(other, {
      requestedKey: "local",
      accepted: ["key-not-held", "recovery-certificate-replaced"],
    });
    expect(blockedBy(result)).toEqual(["key-not-held"]);
  });
});

test("of several stops only those accepted pass and are named, and one that nobody can accept decides", () => {
  const lab = makeLab("11.5");
  const dead = { isReachable: false, services: null, itl: null, trouble: [] } as const;
  const two = withNode(withNode(factsOf(lab), "cm3", dead), "pub", { clusterSecurityMode: 1 });
  const situation = { facts: two, requestedKey: "local", accepted: ["mixed-mode"] } as const;
  const result = preflight(lab, situation);
  expect(result.acceptedCodes).toEqual(["mixed-mode"]);
  expect(blockedBy(result)).toEqual(["node-unreachable"]);
  expect(result.isAcceptable).toBe(true);
  const low = withNode(two, "pub", { clusterSecurityMode: 1, privilegeLevel: 1 });
  const worse = preflight(lab, { ...situation, facts: low });
  expect(blockedBy(worse).toSorted()).toEqual(["node-unreachable", "privilege-too-low"]);
  expect(worse.isAcceptable).toBe(false);
});

describe("--key remote", () => {
  test("says how the local key is backed up: with a vault by the command that does it", () => {
    const { lab, history, oldKey } = lose("12.5");
    const situation = { history, remote: remoteOf(oldKey), requestedKey: "remote" } as const;
    const adviceOf = (parts: Situation) =>
      preflight(lab, { ...situation, ...parts }).findings.find(
        ({ code }) => code === "local-key-not-backed-up",
      )?.advice;
    expect(adviceOf({ hasVault: true })).toBe("Back it up first: itlctl backup run east");
    for (const parts of [{}, { hasVault: false }]) expect(adviceOf(parts)).toContain("`file get tftp");
  });

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

  test("a node that serves another file of that signer is not one of them", async () => {
    const lab = makeLab(release);
    await lab.resetLocalkey();
    const { served } = nodeOf(factsOf(lab), "tftp2");
    await lab.resetLocalkey();
    const facts = withNode(factsOf(lab), "tftp2", { served });
    expect(preflight(lab, { facts, requestedKey: "local" }).alreadyResetNodes).toEqual(["pub"]);
  });

  test("is told by show itl alone where the served file cannot be fetched", async () => {
    const lab = makeLab(release);
    await lab.resetLocalkey();
    await lab.restartTftp(lab.node("tftp2"));
    const served = { kind: "unreachable", reason: "timed out" } as const;
    const facts = withNode(withNode(factsOf(lab), "pub", { served }), "tftp2", { served });
    expect(preflight(lab, { facts, requestedKey: "local" }).alreadyResetNodes).toEqual(["pub"]);
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

const unread = {
  release: null,
  network: null,
  services: null,
  itl: null,
  served: null,
  certificates: {},
} as const;
