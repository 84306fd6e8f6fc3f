// What may stand before the question of `set cert regen`: known warnings only; anything else is answered no.
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { judgeRegenerationQuestion } from "../../src/session/regeneration-question.ts";
import { regenerateCertificate } from "../../src/session/write-commands.ts";
import { openMemorySession } from "./memory-session.ts";

const question = "Proceed with regeneration (yes|no)? ";
const recorded = (file: string) =>
  readFileSync(new URL(`../../mocks/transcripts/${file}`, import.meta.url), "utf8").split("? yes")[0] ?? "";
const overwrites = (unit: string) =>
  `WARNING: This operation will overwrite any CA signed certificate previously imported for ${unit}`;

describe("before the question of a regeneration", () => {
  test.each([
    ["CallManager", "tac-05-set-cert-regen-callmanager.txt"],
    ["ITLRecovery", "ext-04-set-cert-regen-ITLRecovery-newer.txt"],
  ])("the recorded warning of %s is known", (unit, file) => {
    expect(judgeRegenerationQuestion(`${recorded(file)}? `, unit)).toEqual({ text: "yes", refusal: null });
  });

  test("a terminal may break it anywhere at its blanks, and releases may leave it out", () => {
    const broken = overwrites("TVS").replaceAll(" ", "\r\n");
    for (const said of [
      `set cert regen TVS\n\n${broken}\n`,
      overwrites("TVS"),
      "",
      "admin:set cert regen TVS\n",
    ])
      expect(judgeRegenerationQuestion(`${said}${question}`, "TVS").text, said).toBe("yes");
  });

  test.each([
    ["another sentence", `${overwrites("TVS")}\nAll phones will be reset.`],
    ["a sentence in front", `This node is being upgraded.\n${overwrites("TVS")}`],
    ["the warning of another unit", overwrites("CallManager")],
    ["a part of the warning", overwrites("TVS").slice(0, 60)],
    ["the name of another unit", "set cert regen TVS-ECDSA"],
  ])("%s is not agreed to", (_, said) => {
    const reply = judgeRegenerationQuestion(`${said}\n${question}`, "TVS");
    expect(reply.text).toBe("no");
    expect(reply.refusal).toContain(said.split("\n")[0]?.slice(0, 40));
  });

  test("a flood is quoted in part", () => {
    expect(
      judgeRegenerationQuestion(`${"x".repeat(9_000)}\n${question}`, "TVS").refusal?.length,
    ).toBeLessThan(400);
  });
});

test("a session says no to a warning that is on no record, and the write ends as given up", async () => {
  const { session, heard } = await openMemorySession({
    "set cert regen TVS": async (terminal) => {
      terminal.print(`WARNING: Something new.\r\n${question}`);
      terminal.print(`\r\n${await terminal.readLine()}\r\n`);
    },
  });
  const outcome = await session.write(regenerateCertificate("TVS"));
  expect(heard).toContain("> no");
  expect(heard).not.toContain("> yes");
  expect(outcome).toMatchObject({ kind: "refused", reason: expect.stringContaining("Something new.") });
});
