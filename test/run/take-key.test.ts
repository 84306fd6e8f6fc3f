// The publisher asked for its key, its dialogue ending in every way → the bytes that arrived, or the error that says which side to look at.
import { expect, test } from "vitest";
import { openMemoryVault } from "../../mocks/memory-vault.ts";
import { hasRecoveryKey, noKeyOn, takeKey } from "../../src/run/backup/take-key.ts";
import { createRunEvents, type RunEvent } from "../../src/run/events.ts";
import type { RunContext } from "../../src/run/step-kind.ts";
import type { Session, WriteHooks } from "../../src/session/session.ts";
import type { WriteOutcome } from "../../src/session/write-outcome.ts";

const key = Buffer.concat([Buffer.from([0x30, 0x82, 0x06, 0xa9]), Buffer.alloc(1705)]);
const line = "file get tftp ITLRecovery.p12";
const completed = "Number of files affected: 1\nTotal size in Bytes: 1709\nTransfer completed.";
const answered = (text: string, isRefused = false): WriteOutcome => ({
  ...{ kind: "answered", wasSent: true, isRefused, text, tail: text, message: "it ended" },
});
const ended = (end: object) =>
  ({ text: "", tail: "Password:", message: "it stopped", ...end }) as WriteOutcome;

/** What comes of it where the node answers so and these bytes arrive; whether the session was left. */
async function taken(outcome: WriteOutcome, arrives: Buffer | null = key) {
  const vault = openMemoryVault();
  const delivery = await vault.openDelivery({ cluster: "east", run: "run-1", publisherAddress: "10.1.1.1" });
  const events = createRunEvents();
  const told: RunEvent[] = [];
  events.listen((event) => told.push(event));
  let isClosed = false;
  const session = {
    node: { name: "pub" },
    async write(command: { readonly line: string }, hooks: WriteHooks) {
      expect(command.line).toBe(line);
      hooks.onText?.("Password: ••••");
      if (arrives !== null) vault.deliver("run-1", "ITLRecovery.p12", arrives);
      return outcome;
    },
    close: async () => {
      isClosed = true;
    },
  } as unknown as Session;
  const result = await takeKey({ events } as RunContext, session, delivery).catch((error: unknown) => error);
  return { result, told, isClosed: () => isClosed };
}

test("the bytes that arrived, and under which name; its lines are shown as they come", async () => {
  const { result, told, isClosed } = await taken(answered(completed));
  expect(result).toEqual({ bytes: key, deliveredAs: "ITLRecovery.p12" });
  expect(told).toEqual([
    { kind: "sending", step: "backup", node: "pub", line },
    { kind: "platform-line", node: "pub", text: "Password: ••••" },
  ]);
  expect(isClosed()).toBe(false);
});

test("a node without the file is told as that, and its session goes on", async () => {
  const { result, isClosed } = await taken(answered("No such file or directory can be found."), null);
  expect(result).toMatchObject({
    ...{ code: "platform-refused", hint: expect.stringContaining("is the publisher") },
    message: "pub has no ITLRecovery.p12: No such file or directory can be found.",
  });
  expect(isClosed()).toBe(false);
  expect(noKeyOn("sub", " \n").message).toBe("sub has no ITLRecovery.p12");
});

test.each<[string, WriteOutcome, string]>([
  ["a refusal, even behind the sentence of success", answered(completed, true), "platform-refused"],
  ["no sentence of success", answered("Number of files affected: 1"), "text-unknown"],
  [
    "a host key that is another",
    ended({ kind: "refused", wasSent: true, reason: "key" }),
    "host-key-changed",
  ],
  ["a question that nobody knows", ended({ kind: "unexpected-question" }), "question-unexpected"],
  ["a session that is lost", ended({ kind: "lost", wasSent: true }), "session-lost"],
  ["an answer that does not end", ended({ kind: "timed-out", wasSent: true }), "command-timed-out"],
])("%s is no success, whatever arrived, and the session is left", async (_what, outcome, code) => {
  const { result, isClosed } = await taken(outcome);
  expect(result).toMatchObject({ name: "OperatorError", code });
  expect(isClosed()).toBe(true);
});

test("what the node showed last stands in the error, where it showed something", async () => {
  const lost = async (tail: string) => (await taken(ended({ kind: "lost", wasSent: true, tail }))).result;
  expect(await lost("Password:")).toMatchObject({ message: "it stopped; it showed last:\nPassword:" });
  expect(await lost(" ")).toMatchObject({ message: "it stopped" });
});

test.each<[string, Buffer | null, string]>([
  ["nothing arrived", null, "but nothing arrived (incoming/run-1)"],
  ["half of it arrived", key.subarray(0, 800), "has 800 bytes, the platform told 1709"],
])("a success is not believed where %s", async (_what, arrives, message) => {
  const { result } = await taken(answered(completed), arrives);
  expect(result).toMatchObject({
    ...{ code: "recovery-key-unusable", message: expect.stringContaining(message) },
  });
});

test.each([
  ["lists it", "20 Nov,2026 22:14:03       1,709  ITLRecovery.p12\ndir count = 0, file count = 1", true],
  ["says that there is none", "No such file or directory can be found", false],
  ["says what nobody knows", "The moon is in the house", true],
])("whether a node has one: it %s", async (_what, text, has) => {
  const session = { read: async () => ({ text }), mask: (told: string) => told } as unknown as Session;
  expect(await hasRecoveryKey(session)).toBe(has);
});

test("a node that cannot be asked decides nothing by itself", async () => {
  const bug = new Error("gone");
  const session = { read: () => Promise.reject(bug), mask: (told: string) => told } as unknown as Session;
  await expect(hasRecoveryKey(session)).rejects.toBe(bug);
});
