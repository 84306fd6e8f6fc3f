// ITLRecovery.p12 as the openssl command writes it: every cipher, MAC and kind of password.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parseRecoveryKey } from "../../src/facts/recovery-key.ts";
import { needs } from "../support/needs.ts";
import { makeCertificate } from "./made-certificate.ts";

const password = "derived by the platform";
const own = makeCertificate("ITLRECOVERY_test10pub", "00c1f2");

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "itlctl-p12-"));
  writeFileSync(join(folder, "key"), own.keyPem, { mode: 0o600 });
  writeFileSync(join(folder, "certificate"), own.pem);
});
afterAll(() => rmSync(folder, { recursive: true }));

function written(words: readonly string[], passphrase = password): Buffer {
  const command = ["pkcs12", "-export", "-inkey", "key", "-in", "certificate", "-out", "p12", ...words];
  execFileSync("openssl", [...command, "-passout", `pass:${passphrase}`], { cwd: folder, stdio: "pipe" });
  return readFileSync(join(folder, "p12"));
}
const pbe = (cipher: string) => ["-certpbe", cipher, "-keypbe", cipher];
const tripleDes = ["-legacy", ...pbe("PBE-SHA1-3DES")];

test.each<[string, string[], string[]]>([
  ["RC2-40 and 3DES, as old platforms do", ["-legacy"], ["rc2-40-cbc", "3des-cbc"]],
  ["RC2-40 alone", ["-legacy", ...pbe("PBE-SHA1-RC2-40")], ["rc2-40-cbc"]],
  ["3DES twice, as FIPS mode does", [...tripleDes, "-macalg", "sha1"], ["3des-cbc"]],
  ["3DES with a MAC of SHA-256", [...tripleDes, "-macalg", "sha256"], ["3des-cbc"]],
  ["AES-128", pbe("AES-128-CBC"), ["aes-128-cbc"]],
  ["AES-192", pbe("AES-192-CBC"), ["aes-192-cbc"]],
  ["AES-256, as OpenSSL 3 does", [], ["aes-256-cbc"]],
  ["AES-256 with a MAC of SHA-1", ["-macalg", "sha1"], ["aes-256-cbc"]],
  ["AES-256 with a MAC of SHA-512", ["-macalg", "sha512"], ["aes-256-cbc"]],
  ["AES-256 with a MAC of SHA-224, which is not checked", ["-macalg", "sha224"], ["aes-256-cbc"]],
  ["a friendly name", ["-legacy", "-name", "ITLRecovery"], ["rc2-40-cbc", "3des-cbc"]],
  ["no MAC", ["-nomac"], ["aes-256-cbc"]],
])("%s", (_, words, ciphers) => {
  if (!needs("openssl")) return;
  const bytes = written(words);
  const key = parseRecoveryKey(bytes, password);
  expect(key).toMatchObject({ isWhole: true, isUnlocked: true, ciphers, reason: null });
  expect(key.hasMac).toBe(!words.includes("-nomac"));
  expect(key.opened).toMatchObject({
    keyMatchesCertificate: true,
    certificate: { der: own.der.toString("base64") },
  });
  const closed = { isWhole: true, isUnlocked: false, ciphers, opened: null };
  expect(parseRecoveryKey(bytes, "wrong")).toMatchObject(closed);
  expect(parseRecoveryKey(bytes, "falsch ü")).toMatchObject(closed);
  expect(parseRecoveryKey(bytes, null)).toMatchObject({ ...closed, reason: "no password is known" });
});

const passwords = ["", "grün", "€ 😀", `two  words "'\`\\ $HOME`, "p".repeat(200)];

test.each(passwords)("the password %j opens every cipher", (text) => {
  if (!needs("openssl")) return;
  for (const words of [["-legacy"], tripleDes, ["-macalg", "sha1"], [], ["-macalg", "sha224"], ["-nomac"]]) {
    const bytes = written(words, text);
    expect(parseRecoveryKey(bytes, text).opened?.keyMatchesCertificate, words.join(" ")).toBe(true);
    expect(parseRecoveryKey(bytes, `${text}ü`).opened, words.join(" ")).toBeNull();
  }
});

test("a password whose UTF-8 bytes were taken for characters, as OpenSSL 1.0 did, opens it too", () => {
  if (!needs("openssl")) return;
  const asBytes = Buffer.from("grün", "utf8").toString("latin1");
  for (const words of [["-legacy"], tripleDes])
    expect(parseRecoveryKey(written(words, asBytes), "grün").opened?.keyMatchesCertificate).toBe(true);
});

test("a MAC that is not right closes the file, also where the key would open by the other bytes of the password", () => {
  if (!needs("openssl")) return;
  const bytes = written(["-macalg", "sha256"], "grün");
  const digest = bytes.lastIndexOf(Buffer.from([0x04, 0x20])) + 2;
  expect(parseRecoveryKey(bytes, "grün").opened).not.toBeNull();
  bytes[digest + 5] = (bytes[digest + 5] ?? 0) ^ 1;
  expect(parseRecoveryKey(bytes, "grün")).toMatchObject({ isWhole: true, opened: null });
});
