// phone-config show: files that the lab serves and files made crooked, decoded, verified, decrypted, and no password on any screen.
import { readFileSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { phoneCertificate, strangerKey } from "../../mocks/lab/phone-certificate.ts";
import type { PhoneConfigShowDocument } from "../../src/report/phone-config-show-document.ts";
import { findSecrets } from "../secrets/written-forms.ts";
import { type LabCli, openLabCli } from "../support/lab-cli.ts";
import {
  encryptedConfig,
  partialXml,
  phoneKey,
  signedConfig,
  stranger,
  tftp,
} from "../phone-config/made-config.ts";

const phone = "SEPA45630BBFA40";
let cli: LabCli;
let url = "";
let held = "";
let callManager = "";
let keyFile = "";
let lockedKeyFile = "";
const passphrase = "Kept-pass-phrase-7";

type Document = PhoneConfigShowDocument & { error?: { code: string; message: string; hint: string } };

async function show(...args: string[]) {
  const result = await cli.run(["phone-config", "show", ...args, "--json"], {
    cwd: cli.folder,
    environment: { PHONE_PASSPHRASE: passphrase },
  });
  return { ...result, document: result.json<Document>() };
}

async function text(...args: string[]) {
  return cli.run(["phone-config", "show", ...args], {
    cwd: cli.folder,
    environment: { PHONE_PASSPHRASE: passphrase },
  });
}

beforeAll(async () => {
  const config = { isTftpEncrypted: true, capfAuthMode: 1 } as const;
  cli = await openLabCli({
    clusters: [{ name: "east", release: "12.5", phones: [{ name: phone, config }] }],
  });
  const cluster = cli.lab.cluster();
  url = `http://127.0.0.1:${cluster.publisher.tftpPort}/${phone}.cnf.xml`;
  held = cli.write("held.tlv", cluster.publisher.listFile ?? "");
  callManager = cli.write("callmanager.pem", cluster.publisher.certificates.get("CallManager")?.pem ?? "");
  const { privateKey } = phoneCertificate(cluster, cluster.phone(phone));
  keyFile = cli.write("phone.pem", privateKey.export({ type: "pkcs8", format: "pem" }));
  lockedKeyFile = cli.write(
    "locked.pem",
    privateKey.export({ type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase }),
  );
});
afterAll(() => cli.close());

describe("what the lab serves", () => {
  test("the partial file, verified as the phone does it", async () => {
    const { exit, document } = await show(`${url}.sgn`, "--trusted-by", held);
    expect(exit).toBe(0);
    expect(Object.keys(document)).toEqual([
      ...[
        "file",
        "kind",
        "content",
        "sizeBytes",
        "md5",
        "sha1",
        "sha256",
        "header",
        "signature",
        "trustedBy",
      ],
      ...["encryption", "says", "xml", "out"],
    ]);
    expect(document).toMatchObject({
      kind: "signed",
      content: "partial",
      header: { version: "1.0", filename: `${phone}.cnf.xml.sgn` },
      signature: "valid",
      trustedBy: { file: held, accepted: true },
      encryption: null,
      says: { fullConfig: false, encrConfig: true, capfAuthMode: "1" },
      out: null,
    });
    expect(document.says?.capfAuthModeMeaning).toBe("by authentication string");
    expect(document.says?.certHash).toMatch(/^[0-9a-f]{32}$/);
    expect(document.says?.capf).toEqual([{ host: expect.any(String), port: cli.lab.cluster().capf.port }]);
  });

  test("the encrypted file without the phone's key: who signed it, and no text", async () => {
    const { exit, document } = await show(`${url}.enc.sgn`, "--signer", callManager);
    expect(exit).toBe(0);
    expect(document).toMatchObject({
      kind: "encrypted",
      content: null,
      signature: "valid",
      trustedBy: null,
      encryption: { keyBits: 2048, isDecrypted: false },
      says: null,
      xml: null,
    });
  });

  test("the encrypted file with the phone's key: its text, passwords hidden; --out has them, mode 0600", async () => {
    const { exit, document, stdout, stderr } = await show(
      ...[`${url}.enc.sgn`, "--phone-key", keyFile, "--trusted-by", held, "--out", "clear.xml"],
    );
    expect(exit).toBe(0);
    expect(document).toMatchObject({ content: "full", encryption: { isDecrypted: true } });
    expect(document.xml).toContain("<sshPassword>••••</sshPassword>");
    expect(document.xml).toContain("<sshUserId>cisco</sshUserId>");
    expect(stdout + stderr).not.toContain("Lab-secret");
    const out = join(cli.folder, "clear.xml");
    expect(document.out).toBe(out);
    expect(statSync(out).mode & 0o777).toBe(0o600);
    expect(readFileSync(out, "utf8")).toContain("<sshPassword>Lab-secret-ssh</sshPassword>");
  });

  test("a locked key needs its passphrase, by reference", async () => {
    const open = (...more: string[]) => show(`${url}.enc.sgn`, "--phone-key", lockedKeyFile, ...more);
    expect(await open("--passphrase", "env:PHONE_PASSPHRASE")).toMatchObject({
      exit: 3,
      document: { encryption: { isDecrypted: true } },
    });
    expect(await open()).toMatchObject({ exit: 2, document: { error: { code: "usage" } } });
    expect(await open("--passphrase", "env:HOME_OF_NOBODY")).toMatchObject({ exit: 10 });
    const literal = await open("--passphrase", passphrase);
    expect(literal).toMatchObject({ exit: 2, document: { error: { code: "usage" } } });
    expect(literal.stdout + literal.stderr).not.toContain(passphrase);
    const wrong = cli.write("wrong.txt", "another one\n");
    expect(await open("--passphrase", `file:${wrong}`)).toMatchObject({
      exit: 20,
      document: { error: { code: "wrong-key" } },
    });
  });

  test.each([
    ["tampered", 20, "invalid"],
    ["bad-signature", 20, "invalid"],
    ["forged", 20, "invalid"],
    ["unknown-signer", 20, "no-signer-certificate"],
    ["plain", 20, "unsigned"],
    ["other-filename", 0, "valid"],
  ] as const)("a file that is %s: exit %d, %s", async (kind, exit, signature) => {
    const { config } = cli.lab.cluster().phone(phone);
    config.faults.push({ kind, file: "sgn" });
    try {
      const result = await show(`${url}.sgn`, "--trusted-by", held);
      // A bit that was turned may have broken the XML as well.
      if (result.exit === 15)
        expect([kind, result.document.error?.code]).toEqual(["tampered", "file-unreadable"]);
      else expect([result.exit, result.document.signature]).toEqual([exit, signature]);
    } finally {
      config.faults.length = 0;
    }
  });

  test.each([
    ["other-phone", "wrong-key", /does not unwrap/],
    ["other-content", "wrong-key", /unwraps, but/],
    ["tampered", "wrong-key", /unwraps, but .*; its signature does not verify either/],
    ["cut", "file-unreadable", /./],
    ["cut-header", "file-unreadable", /./],
    ["missing", "file-unreadable", /./],
  ] as const)("an encrypted file that is %s: %s", async (kind, code, message) => {
    const { config } = cli.lab.cluster().phone(phone);
    config.faults.push({ kind, file: "enc" });
    try {
      const { exit, document } = await show(
        ...[`${url}.enc.sgn`, "--phone-key", keyFile, "--signer", callManager],
      );
      expect([exit, document.error?.code]).toEqual([code === "wrong-key" ? 20 : 15, code]);
      expect(document.error?.message).toMatch(message);
      expect(document.error?.hint).toMatch(/^[A-Z][a-z]+ /);
    } finally {
      config.faults.length = 0;
    }
  });

  test("another phone's key does not open it", async () => {
    const other = cli.write("other.pem", strangerKey().export({ type: "pkcs8", format: "pem" }));
    const { exit, document } = await show(`${url}.enc.sgn`, "--phone-key", other);
    expect(exit).toBe(20);
    expect(document.error).toMatchObject({
      code: "wrong-key",
      message: expect.stringContaining("not for this key"),
    });
  });
});

describe("files on the disk", () => {
  const write = (name: string, bytes: string | Uint8Array) => cli.write(name, bytes);

  test("no certificate and no list: exit 3, and what to give", async () => {
    const file = write("a.sgn", signedConfig());
    expect(await show(file)).toMatchObject({ exit: 3, document: { signature: "no-signer-certificate" } });
    expect((await text(file)).stdout).toContain("--signer");
  });

  test("signed by another key: exit 20", async () => {
    const signer = write("tftp.pem", tftp.pem);
    expect((await show(write("a.sgn", signedConfig()), "--signer", signer)).exit).toBe(0);
    const forged = write("forged.sgn", signedConfig(partialXml, stranger.key));
    expect(await show(forged, "--signer", signer)).toMatchObject({
      exit: 20,
      document: { signature: "invalid" },
    });
  });

  test("plain XML is read, unsigned: exit 3", async () => {
    const { exit, document } = await show(write("plain.xml", partialXml));
    expect(exit).toBe(3);
    expect(document).toMatchObject({
      kind: "unsigned",
      header: null,
      signature: "unsigned",
      content: "partial",
    });
  });

  test("an output file that is there is never overwritten, and told before anything is asked", async () => {
    const out = write("there.xml", "mine");
    const result = await show("nowhere.sgn", "--out", out);
    expect(result).toMatchObject({ exit: 2, document: { error: { code: "usage" } } });
    expect(readFileSync(out, "utf8")).toBe("mine");
    const nowhere = await show(
      write("a.sgn", signedConfig()),
      "--out",
      join(cli.folder, "no/such/folder.xml"),
    );
    expect(nowhere).toMatchObject({ exit: 11, document: { error: { code: "state-not-writable" } } });
  });

  test("nothing is written of a file that stays encrypted, that cannot be read, or is not for this key", async () => {
    const before = readdirSync(cli.folder).length;
    const encrypted = cli.write("there.xml", encryptedConfig());
    const other = cli.write("phone.pem", readFileSync(keyFile));
    expect(await show(encrypted, "--out", "x.xml")).toMatchObject({ exit: 2 });
    expect(await show(encrypted, "--phone-key", other, "--out", "x.xml")).toMatchObject({ exit: 20 });
    expect(await show(cli.write("there.xml", "hello"), "--out", "x.xml")).toMatchObject({ exit: 15 });
    expect(readdirSync(cli.folder)).toHaveLength(before);
  });

  test.each([
    ["--passphrase without a key", ["--passphrase", "ask:"], 2],
    ["a key from a URL", ["--phone-key", "http://127.0.0.1:1/key.pem"], 2],
    ["a key that is not there", ["--phone-key", "no.pem"], 15],
    ["a certificate instead of the key", ["--phone-key", "callmanager.pem"], 15],
    ["a signer that is no certificate", ["--signer", "phone.pem"], 15],
    ["a list that is no list", ["--trusted-by", "phone.pem"], 15],
  ])("%s", async (_what, args, exit) => {
    expect((await show(write("a.sgn", signedConfig()), ...args)).exit).toBe(exit);
  });

  test("a configuration instead of the list, and a list instead of the configuration", async () => {
    const file = write("a.sgn", signedConfig());
    expect((await show(file, "--trusted-by", file)).document.error?.hint).toContain("ITLFile.tlv");
    expect((await show(held)).document.error?.hint).toContain("itl show");
  });

  test("hostile values reach the terminal as text", async () => {
    const xml = partialXml
      .replace("10.48.46.4", "&#x9b;31m\u202e\u009b2J")
      .replace("<device>", '<device x="&#27;c\u0085">');
    const { stdout, exit } = await text(write("hostile.sgn", signedConfig(xml)));
    expect(exit).toBe(3);
    expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
  });
});

describe("for people", () => {
  test("what kind of file, who signed it, what it says, and its XML", async () => {
    const { stdout, exit } = await text(`${url}.enc.sgn`, "--phone-key", keyFile, "--trusted-by", "held.tlv");
    expect(exit).toBe(0);
    expect(stdout).toMatch(/encrypted phone configuration, decrypted \(full\), \d+ bytes$/m);
    expect(stdout).toMatch(/^signature {2}valid$/m);
    expect(stdout).toMatch(
      /^encrypted {2}for the RSA key of one phone \(2048 bits\); and this key opens it/m,
    );
    expect(stdout).toMatch(/^A phone holding held\.tlv takes this file by itself:$/m);
    expect(stdout).toMatch(/^says {7}encryption is on \(encrConfig true\)$/m);
    expect(stdout).toMatch(/^CAPF asks {2}by authentication string \(1\)$/m);
    expect(stdout).toMatch(/^ {2}<sshPassword>••••<\/sshPassword>$/m);
    expect(stdout).toContain("hides a password");
  });

  test("a file of one phone that says inside that it is another's is told as that", async () => {
    const own = await text(cli.write(`${phone}.cnf.xml.sgn`, signedConfig()));
    expect(own.stdout).toContain(`file name  ${phone}.cnf.xml.sgn\n`);
    const other = await text(cli.write("SEP001122AABBCC.cnf.xml.sgn", signedConfig()));
    expect(other.stdout.replace(/\s+/g, " ")).toContain(
      `${phone}.cnf.xml.sgn, although it was read as SEP001122AABBCC.cnf.xml.sgn`,
    );
  });

  test("an empty certHash says something only where encryption is on", async () => {
    const empty = partialXml.replace(/(<certHash>)[^<]*/, "$1");
    const on = await text(cli.write("on.sgn", signedConfig(empty)));
    expect(on.stdout).toContain("certHash   empty: CAPF has not seen this phone\n");
    const off = await text(cli.write("off.sgn", signedConfig(empty.replace(/(<encrConfig>)\w+/, "$1false"))));
    expect(off.stdout).toContain("certHash   empty\n");
  });

  test("--plain reads it out, line by line", async () => {
    const { stdout } = await text(`${url}.sgn`, "--plain");
    expect(stdout).toMatch(/^kind: signed$/m);
    expect(stdout).toMatch(/^says encr config: yes$/m);
    const opened = await text(`${url}.enc.sgn`, "--plain", "--phone-key", keyFile);
    expect(opened.stdout).toContain("<sshPassword>(hidden)</sshPassword>");
  });
});

test("no password, passphrase or key is anywhere but in the file that --out named", async () => {
  const key = readFileSync(keyFile, "utf8").split("\n");
  const secrets = {
    ssh: "Lab-secret-ssh",
    line: "Lab-secret-line",
    admin: "Lab-secret-admin",
    passphrase,
    key: key[5] ?? "",
  };
  expect(secrets.key).toHaveLength(64);
  const calls = [
    [`${url}.enc.sgn`, "--phone-key", lockedKeyFile, "--passphrase", "env:PHONE_PASSPHRASE", "--debug"],
    [`${url}.enc.sgn`, "--phone-key", keyFile, "--debug", "--plain"],
    [`${url}.enc.sgn`, "--phone-key", keyFile, "--debug", "--json", "--out", "clear-2.xml"],
    [`${url}.enc.sgn`, "--phone-key", keyFile, "--debug", "--out", "clear-2.xml"],
    [cli.write("bad.xml", "<device><adminPassword>Lab-secret-admin</device>"), "--debug"],
    [
      cli.write("bad.enc.sgn", encryptedConfig({}, "<device><x>Lab-secret-ssh")),
      "--phone-key",
      cli.write("p.pem", phoneKey.export({ type: "pkcs8", format: "pem" })),
      "--debug",
    ],
  ];
  const exits: number[] = [];
  for (const args of calls) {
    const { stdout, stderr, exit } = await text(...args);
    exits.push(exit);
    const places = [
      { name: "stdout", bytes: Buffer.from(stdout) },
      { name: "stderr", bytes: Buffer.from(stderr) },
    ];
    expect(findSecrets(places, secrets)).toEqual([]);
  }
  expect(exits).toEqual([3, 3, 3, 2, 15, 15]);
  const clear = readFileSync(join(cli.folder, "clear-2.xml"));
  expect(findSecrets([{ name: "clear", bytes: clear }], { ssh: "Lab-secret-ssh" })).not.toEqual([]);
  expect(readdirSync(cli.folder)).not.toContain("state");
});
