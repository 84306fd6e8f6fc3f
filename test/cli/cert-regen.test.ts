// cert regen before anybody logs in: wrong words are told first, with what was probably meant.
import { describe, expect, test } from "vitest";
import { runCli } from "../support/run-cli.ts";

describe("a unit that there is not", () => {
  test("is told before the missing terminal, with the one that was meant", async () => {
    const { exit, stderr } = await runCli(["cert", "regen", "east", "tvs"]);
    expect(exit).toBe(2);
    expect(stderr).toContain("there is no unit called tvs; did you mean TVS?");
    expect(stderr).toContain("CallManager-ECDSA");
  });

  test("is told without a guess where nothing is near", async () => {
    const { stderr } = await runCli(["cert", "regen", "east", "everything"]);
    expect(stderr).toContain("there is no unit called everything");
    expect(stderr).not.toContain("did you mean");
  });
});

test("without a unit the help of the command is named", async () => {
  const { exit, stderr } = await runCli(["cert", "regen", "east"]);
  expect(exit).toBe(2);
  expect(stderr).toContain("missing required argument 'unit'");
  expect(stderr).toContain("itlctl cert regen --help");
});
