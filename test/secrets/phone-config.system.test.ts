// Secrets of a real `phone-config show`: its output, its arguments and those of the programs it starts, its folders.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import { encryptedConfig, phoneKey } from "../phone-config/made-config.ts";
import { watchProcess } from "./watched-process.ts";
import { findSecrets, type Place } from "./written-forms.ts";

const folder = mkdtempSync(join(tmpdir(), "itlctl-phone-config-"));
afterAll(() => rmSync(folder, { recursive: true }));
const write = (name: string, content: string | Uint8Array) => {
  writeFileSync(join(folder, name), content, { mode: 0o600 });
  return join(folder, name);
};

test("no output, no argument and no file but the one of --out holds a password, the passphrase or the key", async () => {
  const bin = fileURLToPath(new URL("../../dist/bin.js", import.meta.url));
  if (!existsSync(bin)) throw new Error("there is no dist/bin.js: `npm run build` makes it");
  const passphrase = "Pass-phrase of 1 phone";
  const pem = write(
    "phone.pem",
    phoneKey.export({ type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase }),
  );
  const script = write("say.sh", "sleep 0.3; printenv PHONE_PASSPHRASE\n");
  const file = write("phone.cnf.xml.enc.sgn", encryptedConfig());
  const out = join(folder, "clear.xml");
  const state = join(folder, "state");
  const words = [
    bin,
    "phone-config",
    "show",
    file,
    "--phone-key",
    pem,
    "--passphrase",
    `exec:/bin/sh ${script}`,
  ];
  const { exit, output, seen } = await watchProcess([...words, "--out", out, "--debug", "--state", state], {
    PHONE_PASSPHRASE: passphrase,
  });
  expect([exit, output.includes("<sshPassword>••••</sshPassword>")]).toEqual([3, true]);
  expect(seen.some((line) => line.includes("phone-config show"))).toBe(true);
  expect(seen.some((line) => line.startsWith("/bin/sh") && line.includes("say.sh"))).toBe(true);
  expect(readdirSync(folder).sort()).toEqual(["clear.xml", "phone.cnf.xml.enc.sgn", "phone.pem", "say.sh"]);
  const places: Place[] = [...seen, output].map((line, at) => ({
    name: `seen ${at}`,
    bytes: Buffer.from(line),
  }));
  const secrets = {
    passphrase,
    ssh: "Kept-from-eyes-1",
    key: phoneKey.export({ type: "pkcs8", format: "der" }).subarray(200, 230).toString("base64"),
    contentKey: "Z".repeat(16),
  };
  expect(findSecrets(places, secrets)).toEqual([]);
  expect(readFileSync(out, "utf8")).toContain("<sshPassword>Kept-from-eyes-1</sshPassword>");
});
