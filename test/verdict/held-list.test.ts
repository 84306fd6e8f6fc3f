// Section 3 of the trust rules: which list phones hold, where today's list is no proof of it.
import { describe, expect, test } from "vitest";
import type { StagedCluster } from "../../mocks/lab/cluster-state.ts";
import type { LabRelease } from "../../mocks/lab/model.ts";
import { chooseHeldLists, type HeldListInput, type SeenList } from "../../src/verdict/held-list.ts";
import { isToken, isTvsRecord } from "../../src/verdict/signed-by.ts";
import { isTftpNode } from "../../src/verdict/tftp-state.ts";
import {
  factsOf,
  from12,
  historyOf,
  listOf,
  makeLab,
  releases,
  replace,
  seen,
  upTo11,
} from "../support/lab-facts.ts";

const loss = (release: LabRelease) =>
  (upTo11 as readonly string[]).includes(release)
    ? (["CallManager", "TVS"] as const)
    : (["ITLRecovery", "TVS"] as const);

function choose(lab: StagedCluster, parts: Partial<HeldListInput> = {}) {
  const nodes = factsOf(lab).nodes.filter(isTftpNode);
  return chooseHeldLists({ nodes, named: null, history: {}, release: lab.profile.version, ...parts });
}

const later = (history: Record<string, SeenList[]>, lab: StagedCluster) =>
  Object.fromEntries(
    Object.entries(history).map(([node, list]) => [node, [seen(lab, node, "2025-12-31T00:00:00Z"), ...list]]),
  );

test("the list named with --held is what phones of every TFTP node hold", () => {
  const lab = makeLab("11.5");
  const { file, bytes } = listOf(lab, "pub");
  replace(lab, ["CallManager", "TVS"]);
  const { held, findings } = choose(lab, {
    named: { file, bytes: bytes.toString("base64") },
    history: historyOf(lab),
  });
  expect(held.map(({ node, source, file: { sha1 } }) => [node, source, sha1])).toEqual([
    ["pub", "named", file.sha1],
    ["tftp2", "named", file.sha1],
  ]);
  expect(findings).toEqual([]);
});

describe.each(releases)("the newest list in the history older than the change (%s)", (release) => {
  test("is the newest whose holder would not take the list served now", () => {
    const lab = makeLab(release);
    const oldest = historyOf(lab, "2025-10-01T00:00:00Z");
    replace(lab, ["TVS"]);
    const beforeTheChange = listOf(lab, "tftp2").file.sha1;
    const history = later(oldest, lab);
    replace(lab, loss(release));
    const { held, findings } = choose(lab, { history: later(history, lab) });
    expect(held[1]).toMatchObject({ node: "tftp2", source: "history", seenAt: "2025-12-31T00:00:00Z" });
    expect(held[1]?.file.sha1).toBe(beforeTheChange);
    expect(findings).toEqual([]);
  });

  test("stays that list while a reset is unfinished", async () => {
    const lab = makeLab(release);
    const held = listOf(lab, "pub").file.sha1;
    const before = historyOf(lab);
    replace(lab, loss(release));
    const history = later(before, lab);
    await lab.resetLocalkey();
    expect(choose(lab, { history }).held[0]?.file.sha1).toBe(held);
    expect(choose(lab, { history: later(history, lab) }).held[0]?.file.sha1).toBe(held);
  });

  test("is judged by the normal list from before a reset: an older one that this reset would not help is passed over", async () => {
    const lab = makeLab(release);
    const oldest = historyOf(lab);
    replace(lab, [release === "12.5" || release === "15" ? "CallManager" : "ITLRecovery"]);
    const wanted = listOf(lab, "pub").file.sha1;
    const before = later(oldest, lab);
    replace(lab, loss(release));
    const history = later(before, lab);
    await lab.resetLocalkey();
    expect(choose(lab, { history }).held[0]?.file.sha1).toBe(wanted);
  });

  test("is never the list of the reset itself", async () => {
    const lab = makeLab(release);
    const before = historyOf(lab);
    await lab.resetLocalkey();
    const { held, findings } = choose(lab, { history: later(before, lab) });
    expect(held.map(({ source }) => source)).toEqual(["served", "served"]);
    expect(findings).toHaveLength(2);
  });

  test("else the newest with other tokens or TVS certificates", () => {
    const lab = makeLab(release);
    const before = historyOf(lab);
    replace(lab, ["TVS"]);
    const { held, findings } = choose(lab, { history: before });
    expect(held.map(({ source, file: { sha1 } }) => [source, sha1])).toEqual([
      ["history", before["pub"]?.[0]?.file.sha1],
      ["history", before["tftp2"]?.[0]?.file.sha1],
    ]);
    expect(findings).toEqual([]);
  });
});

test.each(["token", "TVS"] as const)(
  "a list whose %s has the same serial and another certificate has other anchors",
  (kind) => {
    const lab = makeLab("11.5");
    const [now] = historyOf(lab)["pub"] ?? [];
    if (now === undefined) throw new Error("no list");
    const { signer } = now.file.header;
    const isMeant = kind === "token" ? isToken : isTvsRecord;
    const before = (certificateSha1: string): SeenList => ({
      ...now,
      file: {
        ...now.file,
        sha1: "another file",
        records: now.file.records.map((record) =>
          isMeant(record) && record.serial !== signer.serial
            ? { ...record, ...(kind === "TVS" ? { certHash: certificateSha1 } : {}), certificateSha1 }
            : record,
        ),
      },
    });
    const sourceOf = (seenList: SeenList) => choose(lab, { history: { pub: [seenList] } }).held[0]?.source;
    expect(sourceOf({ ...now, file: { ...now.file, sha1: "another file" } })).toBe("served");
    const turned = { ...now.file, sha1: "another file", records: now.file.records.toReversed() };
    expect(sourceOf({ ...now, file: turned })).toBe("served");
    expect(sourceOf(before("AA:BB"))).toBe("history");
  },
);

describe.each(releases)("without such a list (%s)", (release) => {
  test("the one served now is assumed, with a warning for each node", () => {
    const lab = makeLab(release);
    const { held, findings } = choose(lab);
    expect(held.map(({ node, source, file: { sha1 } }) => [node, source, sha1])).toEqual([
      ["pub", "served", listOf(lab, "pub").file.sha1],
      ["tftp2", "served", listOf(lab, "tftp2").file.sha1],
    ]);
    expect(findings.map(({ code, severity, node }) => [code, severity, node])).toEqual([
      ["held-list-assumed", "warn", "pub"],
      ["held-list-assumed", "warn", "tftp2"],
    ]);
  });

  test("a history of the same anchors, or of the list served now alone, is none", async () => {
    const lab = makeLab(release);
    const same = historyOf(lab);
    expect(choose(lab, { history: same }).findings).toHaveLength(2);
    await lab.clock.sleep(5_000);
    for (const node of lab.activeTftpNodes()) lab.rebuildList(node);
    expect(listOf(lab, "pub").file.sha1).not.toBe(same["pub"]?.[0]?.file.sha1);
    expect(choose(lab, { history: later(same, lab) }).findings).toHaveLength(2);
  });
});

test("each node has its own history: one may be known and the other assumed", () => {
  const lab = makeLab("11.5");
  const before = historyOf(lab);
  replace(lab, ["CallManager", "TVS"]);
  const { held, findings } = choose(lab, { history: { tftp2: before["tftp2"] ?? [] } });
  expect(held.map(({ node, source }) => [node, source])).toEqual([
    ["pub", "served"],
    ["tftp2", "history"],
  ]);
  expect(findings.map((finding) => finding.node)).toEqual(["pub"]);
});

describe("where the served file cannot be fetched", () => {
  const blind = (lab: StagedCluster) =>
    factsOf(lab)
      .nodes.filter(isTftpNode)
      .map((node) => ({ ...node, served: { kind: "unreachable", reason: "timed out" } as const }));

  test("what show itl printed stands for the list served now", () => {
    const lab = makeLab("11.5");
    const { held, findings } = choose(lab, { nodes: blind(lab) });
    expect(held[0]).toMatchObject({
      source: "shown",
      bytes: "",
      file: { sha1: listOf(lab, "pub").file.sha1 },
    });
    expect(findings).toHaveLength(2);
  });

  test("a list of the history with the same checksum gives its bytes", () => {
    const lab = makeLab("11.5");
    const { held } = choose(lab, { nodes: blind(lab), history: historyOf(lab) });
    expect(held[0]).toMatchObject({ source: "served", bytes: listOf(lab, "pub").bytes.toString("base64") });
  });

  test.each(releases)("the change is still found by what show itl printed (%s)", (release) => {
    const lab = makeLab(release);
    const before = historyOf(lab);
    replace(lab, loss(release));
    const { held } = choose(lab, { nodes: blind(lab), history: before });
    expect(held[0]).toMatchObject({ source: "history", file: { sha1: before["pub"]?.[0]?.file.sha1 } });
  });

  test("a list whose signer show itl does not name is none to go by", () => {
    const lab = makeLab("11.5");
    const nodes = blind(lab).map((node) => ({
      ...node,
      itl: node.itl?.kind === "shown" ? { ...node.itl, signer: null } : node.itl,
    }));
    expect(choose(lab, { nodes }).held).toEqual([]);
  });

  test("nothing is held to be known of a node whose list could not be read at all", () => {
    const lab = makeLab("11.5");
    const nodes = factsOf(lab)
      .nodes.filter(isTftpNode)
      .map((node) => ({ ...node, itl: null, served: null }));
    const { held, findings } = choose(lab, { nodes });
    expect(held).toEqual([]);
    expect(findings[0]?.message).toContain("no list is known");
  });
});

test.each(upTo11)("up to 11.5 (%s) one that TVS vouches for is no change that loses phones", (release) => {
  const lab = makeLab(release);
  const lost = historyOf(lab, "2025-10-01T00:00:00Z");
  replace(lab, ["CallManager", "TVS"]);
  const history = later(lost, lab);
  replace(lab, ["CallManager"]);
  const { held } = choose(lab, { history });
  expect(held[0]?.file.sha1).toBe(lost["pub"]?.[0]?.file.sha1);
});

test.each(from12)("from 12.0 (%s) a regenerated CallManager is no change that loses phones", (release) => {
  const lab = makeLab(release);
  const lost = historyOf(lab, "2025-10-01T00:00:00Z");
  replace(lab, ["ITLRecovery", "TVS"]);
  const history = later(lost, lab);
  replace(lab, ["CallManager"]);
  const { held } = choose(lab, { history });
  expect(held[0]?.file.sha1).toBe(lost["pub"]?.[0]?.file.sha1);
});

describe("a TFTP node that serves nothing now", () => {
  const silent = (lab: StagedCluster) =>
    factsOf(lab)
      .nodes.filter(isTftpNode)
      .map((node) => ({ ...node, itl: null, served: null }));

  test("is taken by its history: the list before the newest that is normal", () => {
    const lab = makeLab("11.5");
    const before = listOf(lab, "pub").file.sha1;
    const oldest = historyOf(lab);
    replace(lab, ["CallManager", "TVS"]);
    const { held, findings } = choose(lab, { nodes: silent(lab), history: later(oldest, lab) });
    expect(held.map(({ source, file }) => [source, file.sha1])[0]).toEqual(["history", before]);
    expect(findings).toEqual([]);
  });

  test("and of which only reset lists are known holds nobody knows what", async () => {
    const lab = makeLab("11.5");
    await lab.resetLocalkey();
    const { held, findings } = choose(lab, { nodes: silent(lab), history: historyOf(lab) });
    expect(held).toEqual([]);
    expect(findings.map(({ message }) => message)).toEqual([
      "pub: no list is known that its phones could hold",
      "tftp2: no list is known that its phones could hold",
    ]);
  });

  test("is not said of a node that serves one", () => {
    expect(choose(makeLab("11.5")).findings.map(({ message }) => message)).toEqual([
      "pub: no list from before the change is known; its phones are taken to hold the list that it serves now",
      "tftp2: no list from before the change is known; its phones are taken to hold the list that it serves now",
    ]);
  });
});

test.each(releases)("a list that only show itl tells of is judged by its signer (%s)", (release) => {
  const lab = makeLab(release);
  const lost = listOf(lab, "pub").file.sha1;
  const oldest = historyOf(lab);
  replace(lab, loss(release));
  const history = later(oldest, lab);
  replace(lab, ["TVS"]);
  const nodes = factsOf(lab).nodes.filter(isTftpNode);
  const shownOnly = nodes.map((node) => ({ ...node, served: null }));
  expect(choose(lab, { nodes: shownOnly, history }).held[0]?.file.sha1).toBe(lost);
});
