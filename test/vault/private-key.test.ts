// A private key file → its content and kind, or the refusal that says what to do about it.
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import ssh2 from "ssh2";
import { afterEach, beforeEach, expect, test } from "vitest";
import { OperatorError } from "../../src/base/errors.ts";
import { loadPrivateKey } from "../../src/vault/private-key.ts";

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "itlctl-private-key-"));
  file = join(folder, "key");
});
afterEach(() => rmSync(folder, { recursive: true }));

function refusal(): OperatorError {
  try {
    loadPrivateKey(file, "vault: hostKey:", "Make it: ssh-keygen");
  } catch (error) {
    if (error instanceof OperatorError) return error;
    throw error;
  }
  throw new Error("it was taken");
}

function written(content: string, mode = 0o600): void {
  writeFileSync(file, content);
  chmodSync(file, mode);
}

const pair = ssh2.utils.generateKeyPairSync("ed25519");

test("a key in OpenSSH's own form is taken whole", () => {
  written(pair.private);
  const { pem, publicKey } = loadPrivateKey(file, "vault: hostKey:", "Make it: ssh-keygen");
  expect(pem.toString()).toBe(pair.private);
  expect(publicKey.type).toBe("ssh-ed25519");
  expect(publicKey.sha256).toMatch(/^SHA256:/);
});

test.each([0o640, 0o604, 0o620, 0o601])("a file of mode %o is not even read", (mode) => {
  written(pair.private, mode);
  expect(refusal()).toMatchObject({
    ...{ code: "inventory-invalid", place: { file } },
    message: `vault: hostKey: ${file}: others than its owner may read it`,
    hint: `Take that right away: chmod 600 ${file}`,
  });
});

test("one that is not there: the advice of the caller", () => {
  expect(refusal()).toMatchObject({
    ...{ code: "inventory-invalid", hint: "Make it: ssh-keygen" },
    message: `vault: hostKey: ${file}: it is not there`,
  });
});

test("one that cannot be read for another reason is told with the system's word, and its advice is not to make one", () => {
  mkdirSync(file, { mode: 0o700 });
  const { message, hint } = refusal();
  expect(message).toContain(`${file}: it cannot be read: EISDIR`);
  expect(hint).toBe("Make it a file that this user can read");
});

test("one with a passphrase is not taken for one that is broken", () => {
  const locked = { passphrase: "Locked-1", cipher: "aes256-cbc", rounds: 1 };
  written(ssh2.utils.generateKeyPairSync("ed25519", locked).private);
  const { message, hint } = refusal();
  expect(message).toBe(`vault: hostKey: ${file}: it needs a passphrase`);
  expect(hint).toBe("Use a key without one, or let an SSH agent hold it");
});

test("a text that is no key", () => {
  written("no key\n");
  const { message, hint } = refusal();
  expect(message).toBe(`vault: hostKey: ${file}: it is no private key: Unsupported key format`);
  expect(hint).toBe("Make it: ssh-keygen");
});

test("the public half", () => {
  written(pair.public);
  const { message, hint } = refusal();
  expect(message).toBe(`vault: hostKey: ${file}: it is a public key`);
  expect(hint).toBe("Name the file without .pub");
});
