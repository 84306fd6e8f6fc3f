// The built tool as a process of its own: what it prints, how it exits, what a closed pipe and a kill leave behind.
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { systemClock } from "../../src/base/clock.ts";
import { itlctlVersion } from "../../src/cli/version.ts";
import type { RunDocument } from "../../src/report/run-document.ts";
import { type LostCluster, openLostCluster } from "../support/lost-cluster.ts";
import { projectRoot } from "../support/source-files.ts";

const tool = join(projectRoot, "dist", "bin.js");

interface Ended {
  readonly exit: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the built tool; `onStderr` sees its talk as it comes. */
function runTool(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
  onStderr: (text: string, child: ChildProcess) => void = () => {},
): Promise<Ended> {
  const child = spawn(process.execPath, [tool, ...args], {
    env: { PATH: process.env["PATH"] ?? "", HOME: "/nonexistent", ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  child.stderr.on("data", (chunk: Buffer) => {
    stderr += chunk.toString();
    onStderr(stderr, child);
  });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (exit, signal) => resolve({ exit, signal, stdout, stderr }));
  });
}

beforeAll(() => {
  if (!existsSync(tool)) throw new Error("there is no dist/bin.js: `npm run build` makes it");
});

test("--version and --help answer on stdout and exit 0", async () => {
  expect(await runTool(["--version"])).toEqual({
    exit: 0,
    signal: null,
    stdout: `${itlctlVersion()}\n`,
    stderr: "",
  });
  const help = await runTool(["--help"]);
  expect([help.exit, help.stderr]).toEqual([0, ""]);
  expect(help.stdout).toContain("recover");
});

test("wrong words exit 2, with three lines on stderr and nothing on stdout", async () => {
  const { exit, stdout, stderr } = await runTool(["recovr"]);
  expect([exit, stdout]).toEqual([2, ""]);
  expect(stderr).toMatch(/^error: .*\nnext: /);
});

test("a reader that goes away is not trouble", async () => {
  const child = spawn(process.execPath, [tool, "--help"], { stdio: ["ignore", "pipe", "pipe"] });
  child.stdout.destroy();
  let stderr = "";
  child.stderr.on("data", (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  const exit = await new Promise((resolve) => child.once("close", resolve));
  expect([exit, stderr]).toEqual([0, ""]);
});

describe("on a lab", () => {
  let lost: LostCluster;
  beforeAll(async () => {
    lost = await openLostCluster("lost-trust", "11.5");
  });
  afterAll(() => lost.close());
  const environment = () => ({
    ...lost.lab.environment,
    ...{ ITLCTL_INVENTORY: lost.inventory, ITLCTL_STATE: join(lost.folder, "state") },
  });

  test("status --json prints what the program inside this process prints", async () => {
    const inside = await lost.run(["status", "--json"]);
    const { exit, stdout, stderr } = await runTool(["status", "--json"], environment());
    expect(exit).toBe(inside.exit);
    expect(stderr).not.toMatch(/error|at .*\.js/);
    const nodesOf = (text: string) =>
      (JSON.parse(text) as { clusters: { nodes: { node: string; itl: object }[] }[] }).clusters[0]?.nodes;
    expect(nodesOf(stdout)).toEqual(nodesOf(inside.stdout));
    for (const secret of Object.values(lost.lab.environment)) expect(stdout + stderr).not.toContain(secret);
  });

  test("without a terminal nothing is asked: recover exits 2", async () => {
    const { exit, stdout } = await runTool(["recover", "east", "--json"], environment());
    expect(exit).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: "no-terminal" } });
  });

  test("killed in the middle of a reset, it is resumed without another", async () => {
    let isKilled = false;
    const { signal } = await runTool(
      ["recover", "east", "--key", "local", "--yes"],
      environment(),
      (text, child) => {
        if (isKilled || !text.includes("pub | ")) return;
        isKilled = true;
        child.kill("SIGKILL");
      },
    );
    expect(signal).toBe("SIGKILL");
    const world = { clock: systemClock };
    const { runs } = (await lost.run(["runs", "--json"], world)).json<{ runs: RunDocument[] }>();
    expect(runs).toEqual([expect.objectContaining({ outcome: "interrupted" })]);
    await expect.poll(() => lost.written(), { timeout: 10_000 }).toEqual(["pub: utils itl reset localkey"]);
    await lost.lab.clock.advance(600_000);
    const resumed = await lost.run(["resume", runs[0]?.run ?? "", "--yes", "--json"], world);
    expect(resumed.json<RunDocument>()).toMatchObject({ outcome: "held", waitsFor: "phones" });
    expect(lost.written()).toEqual(["pub: utils itl reset localkey"]);
    const other = await runTool(["recover", "east", "--yes", "--json"], environment());
    expect(other.exit).toBe(11);
  });
});
