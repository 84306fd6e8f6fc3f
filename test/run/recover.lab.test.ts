// recover, from the look to the proof, on every profile and with both keys; the lab's phones are the judges.
import { afterEach, describe, expect, test } from "vitest";
import type { RunDocument } from "../../src/report/run-document.ts";
import { type LostCluster, openLostCluster, stepsOf } from "../support/lost-cluster.ts";

let lost: LostCluster;

afterEach(async () => {
  expect(lost.lab.complaints).toEqual([]);
  await lost.close();
});

const trusting = (answers: Record<string, string>) =>
  Object.values(answers).filter((answer) => answer !== "rejected").length;

/** What the plan said that phones of each TFTP node would do with the reset list. */
function forecastsOf({ plan }: RunDocument): Record<string, string> {
  const effects = plan?.steps.find(({ step }) => step === "reset")?.effects ?? [];
  const said = effects.flatMap((line) => {
    const match = /^Phones of (\S+): (.*?) \(/.exec(line);
    return match ? [[match[1] ?? "", match[2] ?? ""] as const] : [];
  });
  return Object.fromEntries(said);
}

const words: Record<string, string> = {
  "take it at their next reset": "direct",
  "take it if they reach a Trust Verification Service": "by-tvs",
  "will NOT take it": "rejected",
};

describe.each([
  ["10.0", "lost-trust", "local", 1],
  ["11.5", "lost-trust", "local", 1],
  ["10.0", "lost-trust", "remote", 1],
  ["11.5", "lost-trust", "remote", 1],
  ["10.0", "publisher-rebuilt", "remote", 1],
  ["11.5", "publisher-rebuilt", "remote", 1],
  ["12.5", "recovery-lost", "local", 2],
  ["12.5", "recovery-lost", "remote", 2],
  ["15", "recovery-lost", "local", 2],
  ["15", "recovery-lost", "remote", 2],
] as const)("release %s, %s, --key %s", (release, scenario, key, resets) => {
  test("resets once, is proven, and phones do what the plan said", async () => {
    lost = await openLostCluster(scenario, release);
    const cluster = lost.lab.cluster();
    expect(trusting(lost.boot())).toBe(0);
    const flags = key === "remote" ? lost.remoteFlags : ["--key", "local"];
    const held = await lost.recover(...flags, "--yes");

    expect(held.json<RunDocument>()).toMatchObject({ outcome: "held", waitsFor: "phones", error: null });
    expect(held.exit).toBe(21);
    const resetLine = key === "local" ? "localkey" : "remotekey 127.0.0.1 itl /ITLRecovery.p12";
    expect(lost.written()).toEqual([`pub: utils itl reset ${resetLine}`]);
    expect(stepsOf(held).slice(0, 4)).toEqual([
      "preflight done",
      "reset done",
      "verify-reset done",
      "phones held",
    ]);

    const forecasts = forecastsOf(held.json());
    const answers = lost.boot();
    for (const phone of cluster.phones) {
      const isHelpless = phone.name.endsWith("FF");
      const said = words[forecasts[phone.tftpNode] ?? ""];
      expect(`${phone.name} ${answers[phone.name]}`).toBe(`${phone.name} ${isHelpless ? "rejected" : said}`);
    }

    const { run } = held.json<RunDocument>();
    let result = await lost.resume(run ?? "", "--confirm", "phones");
    if (resets === 2) {
      expect(result.exit).toBe(21);
      expect(result.json<RunDocument>()).toMatchObject({ outcome: "held", waitsFor: "phones-again" });
      lost.boot();
      result = await lost.resume(run ?? "", "--confirm", "phones-again");
    }
    const document = result.json<RunDocument>();
    expect([0, 3]).toContain(result.exit);
    expect(document.outcome).toBe(document.findings.length > 0 ? "warned" : "done");
    expect(document.steps.map(({ step }) => step)).toEqual([
      ...["preflight", "reset", "verify-reset", "phones", "restart-tftp", "verify-normal"],
      ...(resets === 2 ? ["phones-again"] : []),
    ]);
    expect(lost.written()).toEqual([
      `pub: utils itl reset ${resetLine}`,
      "pub: utils service restart Cisco Tftp",
      "tftp2: utils service restart Cisco Tftp",
    ]);
    const after = lost.boot();
    for (const phone of cluster.phones) {
      if (words[forecasts[phone.tftpNode] ?? ""] !== "rejected" && !phone.name.endsWith("FF")) {
        expect(after[phone.name]).not.toBe("rejected");
      }
    }
    const status = await lost.run(["status", "--json"]);
    const [seen] = status.json<{
      clusters: { nodes: { node: string; itl: { signedBy: string } | null }[] }[];
    }>().clusters;
    const signers = seen?.nodes.filter(({ itl }) => itl !== null).map(({ itl }) => itl?.signedBy);
    expect(signers).toEqual([cluster.profile.normalSigner, cluster.profile.normalSigner]);
  });
});

test("a rebuilt publisher is not recommended its own new key", async () => {
  lost = await openLostCluster("publisher-rebuilt", "11.5");
  const result = await lost.recover("--yes");
  expect(result.exit).toBe(20);
  expect(result.json<RunDocument>().findings).toContainEqual(
    expect.objectContaining({ code: "key-not-held", severity: "block" }),
  );
  expect(lost.written()).toEqual([]);
});

test("without a key and with nothing known of the phones, an unattended recovery is blocked", async () => {
  lost = await openLostCluster("lost-trust", "11.5", { isHistoryKept: false });
  const result = await lost.recover("--yes");
  expect(result.exit).toBe(20);
  expect(result.json<RunDocument>()).toMatchObject({ outcome: "blocked", error: { code: "blocked" } });
  expect(result.json<RunDocument>().findings.map(({ code }) => code)).toContain("held-list-assumed");
  expect(lost.written()).toEqual([]);
});

test("the list that phones hold can be named", async () => {
  lost = await openLostCluster("publisher-rebuilt", "11.5", { isHistoryKept: false });
  const [phone] = lost.lab.cluster().phones;
  const file = lost.write("held.tlv", phone?.heldList ?? "");
  const blind = await lost.recover("--dry-run", "--key", "local");
  expect(blind.json<RunDocument>().findings.map(({ code }) => code)).toContain("held-list-assumed");
  const named = await lost.recover("--dry-run", "--key", "local", "--held", file);
  expect(named.exit).toBe(20);
  expect(named.json<RunDocument>().error?.message).toMatch(/key-not-held/);
  const remote = await lost.recover("--dry-run", ...lost.remoteFlags, "--held", file);
  expect(remote.json<RunDocument>()).toMatchObject({ run: null, outcome: "planned" });
  // Copied as it stands, it plans the same recovery.
  const next = remote.json<RunDocument>().next ?? "";
  expect(next).toBe(["itlctl recover east", ...lost.remoteFlags, "--held", file].join(" "));
  expect(remote.exit).toBe(3);
  expect(lost.written()).toEqual([]);
  expect((await lost.run(["runs", "--json"])).json()).toEqual({ runs: [] });
});

test("a cluster that was reset already is not reset again, and the run goes on from there", async () => {
  lost = await openLostCluster("lost-trust", "11.5");
  await lost.lab.cluster().resetLocalkey();
  const before = lost.written();
  const result = await lost.recover("--key", "local", "--yes");
  expect(result.exit).toBe(21);
  const planned = result.json<RunDocument>().plan?.steps.find(({ step }) => step === "reset");
  expect(planned).toMatchObject({ commands: [], questions: [] });
  expect(planned?.title).toMatch(/^Skip the reset: the lists are signed with ITLRECOVERY_/);
  expect(stepsOf(result)).toContain("reset skipped");
  expect(lost.written()).toEqual(before);
});

test("a stopped Cisco Tftp is told of, and neither proven nor started", async () => {
  lost = await openLostCluster("lost-trust", "11.5");
  const cluster = lost.lab.cluster();
  cluster.setService(cluster.node("tftp2"), "Cisco Tftp", "STOPPED");
  const held = await lost.recover("--key", "local", "--yes");
  const { run, findings } = held.json<RunDocument>();
  expect(findings.map(({ code, node }) => `${code} ${node}`)).toContain("tftp-not-started tftp2");
  const result = await lost.resume(run ?? "", "--confirm", "phones");
  expect(result.json<RunDocument>()).toMatchObject({ outcome: "warned" });
  expect(lost.written()).toEqual(["pub: utils itl reset localkey", "pub: utils service restart Cisco Tftp"]);
});

test("a rebuilt publisher of which no older list is known is cured with the kept key, once that is accepted", async () => {
  lost = await openLostCluster("publisher-rebuilt", "11.5", { isHistoryKept: false });
  const refused = await lost.recover(...lost.remoteFlags, "--yes");
  expect(refused.exit).toBe(20);
  expect(refused.json<RunDocument>().error).toMatchObject({
    message: expect.stringContaining("key-not-held"),
    hint: expect.stringMatching(/--held FILE.*--accept key-not-held/),
  });
  const held = await lost.recover(...lost.remoteFlags, "--yes", "--accept", "key-not-held");
  expect(held.exit).toBe(21);
  expect(held.json<RunDocument>().plan?.preface.join("\n")).toMatch(/Accepted key-not-held/);
  expect(trusting(lost.boot())).toBe(lost.lab.cluster().phones.length);
});

test("what phones hold is known: then nobody can accept a key that they do not know", async () => {
  lost = await openLostCluster("publisher-rebuilt", "11.5");
  const result = await lost.recover("--key", "local", "--yes", "--accept", "key-not-held");
  expect(result.exit).toBe(20);
  expect(lost.written()).toEqual([]);
});

test("a run that was killed before its plan was confirmed is confirmed by resume --yes", async () => {
  lost = await openLostCluster("lost-trust", "11.5");
  let run = "";
  const killed = await lost.run(["recover", "east"], {
    terminal: async () => {
      const listed = await lost.run(["runs", "--json"]);
      run = listed.json<{ runs: { run: string }[] }>().runs[0]?.run ?? "";
      throw new Error("the process dies at the question");
    },
  });
  expect(killed.exit).toBe(1);
  const resumed = await lost.resume(run);
  expect(resumed.json<RunDocument>()).toMatchObject({ outcome: "held", waitsFor: "phones" });
  expect(lost.written()).toEqual(["pub: utils itl reset localkey"]);
});
