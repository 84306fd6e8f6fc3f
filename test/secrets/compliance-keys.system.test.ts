// Keys, IVs and passphrases of the archive: on no stream, in no file but the one that was asked for, in no argument.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { iv, key, keyText, pairs, pemOf, seal } from "../compliance/archive-keys.ts";
import { runCli } from "../support/run-cli.ts";
import { watchProcess } from "./watched-process.ts";
import { findSecrets, type Place } from "./written-forms.ts";

const passphrase = `pass "phrase" of + four/words`;
const pem = pemOf(pairs.own, passphrase);
const secrets = {
  key,
  iv,
  "key in capitals": key.toUpperCase(),
  "IV in capitals": iv.toUpperCase(),
  "key as Base64": Buffer.from(key, "hex").toString("base64"),
  passphrase,
  "private key": pem.split("\n").slice(4, 8).join("\n"),
};

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "itlctl-key-secrets-"));
  mkdirSync(join(folder, "state"));
  const files = {
    "private.pem": pem,
    "other.pem": pemOf(pairs.other),
    "e.pem": seal(keyText).toString("base64"),
    "cut.pem": seal(keyText).toString("base64").slice(0, 200),
    "short.pem": seal(`key = ${key.slice(0, 60)}\niv = ${iv}`),
    "odd.pem": seal(`key = ${key.slice(0, 60)}zzzz\niv = ${iv}`),
    "opened.txt": `${keyText}\n`,
    "twice.pem": Buffer.from(seal(keyText).toString("base64")).toString("base64"),
    passphrase: `${passphrase}\n`,
  };
  for (const [name, content] of Object.entries(files))
    writeFileSync(join(folder, name), content, { mode: 0o600 });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const unlocked = ["--private-key", "private.pem", "--passphrase", "file:passphrase"];
const calls: readonly (readonly [exit: number, words: readonly string[]])[] = [
  [0, ["open-key", "e.pem", ...unlocked]],
  [0, ["open-key", "e.pem", ...unlocked, "--out", "kept.txt"]],
  [3, ["open-key", "twice.pem", ...unlocked]],
  [2, ["open-key", "e.pem", ...unlocked, "--out", "opened.txt"]],
  [11, ["open-key", "e.pem", ...unlocked, "--out", "missing/kept.txt"]],
  [15, ["open-key", "cut.pem", ...unlocked]],
  [15, ["open-key", "short.pem", ...unlocked]],
  [15, ["open-key", "odd.pem", ...unlocked]],
  [15, ["open-key", "opened.txt", ...unlocked]],
  [20, ["open-key", "e.pem", "--private-key", "other.pem"]],
  [10, ["open-key", "e.pem", "--private-key", "private.pem"]],
  [2, ["open-key", "e.pem", "--private-key", "private.pem", "--passphrase", passphrase]],
  [15, ["open-key", "e.pem", "--private-key", "opened.txt"]],
  [2, ["open-key", "e.pem", "--private-key", "private.pem", "--passphrase", "env:W", "--show", "--outt"]],
  [20, ["open-key", "e.pem", "--private-key", "private.pem", "--passphrase", "env:W"]],
  [0, ["keygen", "--out", "pair", "--passphrase", "file:passphrase"]],
  [2, ["keygen", "--out", "pair", "--passphrase", passphrase]],
];

function placesBelow(path: string): Place[] {
  return readdirSync(path, { recursive: true, encoding: "utf8" })
    .map((name) => join(path, name))
    .filter((name) => statSync(name).isFile())
    .map((name) => ({ name, bytes: readFileSync(name) }));
}

test.each([["--debug"], ["--debug", "--json"], ["--debug", "--plain"]])(
  "nothing is said on any stream, nor kept in the state folder, with %s %s",
  async (...flags) => {
    const world = { cwd: folder, state: join(folder, "state"), environment: { W: "another passphrase" } };
    const places: Place[] = [];
    for (const [exit, words] of calls) {
      const result = await runCli(["compliance", ...words, ...flags], world);
      expect([words, result.exit]).toEqual([words, exit]);
      places.push({ name: words.join(" "), bytes: Buffer.from(`${result.stdout}\n${result.stderr}`) });
    }
    expect(findSecrets(places, secrets)).toEqual([]);
    expect(placesBelow(join(folder, "state"))).toEqual([]);
    const written = [
      ...placesBelow(join(folder, "pair")),
      { name: "kept", bytes: readFileSync(join(folder, "kept.txt")) },
    ];
    expect(findSecrets(written, secrets).every((line) => line.startsWith("kept: "))).toBe(true);
    expect(findSecrets(written, { key })).toContain("kept: key as bytes");
  },
);

test("no argument of the tool holds one, and it starts no other program", async () => {
  const bin = fileURLToPath(new URL("../../src/bin.ts", import.meta.url));
  const tsx = import.meta.resolve("tsx");
  const full = (name: string) => join(folder, name);
  const words = [
    "--private-key",
    full("private.pem"),
    "--passphrase",
    "env:PASSPHRASE",
    "--out",
    full("kept.txt"),
  ];
  const { exit, output, seen } = await watchProcess(
    ["--import", tsx, bin, "compliance", "open-key", full("e.pem"), ...words, "--debug"],
    { PASSPHRASE: passphrase, HOME: folder, ITLCTL_STATE: full("state") },
  );
  expect([exit, output]).toEqual([0, expect.stringContaining("opened")]);
  expect(readFileSync(full("kept.txt"), "utf8")).toBe(`${keyText}\n`);
  const places = [...seen, output].map((text, at) => ({ name: `seen ${at}`, bytes: Buffer.from(text) }));
  expect(findSecrets(places, secrets)).toEqual([]);
  expect(seen.some((line) => line.includes("compliance open-key"))).toBe(true);
  expect(
    seen.filter((line) => !line.includes("compliance open-key") && !line.includes("esbuild") && line !== ""),
  ).toEqual([]);
});
