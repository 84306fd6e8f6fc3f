// Transcript files in, commands with their dialogues out: as the writer of transcripts leaves them, in pieces, with answers.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createMasker, Secret } from "../../src/base/secret.ts";
import { parseExchanges } from "../../src/session/transcript-exchanges.ts";
import { openFileTranscript } from "../../src/session/transcript.ts";

const clock = { now: () => Date.parse("2026-11-20T22:14:03Z") };
const at = "2026-11-20T22:14:03.000Z";

test("each command at a prompt has its own dialogue, with the answers in it, masked", () => {
  const folder = mkdtempSync(join(tmpdir(), "itlctl-"));
  const masker = createMasker();
  const secret = new Secret("Geheim-4711");
  masker.add(secret);
  const file = openFileTranscript(join(folder, "pub.log"), masker, {
    ...clock,
    sleep: () => Promise.resolve(),
  });
  file.note("login 1 to pub (127.0.0.1:22) as administrator");
  file.received("Welcome\r\n\r\nadmin:");
  file.sent("utils itl reset ");
  file.sent("localkey");
  file.received("utils itl reset localkey");
  file.sent("\r");
  file.received("\r\nEnter CCM Administrator password :");
  file.sent(secret);
  file.sent("\r");
  file.received("\r\nSuccessfully reset\r\n\radmin:");
  file.sent("show itl");
  file.sent("\r");
  file.received("\r\nno list\r\n\radmin:");
  file.note("closed: closed by itlctl");
  file.close();
  const exchanges = parseExchanges(readFileSync(join(folder, "pub.log"), "utf8"));
  rmSync(folder, { recursive: true });

  expect(exchanges.map(({ line }) => line)).toEqual([null, "utils itl reset localkey", "show itl"]);
  expect(exchanges[0]?.at).toBe(at);
  expect(exchanges[1]?.parts).toEqual([
    { by: "node", text: "utils itl reset localkey\r\nEnter CCM Administrator password :" },
    { by: "itlctl", text: "••••" },
    { by: "node", text: "\r\nSuccessfully reset\r\n\radmin:" },
  ]);
  expect(exchanges[2]?.parts.at(-1)).toEqual({ by: "note", text: "closed: closed by itlctl" });
});

test("a second login begins a dialogue of its own", () => {
  const text = `${at} # login 1 to pub\n${at} < "admin:"\n${at} > "show itl\\r"\n${at} # closed: lost\n${at} # login 2 to pub\n`;
  expect(parseExchanges(text).map(({ line }) => line)).toEqual([null, "show itl", null]);
});

test("a prompt behind an erased line is one, and a question that ends like one is not", () => {
  const typed = (before: string) =>
    parseExchanges(
      [`< "admin:"`, `> "a\\r"`, `< ${JSON.stringify(before)}`, `> "b\\r"`]
        .map((line) => `${at} ${line}\n`)
        .join(""),
    ).map(({ line }) => line);
  expect(typed("done\r\n\u001b[Kadmin:")).toEqual([null, "a", "b"]);
  expect(typed("\r\nPassword of admin:")).toEqual([null, "a"]);
});

test("what is no record is left out, and a cut file is read as far as it goes", () => {
  expect(parseExchanges("")).toEqual([]);
  expect(parseExchanges(`nothing\n${at} < {"a":1}\n${at} < "unended\n${at} ? "x"\n`)).toEqual([]);
  expect(parseExchanges(`${at} < "admin:"\n${at} > "show it`)).toEqual([
    { at, line: null, parts: [{ by: "node", text: "admin:" }] },
  ]);
});
