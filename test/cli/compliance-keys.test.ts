import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { OperatorError } from "../../src/base/errors.ts";
import type { CommandContext } from "../../src/cli/command.ts";
import { createMasker } from "../../src/base/secret.ts";
import { complianceOpenKey } from "../../src/cli/commands/compliance-open-key.ts";
import { complianceKeygen } from "../../src/cli/commands/compliance-keygen.ts";
import { keyFindingCodes } from "../../src/compliance/key-findings.ts";
import { iv, key, keyText, pairs, pemOf, publicPemOf, seal } from "../compliance/archive-keys.ts";
import { type CliWorld, runCli } from "../support/run-cli.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "itlctl-keys-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const at = (name: string) => join(folder, name);
const modeOf = (name: string) => statSync(at(name)).mode & 0o777;
function write(name: string, content: string | Buffer, mode = 0o600): string {
  writeFileSync(at(name), content);
  chmodSync(at(name), mode);
  return name;
}
const run = (words: readonly string[], world: CliWorld = {}) =>
  runCli(["compliance", ...words], { cwd: folder, ...world });
const keygen = (words: readonly string[], world?: CliWorld) => run(["keygen", ...words], world);

/** `open-key` on a sealed key and its private key, both in the folder. */
function openKey(words: readonly string[] = [], world?: CliWorld) {
  if (!existsSync(at("e.pem"))) write("e.pem", seal(keyText).toString("base64"));
  if (!existsSync(at("p.pem"))) write("p.pem", pemOf(pairs.own));
  return run(["open-key", "e.pem", "--private-key", "p.pem", ...words], world);
}

interface Failure {
  readonly error: {
    readonly code: string;
    readonly message: string;
    readonly place: { readonly file?: string };
  };
}

describe("compliance keygen", () => {
  test("makes the folder, both files with their modes, and says where each belongs", async () => {
    const { exit, stdout, stderr } = await keygen(["--out", "new/keys"]);
    expect([exit, stderr]).toEqual([0, ""]);
    expect([modeOf("new"), modeOf("new/keys"), modeOf("new/keys/private_key.pem")]).toEqual([
      0o700, 0o700, 0o600,
    ]);
    expect(readFileSync(at("new/keys/private_key.pem"), "utf8")).toMatch(/^-----BEGIN PRIVATE KEY-----\n/);
    expect(readFileSync(at("new/keys/public_key.pem"), "utf8")).toMatch(/^-----BEGIN PUBLIC KEY-----\n/);
    expect(stdout).toContain("public_key.pem goes to the server");
    expect(stdout).toContain("private_key.pem never leaves");
    expect(stdout).toContain(`--private-key ${at("new/keys/private_key.pem")} --out FILE\n`);
    expect(stdout).not.toContain("-----BEGIN");
  });

  test("keeps the mode of a folder that is there, and says in JSON what it made", async () => {
    mkdirSync(at("keys"), { mode: 0o750 });
    const { json } = await keygen(["--out", "keys", "--json"]);
    expect(json()).toEqual({
      privateKey: at("keys/private_key.pem"),
      publicKey: at("keys/public_key.pem"),
      bits: 2048,
      hasPassphrase: false,
      pairFingerprint: expect.stringMatching(/^SHA256:[A-Za-z0-9+/]{43}$/) as string,
    });
    expect(modeOf("keys")).toBe(0o750);
  });

  test.each(["private_key.pem", "public_key.pem"])(
    "overwrites no %s, and asks for nothing first",
    async (name) => {
      write(name, "an older one");
      const { exit, stderr, questions } = await keygen(["--out", ".", "--passphrase", "ask:"], {
        terminal: [],
      });
      expect([exit, questions]).toEqual([2, []]);
      expect(stderr).toContain(`${at(name)} is there already`);
      expect(stderr).toContain("Name another folder with --out");
      expect([readdirSync(folder), readFileSync(at(name), "utf8")]).toEqual([[name], "an older one"]);
    },
  );

  test("follows no link that leads nowhere", async () => {
    symlinkSync(at("elsewhere"), at("public_key.pem"));
    expect((await keygen(["--out", "."])).exit).toBe(2);
    expect(readdirSync(folder)).toEqual(["public_key.pem"]);
  });

  test("leaves nothing half made where the second file cannot be written", async () => {
    const { writePair } = await import("../../src/cli/compliance-pair-files.ts");
    mkdirSync(at("keys"));
    mkdirSync(at("keys/public_key.pem"));
    const pair = { privatePem: "private", publicPem: "public", fingerprint: "" };
    expect(() => writePair(at("keys"), pair)).toThrow("is there already");
    expect(readdirSync(at("keys"))).toEqual(["public_key.pem"]);
    expect(() => writePair(at(`deep/er/${"x".repeat(300)}`), pair)).toThrow("cannot write into");
    const broken = { ...pair, publicPem: null as unknown as string };
    expect(() => writePair(at("deep/er"), broken)).toThrow("cannot write the file");
    expect(readdirSync(folder)).toEqual(["keys"]);
  });

  test("asks twice for a passphrase at a terminal, and writes nothing where the two differ", async () => {
    const same = await keygen(["--out", "a", "--passphrase", "ask:"], {
      terminal: ["four words", "four words"],
    });
    expect([same.exit, same.questions.length]).toEqual([0, 2]);
    expect(readFileSync(at("a/private_key.pem"), "utf8")).toContain("ENCRYPTED PRIVATE KEY");
    const slip = await keygen(["--out", "b", "--passphrase", "ask:"], {
      terminal: ["four words", "four wards"],
    });
    expect([slip.exit, existsSync(at("b"))]).toEqual([2, false]);
    expect(slip.stderr).toContain("the two passphrases are not the same");
    expect(slip.stderr).not.toContain("wards");
  });

  test("writes nothing once it was interrupted", async () => {
    const interrupt = new OperatorError("cancelled", "left", { hint: "Run it again" });
    const context = { world: { cwd: folder }, signal: AbortSignal.abort(interrupt) };
    const input = {
      words: [],
      isSet: () => false,
      text: (name: string) => (name === "out" ? "k" : null),
      texts: () => [],
    };
    await expect(complianceKeygen.run(context as unknown as CommandContext, input)).rejects.toBe(interrupt);
    expect(readdirSync(folder)).toEqual([]);
  });

  test.each([
    [["--out", "k", "--bits", "1024"], 2, "--bits must be 2048, 3072, 4096"],
    [[], 2, "needs --out DIR"],
    [["--out", "k", "--passphrase", "four words"], 2, "never the password itself"],
    [["--out", "k", "--passphrase", "env:NOT_SET"], 10, "NOT_SET is not set"],
    [["--out", "k", "--passphrase", "ask:"], 2, "no terminal"],
    [["--out", "a-file/k"], 11, "cannot write"],
    [["--out", "open"], 11, "everybody may write in"],
  ])("refuses %j", async (words, exit, message) => {
    write("a-file", "");
    mkdirSync(at("open"));
    chmodSync(at("open"), 0o777);
    const result = await keygen(words);
    expect([result.exit, result.stderr]).toEqual([exit, expect.stringContaining(message)]);
    expect(result.stderr).not.toContain("four words");
    expect(existsSync(at("k"))).toBe(false);
    expect(readdirSync(at("open"))).toEqual([]);
  });
});

describe("compliance open-key", () => {
  test("prints fingerprints and no value, and keeps nothing", async () => {
    const { exit, stdout, stderr } = await openKey();
    expect([exit, stderr]).toEqual([0, ""]);
    expect(stdout).toContain("Base64 (344 characters), taken off: 256 bytes");
    expect(stdout.match(/SHA256:[A-Za-z0-9+/]{43}/g)).toHaveLength(3);
    expect(stdout).not.toMatch(/[0-9a-f]{32}/i);
    expect(readdirSync(folder).toSorted()).toEqual(["e.pem", "p.pem"]);
  });

  test("gives the values with --show, and in JSON only then", async () => {
    const shown = await openKey(["--show"]);
    expect(shown.stdout).toContain(key);
    expect(shown.stdout).toContain(iv);
    expect((await openKey(["--show", "--plain"])).stdout).toContain(key);
    expect((await openKey(["--show", "--json"])).json()).toMatchObject({ key, iv });
    const { exit, json } = await openKey(["--json"]);
    expect([exit, json()]).toEqual([
      0,
      {
        file: "e.pem",
        privateKey: "p.pem",
        pairFingerprint: expect.stringMatching(/^SHA256:/) as string,
        padding: "pkcs1-v1.5",
        base64Layers: 1,
        base64Characters: 344,
        sizeBytes: 256,
        keyFingerprint: expect.stringMatching(/^SHA256:/) as string,
        ivFingerprint: expect.stringMatching(/^SHA256:/) as string,
        out: null,
        findings: [],
      },
    ]);
  });

  test("writes the values to a new file of its owner's, and never over an older one", async () => {
    const first = await openKey(["--out", "2026.txt"]);
    expect([first.exit, readFileSync(at("2026.txt"), "utf8"), modeOf("2026.txt")]).toEqual([
      0,
      `${keyText}\n`,
      0o600,
    ]);
    expect(first.stdout).toContain("keep every older one");
    expect(first.stdout).not.toContain(key);
    writeFileSync(at("2026.txt"), "an older key");
    const second = await openKey(["--out", "2026.txt", "--json"]);
    expect([second.exit, second.json<Failure>().error.code]).toEqual([2, "usage"]);
    expect(readFileSync(at("2026.txt"), "utf8")).toBe("an older key");
  });

  test("writes nothing where the key does not open", async () => {
    write("e.pem", seal(keyText, pairs.other).toString("base64"));
    const { exit, json } = await openKey(["--out", "kept.txt", "--json"]);
    expect([exit, json<Failure>().error.code, existsSync(at("kept.txt"))]).toEqual([20, "wrong-key", false]);
    expect(json<Failure>().error.place).toEqual({ file: "e.pem" });
  });

  test("asks for a passphrase only where the private key is locked", async () => {
    const asked = ["--passphrase", "ask:"];
    expect((await openKey(asked, { terminal: [] })).questions).toEqual([]);
    write("p.pem", pemOf(pairs.own, "four words"));
    const { exit, questions } = await openKey(asked, { terminal: ["four words"] });
    expect([exit, questions.length]).toEqual([0, 1]);
    expect((await openKey(asked, { terminal: ["four wards"] })).exit).toBe(20);
    expect((await openKey([])).exit).toBe(10);
  });

  test.each([
    ["public_key.pem", () => publicPemOf(pairs.own), 20, "is the public key of a pair"],
    ["another pair", () => pemOf(pairs.other), 20, "not for this private key"],
    ["a larger pair", () => pemOf(pairs.larger), 20, "made for a key of 2048 bits"],
    ["a cut one", () => pemOf(pairs.own).slice(0, 500), 15, "damaged or cut"],
  ])("says what is wrong with %s as the private key", async (_what, pem, exit, message) => {
    write("p.pem", pem());
    const result = await openKey(["--debug"]);
    expect([result.exit, result.stderr]).toEqual([exit, expect.stringContaining(message)]);
  });

  test.each([
    [["open-key", "missing.pem", "--private-key", "p.pem"], 15, "missing.pem could not be read"],
    [["open-key", "e.pem", "--private-key", "missing.pem"], 15, "missing.pem could not be read"],
    [["open-key", "e.pem", "--private-key", "."], 15, "not a regular file"],
    [["open-key", "e.pem", "--private-key", "http://127.0.0.1:1/p.pem"], 15, "could not be read"],
    [["open-key", "big.pem", "--private-key", "p.pem"], 15, "larger than 1 MiB"],
    [["open-key", "e.pem"], 2, "needs --private-key PEM"],
    [["open-key", "e.pem", "--private-key", "p.pem", "--out", "e.pem/x"], 11, "cannot write the file"],
  ])("refuses %j", async (words, exit, message) => {
    write("e.pem", seal(keyText));
    write("p.pem", pemOf(pairs.own));
    write("big.pem", Buffer.alloc(1024 * 1024 + 1, 0x41));
    const result = await run(words);
    expect([result.exit, result.stderr]).toEqual([exit, expect.stringContaining(message)]);
  });

  test.each([
    [false, "••••"],
    [true, key],
  ])("teaches the mask its values, unless they are to be shown: %s", async (isShown, printed) => {
    await openKey();
    const masker = createMasker();
    const flags: Readonly<Record<string, string>> = { privateKey: "p.pem" };
    const input = {
      words: ["e.pem"],
      isSet: () => isShown,
      text: (name: string) => flags[name] ?? null,
      texts: () => [],
    };
    const output = { answerJson: () => {} };
    const context = { world: { cwd: folder }, settings: { isJson: true }, output, masker };
    expect(await complianceOpenKey.run(context as unknown as CommandContext, input)).toBe(0);
    expect(masker.mask(key)).toBe(printed);
    expect(masker.mask(iv.toUpperCase())).toBe(isShown ? iv.toUpperCase() : printed);
  });

  test("shows no value that its own masks would break", async () => {
    write("p.pem", pemOf(pairs.own, key.slice(8, 16)));
    const words = ["--passphrase", "env:P", "--json"];
    const environment = { P: key.slice(8, 16) };
    const shown = await openKey([...words, "--show"], { environment });
    expect([shown.exit, shown.json<Failure>().error.message]).toEqual([2, expect.stringContaining("masked")]);
    expect((await openKey(words, { environment })).exit).toBe(0);
  });

  describe("every finding", () => {
    const producers = {
      "private-key-open-to-others": async () => {
        write("p.pem", pemOf(pairs.own), 0o640);
        return openKey(["--json"]);
      },
      "encoded-twice": async () => {
        const once = seal(keyText).toString("base64");
        write("e.pem", Buffer.from(`${once}\n`).toString("base64"));
        return openKey(["--json"]);
      },
    } satisfies Record<(typeof keyFindingCodes)[number], unknown>;

    test.each(keyFindingCodes)("%s is told with advice, and exits 3", async (code) => {
      const { exit, json } = await producers[code]();
      const { findings } = json<{ findings: { code: string; severity: string; advice: string }[] }>();
      expect([exit, findings]).toEqual([3, [expect.objectContaining({ code, severity: "warn" })]]);
      expect(findings[0]?.advice).toMatch(/^[A-Z][a-z]+ /);
    });

    test("stands below the answer for people", async () => {
      await producers["encoded-twice"]();
      const { stdout } = await openKey();
      expect(stdout).toContain("warn  encoded-twice\n      e.pem is Base64 of Base64");
      expect(stdout.replace(/\s+/g, " ")).toContain('"data greater than mod len"');
    });
  });

  test("spells out what a file name would do to a terminal", async () => {
    const name = "e\u001b[2J\u202e.pem";
    write(name, seal(keyText));
    write("p.pem", pemOf(pairs.own));
    const { exit, stdout } = await run(["open-key", name, "--private-key", "p.pem"]);
    expect([exit, stdout.includes("\u001b")]).toEqual([0, false]);
    expect(stdout).toContain("e\\x1b[2J\\u202e.pem: opened");
  });
});
