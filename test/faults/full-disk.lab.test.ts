// A state folder on a file system of its own, that fills up or turns read-only: said with exit 11, and resumed when it is mended.
import { execFileSync } from "node:child_process";
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { RunDocument } from "../../src/report/run-document.ts";
import type { CliResult } from "../support/run-cli.ts";
import { needs } from "../support/needs.ts";
import { openSweepLab, type SweepLab } from "./sweep-lab.ts";

describe.runIf([needs("root"), needs("mount")].every(Boolean))("a state folder on a small disk", () => {
  let sweep: SweepLab;
  let lost: ReturnType<SweepLab["keep"]>;
  let disk: string;

  beforeAll(async () => {
    sweep = await openSweepLab("11.5", "local");
    lost = sweep.keep();
  });
  afterAll(() => sweep.close());
  beforeEach(() => {
    sweep.put(lost);
    disk = mkdtempSync(join(tmpdir(), "itlctl-disk-"));
    mount("-t", "tmpfs", "-o", "size=2m", "tmpfs");
    execFileSync("cp", ["-a", `${lost.folder}/.`, join(disk, "state")]);
  });
  afterEach(() => {
    execFileSync("umount", [disk]);
    rmSync(disk, { recursive: true });
  });

  const mount = (...args: string[]) => execFileSync("mount", [...args, disk]);
  const run = (...args: string[]) => sweep.run([...args, "--yes", "--json"], { state: join(disk, "state") });
  const recover = () => run("recover", "east", "--key", "local");
  const documentOf = (result: CliResult) => result.json<RunDocument>();
  const sent = () => sweep.cluster.commandLog.filter(({ line }) => line.startsWith("utils itl reset")).length;
  const took = () => sweep.cluster.writes.length;
  /** Leaves not one byte. */
  const fill = () => {
    const file = openSync(join(disk, "filler"), "w");
    try {
      for (let size = 65_536; size >= 1; size = Math.floor(size / 2)) {
        try {
          for (;;) writeSync(file, Buffer.alloc(size));
        } catch {
          // smaller pieces may still find room
        }
      }
    } finally {
      closeSync(file);
    }
  };
  const empty = () => rmSync(join(disk, "filler"));
  const whenRead = (line: string, act: () => void) => {
    const log = sweep.cluster.commandLog;
    log.push = (...entries) => {
      if (entries.some((entry) => entry.line === line)) {
        log.push = Array.prototype.push;
        act();
      }
      return Array.prototype.push.apply(log, entries);
    };
  };

  test("full while the reset runs: exit 11 with what is known; with room again, resume finds it done", async () => {
    sweep.onWrite = () => {
      sweep.onWrite = null;
      fill();
    };
    const result = await recover();
    expect(result.exit).toBe(11);
    const document = documentOf(result);
    expect(document.error).toMatchObject({ code: "state-not-writable" });
    expect(document.error?.hint).toMatch(/room|free space/i);
    expect(document.run).toContain("-east-recover");
    expect(document.writes).toEqual([expect.objectContaining({ node: "pub" })]);
    expect([sent(), took()]).toEqual([1, 1]);
    empty();
    const resumed = await run("resume", document.run ?? "", "--no-wait");
    expect([resumed.exit, documentOf(resumed).waitsFor]).toEqual([21, "phones"]);
    expect([sent(), took()]).toEqual([1, 1]);
  });

  test("full before the reset: nothing is sent", async () => {
    whenRead("show itl", fill);
    const result = await recover();
    expect(result.exit).toBe(11);
    expect(documentOf(result).error).toMatchObject({ code: "state-not-writable" });
    expect([sent(), took()]).toEqual([0, 0]);
    empty();
    expect((await recover()).exit).toBe(21);
    expect([sent(), took()]).toEqual([1, 1]);
  });

  test("read-only from the start: nothing is sent", async () => {
    mount("-o", "remount,ro");
    const result = await recover();
    expect(result.exit).toBe(11);
    expect(documentOf(result).error).toMatchObject({ code: "state-not-writable" });
    expect([sent(), took()]).toEqual([0, 0]);
  });

  test("read-only while the run is held: resume sends nothing, until it can be written again", async () => {
    const { run: id } = documentOf(await recover());
    sweep.cluster.bootPhones();
    mount("-o", "remount,ro");
    const refused = await run("resume", id ?? "", "--confirm", "phones");
    expect(refused.exit).toBe(11);
    expect(took()).toBe(1);
    mount("-o", "remount,rw");
    const resumed = await run("resume", id ?? "", "--confirm", "phones");
    expect([resumed.exit, documentOf(resumed).outcome]).toEqual([0, "done"]);
    expect(took()).toBe(3);
  });

  test("no state folder can be made in a file that stands there", async () => {
    mkdirSync(join(disk, "x"));
    closeSync(openSync(join(disk, "x", "state"), "w"));
    const args = ["recover", "east", "--key", "local", "--yes", "--json"];
    const result = await sweep.run(args, { state: join(disk, "x", "state") });
    expect(result.exit).toBe(11);
    expect([sent(), took()]).toEqual([0, 0]);
  });
});
