// A step that only a person can end: who is asked, what is told meanwhile, and that a word given once is enough.
import { expect, test } from "vitest";
import type { RunContext } from "../../src/run/step-kind.ts";
import { confirm } from "../../src/run/steps/confirm.ts";

function carryOut(
  answer: "yes" | "later" | null,
  parts: { confirmed?: string[]; confirmedStep?: string } = {},
) {
  const log: unknown[] = [];
  const { confirmed = [], confirmedStep = null } = parts;
  const context = {
    ...{ run: "R", confirmedStep, state: () => ({ confirmed }) },
    record: ({ kind, ...rest }: { kind: string; by?: string }) => log.push(rest.by ?? kind),
    events: { emit: (event: unknown) => log.push(event) },
    pool: { closeAll: async () => log.push("sessions closed") },
    operator: answer === null ? null : { confirmStep: async () => answer },
  } as unknown as RunContext;
  return { log, result: confirm.carryOut({ verb: "confirm", id: "s1", text: "Look." }, context) };
}

const told = { kind: "waiting", step: "s1", what: "you: Look.", until: null };

test("a word that the journal has already is enough", async () => {
  const { log, result } = carryOut("later", { confirmed: ["s1"] });
  expect(await result).toMatchObject({ kind: "done" });
  expect(log).toEqual([]);
});

test("a flag ends it without a question", async () => {
  const { log, result } = carryOut("later", { confirmedStep: "s1" });
  expect(await result).toMatchObject({ kind: "done" });
  expect(log).toEqual(["flag"]);
});

test("a person is told what it waits for, and no session waits with them", async () => {
  const { log, result } = carryOut("yes", { confirmed: ["s0"], confirmedStep: "s2" });
  expect(await result).toMatchObject({ kind: "done" });
  expect(log).toEqual(["waiting", "sessions closed", told, "terminal"]);
});

test.each(["later", null] as const)("%j holds the run, with the command that ends it", async (answer) => {
  const { log, result } = carryOut(answer);
  expect(await result).toMatchObject({
    ...{ kind: "held", until: null, detail: "waits for you: Look." },
    next: "When that is done: itlctl resume R --confirm s1",
  });
  expect(log).not.toContain("terminal");
});
