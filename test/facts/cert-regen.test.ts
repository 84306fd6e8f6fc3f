// `set cert regen`: done, held, or something that nobody may guess at.
import { describe, expect, test } from "vitest";
import { parseCertRegen } from "../../src/facts/cert-regen.ts";
import { cutAtEveryLine, transcript } from "./transcript-text.ts";

test.each([
  ["tac-05", "CallManager"],
  ["ext-04", "ITLRecovery"],
])("%s regenerated %s", (name, unit) => {
  expect(parseCertRegen(transcript(name))).toEqual({ kind: "regenerated", unit });
  expect(parseCertRegen(transcript(name).replaceAll("\n", "\r\n   "))).toEqual({ kind: "regenerated", unit });
});

test("a TVS refusal inside five minutes is read as a hold (tac-06)", () => {
  expect(parseCertRegen(transcript("tac-06"))).toEqual({
    kind: "held",
    changedUnit: "CallManager",
    refusedUnit: "TVS",
  });
});

test.each(["1 minute", "5 minutes", "10 minutes"])(
  "a refusal within %s, in the spelling of either guide, is a hold",
  (time) => {
    for (const word of ["regnerating", "regenerating"]) {
      const text = `TVS certificate was modified in the last ${time}. Please re-try ${word} CAPF certificate at a later time`;
      const held = { kind: "held", changedUnit: "TVS", refusedUnit: "CAPF" };
      expect([parseCertRegen(text), parseCertRegen(`${text}.`)]).toEqual([held, held]);
      expect(parseCertRegen(`The ${text}`).kind).toBe("unknown");
      expect(parseCertRegen(`${text} or never`).kind).toBe("unknown");
    }
  },
);

test("the short answer of newer guides, without a question, is success too", () => {
  expect(parseCertRegen("Successfully regenerated certificate for tomcat.")).toEqual({
    kind: "regenerated",
    unit: "tomcat",
  });
});

test("no answer cut before its sentence of success is success", () => {
  for (const cut of [...cutAtEveryLine(transcript("tac-05")), ...cutAtEveryLine(transcript("ext-04"))]) {
    expect(parseCertRegen(cut).kind).toBe(cut.includes("Successfully") ? "regenerated" : "unknown");
  }
});

describe("unknown is", () => {
  const done = "Successfully Regenerated Certificate for TVS.";
  const held = transcript("tac-06");
  test.each([
    ["nothing", ""],
    ["a refusal (ext-28)", transcript("ext-28")],
    ["success with a refusal behind it", `${done}\nExecuted command unsuccessfully`],
    ["success and a hold", `${done}\n${held}`],
    ["two successes", `${done}\n${done}`],
    ["a negation", `Not ${done}`],
    ["success that goes on", `${done} Or so.`],
    ["another sentence", "Failed to regenerate certificate for TVS."],
  ])("%s", (_, text) => {
    expect(parseCertRegen(text).kind).toBe("unknown");
  });

  test("kept with its text", () => {
    expect(parseCertRegen("admin:set cert regen X\nWhat?\nadmin:")).toEqual({
      kind: "unknown",
      text: "What?",
    });
  });
});
