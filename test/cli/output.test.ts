// The one line below all talk: drawn over without escape sequences, and gone before anything else is said.
import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { systemClock } from "../../src/base/clock.ts";
import { createMasker, Secret } from "../../src/base/secret.ts";
import { openOutput } from "../../src/cli/output.ts";

function terminal(isTTY: boolean, columns = 40) {
  const stdout = new PassThrough();
  const stderr = Object.assign(new PassThrough(), { isTTY, columns });
  let bytes = "";
  for (const stream of [stdout, stderr]) stream.on("data", (chunk: Buffer) => (bytes += chunk.toString()));
  const world = {
    ...{ argv: [], environment: {}, cwd: "/", stdin: new PassThrough(), stdout, stderr },
    ...{ clock: systemClock, onInterrupt: () => () => {}, remoteKeyPort: 22 },
  };
  const masker = createMasker();
  masker.add(new Secret("Bad Night 7"));
  return { output: openOutput(world, masker), bytes: () => bytes };
}

/** What the screen shows: a carriage return goes back to the start of the line. */
function screen(bytes: string): string[] {
  return bytes.split("\n").map((line) => {
    let row = "";
    for (const part of line.split("\r")) row = part + row.slice(part.length);
    return row.trimEnd();
  });
}

test("a line replaces the one before, and talk and answers come on a clean line", async () => {
  const { output, bytes } = terminal(true);
  output.note("begun");
  output.draw?.("1m left");
  output.draw?.("59s left");
  output.draw?.("5s left");
  expect(screen(bytes())).toEqual(["begun", "5s left"]);
  output.note("over");
  output.draw?.("9s left");
  output.answer("the answer");
  await output.flush();
  expect(screen(bytes())).toEqual(["begun", "over", "the answer", ""]);
  expect(bytes()).not.toContain("\u001b");
});

test("a secret in a line is masked before the line is cut", () => {
  const { output, bytes } = terminal(true, 30);
  output.draw?.("waiting for Bad Night 7, 5s left");
  expect(bytes()).not.toContain("Bad");
  expect(bytes()).toContain("waiting for ");
});

test("a line too long for the terminal is cut, so that it can be drawn over", () => {
  const { output, bytes } = terminal(true, 10);
  output.draw?.("a long line of words");
  output.draw?.("b");
  expect(screen(bytes())).toEqual(["b"]);
});

test("nothing is drawn after the end, and nothing where there is no terminal", async () => {
  const { output, bytes } = terminal(true);
  output.draw?.("1s left");
  await output.flush();
  output.draw?.("0s left");
  expect(screen(bytes())).toEqual([""]);
  expect(terminal(false).output.draw).toBeNull();
});
