// References to secrets → secrets known to the masker, or an error that names the reference and never the value.
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test, vi } from "vitest";
import { OperatorError } from "../../src/base/errors.ts";
import { createMasker } from "../../src/base/secret.ts";
import type { SecretReference } from "../../src/inventory/cluster.ts";
import { resolveSecret, type SecretContext } from "../../src/inventory/credentials.ts";
import { parseSecretReference } from "../../src/inventory/written-cluster.ts";

const folder = mkdtempSync(join(tmpdir(), "itlctl-secrets-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function context(more: Partial<SecretContext> = {}): SecretContext {
  return {
    environment: { PATH: process.env.PATH },
    masker: createMasker(),
    place: { cluster: "east" },
    ...more,
  };
}

function fileReference(text: string, mode = 0o600): SecretReference {
  const path = join(folder, `secret-${Math.random().toString(36).slice(2)}`);
  writeFileSync(path, text);
  chmodSync(path, mode);
  return { kind: "file", path, text: `file:${path}` };
}

const program = (code: string): SecretReference => ({
  kind: "exec",
  program: process.execPath,
  arguments: ["-e", code],
  text: "exec:node",
});

async function refusalOf(reference: SecretReference, given = context()): Promise<OperatorError> {
  const error: unknown = await resolveSecret(reference, given).catch((caught: unknown) => caught);
  if (error instanceof OperatorError) return error;
  throw new Error(`not refused: ${String(error)}`);
}

test("env: gives the variable's value and the masker knows it", async () => {
  const given = context({ environment: { EAST: "hunter2-east" } });
  const secret = await resolveSecret(parseSecretReference("env:EAST"), given);
  expect(secret.reveal()).toBe("hunter2-east");
  expect(given.masker.mask("typed hunter2-east")).toBe("typed ••••");
});

test("a missing variable is named, with what it was for", async () => {
  expect(
    await refusalOf(parseSecretReference("env:EAST_X"), context({ purpose: "platform password" })),
  ).toMatchObject({
    code: "secret-unresolved",
    message: "platform password: the environment variable EAST_X is not set",
    hint: "set EAST_X to the password, on one line",
    place: { cluster: "east" },
  });
});

test("an empty value, or one with a line break that would be typed as Enter, is refused", async () => {
  const given = context({ environment: { A: "", B: "hunter2\nutils system restart" } });
  expect((await refusalOf(parseSecretReference("env:A"), given)).message).toMatch(/A is empty$/);
  const refusal = await refusalOf(parseSecretReference("env:B"), given);
  expect(refusal.message).toMatch(/B holds a line break or another control character$/);
  expect(refusal.message).not.toContain("hunter2");
});

test.each(["hunter2", "hunter2\n", "hunter2\r\n", "hunter2\nnotes\n"])(
  "file: takes the first line of %j",
  async (text) => {
    expect((await resolveSecret(fileReference(text), context())).reveal()).toBe("hunter2");
  },
);

test.each([0o640, 0o604, 0o620, 0o666])("a password file of mode %o is refused", async (mode) => {
  const refusal = await refusalOf(fileReference("hunter2", mode));
  expect(refusal.code).toBe("secret-unresolved");
  expect(refusal.message).toContain(
    `can be read or written by others than its owner (mode ${mode.toString(8)})`,
  );
  expect(refusal.hint).toContain("chmod 600");
});

test("a password file that is missing, a folder or empty is refused", async () => {
  const at = (path: string): SecretReference => ({ kind: "file", path, text: `file:${path}` });
  expect((await refusalOf(at(join(folder, "none")))).message).toMatch(/none was not found$/);
  expect((await refusalOf(at(folder))).message).toMatch(/is not a regular file$/);
  expect((await refusalOf(fileReference("\nsecond\n"))).message).toMatch(/is empty$/);
});

test("exec: takes the first line, passes arguments as they are and starts no shell", async () => {
  const reference = parseSecretReference("exec:printf %s\\nrest $HOME;id");
  expect((await resolveSecret(reference, context())).reveal()).toBe("$HOME;id");
});

test("a program that fails, is missing or takes too long is refused without its output", async () => {
  const failing = await refusalOf(
    program("console.log('hunter2'); console.error('hunter2'); process.exit(3)"),
  );
  expect(failing.message).toBe(`the program ${process.execPath} ended with 3`);
  expect(failing.hint).not.toContain("hunter2");
  expect((await refusalOf(parseSecretReference("exec:/no/such/program"))).message).toMatch(/was not found$/);
  const slow = await refusalOf(program("setInterval(() => {}, 1000)"), context({ timeoutMs: 100 }));
  expect(slow.message).toMatch(/took longer than 0.1 s$/);
});

test("ask: asks once per run and reference, and again in the next run", async () => {
  const ask = vi.fn(async () => "hunter2");
  const given = context({ ask, purpose: "platform password", place: { cluster: "east" } });
  const platform = parseSecretReference("ask:");
  const ccm = parseSecretReference("ask:");
  await Promise.all([
    resolveSecret(platform, given),
    resolveSecret(platform, { ...given, place: { node: "pub" } }),
  ]);
  expect(ask.mock.calls).toEqual([["platform password (east)"]]);
  await resolveSecret(ccm, given);
  await resolveSecret(platform, context({ ask }));
  expect(ask).toHaveBeenCalledTimes(3);
});

test("what could not be resolved is tried again", async () => {
  const ask = vi.fn().mockResolvedValueOnce("").mockResolvedValueOnce("hunter2");
  const given = context({ ask });
  const reference = parseSecretReference("ask:");
  expect((await refusalOf(reference, given)).message).toBe("the password given is empty");
  expect((await resolveSecret(reference, given)).reveal()).toBe("hunter2");
});

test("ask: without a terminal is refused before anything is asked", async () => {
  expect(await refusalOf(parseSecretReference("ask:"))).toMatchObject({ code: "no-terminal" });
});
