// cert regen in mixed mode, with a truthful person beside it: phones follow with the ITL and with the CTL, or the plan says beforehand that they do not.
import { afterEach, describe, expect, test } from "vitest";
import type { RunDocument } from "../../src/report/run-document.ts";
import { type BackupCli, openBackupCli } from "../support/backup-cli.ts";
import { type CertChange, certChangeOn, openCertChange } from "../support/cert-change.ts";

let change: CertChange & Partial<BackupCli>;

afterEach(async () => {
  expect(change.lab.complaints).toEqual([]);
  await change.close();
});

const releases = ["11.5", "12.5", "15"] as const;
const isOld = (release: string) => release === "11.5";
const ctlAnswers = () => [
  ...new Set(
    change.lab
      .cluster()
      .bootPhones()
      .map(({ ctl }) => ctl?.accepted),
  ),
];
const ctlLines = () => change.written().filter((line) => line.includes("utils ctl"));

/** Carries the change on where the unknown words of a reset of the CTL stopped it. */
async function carryOutPastReset(args: readonly string[]) {
  const stopped = await change.carryOut(args);
  const { run, error } = stopped.json<RunDocument>();
  if (error?.place?.step !== "reset-ctl") return stopped;
  expect(stopped.exit).toBe(23);
  expect(error.message).toContain("is on no record");
  return change.carryOut(["resume", run ?? ""]);
}

describe.each(releases)("release %s", (release) => {
  test("CAPF: the CTL is written after the regeneration and before the restarts, and phones take both lists", async () => {
    change = await openCertChange({ scenario: "mixed-mode", release });
    const result = await change.carryOut(["cert", "regen", "east", "CAPF", "--node", "pub"]);
    expect(result.json<RunDocument>()).toMatchObject({ error: null, waitsFor: null });
    expect(change.written().slice(0, 3)).toEqual([
      "pub: set cert regen CAPF",
      "pub: utils ctl update CTLFile",
      "pub: utils service restart Cisco Certificate Authority Proxy Function",
    ]);
    expect(change.stranded()).toEqual([]);
    expect(ctlAnswers()).toEqual(["direct"]);
  });

  test("a subscriber's CallManager leaves the signer of the CTL alone", async () => {
    change = await openCertChange({ scenario: "mixed-mode", release });
    const result = await change.carryOut(["cert", "regen", "east", "CallManager", "--node", "tftp2"]);
    expect(result.json<RunDocument>()).toMatchObject({ error: null, waitsFor: null });
    expect(ctlLines()).toEqual(["pub: utils ctl update CTLFile"]);
    expect(change.stranded()).toEqual([]);
    expect(ctlAnswers()).toEqual(["direct"]);
    const told = result.json<RunDocument>().findings.find(({ code }) => code === "mixed-mode");
    expect(told?.advice).toContain("Leave the CTL to this plan, which writes it once");
  });

  test("the renewal of ITLRecovery brings the new certificate into the CTL of every phone", async () => {
    const cli = await openBackupCli({ scenario: "mixed-mode", release });
    change = { ...certChangeOn(cli), vault: cli.vault };
    const result = await carryOutPastReset(["cert", "regen", "east", "ITLRecovery"]);
    expect(result.json<RunDocument>()).toMatchObject({ error: null, waitsFor: null });
    expect(ctlLines()).toEqual([
      ...(isOld(release) ? [] : ["pub: utils ctl reset localkey"]),
      "pub: utils ctl update CTLFile",
    ]);
    expect(change.stranded()).toEqual([]);
    expect(ctlAnswers()).toEqual(["direct"]);
    const recovery = change.lab.cluster().publisher.certificates.get("ITLRecovery");
    for (const { heldCtl } of change.lab.cluster().phones) {
      expect(heldCtl?.includes(recovery?.der ?? Buffer.from("none"))).toBe(true);
    }
  });
});

describe.each(["12.5", "15"] as const)("CallManager on %s", (release) => {
  test("of every node: ITLRecovery goes on signing the CTL, and phones take it", async () => {
    change = await openCertChange({ scenario: "mixed-mode", release });
    const result = await change.carryOut(["cert", "regen", "east", "CallManager"]);
    const document = result.json<RunDocument>();
    expect(document).toMatchObject({ error: null, waitsFor: null });
    expect(document.findings.map(({ code }) => code)).not.toContain("ctl-reset-first");
    expect(ctlLines()).toHaveLength(2);
    expect(change.written().slice(0, 3)).toEqual([
      "pub: set cert regen CallManager",
      "pub: utils ctl update CTLFile",
      "pub: utils service restart Cisco CallManager",
    ]);
    expect(change.stranded()).toEqual([]);
    expect(ctlAnswers()).toEqual(["direct"]);
  });

  test("is refused while the CTL does not name the present ITLRecovery (FN70613)", async () => {
    change = await openCertChange({ scenario: "mixed-mode", release });
    const cluster = change.lab.cluster();
    cluster.replaceCertificate(cluster.publisher, "ITLRecovery");
    for (const node of cluster.nodes) cluster.rebuildList(node);
    const result = await change.carryOut(["cert", "regen", "east", "CallManager", "--node", "pub"]);
    expect(result.exit).toBe(20);
    expect(result.json<RunDocument>().findings).toContainEqual(
      expect.objectContaining({ code: "ctl-reset-first", severity: "block" }),
    );
    expect(change.written()).toEqual([]);
  });
});

describe("the publisher's CallManager on 11.5, which signs the CTL", () => {
  const args = ["cert", "regen", "east", "CallManager", "--node", "pub"];

  test("is refused, as the CTL that phones hold does not name the new one", async () => {
    change = await openCertChange({ scenario: "mixed-mode", release: "11.5" });
    const result = await change.carryOut(args);
    expect(result.exit).toBe(20);
    const found = result.json<RunDocument>().findings.find(({ code }) => code === "ctl-not-followed");
    expect(found).toMatchObject({ severity: "block", node: null });
    expect(found?.message).toContain("Security by Default");
    expect(change.written()).toEqual([]);
  });

  test("is carried out where that was accepted, and the plan says so; the ITL is followed, the CTL is not", async () => {
    change = await openCertChange({ scenario: "mixed-mode", release: "11.5" });
    const result = await change.carryOut([...args, "--accept", "ctl-not-followed"]);
    const document = result.json<RunDocument>();
    expect(document).toMatchObject({ error: null, waitsFor: null });
    expect(document.plan?.preface.join("\n")).toContain("Accepted ctl-not-followed");
    expect(change.stranded()).toEqual([]);
    expect(ctlAnswers()).toEqual(["rejected"]);
  });
});

test("a CTL that cannot be read stops the plan before the regeneration", async () => {
  change = await openCertChange({ scenario: "mixed-mode", release: "15" });
  change.lab.cluster().publisher.ctlFile = null;
  const result = await change.carryOut(["cert", "regen", "east", "CAPF", "--node", "pub"]);
  expect(result.exit).toBe(20);
  expect(result.json<RunDocument>().findings.map(({ code }) => code)).toContain("ctl-not-followed");
  expect(change.written()).toEqual([]);
});

const withoutReset = `playbook: renewal-in-short
description: A new ITLRecovery, with a CTL that only says so afterwards.
steps:
  - { id: preflight, verb: preflight }
  - { id: phones-ready, verb: gate }
  - { id: regenerate, verb: regenerate, units: [ITLRecovery] }
  - { id: reset, verb: reset }
  - { id: verify-reset, verb: verify, signer: reset }
  - { id: phones, verb: confirm, text: Reset the phones. }
  - { id: update-ctl, verb: update-ctl }
  - { id: restart-tftp, verb: restart-service, service: Cisco Tftp }
  - { id: verify-normal, verb: verify, signer: normal }
`;

test("a plan whose CTL phones cannot follow is refused; once accepted, its reset of the ITL is not stopped halfway for the CTL", async () => {
  change = await openCertChange({ scenario: "mixed-mode", release: "15" });
  const file = change.write("renewal-in-short.yaml", withoutReset);
  const args = ["run", file, "--cluster", "east"];
  const refused = await change.carryOut(args);
  expect(refused.exit).toBe(20);
  expect(refused.json<RunDocument>().error?.message).toContain("ctl-not-followed");
  expect(change.written()).toEqual([]);
  const result = await change.carryOut([...args, "--accept", "ctl-not-followed"]);
  expect(result.json<RunDocument>()).toMatchObject({ error: null, waitsFor: null });
  expect(change.stranded()).toEqual([]);
  expect(ctlAnswers()).toEqual(["rejected"]);
});
