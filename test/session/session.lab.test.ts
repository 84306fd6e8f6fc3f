// Sessions over real SSH against the lab's nodes, which were written without sight of this client.
import { afterEach, describe, expect, test } from "vitest";
import { startLab } from "../../mocks/lab/start-lab.ts";
import type { Lab, LabOptions } from "../../mocks/lab/start-lab.ts";
import { systemClock } from "../../src/base/clock.ts";
import { Secret, createMasker } from "../../src/base/secret.ts";
import { connectSession } from "../../src/session/connect.ts";
import type { SessionLogin } from "../../src/session/connect.ts";
import * as reads from "../../src/session/read-commands.ts";
import type { Session } from "../../src/session/session.ts";
import { openSessionPool } from "../../src/session/session-pool.ts";
import { nullTranscript } from "../../src/session/transcript.ts";
import {
  regenerateCertificate,
  resetCtlLocalkey,
  resetItlLocalkey,
  restartService,
  updateCtlFile,
} from "../../src/session/write-commands.ts";
import { errorOf, nodeNamed } from "./memory-session.ts";

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function openLab(options: LabOptions): Promise<Lab> {
  const lab = await startLab(options);
  closers.push(lab.close);
  return lab;
}

/** The lab's node as the inventory would have it, with the login of that level. */
function nodeOf(lab: Lab, level: 0 | 1 | 4, index = 0) {
  const cluster = lab.cluster();
  const labNode = cluster.nodes[index];
  const account = labNode?.accounts.find((each) => each.level === level);
  if (labNode === undefined || account === undefined) throw new Error("the lab has no such node or account");
  const node = {
    ...nodeNamed(labNode.name, {
      port: labNode.sshPort,
      hostKeys: [labNode.ssh.hostKeySha256],
      algorithms: labNode.ssh.algorithms,
    }),
    cluster: cluster.name,
    address: labNode.address,
  };
  return { labNode, node, login: { username: account.username, password: new Secret(account.password) } };
}

async function login(lab: Lab, level: 0 | 1 | 4 = 4, other: Partial<SessionLogin> = {}): Promise<Session> {
  const { node, login: account } = nodeOf(lab, level);
  const session = await connectSession({
    node,
    login: { ...account, ...other },
    masker: createMasker(),
    clock: systemClock,
    transcript: nullTranscript,
    retryDelayMs: 0,
  });
  closers.push(session.close);
  return session;
}

const everyRead = [
  reads.showItl(),
  reads.showCtl(),
  reads.showVersionActive(),
  reads.showStatus(),
  reads.showMyself(),
  reads.showNetworkCluster(),
  reads.utilsServiceList(),
  reads.replicationState(),
  reads.showCertListOwn(),
  reads.showCertOwn("ITLRecovery"),
  reads.runSql("select paramname,paramvalue from processconfig where paramname='ClusterSecurityMode'"),
];

describe.each(["10.0", "11.5", "12.5", "15"] as const)("a node of release %s", (release) => {
  test("answers every read-only command and knows each of them", async () => {
    const lab = await openLab({ release });
    const session = await login(lab);
    for (const command of everyRead) {
      const answer = await session.read(command);
      expect(answer.text.length, command.line).toBeGreaterThan(10);
      expect(answer.text, command.line).not.toContain("admin:");
      expect(answer.text, command.line).not.toContain("\r");
      expect(answer.text, command.line).not.toContain(command.line);
    }
    expect((await session.read(reads.showItl())).text).toContain("The ITL file was verified successfully.");
    expect(lab.complaints).toEqual([]);
  });

  test("resets its list, regenerates once, holds the second, and restarts a service", async () => {
    const lab = await openLab({ release });
    const session = await login(lab);
    const lines: string[] = [];
    const ccmPassword = new Secret(lab.cluster().ccmLogin.password);
    const reset = await session.write(resetItlLocalkey({ ccmPassword }), {
      onText: (line) => lines.push(line),
    });
    expect(reset).toMatchObject({ kind: "answered", isRefused: false });
    expect(reset.text).toContain("The reset ITL file was generated successfully");
    expect(lines.join("\n")).toContain("The reset ITL file was generated successfully");
    const regenerated = await session.write(regenerateCertificate("CallManager"));
    expect(regenerated).toMatchObject({ kind: "answered", isRefused: false });
    expect(regenerated.text).toMatch(/Successfully [Rr]egenerated [Cc]ertificate for CallManager\./);
    expect((await session.write(regenerateCertificate("TVS"))).text).toContain(
      "was modified in the last 5 minutes",
    );
    const restarted = await session.write(restartService("Cisco Tftp"));
    expect(restarted.text).toContain("Cisco Tftp[STARTED]");
    expect(lab.complaints).toEqual([]);
  });
});

test("the CTL of mixed mode is written, with its one question answered, and shown", async () => {
  const lab = await openLab({ scenario: "mixed-mode" });
  const session = await login(lab);
  const updated = await session.write(updateCtlFile());
  expect(updated).toMatchObject({ kind: "answered", isRefused: false });
  expect(updated.text).toContain("CTL file Updated");
  expect(await session.write(resetCtlLocalkey())).toMatchObject({ kind: "answered", isRefused: false });
  expect((await session.read(reads.showCtl())).text).toContain("The CTL file was verified successfully.");
  expect(lab.cluster().writes.map(({ kind }) => kind)).toEqual(["ctl", "ctl"]);
  expect(lab.complaints).toEqual([]);
});

test("a login that must page reads the same long list as one that turned paging off", async () => {
  const nodes = Array.from({ length: 8 }, (_, index) => ({ name: `n${index}` }));
  const lab = await openLab({ clusters: [{ name: "east", release: "10.0", nodes, phones: 0 }] });
  const [paging, flowing] = [await login(lab, 0), await login(lab, 4)];
  const list = (await flowing.read(reads.showItl())).text;
  expect(list.split("\n").length).toBeGreaterThan(200);
  expect((await paging.read(reads.showItl())).text).toBe(list);
  expect(lab.complaints).toEqual([]);
});

describe("trouble on a real node", () => {
  test("a wrong password burns one try and is never tried again", async () => {
    const lab = await openLab({ release: "12.5" });
    const { labNode, node, login: account } = nodeOf(lab, 4);
    const pool = openSessionPool({
      loginOf: () => ({ ...account, password: new Secret("wrong") }),
      transcriptOf: () => nullTranscript,
      masker: createMasker(),
      clock: systemClock,
      parallel: 4,
    });
    expect(await errorOf(pool.session(node))).toMatchObject({ code: "login-refused" });
    expect(await errorOf(pool.session(node))).toMatchObject({ code: "login-refused" });
    expect(labNode.loginCounts).toMatchObject({ attempts: 1, failures: 1 });
  });

  test("a password of the node that the CCM question refuses is not sent twice", async () => {
    const lab = await openLab({ release: "10.0" });
    const session = await login(lab);
    const outcome = await session.write(resetItlLocalkey({ ccmPassword: new Secret("wrong") }));
    expect(outcome.wasSent).toBe(true);
    expect(outcome.text).not.toContain("generated successfully");
    expect(outcome.text.match(/Enter CCM Administrator password/g)).toHaveLength(1);
  });

  test("a session dropped in the middle of a reset is a lost write that was sent", async () => {
    const lab = await openLab({ release: "11.5" });
    lab.cluster().faults.add({
      command: /^set cert regen/,
      at: { kind: "before" },
      action: { kind: "ask", question: "Is everybody out of the building (yes/no)? " },
    });
    const session = await login(lab);
    const outcome = await session.write(regenerateCertificate("TVS"));
    expect(outcome).toMatchObject({
      kind: "unexpected-question",
      question: "yes-or-no",
      didPromptReturn: true,
    });
    expect(outcome.tail).toContain("Is everybody out of the building");
    expect((await session.read(reads.showStatus())).isRefused).toBe(false);
  });

  test("a prompt that is not the platform's is silence, never an answer", async () => {
    const lab = await openLab({ release: "15" });
    lab.cluster().faults.add({
      command: /^show status$/,
      at: { kind: "after" },
      action: { kind: "prompt", text: "admin(3):" },
    });
    const session = await login(lab);
    const error = await errorOf(session.read(reads.showStatus(), { timeoutMs: 300 }));
    expect(error).toMatchObject({ code: "command-timed-out" });
    expect((error as Error).message).toContain("admin(3):");
  });

  test("garbage among the lines is not taken for a prompt", async () => {
    const lab = await openLab({ release: "11.5" });
    lab.cluster().faults.add({
      command: /^show status$/,
      at: { kind: "before" },
      action: { kind: "garbage", bytes: Buffer.from([0, 7, 0x1b, 0x5b, 0xff, 0xc3, 0x28, 0x08, 0x08]) },
    });
    const session = await login(lab);
    expect((await session.read(reads.showStatus())).isRefused).toBe(false);
    expect((await session.read(reads.showItl())).text).toContain("verified successfully");
  });

  test("a visit reads all nodes at once with one login each", async () => {
    const nodes = ["pub", "sub1", "sub2", "sub3"].map((name) => ({ name }));
    const lab = await openLab({ clusters: [{ name: "east", release: "12.5", nodes, phones: 0 }] });
    const seats = nodes.map((_, index) => nodeOf(lab, 4, index));
    const pool = openSessionPool({
      loginOf: () => seats[0]?.login ?? { username: "", password: new Secret("") },
      transcriptOf: () => nullTranscript,
      masker: createMasker(),
      clock: systemClock,
      parallel: 4,
    });
    closers.push(pool.closeAll);
    for (let round = 0; round < 2; round += 1) {
      const results = await pool.visit(
        seats.map(({ node }) => node),
        async (node) => (await (await pool.session(node)).read(reads.showItl())).isRefused,
      );
      expect([...results.values()]).toEqual(seats.map(() => ({ kind: "ok", value: false })));
    }
    expect(seats.map(({ node }) => pool.loginsMade(node))).toEqual([1, 1, 1, 1]);
  });
});
