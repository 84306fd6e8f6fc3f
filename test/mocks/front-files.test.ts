// `file list` and `file get` on the lab, with a real upload, and the lab's SFTP server on its own.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import SftpClient from "ssh2-sftp-client";
import { afterEach, expect, test } from "vitest";
import { openSftpServer } from "../../mocks/lab/sftp-server.ts";
import type { Lab } from "../../mocks/lab/start-lab.ts";
import { closeLabs, openLab, openTalk, transcript } from "./front-dialogue.ts";

afterEach(closeLabs);

const answersFor = (lab: Lab, change: { password?: string; directory?: string; port?: string } = {}) =>
  [
    ["Would you like to proceed [y/n]? ", "y"],
    ["SFTP server IP: ", "joemar2-server.cisco.com"],
    ["SFTP server port [22]: ", change.port ?? ""],
    ["User ID: ", "itl"],
    ["Password: ", change.password ?? lab.sftp.password],
    ["Download directory: ", change.directory ?? "/"],
  ] as const;
const hostQuestion = "Are you sure you want to continue connecting (yes/no)? ";
const line = "file get tftp ITLRecovery.p12";

async function openOld() {
  const lab = await openLab({ clusters: [{ name: "east", release: "10.0" }] });
  return { lab, cluster: lab.cluster(), ...(await openTalk(lab)) };
}

test("file get is the dialogue of tac-07 and delivers the recovery key", async () => {
  const { lab, talk, cluster } = await openOld();
  const text = await talk(line, ...answersFor(lab), [hostQuestion, "yes"]);
  const size = cluster.recoveryFile().length;
  const known = transcript("tac-07-file-get-tftp-itlrecovery")
    .replace("Bytes: 1709", `Bytes: ${size}`)
    .replace(/Kbytes: \S+/, () => /Kbytes: \S+/.exec(text)?.[0] ?? "")
    .replace("Password: ***********", `Password: ${"*".repeat(lab.sftp.password.length)}`)
    .replace("ID: joemar2", "ID: itl")
    .replace("/home/joemar2/", "/")
    .replace("172.18.172.254", "127.0.0.1")
    .replace("2c:8f:9b:b2:ff:f7:a6:31:61:1b:bc:95:cc:bc:ba:bd", lab.sftp.hostKeyMd5)
    .replace("port [22]:\n", "port [22]: \n");
  expect(text).toBe(known);
  expect(readFileSync(join(lab.sftp.root, "ITLRecovery.p12")).equals(cluster.recoveryFile())).toBe(true);
  expect(cluster.isRecoveryKeySaved).toBe(true);
  expect(await talk(line, ...answersFor(lab))).not.toContain("authenticity");
});

test("the delivery may lie in folders below the directory", async () => {
  const { lab, talk, cluster } = await openOld();
  cluster.switches.deliveredAs = "10.0.0.1/2026/ITLRecovery.p12";
  await talk(line, ...answersFor(lab), [hostQuestion, "yes"]);
  expect(readdirSync(join(lab.sftp.root, "10.0.0.1", "2026"))).toEqual(["ITLRecovery.p12"]);
});

test("failures are the injected texts and save nothing", async () => {
  const { lab, talk, cluster } = await openOld();
  const answers = (change: Parameters<typeof answersFor>[1]) => answersFor(lab, change);
  expect(await talk(line, ...answers({}), [hostQuestion, "no"])).toContain(cluster.texts.sftpRefused);
  expect(await talk(line, ...answers({ password: "wrong" }), [hostQuestion, "yes"])).toContain(
    cluster.texts.sftpLoginFailed,
  );
  expect(await talk(line, ...answers({ directory: "/none" }))).toContain(cluster.texts.sftpDirectoryMissing);
  expect(await talk(line, ...answers({ port: "1" }))).toContain(cluster.texts.sftpRefused);
  expect(cluster.isRecoveryKeySaved).toBe(false);
  const n = await talk(line, ["[y/n]? ", "what"], ["Please answer 'y' for <yes> or 'n' for <no>: ", "n"]);
  expect(n).not.toContain("SFTP server IP");
  const sub = await openTalk(lab, "tftp2");
  expect(await sub.talk(line)).toContain(transcript("ext-18-file-list-not-found").split("\n")[1]);
});

test("files are listed as in ext-17", async () => {
  const { talk } = await openOld();
  expect((await talk("file list tftp ITLRecovery.p12 detail")).split("\n").slice(1)).toEqual([
    expect.stringMatching(/^\d\d \w{3},\d{4} \d\d:\d\d:\d\d {8}1,\d{3} {2}ITLRecovery\.p12$/),
    "dir count = 0, file count = 1",
  ]);
  expect(await talk("file list tftp nothing detail")).toMatch(/\nno such file or directory can be found$/);
  expect(await talk("file list tftp *")).toContain("\nITLFile.tlv\nITLRecovery.p12\n");
});

test("a size in Kbytes is the shortest text of a 32-bit float", async () => {
  const { talk, cluster } = await openOld();
  Object.defineProperty(cluster, "recoveryFile", { value: () => Buffer.alloc(1709) });
  expect(await talk(line, ["[y/n]? ", "n"])).toContain("Total size in Kbytes: 1.6689453\n");
  Object.defineProperty(cluster, "recoveryFile", { value: () => Buffer.alloc(2048) });
  expect(await talk(line, ["[y/n]? ", "n"])).toContain("Total size in Kbytes: 2.0\n");
});

test("the SFTP server serves an everyday client from its folder and nothing outside it", async () => {
  const outside = mkdtempSync(join(tmpdir(), "itlctl-sftp-"));
  writeFileSync(join(outside, "secret"), "no");
  const root = mkdtempSync(join(outside, "root-"));
  const server = await openSftpServer({
    root,
    username: "itl",
    password: "right",
    methods: ["keyboard-interactive"],
  });
  const quiet = { error: () => undefined, end: () => undefined, close: () => undefined };
  const client = new SftpClient("test", quiet);
  client.on(
    "keyboard-interactive",
    (
      _name: string,
      _text: string,
      _language: string,
      _prompts: unknown,
      finish: (answers: string[]) => void,
    ) => finish(["right"]),
  );
  await client.connect({ host: server.host, port: server.port, username: "itl", tryKeyboard: true });
  await client.mkdir("/a");
  const bytes = Buffer.alloc(100_000, "x");
  await client.put(bytes, "/a/file");
  expect(((await client.get("/a/file")) as Buffer).equals(bytes)).toBe(true);
  await client.rename("/a/file", "/a/other");
  await client.put(bytes, "/a/file");
  await expect(client.rename("/a/file", "/a/other")).rejects.toThrow();
  expect((await client.list("/a")).map(({ name, size }) => [name, size])).toEqual(
    expect.arrayContaining([["other", 100_000]]),
  );
  expect(await client.exists("/../secret")).toBe(false);
  expect(await client.exists("/../../secret")).toBe(false);
  await client.delete("/a/file");
  await client.delete("/a/other");
  await client.rmdir("/a");
  expect(readdirSync(root)).toEqual([]);
  await client.end();
  await server.close();
  rmSync(outside, { recursive: true });
});
