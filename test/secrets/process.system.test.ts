// Secrets of a real process: what it prints when it crashes, and what others see of its arguments.
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterEach, expect, test } from "vitest";
import { awkward, type GuardedLab, openGuardedLab } from "./guarded-lab.ts";
import { watchProcess } from "./watched-process.ts";
import { findSecrets, type Place } from "./written-forms.ts";

let lab: GuardedLab | null = null;
afterEach(async () => {
  await lab?.close();
  lab = null;
});

const tool = fileURLToPath(new URL("crashing-tool.ts", import.meta.url));

test.each(["exception", "rejection"])(
  "a crash by an uncaught %s is told as a bug, masked, and exits 1",
  async (by) => {
    const { exit, output } = await watchProcess(["--import", "tsx", tool, "crash"], {
      CRASH_PASSWORD: awkward.platform,
      CRASH_BY: by,
    });
    expect(exit).toBe(1);
    expect(output).toMatch(/^TypeError: typed ••••\n.*crashing-tool/);
    expect(output).toContain("error: TypeError: typed ••••");
    expect(findSecrets([{ name: "output", bytes: Buffer.from(output) }], awkward)).toEqual([]);
  },
);

test("no argument of the tool or of a program it starts holds a password", async () => {
  lab = await openGuardedLab();
  const bin = fileURLToPath(new URL("../../dist/bin.js", import.meta.url));
  if (!existsSync(bin)) throw new Error("there is no dist/bin.js: `npm run build` makes it");
  const text = readFileSync(lab.inventory, "utf8");
  const script = lab.write("ask.sh", "sleep 0.3; printenv LAB_EAST_PLATFORM_PASSWORD\n");
  const inventory = lab.write(
    "exec.yaml",
    text.replace("env:LAB_EAST_PLATFORM_PASSWORD", `exec:/bin/sh ${script}`),
  );
  const { exit, output, seen } = await watchProcess(
    [bin, "status", "--json", "--debug", "--inventory", inventory, "--state", `${lab.folder}/state-p`],
    { LAB_EAST_PLATFORM_PASSWORD: awkward.platform },
  );
  expect([0, 3, 20]).toContain(exit);
  expect(output).toContain('"clusters"');
  expect(seen.some((line) => line.includes("status --json"))).toBe(true);
  const places: Place[] = [...seen, output].map((line, at) => ({
    name: `seen ${at}`,
    bytes: Buffer.from(line),
  }));
  expect(findSecrets(places, awkward)).toEqual([]);
  expect(seen.some((line) => line.includes("/bin/sh") && line.includes("ask.sh"))).toBe(true);
});
