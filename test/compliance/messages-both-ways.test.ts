// The sixth command of the manual way, `openssl enc`, beside itlctl on the same messages.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { needs } from "../support/needs.ts";
import { runCli } from "../support/run-cli.ts";
import { archiveKey, keyFileText } from "./sealed-exports.ts";

const key = archiveKey("openssl");
const folder = mkdtempSync(join(tmpdir(), "itlctl-messages-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const openssl = (flags: string, input: string | Buffer) =>
  execFileSync(
    "openssl",
    ["enc", "-aes-256-cbc", ...flags.split(" "), "-K", key.key.reveal(), "-iv", key.iv.reveal()],
    { input },
  );

describe.runIf(needs("openssl"))("a message made by openssl", () => {
  const texts = [
    "",
    "short",
    "x".repeat(16),
    "<message id='1'><body>Grüße 🌍</body></message>",
    "y".repeat(4001),
  ];

  test("opens to the same text by hand and with itlctl, binary and in Base64", async () => {
    writeFileSync(join(folder, key.file), keyFileText(key));
    const names = texts.flatMap((text, nth) => {
      writeFileSync(join(folder, `${nth}.bin`), openssl("-e", text));
      // Wrapped at 64, as openssl does without -A.
      writeFileSync(join(folder, `${nth}.b64`), openssl("-e -base64", text));
      return [`${nth}.bin`, `${nth}.b64`];
    });
    const byHand = names.map((name) =>
      openssl(name.endsWith(".bin") ? "-d" : "-d -base64", readFileSync(join(folder, name))).toString(),
    );
    const words = ["compliance", "decrypt", ...names, "--key-file", key.file, "--json"];
    const end = await runCli(words, { cwd: folder });
    const { messages } = end.json<{ messages: { text: string }[] }>();
    expect(messages.map(({ text }) => text)).toEqual(byHand);
    expect(byHand).toEqual(texts.flatMap((text) => [text, text]));
  });

  test("opens in an export, row by row", async () => {
    writeFileSync(join(folder, key.file), keyFileText(key));
    const cell = (text: string) => openssl("-e -base64 -A", text).toString();
    const rows = texts.slice(1).map((text) => `${cell("a@example.com")},${cell(text)}`);
    writeFileSync(join(folder, "jm.csv"), ["to_jid,body_string", ...rows, ""].join("\n"));
    const words = ["compliance", "decrypt-csv", "jm.csv", "--key-file", key.file, "--out", "out.csv"];
    expect((await runCli(words, { cwd: folder })).exit).toBe(0);
    expect(readFileSync(join(folder, "out.csv"), "utf8")).toBe(
      [
        "to_jid,body_string,archive_key",
        ...texts.slice(1).map((text) => `a@example.com,${text},${key.file}`),
        "",
      ].join("\n"),
    );
  });
});
