// The six openssl commands of the manual way beside itlctl, on the same files.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { needs } from "../support/needs.ts";
import { runCli } from "../support/run-cli.ts";
import { iv, key, keyText } from "./archive-keys.ts";

const sizes = [2048, 3072, 4096];
// A key of 4096 bits takes seconds where everything runs at once.
const patient = 120_000;
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "itlctl-both-ways-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** One openssl command in the folder; gives what it said on stderr where it failed. */
function openssl(line: string, input?: string | Buffer): { out: Buffer; failed: string | null } {
  try {
    const options = { cwd: folder, stdio: "pipe", ...(input === undefined ? {} : { input }) } as const;
    return { out: execFileSync("openssl", line.split(" "), options), failed: null };
  } catch (error) {
    return { out: Buffer.alloc(0), failed: String((error as { stderr: Buffer }).stderr) };
  }
}

const sha256 = (bytes: Buffer) => createHash("sha256").update(bytes).digest();
const fingerprint = (bytes: Buffer) => `SHA256:${sha256(bytes).toString("base64").replace(/=+$/, "")}`;
const itlctl = (...words: string[]) => runCli(["compliance", ...words], { cwd: folder });

const paddings = [
  ["PKCS#1 v1.5", "pkcs1-v1.5", ""],
  ["OAEP with SHA-1", "oaep-sha1", " -pkeyopt rsa_padding_mode:oaep"],
  ["OAEP with SHA-256", "oaep-sha256", " -pkeyopt rsa_padding_mode:oaep -pkeyopt rsa_oaep_md:sha256"],
] as const;

describe.runIf(needs("openssl"))("by hand and with itlctl", () => {
  beforeAll(() => {
    for (const bits of sizes) {
      // Commands 1 and 2 of the manual way.
      openssl(`genpkey -algorithm RSA -out private-${bits}.pem -pkeyopt rsa_keygen_bits:${bits}`);
      openssl(`rsa -pubout -in private-${bits}.pem -out public-${bits}.pem`);
    }
  }, patient);

  describe.each(sizes)("a pair of %i bits made by openssl", (bits) => {
    test.each(paddings)("a key sealed with %s is the same key", async (_name, padding, flags) => {
      // The server's part, then commands 3 and 4.
      const sealed = openssl(`pkeyutl -encrypt -pubin -inkey public-${bits}.pem${flags}`, keyText).out;
      const text = sealed.toString("base64");
      const name = `${bits}-${padding}`;
      writeFileSync(join(folder, `${name}.pem`), text);
      writeFileSync(join(folder, `${name}.bin`), openssl("base64 -d -A", text).out);
      const byHand = openssl(`pkeyutl -decrypt -inkey private-${bits}.pem -in ${name}.bin${flags}`).out;
      expect(byHand.toString()).toBe(keyText);

      for (const form of ["pem", "bin"]) {
        const { exit, json } = await itlctl(
          ...["open-key", `${name}.${form}`, "--private-key", `private-${bits}.pem`, "--show", "--json"],
        );
        expect([exit, json()]).toEqual([
          0,
          expect.objectContaining({ padding, key, iv, sizeBytes: bits / 8 }),
        ]);
        expect(json()).toMatchObject({
          keyFingerprint: fingerprint(Buffer.from(key, "hex")),
          ivFingerprint: fingerprint(Buffer.from(iv, "hex")),
        });
      }
    });

    test("what openssl calls data greater than mod len is opened", async () => {
      writeFileSync(
        join(folder, `still-${bits}.pem`),
        openssl(`pkeyutl -encrypt -pubin -inkey public-${bits}.pem`, keyText).out.toString("base64"),
      );
      const { failed } = openssl(`pkeyutl -decrypt -inkey private-${bits}.pem -in still-${bits}.pem`);
      expect(failed).toContain("data greater than mod len");
      const { exit } = await itlctl("open-key", `still-${bits}.pem`, "--private-key", `private-${bits}.pem`);
      expect(exit).toBe(0);
    });

    test(
      "a pair made by itlctl is one for openssl, with a passphrase",
      async () => {
        writeFileSync(join(folder, "passphrase"), "pass phrase of four\n", { mode: 0o600 });
        const made = await itlctl(
          ...[
            "keygen",
            "--out",
            `made-${bits}`,
            "--bits",
            `${bits}`,
            "--passphrase",
            "file:passphrase",
            "--json",
          ],
        );
        const { pairFingerprint, privateKey, publicKey } = made.json<Record<string, string>>();
        expect(
          openssl(`pkey -in ${privateKey} -passin file:passphrase -noout -text`).out.toString(),
        ).toContain(`${bits} bit`);
        expect(fingerprint(openssl(`pkey -pubin -in ${publicKey} -outform DER`).out)).toBe(pairFingerprint);
        const derived = openssl(`pkey -in ${privateKey} -passin file:passphrase -pubout`).out;
        expect(derived.equals(readFileSync(publicKey ?? ""))).toBe(true);

        const sealed = openssl(`pkeyutl -encrypt -pubin -inkey ${publicKey}`, keyText).out;
        writeFileSync(join(folder, `made-${bits}.bin`), sealed);
        const opened = await itlctl(
          ...["open-key", `made-${bits}.bin`, "--private-key", `${privateKey}`],
          ...["--passphrase", "file:passphrase", "--out", `opened-${bits}.txt`, "--json"],
        );
        expect([opened.exit, opened.json()]).toEqual([0, expect.objectContaining({ pairFingerprint })]);
        const kept = join(folder, `opened-${bits}.txt`);
        expect([readFileSync(kept, "utf8").trimEnd(), statSync(kept).mode & 0o777]).toEqual([keyText, 0o600]);
      },
      patient,
    );
  });

  test("what `openssl enc -P` prints is read as a kept key", async () => {
    const { loadArchiveKey } = await import("../../src/compliance/load-archive-key.ts");
    const { out } = openssl("enc -aes-256-cbc -P -pbkdf2 -S 0102030405060708 -pass stdin", "word\n");
    expect(out.toString()).toMatch(/^salt=.*\nkey=[0-9A-F]{64}\niv =[0-9A-F]{32}\n/);
    expect(loadArchiveKey(out, "printed").key.reveal()).toMatch(/^[0-9a-f]{64}$/);
  });

  test("a message that openssl closed with the key is opened by openssl with the key that itlctl kept", async () => {
    // Command 6, with the values that command 5 of the manual way cuts out of decryptedkey.bin.
    const sealed = openssl("pkeyutl -encrypt -pubin -inkey public-2048.pem", keyText).out;
    writeFileSync(join(folder, "message-key.bin"), sealed);
    await itlctl(
      "open-key",
      "message-key.bin",
      "--private-key",
      "private-2048.pem",
      "--out",
      "message-key.txt",
    );
    const kept = readFileSync(join(folder, "message-key.txt"), "utf8");
    const [, keptKey = "", keptIv = ""] = /key = (\w+)\niv {2}= (\w+)/.exec(kept) ?? [];
    const closed = openssl(`enc -aes-256-cbc -K ${key} -iv ${iv}`, "Guten Tag, 你好").out;
    expect(openssl(`enc -aes-256-cbc -d -K ${keptKey} -iv ${keptIv}`, closed).out.toString()).toBe(
      "Guten Tag, 你好",
    );
  });
});
