// One write and how its dialogue ended → what the journal has before and after it, what is told meanwhile, and what the step is given.
import { describe, expect, test } from "vitest";
import type { OperatorError } from "../../src/base/errors.ts";
import type { RunContext } from "../../src/run/step-kind.ts";
import { sendWrite } from "../../src/run/steps/send-write.ts";
import type { WriteHooks } from "../../src/session/session.ts";
import { regenerateCertificate } from "../../src/session/write-commands.ts";
import type { WriteOutcome } from "../../src/session/write-outcome.ts";

const command = regenerateCertificate("TVS");
const end = { text: "the whole text", tail: "the tail", message: "in one sentence" };
const answered = { ...end, kind: "answered", wasSent: true, isRefused: false } as const;

/** Everything that happens, in order. */
async function sent(outcome: WriteOutcome, { node = "pub", isInterrupted = false } = {}) {
  const log: unknown[] = [];
  const session = {
    async write(_command: unknown, hooks?: WriteHooks) {
      log.push("typed");
      hooks?.onText?.("a line");
      return outcome;
    },
    close: async () => void log.push("closed"),
  };
  const context = {
    cluster: { name: "east", nodes: [{ name: "tftp2" }, { name: "pub" }] },
    pool: {
      session: async ({ name }: { readonly name: string }) => {
        log.push(`login ${name}`);
        return session;
      },
    },
    events: { emit: (event: unknown) => log.push(event) },
    record: (event: unknown) => log.push(event),
    signal: isInterrupted ? AbortSignal.abort() : undefined,
  } as unknown as RunContext;
  const result = await sendWrite(context, "s1", node, command, { pub: "ab" }).catch(
    (error: unknown) => error,
  );
  return { log, result };
}

const ended = (told: Awaited<ReturnType<typeof sent>>) =>
  told.log.find((each) => typeof each === "object" && (each as { kind: string }).kind === "write-ended");

test("the intent with its baseline is on record before the line, its end after it, and the platform's lines are told", async () => {
  const { log, result } = await sent(answered);
  expect(log).toEqual([
    "login pub",
    { kind: "write-intended", step: "s1", node: "pub", line: command.line, baseline: { pub: "ab" } },
    { kind: "sending", step: "s1", node: "pub", line: command.line },
    "typed",
    { kind: "platform-line", node: "pub", text: "a line" },
    { kind: "write-ended", step: "s1", node: "pub", end: "answered", detail: "prompt returned" },
  ]);
  expect(result).toMatchObject({ kind: "answered", text: "the whole text", tail: "the tail" });
  expect(result).not.toHaveProperty("detail");
});

test("who leaves the session of a write closes it", async () => {
  const { log, result } = await sent(answered);
  await (result as { leave(): Promise<void> }).leave();
  expect(log.at(-1)).toBe("closed");
});

test.each<[string, WriteOutcome, string, string]>([
  [
    "the platform's trailer of a failed command",
    { ...answered, isRefused: true },
    "refused",
    "the platform refused: the tail",
  ],
  [
    "a question answered with no",
    { ...end, kind: "refused", wasSent: true, reason: "no", didPromptReturn: true },
    "refused",
    "in one sentence: the tail",
  ],
  [
    "a question that nobody knows",
    {
      ...{ ...end, kind: "unexpected-question", wasSent: true, question: "why?" },
      ...{ missingCredential: null, didPromptReturn: true },
    },
    "unexpected-question",
    "in one sentence: the tail",
  ],
  ["a lost session", { ...end, kind: "lost", wasSent: true, reason: "reset" }, "lost", "in one sentence"],
  [
    "silence",
    { ...end, kind: "timed-out", wasSent: true, limit: "silence", afterMs: 1 },
    "timed-out",
    "in one sentence",
  ],
])("%s is no answer, and on record as what it is", async (_, outcome, kind, detail) => {
  const told = await sent(outcome);
  expect(told.result).toMatchObject({ kind, detail, text: "the whole text", tail: "the tail" });
  expect(ended(told)).toEqual({ kind: "write-ended", step: "s1", node: "pub", end: kind, detail });
});

describe("nothing is sent", () => {
  test("where the session ended before the line: on record, and thrown", async () => {
    const told = await sent({ ...end, kind: "lost", wasSent: false, reason: "reset" });
    const place = { cluster: "east", node: "pub", step: "s1" };
    const { code, message, hint, ...error } = told.result as OperatorError;
    expect([code, message, error.place]).toEqual(["session-lost", "in one sentence", place]);
    expect(hint).toMatch(/^Check .* resume\.$/);
    expect(ended(told)).toMatchObject({ end: "not-sent", detail: "in one sentence" });
  });

  test("after an interrupt during the login, and there is no intent on record", async () => {
    const { log, result } = await sent(answered, { isInterrupted: true });
    expect(result).toMatchObject({ code: "cancelled" });
    expect(log).toEqual(["login pub"]);
  });

  test("to a node that is not in the inventory", async () => {
    const { log, result } = await sent(answered, { node: "moon" });
    expect(result).toMatchObject({ message: "moon is not in the inventory" });
    expect(log).toEqual([]);
  });
});
