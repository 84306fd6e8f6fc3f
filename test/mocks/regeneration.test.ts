// Regenerated certificates on every lab profile: where they may be made, when they come into use, and what may go wrong on the way.
import { afterEach, describe, expect, it, test } from "vitest";
import { createCluster } from "../../mocks/lab/cluster-state.ts";
import type { FaultAction, FaultPoint } from "../../mocks/lab/faults.ts";
import { createLabClock } from "../../mocks/lab/lab-clock.ts";
import { readList } from "../../mocks/lab/list-bytes.ts";
import type { LabCluster, LabNode, LabRelease, LabUnit } from "../../mocks/lab/model.ts";
import { closeLabs, openLab, openTalk } from "./front-dialogue.ts";

afterEach(closeLabs);

const releases: readonly LabRelease[] = ["10.0", "11.5", "12.5", "15"];
const units: readonly LabUnit[] = ["tomcat", "ipsec", "CAPF", "CallManager", "TVS", "ITLRecovery"];
const onPublisherOnly: Readonly<Record<LabRelease, readonly LabUnit[]>> = {
  "10.0": [],
  "11.5": [],
  "12.5": ["ITLRecovery"],
  "15": ["CAPF", "ITLRecovery"],
};
const services = [
  "Cisco CallManager",
  "Cisco CTIManager",
  "Cisco Trust Verification Service",
  "Cisco Tftp",
  "Cisco HAProxy",
  "Cisco Certificate Authority Proxy Function",
  "Cisco Tomcat",
  "Cisco DRF Master",
  "Cisco DRF Local",
];
const tvs = "Cisco Trust Verification Service";
const regenQuestion = "Proceed with regeneration (yes|no)? ";
const isAsked = (release: LabRelease, unit: string) =>
  release === "10.0" || release === "11.5" || unit === "ITLRecovery";
const open = (release: LabRelease, more: object = {}) =>
  createCluster({ name: "east", release, phones: 1, ...more }, { clock: createLabClock({ auto: true }) });
const names = (node: LabNode, serial: Buffer | undefined) =>
  readList(node.listFile ?? Buffer.alloc(0)).records.some((record) =>
    record.fields.some(({ tag, value }) => tag === 6 && serial?.equals(value)),
  );
const restartEverywhere = async (cluster: LabCluster, service: string) => {
  for (const node of cluster.nodes) await cluster.restartService(node, service);
};
const answers = (cluster: LabCluster) => cluster.bootPhones().map(({ accepted }) => accepted);

describe.each(releases)("on %s", (release) => {
  it("every unit is regenerated on the publisher, and on a subscriber unless it belongs to the publisher", () => {
    for (const unit of units) {
      const cluster = open(release);
      const [pub, sub] = [cluster.publisher, cluster.node("tftp2")];
      const before = [pub.certificates.get(unit), sub.certificates.get(unit)];
      expect(cluster.regenerate(pub, unit).kind, unit).toBe("regenerated");
      expect(pub.certificates.get(unit)?.serial).not.toEqual(before[0]?.serial);
      const isRefused = onPublisherOnly[release].includes(unit);
      expect(cluster.regenerate(sub, unit).kind, unit).toBe(isRefused ? "refused" : "regenerated");
      if (isRefused && unit === "CAPF") expect(sub.certificates.get(unit)).toBe(before[1]);
    }
  });

  it("any unit holds any other for five minutes on its node, and a CA's certificate is overwritten", () => {
    for (const unit of units) {
      const cluster = open(release, { caSigned: units.filter((one) => one !== "ITLRecovery") });
      expect(cluster.publisher.certificates.get("tomcat")?.isCaSigned).toBe(true);
      cluster.regenerate(cluster.publisher, unit);
      expect(cluster.publisher.certificates.get(unit)?.isCaSigned).toBe(false);
      for (const other of units)
        expect(cluster.regenerate(cluster.publisher, other)).toEqual({ kind: "held", by: unit });
    }
  });

  it("a list names the new certificate after the node's TFTP restart and not before", async () => {
    const inLists: LabUnit[] = ["CallManager", "TVS", "CAPF", "ITLRecovery"];
    for (const unit of inLists) {
      const cluster = open(release);
      cluster.regenerate(cluster.publisher, unit);
      const serial = cluster.publisher.certificates.get(unit)?.serial;
      expect(names(cluster.publisher, serial), unit).toBe(false);
      await cluster.restartTftp(cluster.publisher);
      expect(names(cluster.publisher, serial), unit).toBe(true);
    }
  });

  it("a TVS answers with its old certificate until its own restart", async () => {
    const cluster = open(release);
    const old = cluster.tvsCertificate(cluster.publisher);
    cluster.regenerate(cluster.publisher, "TVS");
    expect(cluster.tvsCertificate(cluster.publisher)).toBe(old);
    await cluster.restartTftp(cluster.publisher);
    expect(cluster.tvsCertificate(cluster.publisher)).toBe(old);
    await cluster.restartService(cluster.publisher, tvs);
    expect(cluster.tvsCertificate(cluster.publisher)).toBe(cluster.publisher.certificates.get("TVS"));
    cluster.publisher.regeneratedAt.clear();
    cluster.regenerate(cluster.publisher, "TVS");
    cluster.setService(cluster.publisher, tvs, "STOPPED");
    cluster.setService(cluster.publisher, tvs, "STARTED");
    expect(cluster.tvsCertificate(cluster.publisher)).toBe(cluster.publisher.certificates.get("TVS"));
  });

  it("every service that goes with a certificate is listed on every node, and can be restarted", async () => {
    const lab = await openLab({ clusters: [{ name: "east", release }] });
    const publisher = await openTalk(lab);
    const listed = await publisher.talk("utils service list");
    const elsewhere = await (await openTalk(lab, "tftp2")).talk("utils service list");
    for (const service of services) {
      expect(listed).toContain(`\n${service}[`);
      expect(elsewhere).toContain(`\n${service}[`);
      expect(await publisher.talk(`utils service restart ${service}`)).toMatch(/\[STARTED\] {0,2}$/);
    }
    expect(listed).toContain("\nCisco DRF Master[STARTED]\n");
    expect(elsewhere).toContain("\nCisco DRF Master[STOPPED]  Service Not Activated\n");
    expect(lab.complaints).toEqual([]);
  });

  it("every unit is regenerated by its command", async () => {
    const lab = await openLab({ clusters: [{ name: "east", release }] });
    const { talk } = await openTalk(lab);
    for (const unit of units) {
      const answer = isAsked(release, unit) ? ([[regenQuestion, "yes"]] as const) : [];
      expect(await talk(`set cert regen ${unit}`, ...answer)).toMatch(
        new RegExp(`\\nSuccessfully [Rr]egenerated [Cc]ertificate for ${unit}\\.`),
      );
      lab.cluster().publisher.regeneratedAt.clear();
    }
    expect(lab.cluster().writes.filter(({ kind }) => kind === "regen")).toHaveLength(units.length);
  });
});

describe("phones and a TVS that was regenerated but not restarted", () => {
  // Up to 11.5 a new CallManager is accepted by TVS only, so that it shows which certificate a TVS uses.
  const lists = async (isTvsRestarted: boolean) => {
    const cluster = open("11.5");
    for (const node of cluster.nodes) cluster.regenerate(node, "TVS");
    if (isTvsRestarted) await restartEverywhere(cluster, tvs);
    return cluster;
  };

  it("who hold the list from before are still helped, and no longer after the restart", async () => {
    for (const isTvsRestarted of [false, true]) {
      const cluster = await lists(isTvsRestarted);
      for (const node of cluster.nodes) cluster.replaceCertificate(node, "CallManager");
      await restartEverywhere(cluster, "Cisco Tftp");
      expect(answers(cluster)).toEqual(isTvsRestarted ? ["rejected", "rejected"] : ["by-tvs", "by-tvs"]);
    }
  });

  it("who took the list with the new certificate are helped only once the service runs with it", async () => {
    for (const isTvsRestarted of [false, true]) {
      const cluster = await lists(isTvsRestarted);
      await restartEverywhere(cluster, "Cisco Tftp");
      expect(answers(cluster)).toEqual(["direct", "direct"]);
      for (const node of cluster.nodes) cluster.replaceCertificate(node, "CallManager");
      await restartEverywhere(cluster, "Cisco Tftp");
      expect(answers(cluster)).toEqual(isTvsRestarted ? ["by-tvs", "by-tvs"] : ["rejected", "rejected"]);
    }
  });
});

describe("a fault at a regeneration", () => {
  const strike = async (at: FaultPoint, action: FaultAction) => {
    const lab = await openLab({ clusters: [{ name: "east", release: "11.5" }] });
    lab.cluster().faults.add({ node: "pub", command: /^set cert regen/, at, action });
    return { cluster: lab.cluster(), ...(await openTalk(lab)) };
  };
  const regens = (cluster: LabCluster) => cluster.writes.filter(({ kind }) => kind === "regen").length;

  test.each([
    ["before", { kind: "before" }, 0],
    ["at the warning", { kind: "line", line: 2 }, 0],
    ["at the question", { kind: "question", name: "regen" }, 0],
    ["when it is done", { kind: "point", name: "regenerated" }, 1],
    ["at the sentence of success", { kind: "line", line: 4 }, 1],
  ] as const)("loses the session %s", async (_when, at, made) => {
    const { shell, cluster } = await strike(at, { kind: "drop" });
    shell.type("set cert regen TVS\r");
    if (made === 1) {
      await shell.read(regenQuestion);
      shell.type("yes\r");
    }
    await shell.closed;
    expect(regens(cluster)).toBe(made);
    expect(cluster.faults.pending()).toEqual([]);
  });

  test.each([
    ["in place of the question", { kind: "question", name: "regen" }, [], 0],
    ["behind the question", { kind: "point", name: "regenerated" }, [[regenQuestion, "yes"]], 1],
  ] as const)("says something unknown %s", async (_where, at, answer, made) => {
    const { talk, cluster } = await strike(at, { kind: "say", text: "the moon is full" });
    const text = await talk("set cert regen TVS", ...answer);
    expect(text).toMatch(/the moon is full\nExecuted command unsuccessfully$/);
    expect(text).not.toContain("Successfully");
    expect(regens(cluster)).toBe(made);
  });

  test("stalls at the question for a time, and then goes on", async () => {
    const { talk, cluster } = await strike(
      { kind: "question", name: "regen" },
      { kind: "stall", ms: 20_000 },
    );
    const start = cluster.clock.now();
    expect(await talk("set cert regen TVS", [regenQuestion, "yes"])).toContain("Successfully");
    expect(cluster.clock.now() - start).toBe(20_000);
  });
});
