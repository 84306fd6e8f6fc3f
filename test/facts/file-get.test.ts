// `file get`: what was announced, and only the platform's own sentence as success.
import fc from "fast-check";
import { expect, test } from "vitest";
import { parseFileGet } from "../../src/facts/file-get.ts";
import { readQuickly } from "./refusal.ts";
import { cutAtEveryLine, transcript } from "./transcript-text.ts";

const recorded = transcript("tac-07");
const nothing = {
  sizeBytes: null,
  filesAffected: null,
  isTransferCompleted: false,
  downloadedPath: null,
  isMissing: false,
};

test("the recovery key of 10.0 was transferred (tac-07)", () => {
  const facts = {
    sizeBytes: 1709,
    filesAffected: 1,
    isTransferCompleted: true,
    downloadedPath: "/usr/local/cm/tftp/ITLRecovery.p12",
    isMissing: false,
  };
  expect(parseFileGet(recorded)).toEqual(facts);
  expect(parseFileGet(`${recorded.replaceAll("\n", "\r\n")}\r\nadmin:`)).toEqual(facts);
});

test("a lone full stop may stand before the sentence, and no path behind it (ext-19)", () => {
  expect(parseFileGet(transcript("ext-19"))).toEqual({
    ...nothing,
    sizeBytes: 2702728,
    filesAffected: 1,
    isTransferCompleted: true,
  });
});

test("15 names the file while it gathers; its question alone is no transfer (ext-20)", () => {
  expect(parseFileGet(transcript("ext-20"))).toEqual({ ...nothing, sizeBytes: 4659724, filesAffected: 1 });
});

test("a file that is not there is missing (ext-18)", () => {
  expect(parseFileGet(transcript("ext-18"))).toEqual({ ...nothing, isMissing: true });
  const none = "Please wait while the system is gathering files info ...done.\nNumber of files affected: 0";
  expect(parseFileGet(none)).toEqual({ ...nothing, filesAffected: 0, isMissing: true });
});

test("cut at any line before the sentence, it was not transferred", () => {
  const cuts = cutAtEveryLine(recorded).slice(0, -1);
  for (const cut of cuts) expect(parseFileGet(cut).isTransferCompleted).toBe(false);
});

test.each<[string, string]>([
  ["a refusal behind it", `${recorded}Executed command unsuccessfully\n`],
  ["a refusal before it", recorded.replace("Transfer", "Executed command unsuccessfully.\nTransfer")],
  ["an unknown text behind it", `${recorded}Copying failed\n`],
  ["another sentence", recorded.replace("Transfer completed.", "Transfer completed")],
  ["an answer with these words", recorded.replace("/home/joemar2/", "x").replace("\nTransfer", " Transfer")],
  ["the sentence twice", recorded.replace("Transfer completed.", "Transfer completed.\nTransfer completed.")],
  ["a missing file as well", `no such file or directory can be found\n${recorded}`],
])("%s is no success", (_title, text) => {
  expect(parseFileGet(text).isTransferCompleted).toBe(false);
});

test("two sizes are none", () => {
  const twice = recorded.replace("Sub-dir", "Total size in Bytes: 99\nSub-dir");
  expect(parseFileGet(twice).sizeBytes).toBeNull();
  expect(parseFileGet(recorded.replace("1709", "1709x")).sizeBytes).toBeNull();
});

test("any text is facts, quickly, and success only with the sentence in it", () => {
  const lines = recorded.trimEnd().split("\n");
  const mutated = fc
    .array(fc.oneof(fc.constantFrom(...lines), fc.string({ maxLength: 40 })), { maxLength: 30 })
    .map((some) => some.join("\n"));
  fc.assert(
    fc.property(fc.oneof(mutated, fc.string({ unit: "binary" })), (text) => {
      const facts = readQuickly(() => parseFileGet(text));
      if (!("isTransferCompleted" in facts)) throw new Error("it threw");
      if (facts.isTransferCompleted) expect(text).toMatch(/^\s*Transfer completed\.\s*$/m);
    }),
  );
  for (const piece of ["Transfer completed.\n", "Downloading file: /", "\x1b[1", "Total size in Bytes: 1\n"])
    expect(readQuickly(() => parseFileGet(piece.repeat(60_000 / piece.length)))).toHaveProperty("isMissing");
  expect(parseFileGet(recorded + "a".repeat(8 * 1024 * 1024))).toEqual(nothing);
});

test("numbers and paths are those of whole lines, and a transfer is not complete with other words behind it", () => {
  const of = (...lines: readonly string[]) => parseFileGet(lines.join("\n"));
  expect(of("Number of files affected: 12", "Total size in Bytes: 3456")).toMatchObject({
    ...{ filesAffected: 12, sizeBytes: 3456, isMissing: false },
  });
  expect(of("Number of files affected: 0x", "About Number of files affected: 0")).toMatchObject({
    ...{ filesAffected: null, isMissing: false },
  });
  expect(of("Expected Total size in Bytes: 1", "Total size in Bytes: 1 k")).toMatchObject({
    sizeBytes: null,
  });
  expect(of("Total size in Bytes: 1", "Total size in Bytes: 2").sizeBytes).toBeNull();
  expect(of("no such file or directory can be found in the index").isMissing).toBe(false);
  expect(of("again: no such file or directory can be found").isMissing).toBe(false);
  expect(of("No such file or directory can be found.").isMissing).toBe(true);
  expect(of("Not yet Downloading file: /a").downloadedPath).toBeNull();
  const done = "Transfer completed.";
  expect(of(done, ".", "Downloading file: /a b")).toMatchObject({
    isTransferCompleted: true,
    downloadedPath: "/a b",
  });
  for (const line of [
    "..",
    "Downloading file: none",
    "x Downloading file: /a",
    "Number of files affected: 1",
  ])
    expect(of(done, line).isTransferCompleted).toBe(false);
});
