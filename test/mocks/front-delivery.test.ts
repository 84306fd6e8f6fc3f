// What may become of a delivery on the lab: every switch and fault of `file get`, seen at the server.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import type { LabDelivery } from "../../mocks/lab/model.ts";
import { closeLabs, openLab, openTalk } from "./front-dialogue.ts";

afterEach(closeLabs);

const line = "file get tftp ITLRecovery.p12";

async function openDelivery() {
  const lab = await openLab({ release: "12.5" });
  const { talk, shell } = await openTalk(lab);
  const cluster = lab.cluster();
  cluster.publisher.knownSftpHosts.set("vault", lab.sftp.hostKeySha256);
  const answers = [
    ["[y/n]? ", "y"],
    ["IP: ", "vault"],
    ["[22]: ", ""],
    ["User ID: ", "itl"],
    ["Password: ", lab.sftp.password],
    ["directory: ", "/"],
  ] as const;
  const get = () => talk(line, ...answers);
  const found = () =>
    Object.fromEntries(
      readdirSync(lab.sftp.root).map((name) => [name, readFileSync(join(lab.sftp.root, name))]),
    );
  return { lab, cluster, talk, shell, get, found, answers, file: cluster.recoveryFile() };
}

const name = "ITLRecovery.p12";
test.each<[LabDelivery, (file: Buffer) => Record<string, Buffer>]>([
  ["whole", (file) => ({ [name]: file })],
  ["short", (file) => ({ [name]: file.subarray(0, Math.floor(file.length / 2)) })],
  ["doubled", (file) => ({ [name]: Buffer.concat([file, file]) })],
  ["twice", (file) => ({ [name]: file, [`${name}.1`]: file })],
  ["nothing", () => ({})],
])("%s: the file as said, and the sentence", async (delivery, expected) => {
  const { cluster, get, found, file } = await openDelivery();
  cluster.switches.delivery = delivery;
  expect(await get()).toContain("\nTransfer completed.\n");
  expect(found()).toEqual(expected(file));
});

test("corrupted: as long as it is, and not the file", async () => {
  const { cluster, get, found, file } = await openDelivery();
  cluster.switches.delivery = "corrupted";
  await get();
  expect(found()[name]).toHaveLength(file.length);
  expect(found()[name]?.equals(file)).toBe(false);
});

test("unsaid: the whole file, and no sentence", async () => {
  const { cluster, get, found, file } = await openDelivery();
  cluster.switches.delivery = "unsaid";
  expect(await get()).not.toContain("Transfer completed.");
  expect(found()).toEqual({ [name]: file });
});

test("broken: half of the file, and a failure", async () => {
  const { cluster, get, found, file } = await openDelivery();
  cluster.switches.delivery = "broken";
  expect(await get()).toContain(`${cluster.texts.sftpTransferBroken}\nExecuted command unsuccessfully`);
  expect(found()).toEqual({ [name]: file.subarray(0, Math.floor(file.length / 2)) });
  expect(cluster.isRecoveryKeySaved).toBe(false);
});

describe("the session ends in mid-file", () => {
  test.each([
    [false, (file: Buffer) => file.subarray(0, Math.floor(file.length / 2))],
    [true, (file: Buffer) => file],
  ])("and the transfer goes on: %s", async (commandGoesOn, expected) => {
    const { cluster, shell, found, file, answers } = await openDelivery();
    cluster.faults.add({
      command: /^file get/,
      at: { kind: "point", name: "transfer" },
      action: { kind: "drop", commandGoesOn },
    });
    shell.type(`${line}\r`);
    for (const [question, answer] of answers) {
      await shell.read(question);
      shell.type(`${answer}\r`);
    }
    await expect.poll(() => found()[name]?.length).toBe(expected(file).length);
    expect(found()[name]).toEqual(expected(file));
    expect(cluster.faults.pending()).toEqual([]);
  });
});

test("a server that cannot be written to, one that is full, and one with another key than before", async () => {
  const { lab, cluster, get, found } = await openDelivery();
  lab.sftp.trouble.isReadOnly = true;
  expect(await get()).toContain(cluster.texts.sftpDirectoryMissing);
  lab.sftp.trouble.isReadOnly = false;
  lab.sftp.trouble.roomBytes = 1000;
  expect(await get()).toContain(cluster.texts.sftpTransferBroken);
  expect(found()[name]?.length).toBeLessThan(1001);
  cluster.publisher.knownSftpHosts.set("vault", "SHA256:another");
  expect(await get()).toContain(cluster.texts.sftpHostKeyChanged);
  expect(cluster.isRecoveryKeySaved).toBe(false);
});

test("a delivered key is saved until the key or the security password changes", async () => {
  const { cluster, get } = await openDelivery();
  await get();
  expect(cluster.isRecoveryKeySaved).toBe(true);
  cluster.securityPassword = "another";
  expect(cluster.isRecoveryKeySaved).toBe(false);
  await get();
  cluster.replaceCertificate(cluster.publisher, "ITLRecovery");
  expect(cluster.isRecoveryKeySaved).toBe(false);
});
