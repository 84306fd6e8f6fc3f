// recover in mixed mode: the CTL is written with the ITL, each once, and phones come back with both; or it is left to people, who are told.
import { afterEach, describe, expect, test } from "vitest";
import { isListSignedBy, readList } from "../../mocks/lab/list-bytes.ts";
import type { RunDocument } from "../../src/report/run-document.ts";
import type { CliResult } from "../support/run-cli.ts";
import { type LostCluster, openLostCluster, stepsOf } from "../support/lost-cluster.ts";

let lost: LostCluster;

afterEach(async () => {
  expect(lost.lab.complaints).toEqual([]);
  await lost.close();
});

const open = async (release: "11.5" | "12.5" | "15") => {
  lost = await openLostCluster(release === "11.5" ? "lost-trust" : "recovery-lost", release, {
    isMixedMode: true,
  });
  return lost.lab.cluster();
};
const documentOf = (result: CliResult) => result.json<RunDocument>();
const runOf = (result: CliResult) => documentOf(result).run ?? "";
const mixedMode = (result: CliResult) =>
  documentOf(result).findings.find(({ code }) => code === "mixed-mode");

/** What the publisher's phones did with the ITL (from 12.0 those of other nodes may not know its signer), and all with the CTL. */
const answers = () => {
  const cluster = lost.lab.cluster();
  const verdicts = cluster.bootPhones();
  const ofPublisher = cluster.phones.filter(({ tftpNode }) => tftpNode === "pub").map(({ name }) => name);
  const itl = verdicts.filter(({ phone }) => ofPublisher.includes(phone)).map(({ accepted }) => accepted);
  return { itl: [...new Set(itl)], ctl: [...new Set(verdicts.map(({ ctl }) => ctl?.accepted))] };
};

describe.each([
  ["11.5", "ITLRecovery"],
  ["12.5", "CallManager"],
  ["15", "CallManager"],
] as const)("release %s", (release, signer) => {
  test("stops once at the reset of the CTL, goes on from what `show ctl` proves, and brings phones back with both lists", async () => {
    const cluster = await open(release);
    const held = cluster.phones.map(({ heldCtl }) => heldCtl);
    const stopped = await lost.recover("--key", "local", "--yes");
    expect(stopped.exit).toBe(23);
    expect(documentOf(stopped).error).toMatchObject({
      ...{ code: "step-failed", place: { node: "pub", step: "reset-ctl" } },
      message: expect.stringContaining("[lab] the CTL file was signed with the local key"),
    });
    const ctl = readList(cluster.publisher.ctlFile ?? Buffer.alloc(0));
    const key = cluster.publisher.certificates.get(signer)?.publicKey;
    expect(key !== undefined && isListSignedBy(ctl, key)).toBe(true);
    expect(mixedMode(stopped)).toMatchObject({ severity: "warn" });
    expect(lost.written()).toEqual(["pub: utils ctl reset localkey"]);

    const waiting = await lost.resume(runOf(stopped));
    expect(documentOf(waiting)).toMatchObject({ outcome: "held", waitsFor: "phones", error: null });
    expect(lost.written()).toEqual(["pub: utils ctl reset localkey", "pub: utils itl reset localkey"]);
    expect(answers()).toEqual({ itl: ["direct"], ctl: ["direct"] });
    expect(cluster.phones.map(({ heldCtl }) => heldCtl)).not.toEqual(held);

    let result = await lost.resume(runOf(stopped), "--confirm", "phones");
    if (documentOf(result).waitsFor === "phones-again") {
      expect(answers().ctl).toEqual(["direct"]);
      result = await lost.resume(runOf(stopped), "--confirm", "phones-again");
    }
    expect(documentOf(result)).toMatchObject({ error: null, waitsFor: null, outcome: "warned" });
    expect(stepsOf(result)).toEqual(
      [
        ...["preflight", "reset-ctl", "reset", "verify-reset", "phones", "update-ctl"],
        ...["restart-tftp", "verify-normal", ...(release === "11.5" ? [] : ["phones-again"])],
      ].map((step) => `${step} done`),
    );
    expect(lost.written()).toEqual([
      "pub: utils ctl reset localkey",
      "pub: utils itl reset localkey",
      "pub: utils ctl update CTLFile",
      "pub: utils service restart Cisco Tftp",
      "tftp2: utils service restart Cisco Tftp",
    ]);
    expect(answers().itl).not.toContain("rejected");
    expect(answers().ctl).toEqual(["direct"]);
    const { ctlFile } = cluster.publisher;
    for (const { heldCtl } of cluster.phones) expect(heldCtl).toEqual(ctlFile);
  });
});

test("the plan says what phones do with each CTL, and what nobody knows", async () => {
  await open("11.5");
  const planned = await lost.recover("--key", "local", "--dry-run");
  expect(planned.exit).toBe(3);
  const effects = (id: string) =>
    documentOf(planned)
      .plan?.steps.find(({ step }) => step === id)
      ?.effects.join(" ");
  expect(effects("reset-ctl")).toContain("names ITLRecovery");
  expect(effects("reset-ctl")).toContain("inferred");
  expect(effects("reset-ctl")).toContain("is on no record");
  expect(effects("update-ctl")).toContain("names CallManager");
  expect(effects("update-ctl")).toContain("restart of Cisco CallManager");
  expect(lost.written()).toEqual([]);
});

describe("what is unknown beforehand leaves the CTL to people", () => {
  type Cluster = Awaited<ReturnType<typeof open>>;
  const cases: readonly (readonly [string, string, (cluster: Cluster) => void])[] = [
    [
      "no CTL",
      "finds none on pub",
      ({ publisher }) => {
        publisher.ctlFile = null;
      },
    ],
    [
      "a CTL that the platform does not verify",
      "does not call it verified",
      (cluster) => {
        const show = cluster.showCtl.bind(cluster);
        cluster.showCtl = (node) =>
          show(node).replace("The CTL file was verified successfully.", cluster.texts.ctlNotVerified);
      },
    ],
    [
      "an answer that nobody understands",
      "could not be read",
      (cluster) => {
        cluster.showCtl = () => "Executed command unsuccessfully";
      },
    ],
    [
      "a CTL that does not name who would sign the new one",
      "would be signed by the publisher's CallManager",
      (cluster) => {
        cluster.replaceCertificate(cluster.publisher, "CallManager");
      },
    ],
  ];

  test.each(cases)("%s", async (_what, reason, change) => {
    change(await open("15"));
    const flags = ["--key", "local", "--held", lost.write("held.tlv", held()), "--yes"];
    const blocked = await lost.recover(...flags);
    expect(blocked.exit).toBe(20);
    expect(mixedMode(blocked)).toMatchObject({ severity: "block", message: expect.stringContaining(reason) });
    expect(mixedMode(blocked)?.advice).toContain("utils ctl update CTLFile");
    expect(lost.written()).toEqual([]);
  });

  /** A list that names the publisher's present CallManager, so that only the CTL is in question. */
  const held = () => lost.lab.cluster().publisher.listFile ?? Buffer.alloc(0);

  test("accepted, the recovery is as without mixed mode, and the plan prints the steps for people", async () => {
    const cluster = await open("15");
    cluster.publisher.ctlFile = null;
    const waiting = await lost.recover("--key", "local", "--accept", "mixed-mode", "--yes");
    const document = documentOf(waiting);
    expect(document).toMatchObject({ outcome: "held", waitsFor: "phones", error: null });
    expect(document.plan?.steps.map(({ step }) => step)).toEqual([
      ...["preflight", "reset", "verify-reset", "phones", "restart-tftp", "verify-normal", "phones-again"],
    ]);
    const accepted = document.plan?.preface.find((line) => line.startsWith("Accepted mixed-mode"));
    expect(accepted).toContain("utils ctl reset localkey");
    expect(accepted).toContain("utils ctl update CTLFile");
    await lost.resume(runOf(waiting), "--confirm", "phones");
    expect(lost.written().filter((line) => line.includes("utils ctl"))).toEqual([]);
  });

  test("a remote key", async () => {
    await open("12.5");
    const blocked = await lost.recover(...lost.remoteFlags, "--yes");
    expect(blocked.exit).toBe(20);
    expect(mixedMode(blocked)?.message).toContain("once the remote key is on the publisher");
  });

  test("lists that are reset already", async () => {
    const cluster = await open("15");
    await cluster.resetLocalkey();
    const blocked = await lost.recover("--key", "local", "--yes");
    expect(blocked.exit).toBe(20);
    expect(mixedMode(blocked)?.message).toContain("reset already");
  });
});

test("outside mixed mode nothing is asked about a CTL, and the journal has no steps of its own", async () => {
  lost = await openLostCluster("lost-trust", "11.5");
  const waiting = await lost.recover("--key", "local", "--yes");
  expect(stepsOf(waiting)).toEqual([
    ...["preflight done", "reset done", "verify-reset done", "phones held"],
    ...["restart-tftp pending", "verify-normal pending"],
  ]);
  const asked = lost.lab.cluster().commandLog.map(({ line }) => line);
  expect(asked.filter((line) => line.includes("ctl"))).toEqual([]);
});
