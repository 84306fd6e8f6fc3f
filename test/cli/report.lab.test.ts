// `report` of a real run from the lab: the HTML page as the command prints it, and `--verify` on evidence that is whole, grown, cut, flipped and gone.
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { JournalEntry } from "../../src/run/journal-entry.ts";
import type { Verification } from "../../src/run/verify-run.ts";
import { allOf, type HtmlNode, parseHtml, textOf } from "../support/html-tree.ts";
import { type LostCluster, openLostCluster } from "../support/lost-cluster.ts";

let lost: LostCluster;
let run = "";
let state = "";

beforeAll(async () => {
  lost = await openLostCluster("lost-trust", "11.5");
  run = (await lost.recover("--key", "local", "--yes")).json<{ run: string }>().run;
  lost.boot();
  expect([0, 3]).toContain((await lost.resume(run, "--confirm", "phones")).exit);
});
afterAll(() => lost.close());

beforeEach(() => {
  state = join(lost.folder, "copy");
  cpSync(join(lost.folder, "state"), state, { recursive: true });
});
afterEach(() => rmSync(state, { recursive: true, force: true }));

const inRun = (...parts: string[]) => join(state, "runs", run, ...parts);
const report = (...flags: string[]) => lost.run(["report", run, "--state", state, ...flags]);
const entries = () =>
  readFileSync(inRun("journal.jsonl"), "utf8")
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line) as JournalEntry);

function change(path: string, how: (text: string) => string): void {
  const before = readFileSync(path, "latin1");
  const after = how(before);
  expect(after).not.toBe(before);
  writeFileSync(path, after, "latin1");
}

/** Exit code, whether whole, and `state file` of every file that is not whole. */
async function verified(): Promise<{ exit: number; bad: string[]; line: number | null; all: Verification }> {
  const { exit, json } = await report("--verify", "--json");
  const all = json<Verification & Record<string, unknown>>();
  const bad = all.files.filter((file) => file.state !== "whole").map((file) => `${file.state} ${file.file}`);
  expect(all.isWhole).toBe(exit === 0);
  const text = await report("--verify");
  expect(text.exit).toBe(exit);
  for (const { file } of all.files) expect(text.stdout).toContain(file);
  expect(text.stdout.includes("NOT whole")).toBe(exit !== 0);
  return { exit, bad, line: all.damagedLine, all };
}

const flipAt = (share: number) => (text: string) => {
  const at = Math.floor(text.length * share);
  return `${text.slice(0, at)}${String.fromCharCode(text.charCodeAt(at) ^ 1)}${text.slice(at + 1)}`;
};

describe("the page of a recovery", () => {
  test("holds every command line of every transcript, every digest, and no password", async () => {
    const { exit, stdout } = await report("--format", "html");
    expect(exit).toBe(0);
    const root = parseHtml(stdout);
    const text = textOf(root);
    expect(text).toContain("east: done and proven");
    const isFold = (node: HtmlNode | string) => typeof node !== "string" && node.name === "details";
    const folded = allOf(root).filter((node) => isFold(node) && !node.children.some(isFold));
    expect(folded.length).toBeGreaterThan(30);
    const marked = folded.map(textOf).filter((each) => each.includes("changes the cluster"));
    expect(marked.map((each) => /:\d\d (.*?) changes/.exec(each)?.[1])).toEqual([
      ...["utils itl reset localkey", "utils service restart Cisco Tftp", "utils service restart Cisco Tftp"],
    ]);
    for (const { sha256 } of (await report("--json")).json<{ evidence: { sha256: string }[] }>().evidence)
      expect(text).toContain(sha256);
    const passwords = Object.entries(lost.lab.environment).filter(([name]) => name.endsWith("_PASSWORD"));
    expect(passwords.length).toBeGreaterThan(1);
    for (const [, password = ""] of passwords) expect(stdout).not.toContain(password);
  });

  test("tells of each TFTP node the list before and the one after", async () => {
    const { changes } = (await report("--json")).json<{ changes: { node: string; isChanged: boolean }[] }>();
    expect(changes).toEqual(
      ["pub", "tftp2"].map((node) =>
        expect.objectContaining({
          ...{ node, isChanged: true },
          before: expect.objectContaining({ signedBy: "CallManager" }),
          after: expect.objectContaining({ signer: expect.stringContaining(`CN=${node}`) }),
        }),
      ),
    );
  });
});

describe("--verify", () => {
  test("finds a finished run whole: journal, report, transcripts, lists", async () => {
    const { exit, bad, all } = await verified();
    expect({ exit, bad }).toEqual({ exit: 0, bad: [] });
    const kinds = all.files.map(({ kind }) => kind);
    expect([...new Set(kinds)]).toEqual(["journal", "report", "transcript", "list"]);
    expect(kinds.filter((kind) => kind === "transcript")).toHaveLength(3);
    expect(kinds.filter((kind) => kind === "list")).toHaveLength(5);
  });

  test("names the line of a flipped bit in the journal", async () => {
    const sound = readFileSync(inRun("journal.jsonl"), "latin1");
    change(inRun("journal.jsonl"), flipAt(0.5));
    const line = sound.slice(0, Math.floor(sound.length * 0.5)).split("\n").length;
    const { exit, bad, line: named, all } = await verified();
    expect({ exit, named }).toEqual({ exit: 11, named: line });
    expect(bad).toContain(`damaged runs/${run}/journal.jsonl`);
    expect(all.error).toMatchObject({ code: "journal-damaged", place: { line } });
  });

  test.each([
    ["a flipped bit", flipAt(0.4), "damaged"],
    ["an end cut off", (text: string) => text.slice(0, -4000), "damaged"],
    ["a word in front", (text: string) => `x${text}`, "damaged"],
  ])("sees %s in a transcript", async (_what, how, is) => {
    change(inRun("transcripts", "pub.log"), how);
    const { exit, bad } = await verified();
    expect({ exit, bad }).toEqual({ exit: 11, bad: [`${is} runs/${run}/transcripts/pub.log`] });
  });

  test("sees a change in what an earlier end recorded, and lets a transcript grow", async () => {
    const ends = entries().flatMap((entry) => (entry.kind === "run-ended" ? [entry.transcripts ?? []] : []));
    expect(ends.map((records) => records.map(({ node }) => node))).toEqual([
      ["cm3", "pub", "tftp2"],
      ["cm3", "pub", "tftp2"],
    ]);
    change(inRun("transcripts", "cm3.log"), (text) => `${text}2026-11-20T22:14:03.000Z # more\n`);
    expect((await verified()).exit).toBe(0);
  });

  test("misses a transcript and a list that are gone", async () => {
    unlinkSync(inRun("transcripts", "tftp2.log"));
    const seen = entries().find((entry) => entry.kind === "lists-seen");
    const sha1 = seen?.kind === "lists-seen" ? seen.lists["pub"] : null;
    unlinkSync(join(state, "lists", `${sha1}.tlv`));
    const { exit, bad } = await verified();
    expect({ exit, bad }).toEqual({
      ...{ exit: 11 },
      bad: [`missing runs/${run}/transcripts/tftp2.log`, `missing lists/${sha1}.tlv`],
    });
  });

  test("sees a list whose bytes are not those of its name", async () => {
    const seen = entries().flatMap((entry) => (entry.kind === "lists-seen" ? [entry.lists["tftp2"]] : []));
    const name = `${seen.at(-1)}.tlv`;
    change(join(state, "lists", name), flipAt(0.5));
    const { exit, bad } = await verified();
    expect({ exit, bad }).toEqual({ exit: 11, bad: [`damaged lists/${name}`] });
  });

  test.each([
    ["an outcome that the journal does not know", (text: string) => text.replace('"done"', '"held"')],
    ["another line sent", (text: string) => text.replace('"utils itl reset localkey"', '"show itl"')],
    ["half a document", (text: string) => text.slice(0, 900)],
  ])("sees %s in report.json", async (_what, how) => {
    change(inRun("report.json"), how);
    const { exit, bad } = await verified();
    expect({ exit, bad }).toEqual({ exit: 11, bad: [`damaged runs/${run}/report.json`] });
  });

  test("sees by report.json that whole lines were cut off the end of the journal", async () => {
    change(inRun("journal.jsonl"), (text) => `${text.split("\n").slice(0, -2).join("\n")}\n`);
    const { exit, bad } = await verified();
    expect({ exit, bad }).toEqual({ exit: 11, bad: [`damaged runs/${run}/report.json`] });
  });

  test("has no HTML and no Markdown, and needs a run", async () => {
    for (const format of ["html", "markdown"])
      expect((await report("--verify", "--format", format)).exit).toBe(2);
    expect((await lost.run(["report", "1999", "--verify", "--state", state])).exit).toBe(2);
    expect(existsSync(inRun("journal.jsonl"))).toBe(true);
  });
});

describe("what lies damaged in the state folder is told, and hides nothing else", () => {
  test("a list of the history whose bytes were changed: itl history warns, and lists it still", async () => {
    const [list = ""] = readdirSync(join(state, "lists")).filter((name) => name.endsWith(".tlv"));
    change(join(state, "lists", list), (text) => `${text.slice(0, 40)}x${text.slice(41)}`);
    const { exit, stdout, stderr } = await lost.run(["itl", "history", "east", "--state", state, "--json"]);
    expect(exit).toBe(3);
    expect(stderr).toMatch(/^warning: .+/m);
    const { lists } = JSON.parse(stdout) as { lists: { sha1: string }[] };
    expect(lists.map(({ sha1 }) => `${sha1}.tlv`)).toContain(list);
  });

  test("a run whose journal cannot be read at all: runs lists it by its name", async () => {
    rmSync(inRun("journal.jsonl"));
    mkdirSync(inRun("journal.jsonl"));
    const { exit, stdout } = await lost.run(["runs", "--state", state, "--json"]);
    expect(exit).toBe(0);
    const listed = (JSON.parse(stdout) as { runs: Record<string, unknown>[] }).runs;
    expect(listed.find((one) => one["run"] === run)).toMatchObject({ cluster: "east", outcome: "unknown" });
  });

  test("a format that does not exist is refused with those that do", async () => {
    const { exit, stderr } = await report("--format", "pdf");
    expect(exit).toBe(2);
    expect(stderr).toContain("html");
  });
});
