// Every scenario opens on loopback and has the state its file tells of.
import { createHash } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { createConnection } from "node:net";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { readList, serialHex } from "../../mocks/lab/list-bytes.ts";
import type { LabNode } from "../../mocks/lab/model.ts";
import { openRecoveryP12 } from "../../mocks/lab/recovery-p12.ts";
import { loadScenario, scenarioNames } from "../../mocks/lab/scenarios.ts";
import { type Lab, startLab } from "../../mocks/lab/start-lab.ts";

let lab: Lab | undefined;
const open = async (scenario: string, more: Parameters<typeof startLab>[0] = {}) => {
  lab = await startLab({ scenario, ...more });
  return lab;
};
afterEach(async () => {
  const { complaints } = lab ?? {};
  await lab?.close();
  lab = undefined;
  expect(complaints ?? []).toEqual([]);
});

const fetched = async (node: LabNode, path = "/ITLFile.tlv"): Promise<Buffer | number> => {
  const answer = await fetch(`http://${node.address}:${node.tftpPort}${path}`);
  return answer.ok ? Buffer.from(await answer.arrayBuffer()) : answer.status;
};
const isOpen = (node: LabNode, port: number) =>
  new Promise<boolean>((resolve) => {
    const socket = createConnection(port, node.address);
    socket.once("connect", () => resolve(socket.destroy() !== undefined));
    socket.once("error", () => resolve(false));
  });
const verdicts = (of: Lab) => of.cluster().phones.map(({ lastVerdict }) => lastVerdict?.accepted);
const tokens = (list: Buffer | null) =>
  readList(list ?? Buffer.alloc(0))
    .records.filter(({ functionCode }) => functionCode === 0)
    .map(({ serial }) => serial);

describe("a scenario", () => {
  it.each(scenarioNames())(
    "%s opens, says what it is about, and serves what its phones can fetch",
    async (name) => {
      const opened = await open(name);
      expect(opened.about.length).toBeGreaterThan(20);
      for (const cluster of opened.clusters.values()) {
        for (const node of cluster.nodes) {
          expect(await isOpen(node, node.sshPort)).toBe(node.isReachable);
          if (cluster.activeTftpNodes().includes(node)) expect(await fetched(node)).toEqual(node.servedFile);
        }
      }
    },
  );

  it("may be put on another release", () => {
    expect(loadScenario("lost-trust", "10.0").clusters[0]?.release).toBe("10.0");
    expect(() => loadScenario("no-such-thing")).toThrow(/healthy, lost-trust/);
  });

  it("healthy: every list verifies and every phone holds it", async () => {
    const cluster = (await open("healthy")).cluster();
    for (const node of cluster.activeTftpNodes())
      expect(cluster.showItl(node)).toContain("verified successfully");
    expect(cluster.bootPhones().map(({ accepted }) => accepted)).toEqual([
      "direct",
      "direct",
      "direct",
      "direct",
    ]);
    expect(cluster.showItl(cluster.node("cm3"))).toBe(cluster.texts.itlMissing);
  });

  it.each(["10.0", "11.5"] as const)(
    "lost-trust on %s: rejected by all, localkey helps all but one",
    async (release) => {
      const opened = await open("lost-trust", { release });
      const cluster = opened.cluster();
      expect(verdicts(opened)).toEqual(Array(5).fill("rejected"));
      await cluster.resetLocalkey();
      const answers = cluster.bootPhones();
      expect(answers.filter(({ accepted }) => accepted === "rejected").map(({ phone }) => phone)).toEqual([
        "SEP0011223344FF",
      ]);
      expect(answers.filter(({ accepted }) => accepted === "direct")).toHaveLength(4);
    },
  );

  it("recovery-lost: the old key on the SFTP server is a token of the held lists, and helps", async () => {
    const opened = await open("recovery-lost");
    const cluster = opened.cluster();
    const path = join(opened.sftp.root, "ITLRecovery.p12");
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const key = openRecoveryP12(
      readFileSync(path),
      opened.environment["LAB_EAST_RECOVERY_KEY_PASSWORD"] ?? "",
    );
    for (const phone of cluster.phones)
      expect(tokens(phone.heldList)).toContain(serialHex(key?.serial ?? Buffer.alloc(0)));
    expect(new Set(verdicts(opened))).toEqual(new Set(["rejected"]));
    await cluster.resetRemotekey(readFileSync(path));
    expect(new Set(cluster.bootPhones().map(({ accepted }) => accepted))).toEqual(new Set(["direct"]));
  });

  it("publisher-rebuilt: the local key agrees with today's lists and with no phone; the old one helps", async () => {
    const opened = await open("publisher-rebuilt");
    const cluster = opened.cluster();
    expect(new Set(verdicts(opened))).toEqual(new Set(["rejected"]));
    await cluster.resetLocalkey();
    expect(new Set(cluster.bootPhones().map(({ accepted }) => accepted))).toEqual(new Set(["rejected"]));
    await cluster.resetRemotekey(readFileSync(join(opened.sftp.root, "ITLRecovery.p12")));
    expect(new Set(cluster.bootPhones().map(({ accepted }) => accepted))).toEqual(new Set(["direct"]));
  });

  it("recovery-certificate-replaced: the publisher's certificate is in no list", async () => {
    const cluster = (await open("recovery-certificate-replaced")).cluster();
    const serial = serialHex(cluster.publisher.certificates.get("ITLRecovery")?.serial ?? Buffer.alloc(0));
    for (const node of cluster.nodes) expect(tokens(node.listFile)).not.toContain(serial);
  });

  it("subscriber-down: both ports of the node refuse until it is back", async () => {
    const cluster = (await open("subscriber-down")).cluster();
    const node = cluster.node("tftp3");
    expect([await isOpen(node, node.sshPort), await isOpen(node, node.tftpPort)]).toEqual([false, false]);
    await cluster.setReachable(node, true);
    expect([await isOpen(node, node.sshPort), await isOpen(node, node.tftpPort)]).toEqual([true, true]);
  });

  it("tftp-stale: one node's file is not the one its show itl describes", async () => {
    const cluster = (await open("tftp-stale")).cluster();
    const isAsShown = async (node: LabNode) => {
      const sha1 = createHash("sha1")
        .update((await fetched(node)) as Buffer)
        .digest("hex");
      return cluster.showItl(node).includes(`${sha1}(SHA1)`);
    };
    expect([await isAsShown(cluster.publisher), await isAsShown(cluster.node("tftp2"))]).toEqual([
      true,
      false,
    ]);
  });

  it("mixed-mode: every node has a CTL that verifies, and serves it", async () => {
    const cluster = (await open("mixed-mode")).cluster();
    for (const node of cluster.nodes) {
      expect(cluster.showCtl(node)).toContain("The CTL file was verified successfully.");
      expect(await fetched(node, "/CTLFile.tlv")).toEqual(node.ctlFile);
    }
  });

  it("reset-unfinished: ITLRecovery signs, and no write is on record", async () => {
    const cluster = (await open("reset-unfinished")).cluster();
    const serial = serialHex(cluster.publisher.certificates.get("ITLRecovery")?.serial ?? Buffer.alloc(0));
    for (const node of cluster.nodes)
      expect(readList(node.listFile ?? Buffer.alloc(0)).signerSerial).toBe(serial);
    expect(cluster.writes).toEqual([]);
  });
});
