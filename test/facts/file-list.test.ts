// `file list ... detail`: entries that agree with the counts below them.
import { expect, test } from "vitest";
import { parseFileList } from "../../src/facts/file-list.ts";
import { cutAtEveryLine, transcript } from "./transcript-text.ts";

const text = transcript("ext-17");

test("files and folders are listed (ext-17)", () => {
  const list = {
    kind: "listed",
    entries: [
      { name: "drf", sizeBytes: null, modified: "02 Dec,2004 12:00:59" },
      { name: "log", sizeBytes: null, modified: "02 Dec,2004 12:00:59" },
      { name: "enGui.log", sizeBytes: 8557, modified: "16 Nov,2004 21:45:43" },
      { name: "startup.log", sizeBytes: 47916, modified: "27 Oct,2004 11:54:33" },
    ],
  };
  expect(parseFileList(text)).toEqual(list);
  expect(parseFileList(text.replace(/ {2,}/g, "\t").replaceAll("\n", "\r\n  "))).toEqual(list);
});

test("what is not there is missing (ext-18)", () => {
  expect(parseFileList(transcript("ext-18"))).toEqual({ kind: "missing" });
});

test("a list cut at any line, or with a line lost, is not understood", () => {
  for (const cut of cutAtEveryLine(text)) expect(() => parseFileList(cut)).toThrow(/counts/);
  expect(() => parseFileList(text.replace(/\n[^\n]*enGui[^\n]*/, ""))).toThrow(/not as many/);
  expect(() => parseFileList(text.replace("8,557", "unknown"))).toThrow(/unknown line/);
});
