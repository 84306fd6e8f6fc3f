import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import type { OpenedExportDocument } from "../../src/report/compliance-export-as-text.ts";
import { runCli } from "../support/run-cli.ts";
import { archiveKey, header, keyFileText, messageRow } from "./sealed-exports.ts";

const [own, other, lost] = [archiveKey("own"), archiveKey("other"), archiveKey("lost")];
const folders: string[] = [];
let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "itlctl-decrypt-csv-"));
  folders.push(folder);
  for (const key of [own, other]) writeFileSync(join(folder, key.file), keyFileText(key), { mode: 0o600 });
});
afterAll(() => {
  for (const each of folders) rmSync(each, { recursive: true, force: true });
});

const call = (rows: readonly (readonly string[])[], ...words: string[]) => {
  writeFileSync(join(folder, "jm.csv"), [header, ...rows.map((row) => row.join(",")), ""].join("\n"));
  const keys = ["--key-file", own.file, "--key-file", other.file];
  return runCli(["compliance", "decrypt-csv", "jm.csv", ...keys, "--out", "out.csv", ...words], {
    cwd: folder,
  });
};
const files = () => readdirSync(folder).filter((name) => !/^(jm\.csv|own\.txt|other\.txt)$/.test(name));

describe("compliance decrypt-csv", () => {
  test("writes the opened rows and says what became of each", async () => {
    const end = await call([
      messageRow(1, "one", own),
      messageRow(2, "two", other),
      messageRow(3, "three", null),
    ]);
    expect(end.exit).toBe(0);
    expect(end.stdout).toMatch(/rows +3\n +plain +1\n +opened +2\n +partly closed +0\n +closed +0/);
    expect(end.stdout).toMatch(
      new RegExp(`own.txt +1 +${own.keyFingerprint.slice(0, 20).replaceAll("+", "\\+")}`),
    );
    expect(statSync(join(folder, "out.csv")).mode & 0o777).toBe(0o600);
    expect(readFileSync(join(folder, "out.csv"), "utf8")).toBe(
      [
        `${header},archive_key`,
        ...[own.file, other.file, ""].map((file, nth) =>
          [...messageRow(nth + 1, ["one", "two", "three"][nth] ?? "", null), file].join(","),
        ),
        "",
      ].join("\n"),
    );
  });

  test("exits with 3 where rows stay closed, and lists them all in --report and the first hundred in --json", async () => {
    const rows = Array.from({ length: 60 }, (_row, nth) => messageRow(nth, "text", lost));
    const end = await call([...rows, messageRow(60, "one", own)], "--report", "closed.csv", "--json");
    expect(end.exit).toBe(3);
    const document = end.json<OpenedExportDocument>();
    expect(document).toMatchObject({
      rows: { total: 61, closed: 60, opened: 1, plain: 0, partlyClosed: 0 },
      ...{ closedCells: 240, byReason: { "no-key": 240 }, keyColumn: "archive_key", missingColumns: [] },
      keys: [
        { file: own.file, rows: 1 },
        { file: other.file, rows: 0 },
      ],
    });
    expect(document.left).toHaveLength(100);
    const lines = readFileSync(join(folder, "closed.csv"), "utf8").trimEnd().split("\n");
    expect(lines).toHaveLength(241);
    expect(lines.slice(0, 2)).toEqual(["row,line,column,reason", "1,2,to_jid,no-key"]);
    expect(lines.at(-1)).toBe("60,61,message_string,no-key");
    expect(statSync(join(folder, "closed.csv")).mode & 0o777).toBe(0o600);
  });

  test("tells at most twenty lines in its text, and what to do for more", async () => {
    const rows = Array.from({ length: 23 }, (_row, nth) => messageRow(nth, "text", lost));
    const end = await call([...rows, messageRow(60, "one", own)]);
    expect(end.stdout.match(/^line \d+ \(row/gm)).toHaveLength(20);
    expect(end.stdout.replace(/\s+/g, " ")).toContain("and 12 cells more (--report FILE writes all of them");
  });

  test("exits with 20 where nothing opens, and writes nothing", async () => {
    const end = await call(
      [messageRow(1, "one", lost), messageRow(2, "two", null)],
      "--report",
      "closed.csv",
      "--json",
    );
    expect(end.exit).toBe(20);
    expect(end.json<{ error: unknown }>().error).toMatchObject({
      code: "wrong-key",
      message: expect.stringContaining("(1 of 2 rows are encrypted)"),
    });
    expect(files()).toEqual([]);
  });

  test("sends to the line `iv =` where the key fits and its IV does not", async () => {
    const { key } = own;
    writeFileSync(join(folder, own.file), keyFileText({ ...own, key, iv: lost.iv }));
    const end = await call([messageRow(1, "one", own)], "--json");
    expect(end.exit).toBe(20);
    expect(end.json<{ error: unknown }>().error).toMatchObject({
      message: expect.stringContaining("its IV does not"),
      hint: expect.stringContaining("the line `iv =`"),
    });
  });

  test("says of a report without rows that nothing stayed closed, and of one cell what to do", async () => {
    const whole = await call([messageRow(1, "one", own)], "--report", "closed.csv");
    expect(whole.stdout.replace(/\s+/g, " ")).toContain("No cell stays closed: only the header is in");
    rmSync(join(folder, "out.csv"));
    const cells = messageRow(1, "one", own);
    const cut = await call([[...cells.slice(0, 4), (cells[4] ?? "").slice(0, 30)]]);
    expect(cut.stdout).toContain("1 cell stays as it was:");
    expect(cut.stdout).toContain("1 cut: no encrypted value has this length; export the whole column again");
  });

  test("exits with 15 for what is no such file, and where every value is cut", async () => {
    const cut = messageRow(1, "one", own).map((cell, nth) => (nth === 2 ? cell : cell.slice(0, 23)));
    const end = await call([cut]);
    expect(end.exit).toBe(15);
    expect(end.stderr).toContain("no value in");
    for (const name of ["none.csv", ".", own.file]) {
      const words = ["compliance", "decrypt-csv", name, "--key-file", own.file, "--out", "out.csv", "--json"];
      const other = await runCli(words, { cwd: folder });
      expect([name, other.exit]).toEqual([name, 15]);
      expect(other.json<{ error: unknown }>().error).toMatchObject({ place: { file: join(folder, name) } });
    }
    expect(files()).toEqual([]);
  });

  test.each(["sep=;\n", '"sep=;"\r\n', "\ufeffSEP=,\r\n", "sep=\t\n"])(
    "says what to do about a first line for Excel: %j",
    async (line) => {
      const row = messageRow(1, "one", own).join(";");
      writeFileSync(join(folder, "excel.csv"), `${line}${header.replaceAll(",", ";")}\n${row}\n`);
      const words = ["compliance", "decrypt-csv", "excel.csv", "--key-file", own.file, "--out", "out.csv"];
      const end = await runCli(words, { cwd: folder });
      expect(end).toMatchObject({ exit: 15, stderr: expect.stringContaining("tail -n +2") });
    },
  );

  test("overwrites nothing and needs --out and a key", async () => {
    writeFileSync(join(folder, "out.csv"), "old");
    for (const words of [
      [],
      ["--out", ""],
      ["--out", "new.csv", "--report", "new.csv"],
      ["--out", "new.csv", "--columns", "a,"],
    ])
      expect((await call([messageRow(1, "one", own)], ...words)).exit).toBe(2);
    const keyless = await runCli(["compliance", "decrypt-csv", "jm.csv", "--out", "new.csv"], {
      cwd: folder,
    });
    expect(keyless).toMatchObject({ exit: 2, stderr: expect.stringContaining("--key-file") });
    expect(files()).toEqual(["out.csv"]);
    expect(readFileSync(join(folder, "out.csv"), "utf8")).toBe("old");
  });

  test("leaves nothing behind at Ctrl-C", async () => {
    const rows = Array.from({ length: 6000 }, (_row, nth) => messageRow(nth, "text", own));
    writeFileSync(join(folder, "jm.csv"), [header, ...rows.map((row) => row.join(",")), ""].join("\n"));
    let press = () => {};
    const words = ["compliance", "decrypt-csv", "jm.csv", "--key-file", own.file, "--out", "out.csv"];
    const end = await runCli(words, {
      cwd: folder,
      onStart: (pressCtrlC) => {
        press = pressCtrlC;
      },
      // Its progress is the sign that it is in the middle.
      isStdoutTerminal: true,
      onText: (stream) => stream === "stderr" && press(),
    });
    expect(end.exit).toBe(130);
    expect(end.stderr).toMatch(/\[#*\.+\]/);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(files()).toEqual([]);
  });

  test("shows no key anywhere", async () => {
    for (const flag of ["--json", "--debug", "--plain"]) {
      const end = await call([messageRow(1, own.key.reveal(), own), messageRow(2, "x", lost)], flag);
      expect(end.exit).toBe(3);
      rmSync(join(folder, "out.csv"));
      for (const value of [own.key.reveal(), own.iv.reveal()])
        expect(end.stdout + end.stderr).not.toContain(value);
    }
  });
});

describe("compliance-progress", () => {
  test("is a bar with bytes, rows, rate and what is left; in a log a line each half minute", async () => {
    const { openExportProgress } = await import("../../src/report/compliance-progress.ts");
    const rows = { total: 4000, plain: 0, opened: 3990, partlyClosed: 3, closed: 7 };
    const tally = {
      rows,
      rowsOfKeys: [],
      closedCells: 0,
      byReason: {},
      left: [],
      uneven: { rows: 0, firstLine: null },
    };
    let nowMs = 1000;
    const drawn: string[] = [];
    const said: string[] = [];
    const state = { bytes: 250e6, totalBytes: 1e9, tally };
    const tools = { now: () => nowMs, say: (line: string) => said.push(line), width: 100 };
    const bar = openExportProgress({ ...tools, draw: (line) => drawn.push(line) });
    const log = openExportProgress({ ...tools, draw: null });
    log.tell(state);
    nowMs = 11_000;
    bar.tell(state);
    bar.tell(state);
    log.tell(state);
    expect(drawn).toEqual([
      "[#####...............]  25 %, 250 of 1000 MB  4000 rows  10 not opened  25 MB/s  30s left",
    ]);
    expect(said).toEqual([]);
    nowMs = 31_000;
    log.tell({ ...state, totalBytes: null });
    bar.end();
    expect(said).toEqual(["250 MB, 4000 rows, 10 not opened, 8.3 MB/s"]);
    expect(drawn.at(-1)).toBe("");
  });
});
