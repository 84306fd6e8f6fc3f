// The lab's truth over resets, regenerations and restarts: who signs, and what phones of each release do.
import { describe, expect, it } from "vitest";
import type { LabClusterOptions } from "../../mocks/lab/cluster-options.ts";
import { createCluster } from "../../mocks/lab/cluster-state.ts";
import { createLabClock } from "../../mocks/lab/lab-clock.ts";
import { isListSignedBy, readList, serialHex } from "../../mocks/lab/list-bytes.ts";
import type {
  LabCertificate,
  LabCluster,
  LabNode,
  LabRelease,
  LabUnit,
  ResetEvent,
} from "../../mocks/lab/model.ts";
import { writeRecoveryP12 } from "../../mocks/lab/recovery-p12.ts";

const releases: readonly LabRelease[] = ["10.0", "11.5", "12.5", "15"];
const open = (release: LabRelease, more: Partial<LabClusterOptions> = {}) =>
  createCluster({ name: "east", release, phones: 1, ...more }, { clock: createLabClock({ auto: true }) });
const signedBy = (node: LabNode, certificate: LabCertificate | undefined): boolean => {
  if (node.listFile === null || certificate === undefined) return false;
  const list = readList(node.listFile);
  return list.signerSerial === serialHex(certificate.serial) && isListSignedBy(list, certificate.publicKey);
};
const own = (node: LabNode, unit: LabUnit) => node.certificates.get(unit);
const answers = (cluster: LabCluster) => cluster.bootPhones().map(({ accepted }) => accepted);
const restartAll = async (cluster: LabCluster) => {
  for (const node of cluster.activeTftpNodes()) await cluster.restartTftp(node);
};

describe.each(releases)("a cluster of release %s", (release) => {
  const isOld = release === "10.0" || release === "11.5";

  it("is signed on every TFTP node by the normal signer, with a recovery token in every list", () => {
    const cluster = open(release);
    for (const node of cluster.nodes) {
      expect(signedBy(node, isOld ? own(node, "CallManager") : own(cluster.publisher, "ITLRecovery"))).toBe(
        true,
      );
      const recovery = serialHex(own(cluster.publisher, "ITLRecovery")?.serial ?? Buffer.alloc(0));
      const tokens = readList(node.listFile ?? Buffer.alloc(0)).records.filter(
        ({ functionCode }) => functionCode === 0,
      );
      expect(tokens.map(({ serial }) => serial)).toContain(recovery);
    }
  });

  it("takes a regenerated CallManager: by TVS up to 11.5, directly from 12.0", async () => {
    const cluster = open(release);
    cluster.regenerate(cluster.publisher, "CallManager");
    expect(answers(cluster)).toEqual(["direct", "direct"]);
    await restartAll(cluster);
    expect(answers(cluster)[0]).toBe(isOld ? "by-tvs" : "direct");
  });

  it("is lost to phones that were off while the normal signer and TVS changed, and localkey or remotekey cures it", async () => {
    const cluster = open(release);
    const oldKey = cluster.recoveryFile();
    cluster.setPhonesPower(false);
    for (const node of cluster.nodes) cluster.replaceCertificate(node, "TVS");
    if (isOld) for (const node of cluster.nodes) cluster.replaceCertificate(node, "CallManager");
    else cluster.replaceCertificate(cluster.publisher, "ITLRecovery");
    await restartAll(cluster);
    expect(answers(cluster)).toEqual(["off", "off"]);
    cluster.setPhonesPower(true);
    expect(answers(cluster)).toEqual(["rejected", "rejected"]);
    expect(cluster.phones[0]?.statusMessages.at(-1)).toMatch(/^\d\d:\d\d:\d\d Trust List Update Failed$/);

    expect(await (isOld ? cluster.resetLocalkey() : cluster.resetRemotekey(oldKey))).toEqual({
      kind: "done",
    });
    expect(cluster.nodes.every((node) => signedBy(node, own(cluster.publisher, "ITLRecovery")))).toBe(true);
    expect(new Set(cluster.nodes.map(({ listFile }) => listFile?.toString("hex"))).size).toBe(1);
    expect(answers(cluster)).toEqual(["direct", "direct"]);

    await restartAll(cluster);
    const normal = (node: LabNode) =>
      isOld ? own(node, "CallManager") : own(cluster.publisher, "ITLRecovery");
    expect(cluster.nodes.every((node) => signedBy(node, normal(node)))).toBe(true);
    // The reset list is the publisher's: it lacks tftp2's own CallManager, and the imported key in any record.
    expect(answers(cluster)).toEqual([isOld ? "direct" : "by-tvs", "by-tvs"]);
    expect(answers(cluster)).toEqual(["direct", "direct"]);
  });

  it("localkey signs with ITLRecovery up to 11.5 and with the publisher's CallManager from 12.0", async () => {
    const cluster = open(release);
    const before = cluster.publisher.listFile ?? Buffer.alloc(0);
    await cluster.resetLocalkey({ line: "utils itl reset localkey" });
    const unit = isOld ? "ITLRecovery" : "CallManager";
    expect(cluster.nodes.every((node) => signedBy(node, own(cluster.publisher, unit)))).toBe(true);
    const after = cluster.publisher.listFile ?? Buffer.alloc(0);
    expect(after.subarray(after.readUInt16BE(8))).toEqual(before.subarray(before.readUInt16BE(8)));
    expect(cluster.writes).toMatchObject([{ node: "pub", kind: "reset" }]);
    // From 12.0 phones of tftp2 hold no token for the publisher's CallManager: only TVS helps them.
    expect(answers(cluster)).toEqual(isOld ? ["direct", "direct"] : ["direct", "by-tvs"]);
  });

  it("remotekey puts the imported key on the publisher's disk, in no record of the list", async () => {
    const cluster = open(release);
    const oldKey = cluster.recoveryFile();
    const oldSerial = own(cluster.publisher, "ITLRecovery")?.serial;
    cluster.rebuildPublisher();
    expect(own(cluster.publisher, "ITLRecovery")?.serial).not.toEqual(oldSerial);
    expect(await cluster.resetRemotekey(oldKey)).toEqual({ kind: "done" });
    expect(own(cluster.publisher, "ITLRecovery")?.serial).toEqual(oldSerial);
    const list = readList(cluster.publisher.listFile ?? Buffer.alloc(0));
    expect(list.records.some(({ serial }) => serial === list.signerSerial)).toBe(false);
    expect(cluster.showItl(cluster.publisher).endsWith(cluster.texts.itlNotVerified)).toBe(true);
    await restartAll(cluster);
    expect(cluster.showItl(cluster.publisher)).toContain("The ITL file was verified successfully.");
  });
});

describe("Trust Verification Services", () => {
  it("help only where they run: any of the held list will do, none will not", async () => {
    const cluster = open("11.5");
    for (const node of cluster.nodes) cluster.replaceCertificate(node, "CallManager");
    await restartAll(cluster);
    cluster.setService(cluster.publisher, "Cisco Trust Verification Service", "STOPPED");
    await cluster.setReachable(cluster.node("tftp2"), false);
    expect(answers(cluster)).toEqual(["rejected", "unreachable"]);
    await cluster.setReachable(cluster.node("tftp2"), true);
    expect(answers(cluster)).toEqual(["by-tvs", "by-tvs"]);
  });
});

describe("a CallManager certificate signed by a CA", () => {
  it("signs lists under its issuer's name, until a regeneration makes it self-signed", async () => {
    const cluster = open("11.5", { caSigned: ["CallManager"] });
    const list = readList(cluster.publisher.listFile ?? Buffer.alloc(0));
    expect([list.issuerName, list.signerName.slice(0, 6)]).toEqual([
      "CN=Lab Issuing CA;O=cisco;C=US",
      "CN=pub",
    ]);
    expect(cluster.showItl(cluster.publisher)).toContain("verified successfully");
    cluster.regenerate(cluster.publisher, "CallManager");
    await cluster.restartTftp(cluster.publisher);
    expect(own(cluster.publisher, "CallManager")?.isCaSigned).toBe(false);
    expect(answers(cluster)).toEqual(["by-tvs", "direct"]);
  });
});

describe("switches of inferred rules", () => {
  it("a remotekey list carries the imported key, where the switch says so", async () => {
    const cluster = open("11.5", { switches: { doesRemotekeyListCarryImportedKey: true } });
    const oldKey = cluster.recoveryFile();
    cluster.rebuildPublisher();
    await cluster.resetRemotekey(oldKey);
    expect(cluster.showItl(cluster.publisher)).toContain("The ITL file was verified successfully.");
  });

  it("show itl finds an imported signer in the store, where the switch says so", async () => {
    const cluster = open("11.5", { switches: { doesShowItlUseStore: true } });
    const oldKey = cluster.recoveryFile();
    cluster.rebuildPublisher();
    await cluster.resetRemotekey(oldKey);
    expect(cluster.showItl(cluster.publisher)).toContain("The ITL file was verified successfully.");
  });

  it("a subscriber's list holds the publisher's CallManager, where the switch says so", async () => {
    const cluster = open("12.5", { switches: { doesSubscriberListHoldPublisherCallManager: true } });
    await cluster.resetLocalkey();
    expect(answers(cluster)).toEqual(["direct", "direct"]);
  });

  it("TVS does not vouch for the imported key, where the switch says so", async () => {
    for (const doesTvsKnowImportedKey of [true, false]) {
      const cluster = open("12.5", { switches: { doesTvsKnowImportedKey } });
      const foreign = cluster.recoveryFile();
      cluster.replaceCertificate(cluster.publisher, "ITLRecovery");
      await restartAll(cluster);
      cluster.bootPhones();
      await cluster.resetRemotekey(foreign);
      expect(answers(cluster)).toEqual(
        doesTvsKnowImportedKey ? ["by-tvs", "by-tvs"] : ["rejected", "rejected"],
      );
    }
  });

  it("a 1024-bit recovery key beside 2048-bit certificates fails the reset, where the switch says so", async () => {
    const weak = { recoveryKeyBits: 1024 };
    expect(await open("11.5", weak).resetLocalkey()).toEqual({ kind: "done" });
    const cluster = open("11.5", { ...weak, switches: { doesWeakRecoveryKeyFailReset: true } });
    expect(await cluster.resetLocalkey()).toEqual({ kind: "refused", text: cluster.texts.weakKeyRefused });
    expect(await cluster.resetRemotekey(cluster.recoveryFile())).toMatchObject({ kind: "refused" });
    expect(cluster.writes).toEqual([]);
  });

  it("lists are signed with SHA-512, where the switch says so", () => {
    const cluster = open("15", { switches: { listDigest: "sha512" } });
    expect(readList(cluster.publisher.listFile ?? Buffer.alloc(0)).digestCode).toBe(3);
    expect(cluster.showItl(cluster.publisher)).toContain("verified successfully");
  });
});

describe("the course of a reset", () => {
  const eventsOf = async (release: LabRelease) => {
    const events: ResetEvent[] = [];
    await open(release).resetLocalkey({ onEvent: (event) => void events.push(event) });
    return events.map((event) => ("node" in event ? `${event.kind} ${event.node}` : event.kind));
  };

  it("is that of tac-01 in the older dialogue", async () => {
    expect(await eventsOf("10.0")).toEqual(
      ["locating", "servers", "generated", "transferring", "restarting pub", "restarted pub"].concat([
        "transferred tftp2",
        "restarting tftp2",
        "restarted tftp2",
      ]),
    );
  });

  it("is that of ext-03 in the newer one", async () => {
    expect((await eventsOf("12.5")).filter((event) => !event.startsWith("restart"))).toEqual([
      "generating",
      "generated",
      "locating",
      "servers",
      "transferring",
      "transferred pub",
      "transferred tftp2",
    ]);
  });

  it("goes on when the listener is gone", async () => {
    const cluster = open("11.5");
    const outcome = await cluster.resetLocalkey({ onEvent: () => Promise.reject(new Error("session gone")) });
    expect(outcome).toEqual({ kind: "done" });
    expect(signedBy(cluster.node("tftp2"), own(cluster.publisher, "ITLRecovery"))).toBe(true);
  });

  it("leaves out a node that the fault names, once, and says so or not", async () => {
    for (const how of ["told", "silent"] as const) {
      const cluster = open("11.5");
      cluster.truthFaults.missesNewFile.set("tftp2", how);
      const before = cluster.node("tftp2").listFile;
      const kinds: string[] = [];
      await cluster.resetLocalkey({ onEvent: ({ kind }) => void kinds.push(kind) });
      expect(cluster.node("tftp2").listFile).toBe(before);
      expect(kinds.includes("not-transferred")).toBe(how === "told");
      await cluster.resetLocalkey();
      expect(cluster.node("tftp2").listFile).not.toBe(before);
    }
  });

  it("does not reach a node that is down or whose TFTP is stopped", async () => {
    const cluster = open("11.5", { nodes: [{ name: "pub" }, { name: "two" }, { name: "three" }] });
    await cluster.setReachable(cluster.node("two"), false);
    cluster.setService(cluster.node("three"), "Cisco Tftp", "STOPPED");
    await cluster.resetLocalkey();
    expect(cluster.nodes.map((node) => signedBy(node, own(cluster.publisher, "ITLRecovery")))).toEqual([
      true,
      false,
      false,
    ]);
  });

  it("refuses a file that the cluster's own passphrase does not open, and changes nothing", async () => {
    const cluster = open("12.5");
    const before = cluster.publisher.listFile;
    const recovery = own(cluster.publisher, "ITLRecovery");
    if (recovery === undefined) throw new Error("no recovery certificate");
    const locked = writeRecoveryP12(recovery, "another passphrase", "aes256");
    expect(await cluster.resetRemotekey(locked)).toMatchObject({ kind: "refused" });
    expect(await cluster.resetRemotekey(Buffer.from("no p12"))).toMatchObject({ kind: "refused" });
    cluster.securityPassword = "changed";
    expect(await cluster.resetRemotekey(cluster.recoveryFile())).toMatchObject({ kind: "done" });
    expect(cluster.writes).toHaveLength(1);
    expect(cluster.publisher.listFile).not.toBe(before);
  });
});

describe("regeneration", () => {
  it("is held for five minutes on the same node by the node's own clock, whatever the unit", async () => {
    const clock = createLabClock();
    const cluster = createCluster({ name: "east", release: "11.5" }, { clock });
    const [pub, tftp2] = [cluster.publisher, cluster.node("tftp2")];
    expect(cluster.regenerate(pub, "CallManager").kind).toBe("regenerated");
    expect(cluster.regenerate(pub, "TVS")).toEqual({ kind: "held", by: "CallManager" });
    expect(cluster.regenerate(tftp2, "TVS").kind).toBe("regenerated");
    await clock.advance(299_999);
    expect(cluster.regenerate(pub, "TVS")).toEqual({ kind: "held", by: "CallManager" });
    await clock.advance(1);
    expect(cluster.regenerate(pub, "TVS").kind).toBe("regenerated");
    expect(cluster.writes.map(({ node, line }) => `${node} ${line}`)).toEqual([
      "pub set cert regen CallManager",
      "tftp2 set cert regen TVS",
      "pub set cert regen TVS",
    ]);
  });

  it("of ITLRecovery is the publisher's from 12.5, each node's own before", () => {
    const newer = open("12.5");
    expect(newer.regenerate(newer.node("tftp2"), "ITLRecovery")).toMatchObject({ kind: "refused" });
    newer.regenerate(newer.publisher, "ITLRecovery");
    expect(own(newer.node("tftp2"), "ITLRecovery")).toBe(own(newer.publisher, "ITLRecovery"));
    const older = open("11.5");
    expect(older.regenerate(older.node("tftp2"), "ITLRecovery").kind).toBe("regenerated");
    expect(own(older.node("tftp2"), "ITLRecovery")).not.toBe(own(older.publisher, "ITLRecovery"));
  });

  it("changes lists only at the next TFTP restart, and a restart without change keeps the file", async () => {
    const cluster = open("11.5");
    const before = cluster.publisher.listFile;
    await cluster.restartTftp(cluster.publisher);
    expect(cluster.publisher.listFile).toBe(before);
    cluster.regenerate(cluster.publisher, "CallManager");
    expect(cluster.publisher.listFile).toBe(before);
    await cluster.restartTftp(cluster.publisher);
    expect(cluster.publisher.listFile).not.toBe(before);
    const always = open("11.5", { switches: { isListRewrittenAtEveryRestart: true } });
    const first = always.publisher.listFile;
    await always.restartTftp(always.publisher);
    expect(always.publisher.listFile).not.toBe(first);
  });
});
