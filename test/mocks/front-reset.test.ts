// `utils itl reset` on the lab: word for word where a transcript has it, and what it does to the lists.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import type { LabRelease } from "../../mocks/lab/model.ts";
import { closeLabs, openLab, openTalk, transcript } from "./front-dialogue.ts";

afterEach(closeLabs);

const openTac = (release: LabRelease = "10.0") =>
  openLab({ clusters: [{ name: "east", release, nodes: [{ name: "test10pub" }, { name: "test10sub" }] }] });
const ccmQuestion = "Enter CCM Administrator password :";
const remote = "utils itl reset remotekey joemar2-server.cisco.com joemar2 /home/joemar2/ITLRecovery.p12";

async function openRemote(release: LabRelease = "10.0") {
  const lab = await openTac(release);
  const path = join(lab.sftp.root, "ITLRecovery.p12");
  writeFileSync(path, lab.cluster().recoveryFile());
  return { lab, path, ccm: lab.cluster().ccmLogin.password, ...(await openTalk(lab)) };
}
const remoteLine = "utils itl reset remotekey joemar2-server.cisco.com itl /ITLRecovery.p12";

test("localkey on 10.0 is tac-01 word for word, and signs every list with the recovery key", async () => {
  const lab = await openTac();
  const { talk } = await openTalk(lab);
  const text = await talk("utils itl reset localkey", [ccmQuestion, lab.cluster().ccmLogin.password]);
  expect(text).toBe(transcript("tac-01-utils-itl-reset-localkey"));
  expect(await talk("show itl")).toMatch(/3\s+SIGNERID.*\n4\s+SIGNERNAME\s+\d+\s+CN=ITLRECOVERY_/);
  expect(lab.cluster().writes).toMatchObject([
    { node: "test10pub", kind: "reset", line: "utils itl reset localkey" },
  ]);
  expect(lab.cluster().commandLog.map(({ line }) => line)).toContain("utils itl reset localkey");
});

test("remotekey on 10.0 is tac-02 word for word, noise and all", async () => {
  const { talk, lab, ccm } = await openRemote();
  const text = await talk(remoteLine, ["Enter Sftp password :", lab.sftp.password], [ccmQuestion, ccm]);
  expect(text.replace(remoteLine, remote)).toBe(transcript("tac-02-utils-itl-reset-remotekey"));
  expect(lab.sftp.logins).toEqual(["itl password accepted"]);
  expect(lab.cluster().publisher.knownSftpHosts.get("joemar2-server.cisco.com")).toBe(lab.sftp.hostKeySha256);
});

test("localkey on 12.5 is ext-03 word for word and asks nothing", async () => {
  const lab = await openLab({
    clusters: [{ name: "east", release: "12.5", nodes: [{ name: "se032c-94-42" }] }],
  });
  const { talk } = await openTalk(lab);
  expect((await talk("utils itl reset localkey")).replace(" localkey", "").trimEnd()).toBe(
    transcript("ext-03-utils-itl-reset-12.5SU5-cli-guide"),
  );
});

test("a subscriber says that it is not the publisher, before any question", async () => {
  const lab = await openTac();
  const { talk } = await openTalk(lab, "test10sub");
  const text = await talk("utils itl reset localkey");
  expect(text).toContain(transcript("tac-12-itl-reset-on-subscriber-message-only"));
  expect(text).not.toContain("Enter");
  expect(lab.cluster().writes).toEqual([]);
});

test("a wrong CCM password, a low level and an unknown key file refuse with the injected texts and write nothing", async () => {
  const { lab, talk, path, ccm } = await openRemote();
  const texts = lab.cluster().texts;
  const trailer = "\nExecuted command unsuccessfully";
  expect(await talk("utils itl reset localkey", [ccmQuestion, "wrong"])).toContain(
    texts.ccmPasswordWrong + trailer,
  );
  const operator = await openTalk(lab, "test10pub", "operator");
  expect(await operator.talk("utils itl reset localkey")).toContain(texts.privilegeRefused + trailer);
  writeFileSync(path, Buffer.from("no key"));
  const answers = [
    ["Enter Sftp password :", lab.sftp.password],
    [ccmQuestion, ccm],
  ] as const;
  expect(await talk(remoteLine, ...answers)).toContain(texts.recoveryKeyUnusable + trailer);
  expect(lab.cluster().writes).toEqual([]);
});

test.each([
  ["sftpLoginFailed", "itl", "/ITLRecovery.p12", "wrong"],
  ["sftpFileMissing", "itl", "/nothing.p12", null],
] as const)("an SFTP server that fails with %s is told so", async (text, user, path, password) => {
  const { lab, talk, ccm } = await openRemote();
  const line = `utils itl reset remotekey vault.example ${user} ${path}`;
  const answers = [
    ["Enter Sftp password :", password ?? lab.sftp.password],
    [ccmQuestion, ccm],
  ] as const;
  expect(await talk(line, ...answers)).toContain(`${lab.cluster().texts[text]}\nExecuted`);
  expect(lab.cluster().writes).toEqual([]);
});

test("a server that is not there, or shows another key than before, is not used", async () => {
  const { lab, talk, ccm } = await openRemote();
  const answers = [
    ["Enter Sftp password :", lab.sftp.password],
    [ccmQuestion, ccm],
  ] as const;
  lab.cluster().publisher.knownSftpHosts.set("joemar2-server.cisco.com", "SHA256:another");
  expect(await talk(remoteLine, ...answers)).toContain(lab.cluster().texts.sftpHostKeyChanged);
  lab.cluster().publisher.knownSftpHosts.clear();
  await lab.sftp.close();
  expect(await talk(remoteLine, ...answers)).toContain(lab.cluster().texts.sftpRefused);
});

test.each(["md5", "sha256"] as const)(
  "a first contact may be asked about with a fingerprint in %s",
  async (style) => {
    const { lab, talk, ccm } = await openRemote();
    Object.assign(lab.cluster().switches, { doesRemotekeyAskHostKey: true, sftpFingerprint: style });
    const fingerprint = style === "md5" ? lab.sftp.hostKeyMd5 : lab.sftp.hostKeySha256;
    const answers = [
      ["Enter Sftp password :", lab.sftp.password],
      [ccmQuestion, ccm],
    ] as const;
    const no = await talk(remoteLine, ...answers, ["(yes/no)? ", "no"]);
    expect(no).toContain(
      `The authenticity of host 'joemar2-server.cisco.com (127.0.0.1)' can't be established.\nRSA key fingerprint is ${fingerprint}.\n`,
    );
    expect(no).toContain("Executed command unsuccessfully");
    const yes = await talk(
      remoteLine,
      ...answers,
      ["(yes/no)? ", "y"],
      ["Please type 'yes' or 'no': ", "yes"],
    );
    expect(yes).toContain("The reset ITL file was generated successfully");
  },
);

test("a session lost in the middle of a reset does not stop the platform", async () => {
  const lab = await openTac();
  const cluster = lab.cluster();
  const { shell } = await openTalk(lab);
  const before = cluster.nodes.map(({ listFile }) => listFile);
  cluster.faults.add({
    command: /^utils itl reset/,
    at: { kind: "line", line: 8 },
    action: { kind: "drop" },
  });
  shell.type("utils itl reset localkey\r");
  await shell.read(ccmQuestion);
  shell.type(`${cluster.ccmLogin.password}\r`);
  await shell.closed;
  await expect
    .poll(() => cluster.nodes.every(({ listFile }, index) => listFile !== before[index]))
    .toBe(true);
  expect(cluster.writes).toHaveLength(1);
});

test("a node that missed the new file is named with the injected text", async () => {
  const lab = await openTac();
  const cluster = lab.cluster();
  cluster.truthFaults.missesNewFile.set("test10sub", "told");
  const { talk } = await openTalk(lab);
  const text = await talk("utils itl reset localkey", [ccmQuestion, cluster.ccmLogin.password]);
  expect(text).toContain(cluster.texts.tftpNodeDown);
  expect(text).not.toContain("on host test10sub");
});

test("an unknown text in the middle of a reset ends the telling, not the reset", async () => {
  const lab = await openTac();
  const cluster = lab.cluster();
  const { talk } = await openTalk(lab);
  const action = { kind: "say", text: "what now" } as const;
  cluster.faults.add({ command: /^utils itl reset/, at: { kind: "line", line: 8 }, action });
  const text = await talk("utils itl reset localkey", [ccmQuestion, cluster.ccmLogin.password]);
  expect(text).toMatch(/\nwhat now\nExecuted command unsuccessfully$/);
  expect(text).not.toContain("transferred");
  expect(cluster.nodes[1]?.listFile).toEqual(cluster.nodes[0]?.listFile);
});
