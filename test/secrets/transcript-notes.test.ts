// The places of the mask that no run reaches with a secret in hand: notes of a transcript, errors and progress of a session.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createMasker, Secret } from "../../src/base/secret.ts";
import { answerNotUnderstood } from "../../src/facts/not-understood.ts";
import { readAnswer } from "../../src/session/read-answer.ts";
import { openFileTranscript } from "../../src/session/transcript.ts";
import { showItl } from "../../src/session/read-commands.ts";
import { resetItlLocalkey } from "../../src/session/write-commands.ts";
import { createIdleClock } from "../session/idle-clock.ts";
import { errorOf, openMemorySession } from "../session/memory-session.ts";
import { awkward } from "./guarded-lab.ts";
import { masking } from "./leaky-masker.ts";
import { findSecrets } from "./written-forms.ts";

vi.mock("../../src/base/secret.ts", async (original) =>
  (await import("./leaky-masker.ts")).leakyModule(await original()),
);

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "itlctl-notes-"));
});
afterEach(() => {
  masking.off.clear();
  rmSync(folder, { recursive: true });
});

const secrets = { ccm: awkward.ccm };
const find = (text: string) => findSecrets([{ name: "text", bytes: Buffer.from(text) }], secrets);

/** What is told of a reset that repeats the password: progress, sentence, tail; and of a read that does. */
async function told(): Promise<{ lines: string; tail: string; message: string; error: string }> {
  const lines: string[] = [];
  const { session, masker, clock } = await openMemorySession({
    "utils itl reset localkey": `${awkward.ccm} is no password\n`.repeat(3),
    "show itl": async (terminal) => {
      terminal.print(`${"x".repeat(1_990)}${awkward.ccm}\r\n`);
      terminal.hangUp(`gone with ${awkward.ccm}`);
      await terminal.readKey();
    },
  });
  masker.add(new Secret(awkward.ccm));
  const outcome = await session.write(resetItlLocalkey({ ccmPassword: new Secret(awkward.ccm) }), {
    onText: (line) => lines.push(line),
  });
  const error = await errorOf(clock.runUntil(session.read(showItl())));
  return {
    lines: lines.join("\n"),
    tail: outcome.tail,
    message: outcome.message,
    error: inspect(error, { depth: 20, showHidden: true, maxStringLength: null }),
  };
}

describe("a session", () => {
  test("masks progress, tails and errors, also where a tail is cut", async () => {
    expect(find(Object.values(await told()).join("\n"))).toEqual([]);
  });

  test.each([
    ["session/session.ts tellLines", "lines"],
    ["session/session.ts tail", "tail"],
    ["session/session.ts tail", "error"],
  ] as const)("with %s switched off, the secret is found in its %s", async (place, where) => {
    masking.off.add(place);
    expect(find((await told())[where])).not.toEqual([]);
  });
});

describe("a transcript's note", () => {
  const noted = () => {
    const masker = createMasker();
    masker.add(new Secret(awkward.ccm));
    const path = join(folder, "pub.log");
    const transcript = openFileTranscript(path, masker, createIdleClock());
    transcript.note(`closed: ${awkward.ccm}`);
    transcript.received(awkward.ccm.slice(0, 8));
    transcript.close();
    return readFileSync(path, "utf8");
  };

  test("is masked; switched off, the secret is found", () => {
    expect(find(noted().replaceAll(awkward.ccm.slice(0, 7), ""))).toEqual([]);
    masking.off.add("session/transcript.ts note");
    expect(find(noted())).not.toEqual([]);
  });
});

describe("an answer that is not understood", () => {
  const reading = () => {
    const masker = createMasker();
    masker.add(new Secret(awkward.ccm));
    const text = `${awkward.ccm} `.repeat(20);
    const read = (raw: string): never => {
      throw answerNotUnderstood("show itl", raw, `unknown line "${raw.slice(0, 30)}"`);
    };
    try {
      return readAnswer(text, read, (raw) => masker.mask(raw));
    } catch (error) {
      return inspect(error, { depth: 20, maxStringLength: null });
    }
  };

  test("is quoted masked, however it is cut; switched off, the secret is found", () => {
    expect(find(reading())).toEqual([]);
    masking.off.add("session/read-answer.ts readAnswer");
    masking.off.add("nowhere");
    expect(find(reading())).not.toEqual([]);
  });

  test("is quoted not at all where only the raw text is not understood", () => {
    const read = (text: string): string => {
      if (text.includes("hunter22")) throw answerNotUnderstood("show itl", text, "hunter22");
      return text;
    };
    const attempt = () => readAnswer("is hunter22", read, (text) => text.replace("hunter22", "••••"));
    expect(attempt).toThrow("the answer was not understood, and it holds a secret");
  });
});
