// What could not be read → an error that shows the end of the answer, and where reading stopped.
import { expect, test } from "vitest";
import { answerNotUnderstood, fileUnreadable } from "../../src/facts/not-understood.ts";

test("an answer is shown whole up to 300 characters, a longer one by its end", () => {
  const whole = "x".repeat(299);
  expect(answerNotUnderstood("show itl", `y${whole}`, "no").message).toMatch(new RegExp(`: y${whole}$`));
  expect(answerNotUnderstood("show itl", `zy${whole}`, "no").message).toMatch(new RegExp(`: …y${whole}$`));
});

test("both say what to do, and bytes where reading stopped", () => {
  expect(answerNotUnderstood("show itl", "?", "no")).toMatchObject({
    code: "answer-not-understood",
    hint: expect.stringContaining('Run "show itl" on the node'),
  });
  const cause = new Error("deep");
  expect(fileUnreadable("the list", "it is cut", 0, cause)).toMatchObject({
    message: "the list cannot be read: it is cut at byte 0",
    hint: expect.stringContaining("Fetch the file again"),
    cause,
  });
  expect(fileUnreadable("the list", "it is cut").message).toBe("the list cannot be read: it is cut");
});
