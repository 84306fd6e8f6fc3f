// itl show: files the lab wrote and files it serves, decoded, verified and held against what a phone has.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { LabNode } from "../../mocks/lab/model.ts";
import type { ItlDocument } from "../../src/report/itl-document.ts";
import { type LabCli, openLabCli } from "../support/lab-cli.ts";

let cli: LabCli;
let list = "";
let pub: LabNode;

function bytesOf(node: LabNode): Buffer {
  if (node.listFile === null) throw new Error(`${node.name} has no list`);
  return Buffer.from(node.listFile);
}

/** The last byte of the file is of a certificate in its last record: signed, and not of the layout. */
function altered(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  const last = copy.length - 1;
  copy[last] = (copy[last] ?? 0) ^ 1;
  return copy;
}

beforeAll(async () => {
  cli = await openLabCli({ clusters: [{ name: "east", release: "11.5", phones: 0 }] });
  pub = cli.lab.cluster().publisher;
  list = cli.write("ITLFile.tlv", bytesOf(pub));
});

afterAll(() => cli.close());

async function show(...args: string[]) {
  const result = await cli.run(["itl", "show", ...args, "--json"]);
  return { exit: result.exit, document: result.json<ItlDocument & { error?: { code: string } }>() };
}

test("a list of the lab is decoded and valid", async () => {
  const { exit, document } = await show(list);
  const callManager = pub.certificates.get("CallManager");
  expect(exit).toBe(0);
  expect(document).toMatchObject({
    file: list,
    kind: "itl",
    sizeBytes: bytesOf(pub).length,
    header: {
      signerName: callManager?.subject,
      filename: "ITLFile.tlv",
      digest: expect.stringMatching(/^sha/),
    },
    signature: "valid",
    trustedBy: null,
  });
  expect(document.header.timestamp).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  expect(document.header.signerSerial).toMatch(/^[0-9A-F]{2}(:[0-9A-F]{2})+$/);
  expect(document.records.filter(({ signedThisFile }) => signedThisFile)).toMatchObject([
    { index: 1, function: "System Administrator Security Token", functionCode: 0 },
  ]);
  expect(document.records.map((record) => record.function)).toContain("TVS");
  const keys = ["index", "function", "functionCode", "subjectName", "issuerName", "serial", "dnsName"];
  for (const record of document.records) {
    expect(Object.keys(record)).toEqual([...keys, "certificateSha1", "certHash", "signedThisFile"]);
  }
});

test("a CTL is told from an ITL", async () => {
  const mixed = await openLabCli({ scenario: "mixed-mode" });
  const ctl = mixed.lab.cluster().publisher.ctlFile;
  await mixed.close();
  const { exit, document } = await show(cli.write("CTLFile.tlv", ctl ?? ""));
  expect(document).toMatchObject({ kind: "ctl", signature: "valid" });
  expect(exit).toBe(0);
});

test("a list is fetched over HTTP as phones fetch it", async () => {
  const { exit, document } = await show(`http://127.0.0.1:${pub.tftpPort}/ITLFile.tlv`);
  expect(exit).toBe(0);
  expect(document.kind).toBe("itl");
  expect((await show(`http://127.0.0.1:${pub.tftpPort}/nothing.tlv`)).exit).toBe(15);
});

test("one changed byte makes the signature invalid, and the exit 20", async () => {
  const { exit, document } = await show(cli.write("altered.tlv", altered(bytesOf(pub))));
  expect(document.signature).toBe("invalid");
  expect(exit).toBe(20);
});

describe("--trusted-by", () => {
  test("a phone that holds this node's list accepts it by itself", async () => {
    const { exit, document } = await show(list, "--trusted-by", list);
    expect(document.trustedBy).toEqual({ file: list, accepted: true, reason: expect.any(String) });
    expect(exit).toBe(0);
  });

  test("a phone that holds the list of another cluster does not, though the signature is valid", async () => {
    const other = await openLabCli({ clusters: [{ name: "west", release: "11.5", phones: 0 }] });
    const held = cli.write("held.tlv", bytesOf(other.lab.cluster().publisher));
    await other.close();
    const { exit, document } = await show(list, "--trusted-by", held);
    expect(document.signature).toBe("valid");
    expect(document.trustedBy).toMatchObject({ file: held, accepted: false });
    expect(exit).toBe(20);
  });
});

describe("where the file carries no certificate of its signer", () => {
  /** After a remotekey with a key that is in no record: the file cannot prove itself. */
  async function withoutSigner() {
    const lost = await openLabCli({ scenario: "publisher-rebuilt" });
    const cluster = lost.lab.cluster();
    const oldKey = lost.lab.sftp.root;
    return { lost, cluster, oldKey };
  }

  test("it cannot be verified (exit 3) until --signer names it", async () => {
    const { lost, cluster, oldKey } = await withoutSigner();
    const { readFileSync } = await import("node:fs");
    await cluster.resetRemotekey(readFileSync(`${oldKey}/ITLRecovery.p12`));
    const file = cli.write("remote.tlv", bytesOf(cluster.publisher));
    const pem = cluster.publisher.certificates.get("ITLRecovery")?.pem ?? "";
    const signer = cli.write("signer.pem", pem);
    const other = cli.write("other.pem", cluster.publisher.certificates.get("CallManager")?.pem ?? "");
    await lost.close();
    expect(await show(file)).toMatchObject({ exit: 3, document: { signature: "no-signer-certificate" } });
    expect(await show(file, "--signer", signer)).toMatchObject({ exit: 0, document: { signature: "valid" } });
    expect(await show(file, "--signer", other)).toMatchObject({
      exit: 20,
      document: { signature: "invalid" },
    });
  });
});

describe("what cannot be read exits 15 and names the file", () => {
  test.each([
    ["a file that is not there", () => "nowhere.tlv"],
    ["a folder", () => cli.folder],
    ["an empty file", () => cli.write("empty.tlv", "")],
    ["a file of something else", () => cli.write("text.tlv", "hello, phone\n".repeat(40))],
    ["half a list", () => cli.write("half.tlv", bytesOf(pub).subarray(0, 900))],
    ["a port where nobody listens", () => "http://127.0.0.1:1/ITLFile.tlv"],
  ])("%s", async (_what, path) => {
    const file = path();
    const { exit, document } = await show(file);
    expect(exit).toBe(15);
    expect(document).toMatchObject({ error: { code: "file-unreadable", place: { file } } });
  });

  test("a signer that is no certificate", async () => {
    const { exit, document } = await show(list, "--signer", cli.write("no.pem", "-----BEGIN NOTHING-----"));
    expect(exit).toBe(15);
    expect(document).toMatchObject({ error: { code: "file-unreadable" } });
  });
});

test.each(["https://127.0.0.1/ITLFile.tlv", "ftp://127.0.0.1/x", "http://user:pw@127.0.0.1/x"])(
  "%s is no plain http URL: exit 2",
  async (url) => {
    expect((await show(url)).exit).toBe(2);
  },
);

test("for people it prints digests, header, records and the verdict, inside 80 columns", async () => {
  const { stdout, exit } = await cli.run(["itl", "show", "ITLFile.tlv", "--trusted-by", "ITLFile.tlv"], {
    cwd: cli.folder,
  });
  expect(exit).toBe(0);
  expect(stdout).toMatch(/^ITLFile\.tlv: identity trust list \(ITL\), \d+ bytes$/m);
  expect(stdout).toMatch(/^sha1 {7}[0-9a-f]{40}$/m);
  expect(stdout).toMatch(/^signature {2}valid$/m);
  expect(stdout).toMatch(/^1 {2}System Admin.* signer {2}CN=/m);
  expect(stdout).toMatch(/^A phone holding ITLFile\.tlv would accept this file by itself:$/m);
  expect(stdout.split("\n").filter((line) => line.length > 80)).toEqual([]);
});

describe("itl diff", () => {
  test("the same file twice is the same", async () => {
    const result = await cli.run(["itl", "diff", list, list, "--json"]);
    expect(result.exit).toBe(0);
    expect(result.json()).toMatchObject({ isSameFile: true });
    expect((await cli.run(["itl", "diff", list, list])).stdout).toContain("The two files are the same.");
  });

  test("the lists of two nodes differ in their CallManager, and phones cannot go over by themselves", async () => {
    const other = cli.write("tftp2.tlv", bytesOf(cli.lab.cluster().node("tftp2")));
    const result = await cli.run(["itl", "diff", list, other, "--json"]);
    expect(result.json()).toMatchObject({
      isSameFile: false,
      signer: { isChanged: true },
      takes: { accepted: false },
    });
  });

  test("a SHA-1 that the history does not know exits 2", async () => {
    const result = await cli.run(["itl", "diff", "abcdef1234", list]);
    expect(result.exit).toBe(2);
    expect(result.stderr).toContain("names no list of the history, and no file");
  });
});
