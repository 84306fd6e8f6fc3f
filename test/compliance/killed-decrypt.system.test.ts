// The tool as a process of its own: killed in the middle of an export, and with one far larger than its memory may be.
import { execFileSync, spawn } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readdirSync, readFileSync, readlinkSync, rmSync } from "node:fs";
import { statSync, writeFileSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { openExportSource } from "../../src/compliance/export-source.ts";
import type { OpenedExportDocument } from "../../src/report/compliance-export-as-text.ts";
import { projectRoot } from "../support/source-files.ts";
import { archiveKey, header, keyFileText, messageRow } from "./sealed-exports.ts";

const keys = ["one", "two", "three"].map(archiveKey);
const lost = archiveKey("lost");
const folders: string[] = [];
afterAll(() => {
  for (const each of folders) rmSync(each, { recursive: true, force: true });
});

function freshFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "itlctl-decrypt-"));
  folders.push(folder);
  for (const key of keys) writeFileSync(join(folder, key.file), keyFileText(key), { mode: 0o600 });
  return folder;
}

const secretWord = "nobody may read this";

/** About half a MiB of rows: of each key, of none, plain ones, and one that was cut. */
function blockOfRows(): string {
  const rows = Array.from({ length: 1500 }, (_row, nth) => {
    const row = messageRow(nth, secretWord, [...keys, lost, null][nth % 5] ?? null);
    return (nth === 7 ? [...row.slice(0, 4), (row[4] ?? "").slice(0, 50)] : row).join(",");
  });
  return `${rows.join("\n")}\n`;
}
const block = blockOfRows();

const peakTold = "process.on('exit',()=>process.stderr.write('peak '+process.resourceUsage().maxRSS))";

function startTool(folder: string, input: string) {
  const flags = ["--import", "tsx", "--import", `data:text/javascript,${peakTold}`, join("src", "bin.ts")];
  const words = ["compliance", "decrypt-csv", input, "--out", join(folder, "out.csv"), "--json"];
  const named = keys.flatMap(({ file }) => ["--key-file", join(folder, file)]);
  const child = spawn(process.execPath, [...flags, ...words, ...named], {
    cwd: projectRoot,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const text = { stdout: "", stderr: "" };
  child.stdout.on("data", (chunk: Buffer) => (text.stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (text.stderr += chunk.toString()));
  const end = new Promise<{ exit: number | null; signal: string | null; stdout: string; stderr: string }>(
    (resolve, reject) => {
      child.on("error", reject);
      child.on("close", (exit, signal) => resolve({ exit, signal, ...text }));
    },
  );
  return { child, end };
}

/** The files below a folder that a process has open, with a name or without, by how it sees them. */
function filesOpenIn(folder: string, pid: number): string[] {
  const handles = `/proc/${pid}/fd`;
  return readdirSync(handles)
    .map((name) => join(handles, name))
    .filter((path) => {
      try {
        return readlinkSync(path).startsWith(folder) && statSync(path).isFile();
      } catch {
        return false;
      }
    });
}

function linkOf(path: string): string | null {
  try {
    return readlinkSync(path);
  } catch {
    return null;
  }
}

async function until<Found>(look: () => Found | undefined): Promise<Found> {
  for (let times = 0; times < 3000; times += 1) {
    const found = look();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error("waited for 30 seconds");
}

describe.runIf(process.platform === "linux")("SIGKILL", () => {
  test("in the middle of an export leaves nothing of what was opened", async () => {
    const folder = freshFolder();
    const pipe = join(folder, "jm.csv");
    execFileSync("mkfifo", [pipe]);
    const { child, end } = startTool(folder, pipe);
    const feed = openSync(pipe, "r+");
    try {
      // As much as a pipe takes at once; what is never fed keeps the tool in the middle.
      const bytes = Buffer.from(`${header}\n${block}`).subarray(0, 60_000);
      writeSync(feed, bytes);
      await until(() =>
        filesOpenIn(folder, child.pid ?? 0).find((path) => readFileSync(path).includes(secretWord)),
      );
      child.kill("SIGKILL");
      expect(await end).toMatchObject({ signal: "SIGKILL" });
    } finally {
      closeSync(feed);
    }
    rmSync(pipe);
    expect(readdirSync(folder).toSorted()).toEqual(keys.map(({ file }) => file).toSorted());
  });
});

describe.runIf(process.platform === "linux")("a pipe", () => {
  const waiting = async (folder: string, pid: number) => {
    const pipe = join(folder, "jm.csv");
    await until(() =>
      readdirSync(`/proc/${pid}/fd`).find((name) => linkOf(`/proc/${pid}/fd/${name}`) === pipe),
    );
  };

  test.each(["SIGTERM", "SIGINT"] as const)(
    "that nobody writes to, or that stops, keeps no process that gets %s",
    async (signal) => {
      for (const hasWriter of [false, true]) {
        const folder = freshFolder();
        const pipe = join(folder, "jm.csv");
        execFileSync("mkfifo", [pipe]);
        const { child, end } = startTool(folder, pipe);
        const feed = hasWriter ? openSync(pipe, "r+") : null;
        try {
          if (feed !== null) writeSync(feed, `${header}\n`);
          await waiting(folder, child.pid ?? 0);
          child.kill(signal);
          const sentMs = Date.now();
          const { exit, stdout } = await end;
          expect([exit, JSON.parse(stdout)]).toMatchObject([130, { error: { code: "cancelled" } }]);
          expect(Date.now() - sentMs).toBeLessThan(2500);
        } finally {
          child.kill("SIGKILL");
          if (feed !== null) closeSync(feed);
        }
        rmSync(pipe);
        expect(readdirSync(folder).toSorted()).toEqual(keys.map(({ file }) => file).toSorted());
      }
    },
    60_000,
  );

  test("is waited for until somebody writes to it, and read to its end", async () => {
    const folder = freshFolder();
    const pipe = join(folder, "jm.csv");
    execFileSync("mkfifo", [pipe]);
    const { child, end } = startTool(folder, pipe);
    await waiting(folder, child.pid ?? 0);
    const text = `${header}\n${block}`;
    writeFileSync(pipe, text);
    expect(JSON.parse((await end).stdout)).toMatchObject({ rows: { total: 1500 }, bytes: text.length });
  });

  test("is read, but not a terminal", () => {
    const open = () => openExportSource("/dev/ptmx", new AbortController().signal);
    expect(open).toThrow("it is a terminal");
  });
});

describe("an export of 200 MB", () => {
  test("is opened in the memory that one of 24 MB takes", async () => {
    const peaks: number[] = [];
    for (const blocks of [24e6, 200e6].map((bytes) => Math.ceil(bytes / block.length))) {
      const folder = freshFolder();
      const input = join(folder, "jm.csv");
      const file = openSync(input, "w");
      writeSync(file, `${header}\n`);
      for (let written = 0; written < blocks; written += 1) writeSync(file, block);
      closeSync(file);
      const { exit, stdout, stderr } = await startTool(folder, input).end;
      expect([exit, stderr.replace(/peak \d+/, "")]).toEqual([3, ""]);
      const document = JSON.parse(stdout) as OpenedExportDocument;
      expect(document.rows).toEqual({
        total: 1500 * blocks,
        plain: 300 * blocks,
        opened: 899 * blocks,
        partlyClosed: blocks,
        closed: 300 * blocks,
      });
      expect(document.keys.map(({ rows }) => rows)).toEqual([300 * blocks, 300 * blocks, 300 * blocks]);
      expect(document.bytes).toBe(statSync(input).size);
      peaks.push(Number(/peak (\d+)/.exec(stderr)?.[1]) / 1024);
      rmSync(folder, { recursive: true });
    }
    const [small = 0, large = 0] = peaks;
    expect(large).toBeGreaterThan(0);
    // The collector lets tens of megabytes wait; what grew with the file would be 176.
    expect(large - small).toBeLessThan(110);
  }, 120_000);
});
