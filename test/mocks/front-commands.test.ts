// The reading and regenerating commands of the lab: as transcripts have them, and true to the cluster behind.
import { X509Certificate } from "node:crypto";
import { afterEach, expect, test } from "vitest";
import { createLabClock } from "../../mocks/lab/lab-clock.ts";
import type { LabRelease } from "../../mocks/lab/model.ts";
import { closeLabs, openLab, openTalk, transcript } from "./front-dialogue.ts";

afterEach(closeLabs);

const regenQuestion = "Proceed with regeneration (yes|no)? ";

async function openEast(release: LabRelease = "11.5", options: { isMixedMode?: boolean } = {}) {
  const lab = await openLab({ clusters: [{ name: "east", release, ...options }] });
  return { lab, cluster: lab.cluster(), ...(await openTalk(lab)) };
}

test("regeneration on 10.0 is tac-05, the refusal of the next one tac-06, and after five minutes it is allowed", async () => {
  const { talk, cluster, lab } = await openEast("10.0");
  const before = cluster.publisher.certificates.get("CallManager");
  const text = await talk("set cert regen CallManager", [regenQuestion, "yes"]);
  expect(text).toBe(transcript("tac-05-set-cert-regen-callmanager"));
  expect(cluster.publisher.certificates.get("CallManager")).not.toBe(before);
  expect(await talk("set cert regen TVS")).toBe(transcript("tac-06-set-cert-regen-tvs-held-5min"));
  await lab.clock.advance(300_000);
  expect(await talk("set cert regen TVS", [regenQuestion, "no"])).not.toContain("Successfully");
  expect(cluster.writes.map(({ kind, line }) => [kind, line])).toEqual([
    ["regen", "set cert regen CallManager"],
  ]);
});

test("regeneration of ITLRecovery on 12.5 is ext-04, of other units one line, and never on a subscriber", async () => {
  const { talk, cluster, lab } = await openEast("12.5");
  const text = await talk("set cert regen ITLRecovery", [regenQuestion, "yes"]);
  expect(text).toBe(transcript("ext-04-set-cert-regen-ITLRecovery-newer"));
  await lab.clock.advance(300_000);
  expect(await talk("set cert regen tomcat")).toMatch(/\nSuccessfully regenerated certificate for tomcat\.$/);
  expect(await talk("set cert regen nonsense")).toContain(cluster.texts.unknownUnit);
  const sub = await openTalk(lab, "tftp2");
  expect(await sub.talk("set cert regen ITLRecovery", [regenQuestion, "yes"])).toContain(
    cluster.texts.regenRefused,
  );
});

test.each([
  ["10.0", []],
  ["11.5", ["CallManager-ECDSA"]],
  ["12.5", ["CallManager-ECDSA"]],
  ["15", ["tomcat-ECDSA", "CallManager-ECDSA"]],
] as const)(
  "release %s has the ECDSA units %j, each with a key of its own and signed by it",
  async (release, units) => {
    const { talk, cluster } = await openEast(release);
    const list = await talk("show cert list own");
    const listed = [...list.matchAll(/^(\S+-ECDSA)\//gm)].map(([, unit]) => unit);
    expect(listed).toEqual(units);
    for (const unit of units) {
      const text = await talk(`show cert own ${unit}`);
      const shown = new X509Certificate(text.slice(text.indexOf("-----BEGIN")));
      expect(shown.publicKey.asymmetricKeyDetails).toEqual({ namedCurve: "secp384r1" });
      expect(shown.verify(shown.publicKey)).toBe(true);
      expect(text).toMatch(/^SignatureAlgorithm: SHA384withECDSA/m);
      const before = cluster.publisher.certificates.get(unit)?.der;
      expect(before?.equals(shown.raw)).toBe(true);
      expect(cluster.regenerate(cluster.publisher, unit).kind).toBe("regenerated");
      expect(cluster.publisher.certificates.get(unit)?.der.equals(shown.raw)).toBe(false);
      cluster.publisher.regeneratedAt.clear();
    }
  },
);

test("certificates are listed as ext-24 lists them, and shown with their PEM", async () => {
  const { talk, cluster } = await openEast("15");
  const list = await talk("show cert list own");
  for (const line of list.split("\n").slice(1))
    expect(transcript("ext-24-show-cert-list-own-15")).toContain(line);
  expect(list.split("\n")).toHaveLength(9);
  for (const line of ["show cert own TVS", "show cert own TVS/TVS.pem"]) {
    const text = await talk(line);
    const shown = new X509Certificate(text.slice(text.indexOf("-----BEGIN")));
    expect(shown.raw.equals(cluster.publisher.certificates.get("TVS")?.der ?? Buffer.alloc(0))).toBe(true);
    expect(text).toMatch(
      /\nSignatureAlgorithm: SHA256withRSA \(1\.2\.840\.113549\.1\.1\.11\)\nIssuer Name: CN=.*, OU=tac/,
    );
  }
});

test.each([
  ["11.5", "ext-08-utils-service-restart-finesse-tomcat"],
  ["12.5", "ext-09-utils-service-restart-newer-wording"],
] as const)("a restart on %s is worded as %s and rebuilds the list", async (release, name) => {
  const { talk, cluster } = await openEast(release);
  cluster.replaceCertificate(cluster.publisher, "TVS");
  const before = cluster.publisher.listFile;
  const text = await talk("utils service restart Cisco Tftp");
  const [, warning, manager, row = ""] = transcript(name).split("\n");
  const pad = /\s*$/.exec(row)?.[0] ?? "";
  const rows = ["STOPPING", "STOPPING", "STARTING", "STARTING", "STARTED", "STARTED"].map(
    (one) => `Cisco Tftp[${one}]${pad}`,
  );
  expect(text.split("\n").slice(1)).toEqual([warning, manager, ...rows]);
  expect(cluster.publisher.listFile).not.toBe(before);
});

test("a restart may come back to the prompt while the service is still starting", async () => {
  const { talk, cluster } = await openEast();
  cluster.switches.doesRestartEndAtStarting = true;
  expect(await talk("utils service restart Cisco Tftp")).toMatch(/\[STARTING\] {2}$/);
  await expect.poll(() => cluster.isRunning(cluster.publisher, "Cisco Tftp")).toBe(true);
});

test("services are listed in the shape of ext-10, with the tail of a cluster", async () => {
  const { talk, cluster, lab } = await openEast();
  cluster.setService(cluster.node("tftp2"), "Cisco Tftp", "STOPPED", false);
  const text = await (await openTalk(lab, "tftp2")).talk("utils service list");
  expect(text).toMatch(
    /^admin:utils service list\nRequesting service status, please wait\.\.\.\nSystem NTP \[STARTED\]\n/,
  );
  expect(text).toContain(
    "\nService Manager is running\nGetting list of all services\n>> Return code = 0\nCisco AMC Service[STARTED]\n",
  );
  expect(text).toContain("\nCisco Tftp[STOPPED]  Service Not Activated\n");
  expect(text).toMatch(/\nPrimary Node =false$/);
  expect(await talk("utils service list")).toMatch(/\nPrimary Node =true$/);
});

test("the cluster's nodes are shown as in ext-11 on the publisher and as in ext-12 elsewhere", async () => {
  const { talk, cluster, lab } = await openEast();
  expect(await talk("show network cluster")).toBe(
    [
      "admin:show network cluster",
      "127.0.0.1 tftp2.lab.example.net tftp2 Subscriber callmanager DBSub authenticated using TCP since Sun Mar  1 12:00:00 2026",
      "127.0.0.1 pub.lab.example.net pub Publisher callmanager DBPub authenticated",
      "",
      "Server Table (processnode) Entries",
      "----------------------------------",
      "127.0.0.1",
      "127.0.0.1",
    ].join("\n"),
  );
  const sub = await openTalk(lab, "tftp2");
  expect(await sub.talk("show network cluster")).not.toContain("Server Table");
  await cluster.setReachable(cluster.node("tftp2"), false);
  expect(await talk("show network cluster")).toContain("tftp2 Subscriber callmanager DBSub offline");
});

test("a node tells its version, its time with its skew, and who is logged in", async () => {
  const { talk, cluster, lab } = await openEast("15");
  cluster.publisher.clockSkewMs = -3_600_000;
  expect(await talk("show version active")).toContain("Active Master Version: 15.0.1.12900-234\n");
  const shown =
    /^Date {15}: (\w{3} \w{3} \d\d, \d{4} \d\d:\d\d:\d\d)$/m.exec(await talk("show status"))?.[1] ?? "";
  expect(Date.parse(`${shown} UTC`)).toBeCloseTo(lab.clock.now() - 3_600_000, -4);
  expect(await talk("show myself")).toContain("\nprivilege level : 4\n");
});

test("what transcripts have of other reading commands is given word for word", async () => {
  const { talk, cluster } = await openEast();
  expect(await talk("show ctl")).toBe(transcript("ext-05-show-ctl-none"));
  const query = "run sql select paramname,paramvalue from processconfig where paramname=";
  expect(await talk(`${query}'ClusterSecurityMode'`)).toBe(transcript("ext-26-run-sql-clustersecuritymode"));
  cluster.isMixedMode = true;
  expect(await talk(`${query}'ClusterSecurityMode'`)).toMatch(/\nClusterSecurityMode 1$/);
  expect(await talk(`${query}'Nothing'`)).toMatch(/'\nparamname paramvalue\n========= ==========$/);
  const both =
    "run sql select paramname, paramvalue from processconfig where paramname in ('ClusterSecurityMode','RollBackToPreGrayback')";
  expect((await talk(both)).split("\n")).toHaveLength(5);
  const phone = cluster.phone("SEP001122334401");
  const hashOf = (name: string) => talk(`run sql select md5hash,name from device where name='${name}'`);
  expect(await hashOf(phone.name)).toMatch(/\nmd5hash name\n={7} ={15}\n {8}SEP001122334401$/);
  phone.config.databaseHash = "own";
  const device = await hashOf(phone.name);
  expect(device).toMatch(/\nmd5hash {26}name\n={32} ={15}\n[0-9a-f]{32} SEP/);
  expect(cluster.complaints).toEqual([]);
  await talk("run sql select pkid from routelist");
  expect(cluster.complaints).toHaveLength(1);
});

test("replication is shown in the columns of ext-13, healthy or not", async () => {
  const { talk, cluster } = await openEast("15");
  const known = transcript("ext-13-utils-dbreplication-runtimestate-15").split("\n");
  const text = (await talk("utils dbreplication runtimestate")).split("\n");
  const header = known.findIndex((line) => line.startsWith("SERVER-NAME"));
  expect(text.slice(header - 1, header + 2)).toEqual(known.slice(header - 1, header + 2));
  expect(text[header + 2]?.slice(25)).toBe(
    known[header + 2]?.slice(25).replace("172.168.0.101", "127.0.0.1    "),
  );
  cluster.isReplicationHealthy = false;
  expect(await talk("utils dbreplication runtimestate")).toMatch(/tftp2 .* \(4\) Setup Failed$/);
});

test("a reader of level 0 gets its pages", async () => {
  const { lab } = await openEast();
  const reader = await openTalk(lab, "pub", "reader");
  reader.shell.type("show itl\r");
  expect(await reader.shell.read("quit\u001b[0m")).toContain("Length of ITL file");
  reader.shell.type("q");
  await reader.shell.read(/admin:$/);
  expect(await reader.talk("set cert regen TVS")).toContain(lab.cluster().texts.privilegeRefused);
});

test("time passes on the lab's clock alone", async () => {
  const clock = createLabClock({ auto: { upToMs: 10_000 } });
  const lab = await openLab({ clusters: [{ name: "east", release: "11.5" }], clock });
  const { talk } = await openTalk(lab);
  const start = clock.now();
  await talk("utils service restart Cisco Tftp");
  expect(clock.now() - start).toBe(lab.cluster().switches.serviceRestartMs);
});
