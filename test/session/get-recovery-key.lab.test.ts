// `file get tftp ITLRecovery.p12` over real SSH against the lab, and what reading its answer says of it.
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import type { Fault } from "../../mocks/lab/faults.ts";
import { type Lab, type LabOptions, startLab } from "../../mocks/lab/start-lab.ts";
import { systemClock } from "../../src/base/clock.ts";
import { createMasker, Secret } from "../../src/base/secret.ts";
import { parseFileGet } from "../../src/facts/file-get.ts";
import { connectSession } from "../../src/session/connect.ts";
import type { Session } from "../../src/session/session.ts";
import { nullTranscript } from "../../src/session/transcript.ts";
import { getRecoveryKeyFile } from "../../src/session/write-commands.ts";
import { nodeNamed } from "./memory-session.ts";

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function open(options: LabOptions, index = 0) {
  const lab = await startLab(options);
  closers.push(lab.close);
  const cluster = lab.cluster();
  const labNode = cluster.nodes[index];
  const account = labNode?.accounts.find(({ level }) => level === 4);
  if (labNode === undefined || account === undefined) throw new Error("the lab has no such node");
  const ssh = {
    port: labNode.sshPort,
    hostKeys: [labNode.ssh.hostKeySha256],
    algorithms: labNode.ssh.algorithms,
  };
  const session = await connectSession({
    node: { ...nodeNamed(labNode.name, ssh), address: labNode.address },
    login: { username: account.username, password: new Secret(account.password) },
    masker: createMasker(),
    clock: systemClock,
    transcript: nullTranscript,
    retryDelayMs: 0,
  });
  closers.push(session.close);
  return { lab, cluster, session };
}

type Parts = Partial<Parameters<typeof getRecoveryKeyFile>[0]>;
const deliver = (lab: Lab, session: Session, parts: Parts = {}) =>
  session.write(
    getRecoveryKeyFile({
      host: lab.sftp.host,
      port: lab.sftp.port,
      user: lab.sftp.username,
      password: new Secret(lab.sftp.password),
      directory: "/",
      hostKey: { md5: lab.sftp.hostKeyMd5, sha256: lab.sftp.hostKeySha256 },
      ...parts,
    }),
  );
const arrived = (lab: Lab, folder = "") => join(lab.sftp.root, folder, "ITLRecovery.p12");

describe.each(["10.0", "11.5", "12.5", "15"] as const)("release %s", (release) => {
  test("delivers its key into the folder, at the first contact and at the second", async () => {
    const { lab, cluster, session } = await open({ release });
    mkdirSync(join(lab.sftp.root, "incoming"));
    for (const asked of [1, 0]) {
      const outcome = await deliver(lab, session, { directory: "/incoming" });
      expect(outcome).toMatchObject({ kind: "answered", isRefused: false });
      expect(outcome.text.match(/continue connecting/g) ?? []).toHaveLength(asked);
      expect(parseFileGet(outcome.text)).toEqual({
        sizeBytes: cluster.recoveryFile().length,
        filesAffected: 1,
        isTransferCompleted: true,
        downloadedPath: "/usr/local/cm/tftp/ITLRecovery.p12",
        isMissing: false,
      });
      expect(readFileSync(arrived(lab, "incoming")).equals(cluster.recoveryFile())).toBe(true);
    }
    expect(lab.complaints).toEqual([]);
  });

  test("a subscriber says that it has no such file", async () => {
    const { lab, session } = await open({ release }, 1);
    const outcome = await deliver(lab, session);
    expect(outcome.kind).toBe("answered");
    expect(parseFileGet(outcome.text)).toMatchObject({ isMissing: true, isTransferCompleted: false });
  });
});

test.each([" two  words ", `"'\`\\`, "$HOME $(x) #!%", "a;b|c&d"])(
  "the password %j gets through",
  async (sftpPassword) => {
    const { lab, session } = await open({ release: "15", sftpPassword });
    const outcome = await deliver(lab, session);
    expect(parseFileGet(outcome.text).isTransferCompleted).toBe(true);
    expect(outcome.text).not.toContain(sftpPassword);
  },
);

describe("nothing is taken for a transfer", () => {
  test("with the key of another server: the answer is no", async () => {
    const { lab, session } = await open({ release: "12.5" });
    const hostKey = { md5: "00:11", sha256: "SHA256:another" };
    const outcome = await deliver(lab, session, { hostKey });
    expect(outcome).toMatchObject({ kind: "refused", didPromptReturn: true });
    expect(outcome.kind === "refused" && outcome.reason).toContain(lab.sftp.hostKeySha256);
    expect(existsSync(arrived(lab))).toBe(false);
  });

  test.each<[string, Parts, (lab: Lab) => void, "sftpLoginFailed" | "sftpRefused" | "sftpDirectoryMissing"]>([
    ["a wrong password", { password: new Secret("wrong") }, () => undefined, "sftpLoginFailed"],
    ["a port where nobody listens", { port: 1 }, () => undefined, "sftpRefused"],
    ["a folder that is not there", { directory: "/none" }, () => undefined, "sftpDirectoryMissing"],
    [
      "a folder without permission",
      {},
      (lab) => (lab.sftp.trouble.isReadOnly = true),
      "sftpDirectoryMissing",
    ],
  ])("with %s", async (_title, parts, prepare, text) => {
    const { lab, cluster, session } = await open({ release: "12.5" });
    prepare(lab);
    const outcome = await deliver(lab, session, parts);
    expect(outcome).toMatchObject({ kind: "answered", isRefused: true });
    expect(outcome.tail).toContain(cluster.texts[text]);
    expect(parseFileGet(outcome.text)).toMatchObject({ isTransferCompleted: false, isMissing: false });
  });

  test("with a host key that the node knew differently", async () => {
    const { lab, cluster, session } = await open({ release: "12.5" });
    cluster.publisher.knownSftpHosts.set(lab.sftp.host, "SHA256:before");
    const outcome = await deliver(lab, session);
    expect(outcome).toMatchObject({ kind: "answered", isRefused: true });
    expect(outcome.tail).toContain(cluster.texts.sftpHostKeyChanged);
  });

  test("with the file and without the sentence", async () => {
    const { lab, cluster, session } = await open({ release: "12.5" });
    cluster.switches.delivery = "unsaid";
    const outcome = await deliver(lab, session);
    expect(outcome).toMatchObject({ kind: "answered", isRefused: false });
    expect(parseFileGet(outcome.text).isTransferCompleted).toBe(false);
  });
});

const questions = [
  "proceed",
  "sftp-host",
  "sftp-port",
  "sftp-user",
  "sftp-password",
  "sftp-directory",
  "host-key",
];
const places: readonly Fault["at"][] = [
  ...questions.map((name) => ({ kind: "question", name }) as const),
  { kind: "point", name: "transfer" },
];

test("a session lost at any question or in mid-file is a lost write that was sent", async () => {
  const { lab, cluster, session: first } = await open({ release: "12.5" });
  await first.close();
  const account = cluster.publisher.accounts.find(({ level }) => level === 4);
  if (account === undefined) throw new Error("no account");
  for (const at of places) {
    cluster.publisher.knownSftpHosts.clear();
    cluster.faults.add({ command: /^file get/, at, action: { kind: "drop" } });
    const ssh = { port: cluster.publisher.sshPort, hostKeys: [cluster.publisher.ssh.hostKeySha256] };
    const session = await connectSession({
      node: nodeNamed("pub", ssh),
      login: { username: account.username, password: new Secret(account.password) },
      masker: createMasker(),
      clock: systemClock,
      transcript: nullTranscript,
      retryDelayMs: 0,
    });
    expect(await deliver(lab, session), JSON.stringify(at)).toMatchObject({ kind: "lost", wasSent: true });
  }
  expect(cluster.faults.pending()).toEqual([]);
});

test("an unknown question in between is stopped, and nothing arrives", async () => {
  const { lab, cluster, session } = await open({ release: "15" });
  cluster.faults.add({
    command: /^file get/,
    at: { kind: "question", name: "sftp-directory" },
    action: { kind: "ask", question: "Compress the file (y/n)? " },
  });
  expect(await deliver(lab, session)).toMatchObject({
    kind: "unexpected-question",
    question: "yes-or-no",
    didPromptReturn: true,
  });
  expect(existsSync(arrived(lab))).toBe(false);
});
