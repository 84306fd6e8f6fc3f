// Hooks as real programs: what they are given, what is told of them, and that none outlives its time.
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createMasker, Secret } from "../../src/base/secret.ts";
import type { HookCommand } from "../../src/inventory/cluster.ts";
import { type HookTools, runHook } from "../../src/run/hooks.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "itlctl-hook-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const masker = createMasker();
masker.add(new Secret("Sesame-17"));
const environment = { PATH: process.env["PATH"], COLOUR: "green" };

function run(command: HookCommand, change: Partial<HookTools> = {}, document: unknown = { event: "x" }) {
  const signal = new AbortController().signal;
  return runHook(command, document, { timeoutMs: 20_000, signal, masker, environment, ...change });
}
const script = (text: string): HookCommand => [process.execPath, "-e", text];

/** Until the process with that pid is gone, or is a zombie that nobody waits for. */
async function isGone(pid: number): Promise<boolean> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
      if (stat.slice(stat.lastIndexOf(")") + 2).startsWith("Z")) return true;
    } catch {
      return true;
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return false;
}

test("a hook reads the whole document on its stdin, and gets its words without a shell in between", async () => {
  const out = join(folder, "out");
  const hook: HookCommand = [
    "sh",
    "-c",
    'cat > "$1"; printf "%s|%s" "$2" "$COLOUR"',
    "hook",
    out,
    "$(id); *",
  ];
  const document = { event: "backupStored", cluster: "east", long: "x".repeat(200_000) };
  expect(await run(hook, {}, document)).toEqual({
    kind: "ok",
    detail: "ended well; it said: $(id); *|green",
  });
  expect(JSON.parse(readFileSync(out, "utf8"))).toEqual(document);
});

test("a hook that ends with a code, by a signal, or cannot be started has failed, and its words are told", async () => {
  expect(await run(["sh", "-c", "printf 'no route\\n   to pager' >&2; exit 7"])).toEqual({
    kind: "failed",
    detail: "ended with 7; it said: no route to pager",
  });
  expect(await run(["sh", "-c", "kill -TERM $$"])).toEqual({ kind: "failed", detail: "ended by SIGTERM" });
  const missing = await run([join(folder, "no-such-hook")]);
  expect(missing.kind).toBe("failed");
  expect(missing.detail).toContain("could not be started");
});

test("what the system refuses at once is a failed hook like any other, and masked", async () => {
  const through: HookCommand = [join(process.execPath, "notify")];
  for (const hook of [through, ["true", "x".repeat(300_000)], ["no\0name-Sesame-17"]] as HookCommand[]) {
    const result = await run(hook);
    expect(result).toEqual({
      kind: "failed",
      detail: expect.stringMatching(/^could not be started: ./) as string,
    });
    expect(result.detail).not.toContain("Sesame-17");
  }
});

test("a hook that does not read its stdin is no worse for it", async () => {
  expect(await run(["true"], {}, { long: "x".repeat(1_000_000) })).toEqual({
    kind: "ok",
    detail: "ended well",
  });
});

test("at the time limit the hook and all that it started are killed", async () => {
  const pids = join(folder, "pids");
  const hook: HookCommand = ["sh", "-c", 'trap "" TERM; sleep 300 & echo $$ $! > "$1"; wait', "hook", pids];
  const running = run(hook, { timeoutMs: 1000 });
  expect(await running).toEqual({ kind: "timed-out", detail: "ended: took longer than 1s" });
  const started = readFileSync(pids, "utf8").trim().split(" ").map(Number);
  expect(started).toHaveLength(2);
  for (const pid of started) expect(await isGone(pid), String(pid)).toBe(true);
});

test("an interrupt ends a hook, and keeps one from being started", async () => {
  const controller = new AbortController();
  const mark = join(folder, "mark");
  const running = run(["sh", "-c", "sleep 300"], { signal: controller.signal });
  controller.abort();
  expect(await running).toEqual({ kind: "failed", detail: "ended by an interrupt" });
  expect((await run(["touch", mark], { signal: controller.signal })).detail).toBe("not started: interrupted");
  expect(existsSync(mark)).toBe(false);
});

test("what a hook leaves behind in the background is not waited for", async () => {
  const before = performance.now();
  const result = await run(["sh", "-c", "sleep 20 & echo $!"]);
  expect(performance.now() - before).toBeLessThan(10_000);
  expect(result.kind).toBe("ok");
  process.kill(Number(/said: (\d+)/.exec(result.detail)?.[1]), "SIGKILL");
});

test("at most 4 KiB of its output are told, with passwords masked also where the reading ends", async () => {
  const long = await run(script('process.stdout.write("a".repeat(100000))'));
  expect(long.detail.length).toBeLessThan(4096 + 100);
  expect(long.detail).toContain("aaaa");
  const some = await run(script('process.stdout.write("a".repeat(6000))'));
  expect(some.detail).toBe(`ended well; it said: ${"a".repeat(4096)}`);
  for (const before of [0, 4090, 8186, 8190]) {
    const result = await run(
      script(`process.stdout.write("b".repeat(${before}) + "Sesame-17".repeat(3000))`),
    );
    expect(result.detail.replaceAll("b", "")).not.toMatch(/Se|same|17/);
  }
});

test("no known password reaches a hook's stdin", async () => {
  const out = join(folder, "out");
  await run(["sh", "-c", 'cat > "$1"', "hook", out], {}, { message: "login Sesame-17 refused" });
  expect(readFileSync(out, "utf8")).toBe('{"message":"login •••• refused"}\n');
});
