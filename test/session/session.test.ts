// Read-only commands on a session over an in-memory node.
import { describe, expect, test } from "vitest";
import { OperatorError } from "../../src/base/errors.ts";
import { runSql, showItl, showStatus, showVersionActive } from "../../src/session/read-commands.ts";
import type { ReadCommand } from "../../src/session/read-commands.ts";
import { errorOf, openMemorySession } from "./memory-session.ts";

const pagerText = "\x1b[1mPress <enter> for 1 line, <space> for one page, or <q> to quit\x1b[0m";

describe("a read", () => {
  test("gives the answer without echo and prompt", async () => {
    const { session } = await openMemorySession({ "show status": "\nHost Name : pub\n\nLocale\n" });
    const answer = await session.read(showStatus());
    expect(answer).toMatchObject({
      command: "show status",
      text: "\nHost Name : pub\n\nLocale",
      isRefused: false,
    });
    expect(answer.tail).toContain("admin:");
  });

  test("turns paging off once, right after the login", async () => {
    const { session, node } = await openMemorySession({ "show status": "x\n" });
    await session.read(showStatus());
    expect(node.sent()).toBe("set cli pagination off\rshow status\r");
  });

  test("presses Enter only after the whole echo was seen", async () => {
    const { session, heard } = await openMemorySession({ "show status": "x\n" });
    await session.read(showStatus());
    const typed = heard.indexOf("> show status");
    const entered = heard.indexOf("> \r", typed);
    const echoed = heard
      .slice(typed, entered)
      .filter((line) => line.startsWith("< "))
      .map((line) => line.slice(2))
      .join("");
    expect(echoed).toBe("show status");
  });

  test("pages with one space a page where the login may not turn paging off, and the pager leaves no trace", async () => {
    const pages = ["page 1\r\n", "\rpage 2\r\n", "page 3\r\n"];
    const { session, node } = await openMemorySession({
      "set cli pagination off": "Executed command unsuccessfully\n",
      "show itl": async (terminal) => {
        for (const [index, page] of pages.entries()) {
          terminal.print(page);
          if (index === pages.length - 1) break;
          terminal.print(`${pagerText}${index === 0 ? " " : ""}`);
          expect(await terminal.readKey()).toBe(" ");
          terminal.print(index === 0 ? "\r\x1b[K" : "\x1b[K");
        }
      },
    });
    expect((await session.read(showItl())).text).toBe("page 1\npage 2\npage 3");
    expect(node.sent()).toBe("set cli pagination off\rshow itl\r  ");
  });

  test("a prompt behind a pager erased without CR is a prompt", async () => {
    const { session } = await openMemorySession({
      "show itl": async (terminal) => {
        terminal.print(`only page\r\n${pagerText}`);
        await terminal.readKey();
        terminal.print("\x1b[K");
      },
    });
    expect((await session.read(showItl())).text).toBe("only page");
  });

  test("text that only holds the prompt is no prompt", async () => {
    const text = "the admin: of this node\nadmin:show itl is a command\nuser=admin:";
    const { session } = await openMemorySession({ "show status": `${text}\n` });
    expect((await session.read(showStatus())).text).toBe(text);
  });

  test.each([
    "Executed command unsuccessfully",
    "Executed command unsuccessfully.",
    "No valid command entered",
  ])("%s is read as a refusal", async (trailer) => {
    const { session } = await openMemorySession({ "show status": `Enter valid values.\n${trailer}\n` });
    expect((await session.read(showStatus())).isRefused).toBe(true);
  });

  test("two reads at once go one after the other", async () => {
    const { session } = await openMemorySession({ "show status": "a\n", "show version active": "b\n" });
    const answers = await Promise.all([session.read(showStatus()), session.read(showVersionActive())]);
    expect(answers.map(({ text }) => text)).toEqual(["a", "b"]);
  });

  test("an unexpected question is stopped with Ctrl-C, and the session goes on", async () => {
    const { session, node, clock } = await openMemorySession({
      "show status": async (terminal) => {
        terminal.print("This command may use a considerable amount of I/O\r\n\r\nContinue (y/n)?");
        expect(await terminal.readLine()).toBe("\x03");
        terminal.print("\r\nControl-C pressed\r\n");
      },
      "show itl": "fine\n",
    });
    const error = await clock.runUntil(errorOf(session.read(showStatus())));
    expect(error).toBeInstanceOf(OperatorError);
    expect(error).toMatchObject({ code: "question-unexpected", place: { cluster: "east", node: "pub" } });
    expect((error as Error).message).toContain("Continue (y/n)?");
    expect(node.sent()).toMatch(/show status\r\x03$/);
    expect(session.isOpen).toBe(true);
    expect((await session.read(showItl())).text).toBe("fine");
  });

  test("a question that Ctrl-C does not stop closes the session", async () => {
    const { session, clock } = await openMemorySession({
      "show status": async (terminal) => {
        terminal.print("Password: ");
        for (;;) await terminal.readKey();
      },
    });
    expect(await clock.runUntil(errorOf(session.read(showStatus())))).toMatchObject({
      code: "question-unexpected",
    });
    expect(session.isOpen).toBe(false);
  });

  test("silence ends the wait, with the tail in the message and nothing sent", async () => {
    const { session, node, clock } = await openMemorySession({
      "show status": async (terminal) => {
        terminal.print("half an ans");
        await terminal.readKey();
      },
    });
    const before = clock.now();
    const error = await clock.runUntil(errorOf(session.read(showStatus())));
    expect(error).toMatchObject({ code: "command-timed-out" });
    expect((error as Error).message).toMatch(/silent for 60 s[\s\S]*half an ans/);
    expect(clock.now() - before).toBe(60_000);
    expect(node.sent()).toMatch(/show status\r$/);
    expect(session.isOpen).toBe(false);
  });

  test("a node that goes on printing slowly is given up at the command's own limit", async () => {
    const { session, clock } = await openMemorySession({
      "show status": async (terminal) => {
        for (;;) {
          terminal.print(".\r\n");
          await clock.sleep(10_000);
        }
      },
    });
    const before = clock.now();
    const error = await clock.runUntil(errorOf(session.read(showStatus(), { timeoutMs: 45_000 })));
    expect((error as Error).message).toContain('did not finish "show status" within 45 s');
    expect(clock.now() - before).toBe(45_000);
  });

  test("the command's limit counts over all its pages", async () => {
    const { session, clock } = await openMemorySession({
      "show status": async (terminal) => {
        for (;;) {
          await clock.sleep(10_000);
          terminal.print(`line\r\n${pagerText}`);
          await terminal.readKey();
          terminal.print("\r\x1b[K");
        }
      },
    });
    const before = clock.now();
    const error = await clock.runUntil(errorOf(session.read(showStatus(), { timeoutMs: 45_000 })));
    expect(error).toMatchObject({ code: "command-timed-out" });
    expect(clock.now() - before).toBe(45_000);
  });

  test("a node that prints now and then is not silent", async () => {
    const { session, clock } = await openMemorySession({
      "show status": async (terminal) => {
        for (const line of ["one", "two"]) {
          await clock.sleep(50_000);
          terminal.print(`${line}\r\n`);
        }
      },
    });
    expect((await clock.runUntil(session.read(showStatus()))).text).toBe("one\ntwo");
  });

  test("a node that prints for ever is cut off, and memory stays bounded", async () => {
    const block = "x".repeat(1023) + "\n";
    const { session, clock } = await openMemorySession({
      "show status": block.repeat(9 * 1024),
    });
    const error = await clock.runUntil(errorOf(session.read(showStatus())));
    expect(error).toMatchObject({ code: "answer-not-understood" });
    expect((error as Error).message.length).toBeLessThan(4_000);
    expect(session.isOpen).toBe(false);
  });

  test("a session that drops in the middle is lost, and later reads say so at once", async () => {
    const { session, clock } = await openMemorySession({
      "show status": async (terminal) => {
        terminal.print("first line\r\n");
        terminal.hangUp("connection reset");
        await terminal.readKey();
      },
    });
    const error = await clock.runUntil(errorOf(session.read(showStatus())));
    expect(error).toMatchObject({ code: "session-lost" });
    expect((error as Error).message).toMatch(/connection reset[\s\S]*first line/);
    expect(await errorOf(session.read(showItl()))).toMatchObject({ code: "session-lost" });
  });

  test("an aborted read is cancelled and closes the session", async () => {
    const controller = new AbortController();
    const { session, clock } = await openMemorySession({
      "show status": async (terminal) => {
        controller.abort();
        await terminal.readKey();
      },
    });
    const error = await clock.runUntil(errorOf(session.read(showStatus(), { signal: controller.signal })));
    expect(error).toMatchObject({ code: "cancelled" });
    expect(session.isOpen).toBe(false);
  });

  test("a line that is echoed wrongly is never entered", async () => {
    const { session, node, clock } = await openMemorySession({});
    node.transport.write("x");
    expect(await clock.runUntil(errorOf(session.read(showStatus())))).toMatchObject({
      code: "command-timed-out",
    });
    expect(node.sent()).toMatch(/xshow status$/);
  });

  test("secrets in the tail are masked", async () => {
    const { session, clock } = await openMemorySession({
      "show status": "echo platform-pw-1\nPassword: ",
    });
    const error = await clock.runUntil(errorOf(session.read(showStatus())));
    expect(String(error)).not.toContain("platform-pw-1");
    expect(String(error)).toContain("••••");
  });

  test("a command made by hand is not read, whatever its type says", async () => {
    const { session, node } = await openMemorySession({});
    const sent = node.sent();
    const forged = { kind: "read", line: "utils itl reset localkey" } as unknown as ReadCommand;
    await expect(session.read(forged)).rejects.toThrow(TypeError);
    await expect(session.read({ ...runSql("select 1 from dual") })).rejects.toThrow(TypeError);
    expect(node.sent()).toBe(sent);
  });
});
