// Section 3 of the trust rules: which key helps phones that are lost, by the list that they hold.
import { describe, expect, test } from "vitest";
import {
  blockedBy,
  lose,
  preflight,
  rebuildPublisher,
  remoteOf,
  withoutRecovery,
} from "../support/preflight-of.ts";
import {
  factsOf,
  from12,
  historyOf,
  makeLab,
  releases,
  replace,
  setTvs,
  signerOf,
  upTo11,
  withNode,
} from "../support/lab-facts.ts";

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

describe.each(releases)("a key that cannot be opened now, but was before (%s)", (release) => {
  const unopened = (provenSerial: string | null) => ({
    identity: null,
    note: "wrong password",
    provenSerial,
  });

  test("stands for the token with its serial only: where phones hold none, key-not-held stops", () => {
    const lab = makeLab(release);
    const history = historyOf(lab);
    rebuildPublisher(lab);
    const remote = unopened(signerOf(lab, "pub", "ITLRecovery").serial);
    const accepted = ["recovery-key-unopened", "key-not-held"];
    const result = preflight(lab, { history, remote, requestedKey: "remote", accepted });
    expect(blockedBy(result)).toEqual(["key-not-held"]);
    expect(result.blocking[0]?.message).toContain(remote.provenSerial);
    expect(result.choice).toMatchObject({ isAssumed: false, signer: { serial: remote.provenSerial } });
  });

  test("and is that token where phones hold it, or where nobody ever saw its serial", () => {
    const lab = makeLab(release);
    const history = historyOf(lab);
    const oldKey = signerOf(lab, "pub", "ITLRecovery");
    rebuildPublisher(lab);
    for (const serial of [oldKey.serial, null]) {
      const result = preflight(lab, { history, remote: unopened(serial), requestedKey: "remote" });
      expect(blockedBy(result)).toEqual(["recovery-key-unopened"]);
      expect(result.choice).toMatchObject({ isAssumed: true, signer: { serial: oldKey.serial } });
    }
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

  test.each(releases)("and neither does a rebuild of long ago (%s)", (release) => {
    const lab = makeLab(release);
    lab.inThePast(90 * 86_400_000, () => lab.rebuildPublisher());
    expect(preflight(lab)).toMatchObject({ recommendedKey: null });
    expect(blockedBy(preflight(lab))).toContain("held-list-assumed");
  });
});

describe("all TFTP nodes serve lists with the newer recovery certificate, and nothing older is known", () => {
  test.each(releases)("a given key older than the publisher's puts local in doubt (%s)", (release) => {
    const lab = makeLab(release);
    const oldKey = signerOf(lab, "pub", "ITLRecovery");
    lab.inThePast(90 * 86_400_000, () => {
      lab.replaceCertificate(lab.publisher, "ITLRecovery");
      for (const node of lab.activeTftpNodes()) lab.rebuildList(node);
    });
    expect(preflight(lab).recommendedKey).toBe("local");
    const result = preflight(lab, { remote: remoteOf(oldKey) });
    expect(result.recommendedKey).toBeNull();
    expect(result.blocking[0]?.message).toContain("ITLRecovery was replaced");
    const named = preflight(lab, { remote: remoteOf(oldKey), requestedKey: "local" });
    expect(named.blocking).toEqual([]);
  });

  test("the publisher's own key from its backup does not", () => {
    const lab = makeLab("11.5");
    const key = signerOf(lab, "pub", "ITLRecovery");
    expect(preflight(lab, { remote: remoteOf(key) }).recommendedKey).toBe("local");
  });
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
