// `utils ctl update CTLFile` and `utils ctl reset localkey`: the words on record, and everything else as unknown.
import { describe, expect, test } from "vitest";
import { parseCtlReset, parseCtlUpdate } from "../../src/facts/ctl-update.ts";
import { parseShownList } from "../../src/facts/show-itl.ts";
import { identityOfSigner } from "../../src/verdict/signer-identity.ts";
import { cutAtEveryLine, transcript } from "./transcript-text.ts";

test("an updated CTL is read as such, with and without the question (ext-07)", () => {
  const text = transcript("ext-07");
  expect(parseCtlUpdate(text)).toEqual({ kind: "updated" });
  expect(parseCtlUpdate(text.replaceAll("\n", "\r\n  "))).toEqual({ kind: "updated" });
  const answer = text.split("\n").slice(2).join("\n");
  expect(parseCtlUpdate(answer)).toEqual({ kind: "updated" });
});

test("no answer cut before its sentence of success is success", () => {
  for (const cut of cutAtEveryLine(transcript("ext-07")))
    expect(parseCtlUpdate(cut).kind).toBe(cut.includes("CTL file Updated") ? "updated" : "unknown");
});

describe("unknown is", () => {
  const known = transcript("ext-07").replace(/admin:\s*$/, "");
  test.each([
    ["nothing", ""],
    ["another command of the family (ext-06)", transcript("ext-06")],
    ["a missing CTL (ext-05)", transcript("ext-05")],
    ["a refusal (ext-28)", transcript("ext-28")],
    ["success with a refusal behind it", `${known}Executed command unsuccessfully`],
    ["success twice", `${known}CTL file Updated`],
    ["success that goes on", known.replace("CTL file Updated", "CTL file Updated in part")],
    ["a negation", known.replace("CTL file Updated", "No CTL file Updated")],
    ["a word that nobody knows", `${known}The token could not be read`],
    ["an answer of no", known.replace("(y/n):y", "(y/n):n")],
  ])("%s", (_, text) => {
    expect(parseCtlUpdate(text).kind).toBe("unknown");
  });

  test.each(["This operation updates the CTLFile", "Updating CTL file", "Please Restart the TFTP"])(
    "success beside a line that only begins or ends like a known one: %s",
    (begin) => {
      const lines = known.split("\n").map((line) => line.trim());
      const changed = (change: (line: string) => string) =>
        parseCtlUpdate(lines.map((line) => (line.startsWith(begin) ? change(line) : line)).join("\n")).kind;
      expect(changed((line) => line)).toBe("updated");
      expect(changed((line) => `${line} failed`)).toBe("unknown");
      expect(changed((line) => `Error: ${line}`)).toBe("unknown");
    },
  );

  test("kept with its text", () => {
    expect(parseCtlUpdate("admin:utils ctl update CTLFile\nWhat?\nadmin:")).toEqual({
      kind: "unknown",
      text: "What?",
    });
  });
});

test("a reset says nothing, or something unknown: no word of it is on record", () => {
  expect(parseCtlReset("admin:utils ctl reset localkey\n\nadmin:")).toEqual({ kind: "silent" });
  expect(parseCtlReset("CTL file Updated")).toEqual({ kind: "unknown", text: "CTL file Updated" });
  expect(parseCtlReset("Executed command unsuccessfully").kind).toBe("unknown");
});

test("show ctl tells its checksum, its signer and that signer's certificate (ext-29)", () => {
  const ctl = parseShownList(transcript("ext-29"));
  if (ctl.kind === "missing") throw new Error("ext-29 shows a CTL");
  expect(ctl.isVerified).toBe(true);
  expect(ctl.checksums["sha1"]).toBe("3b452f9ec9d6543df80e50f8b850cddc92fcf847");
  expect(identityOfSigner(ctl)).toMatchObject({
    serial: "70:CA:F6:4E:09:07:51:B9:DF:22:F4:9F:75:4F:C5:BB",
    certificateSha1: "E9:D4:33:64:5B:C8:8C:ED:51:4D:8F:E5:EA:5B:6D:21:A5:A3:8C:9C",
  });
});
