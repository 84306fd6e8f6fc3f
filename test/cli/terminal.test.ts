// The real prompts, typed at: streams stand in for the terminal.
import { PassThrough } from "node:stream";
import { describe, expect, test } from "vitest";
import { systemClock } from "../../src/base/clock.ts";
import { openAsker } from "../../src/cli/ask.ts";
import type { World } from "../../src/cli/io.ts";

function terminal() {
  const stdin = Object.assign(new PassThrough(), { isTTY: true });
  const stdout = new PassThrough();
  const stderr = Object.assign(new PassThrough(), { isTTY: true, columns: 80 });
  let shown = "";
  stderr.on("data", (chunk: Buffer) => (shown += chunk.toString()));
  const world: World = {
    argv: [],
    environment: {},
    cwd: "/",
    stdin,
    stdout,
    stderr,
    clock: systemClock,
    onInterrupt: () => () => {},
    remoteKeyPort: 22,
  };
  const whenShown = async (text: string) => {
    while (!shown.includes(text)) await new Promise((resolve) => setTimeout(resolve, 5));
  };
  return { asker: openAsker(world, true), stdin, stdout, shown: () => shown, whenShown };
}

describe("at a terminal", () => {
  test("a name is typed, and the question goes to stderr", async () => {
    const { asker, stdin, stdout, whenShown } = terminal();
    const asked = asker.confirmName("east", "Type east to go on");
    await whenShown("Type east to go on");
    stdin.write("east\r");
    await asked;
    expect(stdout.read()).toBeNull();
  });

  test("another name is a mismatch", async () => {
    const { asker, stdin, whenShown } = terminal();
    const asked = asker.confirmName("east", "Type east to go on");
    await whenShown("Type east to go on");
    stdin.write("west\r");
    await expect(asked).rejects.toMatchObject({ code: "confirmation-mismatch" });
  });

  test("a password is not shown", async () => {
    const { asker, stdin, shown, whenShown } = terminal();
    const asked = asker.password("Password of east");
    await whenShown("Password of east");
    stdin.write("swordfish-7\r");
    expect((await asked).reveal()).toBe("swordfish-7");
    expect(shown()).not.toContain("swordfish");
  });

  test("the second choice is one arrow away", async () => {
    const { asker, stdin, whenShown } = terminal();
    const choices = [
      { value: "local", label: "the key on the publisher" },
      { value: "remote", label: "a key from a backup" },
    ] as const;
    const asked = asker.choose("Which key?", choices);
    await whenShown("a key from a backup");
    stdin.write("\u001b[B");
    stdin.write("\r");
    expect(await asked).toBe("remote");
  });

  test("Ctrl-C at a question cancels", async () => {
    const { asker, stdin, whenShown } = terminal();
    const asked = asker.confirmName("east", "Type east to go on");
    await whenShown("Type east to go on");
    stdin.write("\u0003");
    await expect(asked).rejects.toMatchObject({ code: "cancelled" });
  });
});
