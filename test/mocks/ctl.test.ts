// The CTL of mixed mode in the lab: who writes and signs it, its dialogues, and which phones take it.
import { afterEach, describe, expect, it, test } from "vitest";
import { createCluster } from "../../mocks/lab/cluster-state.ts";
import { createLabClock } from "../../mocks/lab/lab-clock.ts";
import { isListSignedBy, readList } from "../../mocks/lab/list-bytes.ts";
import type { LabCluster, LabRelease, LabUnit } from "../../mocks/lab/model.ts";
import { closeLabs, openLab, openTalk, transcript } from "./front-dialogue.ts";

afterEach(closeLabs);

const releases: readonly LabRelease[] = ["10.0", "11.5", "12.5", "15"];
const question = "This operation updates the CTLFile. Do you want to continue? (y/n):";
const open = (release: LabRelease, isMixedMode = true) =>
  createCluster({ name: "east", release, phones: 1, isMixedMode }, { clock: createLabClock({ auto: true }) });
const isSignedBy = (cluster: LabCluster, unit: LabUnit) =>
  cluster.nodes.every(({ ctlFile }) => {
    const signer = cluster.publisher.certificates.get(unit);
    return ctlFile !== null && signer !== undefined && isListSignedBy(readList(ctlFile), signer.publicKey);
  });
const ctlAnswers = (cluster: LabCluster) => cluster.bootPhones().map(({ ctl }) => ctl?.accepted);
const restartAll = async (cluster: LabCluster) => {
  for (const node of cluster.activeTftpNodes()) await cluster.restartTftp(node);
};

describe.each(releases)("in mixed mode on %s", (release) => {
  const normal = release === "10.0" || release === "11.5" ? "CallManager" : "ITLRecovery";

  it("an update brings the present certificates under the normal signer, to every node that is up", async () => {
    const cluster = open(release);
    cluster.replaceCertificate(cluster.publisher, "CAPF");
    const capf = cluster.publisher.certificates.get("CAPF");
    const before = cluster.node("tftp2").ctlFile;
    await cluster.setReachable(cluster.node("tftp2"), false);
    expect(cluster.writeCtl("normal")).toEqual({ kind: "done" });
    expect(cluster.node("tftp2").ctlFile).toBe(before);
    await cluster.setReachable(cluster.node("tftp2"), true);
    cluster.writeCtl("normal");
    expect(isSignedBy(cluster, normal)).toBe(true);
    const list = readList(cluster.publisher.ctlFile ?? Buffer.alloc(0));
    expect(list.records.some(({ certificate }) => certificate?.equals(capf?.der ?? Buffer.alloc(0)))).toBe(
      true,
    );
    expect(cluster.showCtl(cluster.publisher)).toContain("The CTL file was verified successfully.");
    expect(cluster.writes.map(({ kind, line }) => `${kind}: ${line}`)).toEqual([
      "ctl: utils ctl update CTLFile",
      "ctl: utils ctl update CTLFile",
    ]);
  });

  it("a reset signs with the publisher's CallManager, and the next update with the normal signer again", () => {
    const cluster = open(release);
    cluster.writeCtl("CallManager");
    expect(isSignedBy(cluster, "CallManager")).toBe(true);
    cluster.writeCtl("normal");
    expect(isSignedBy(cluster, normal)).toBe(true);
  });

  it("a write changes no phone and nothing that is served, until TFTP restarts and the phone boots", async () => {
    const cluster = open(release);
    const [phone] = cluster.phones;
    const held = phone?.heldCtl;
    const { servedCtl } = cluster.publisher;
    cluster.writeCtl("CallManager");
    expect(phone?.heldCtl).toBe(held);
    expect(cluster.publisher.servedCtl).toBe(servedCtl);
    await restartAll(cluster);
    expect(phone?.heldCtl).toBe(held);
    expect(ctlAnswers(cluster)).toEqual(["direct", "direct"]);
    expect(phone?.heldCtl).toBe(cluster.publisher.ctlFile);
  });
});

describe("a phone of mixed mode", () => {
  it("takes the new CTL of a renewed ITLRecovery only after one by CallManager, which the CTL it holds names", async () => {
    for (const isReset of [false, true]) {
      const cluster = open("12.5");
      cluster.regenerate(cluster.publisher, "ITLRecovery");
      if (isReset) {
        cluster.writeCtl("CallManager");
        await restartAll(cluster);
        expect(ctlAnswers(cluster)).toEqual(["direct", "direct"]);
      }
      cluster.writeCtl("normal");
      await restartAll(cluster);
      const held = cluster.phones[0]?.heldCtl;
      expect(ctlAnswers(cluster)).toEqual(
        isReset ? ["direct", "direct"] : (["rejected", "rejected"] as string[]),
      );
      expect(cluster.phones[0]?.heldCtl === held).toBe(!isReset);
      if (!isReset) expect(cluster.phones[0]?.statusMessages.join()).toContain("Trust List Update Failed");
    }
  });

  it("gets no CTL where TFTP is stopped, and none while it is off", () => {
    const cluster = open("12.5");
    cluster.setService(cluster.publisher, "Cisco Tftp", "STOPPED");
    cluster.setPhonesPower(false, [cluster.phones[1]?.name ?? ""]);
    for (const phone of cluster.phones) phone.heldCtl = null;
    expect(ctlAnswers(cluster)).toEqual(["unreachable", undefined]);
    expect(cluster.phones[0]?.heldCtl).toBeNull();
  });

  it("is no other than before outside mixed mode", () => {
    const cluster = open("12.5", false);
    expect(cluster.bootPhones()[0]).not.toHaveProperty("ctl");
    expect(cluster.phones[0]?.heldCtl).toBeUndefined();
    expect(cluster.writeCtl("normal")).toEqual({ kind: "refused", text: cluster.texts.ctlNotMixed });
    expect(cluster.writes).toEqual([]);
  });
});

async function openMixed(isMixedMode = true) {
  const lab = await openLab({ clusters: [{ name: "east", release: "12.5", isMixedMode }] });
  return { lab, cluster: lab.cluster(), ...(await openTalk(lab)) };
}

test("an update is ext-07 word for word; any answer but y leaves the CTL as it is", async () => {
  const { talk, cluster } = await openMixed();
  expect(await talk("utils ctl update CTLFile", [question, "n"])).not.toContain("Updating");
  expect(cluster.writes).toEqual([]);
  expect(await talk("utils ctl update CTLFile", [question, "y"])).toBe(
    transcript("ext-07-utils-ctl-update-CTLFile"),
  );
  expect(cluster.writes).toMatchObject([{ node: "pub", kind: "ctl", line: "utils ctl update CTLFile" }]);
});

test("a reset prints the injected text and nothing else", async () => {
  const { talk, cluster } = await openMixed();
  expect(await talk("utils ctl reset localkey")).toBe(
    `admin:utils ctl reset localkey\n${cluster.texts.ctlReset}`,
  );
  expect(isSignedBy(cluster, "CallManager")).toBe(true);
  Object.assign(cluster.texts, { ctlReset: "" });
  expect(await talk("utils ctl reset localkey")).toBe("admin:utils ctl reset localkey");
});

test("a subscriber, a lower level and a cluster without mixed mode refuse with the injected texts", async () => {
  const { lab, cluster } = await openMixed();
  const sub = await openTalk(lab, "tftp2");
  const operator = await openTalk(lab, "pub", "operator");
  const plain = await openMixed(false);
  for (const line of ["utils ctl update CTLFile", "utils ctl reset localkey"]) {
    const refused = (text: string) => `admin:${line}\n${text}\nExecuted command unsuccessfully`;
    expect(await sub.talk(line)).toBe(refused(cluster.texts.ctlOnSubscriber));
    expect(await operator.talk(line)).toBe(refused(cluster.texts.privilegeRefused));
    expect(await plain.talk(line)).toBe(refused(cluster.texts.ctlNotMixed));
  }
  expect([...cluster.writes, ...plain.cluster.writes]).toEqual([]);
});

test.each([
  ["before", { kind: "before" }, false],
  ["at its question", { kind: "question", name: "ctl-update" }, false],
  ["when it is written", { kind: "point", name: "ctl-written" }, true],
  ["at its last line", { kind: "line", line: 4 }, true],
  ["after", { kind: "after" }, true],
] as const)("an update whose session is lost %s has or has not written", async (_when, at, isWritten) => {
  const { shell, cluster } = await openMixed();
  cluster.faults.add({ command: /^utils ctl update/, at, action: { kind: "drop" } });
  shell.type("utils ctl update CTLFile\r");
  if (isWritten) {
    await shell.read(question);
    shell.type("y\r");
  }
  await shell.closed;
  expect(cluster.writes.length).toBe(isWritten ? 1 : 0);
  expect(cluster.faults.pending()).toEqual([]);
});
