// Opening a session: what is tried again, and what never is.
import { describe, expect, test } from "vitest";
import { memoryPlatform, openMemoryTransport } from "../../mocks/memory-transport.ts";
import type { MemoryTerminal } from "../../mocks/memory-transport.ts";
import { OperatorError } from "../../src/base/errors.ts";
import type { ErrorCode } from "../../src/base/errors.ts";
import { createMasker } from "../../src/base/secret.ts";
import { connectSession } from "../../src/session/connect.ts";
import type { OpenTransport, SessionOpening } from "../../src/session/connect.ts";
import { showItl } from "../../src/session/read-commands.ts";
import { nullTranscript } from "../../src/session/transcript.ts";
import { createIdleClock } from "./idle-clock.ts";
import { errorOf, nodeNamed, platformLogin } from "./memory-session.ts";

function connect(openTransport: OpenTransport, parts: Partial<SessionOpening> = {}) {
  const clock = createIdleClock();
  return {
    clock,
    session: clock.runUntil(
      connectSession({
        node: nodeNamed("pub"),
        login: platformLogin,
        masker: createMasker(),
        transcript: nullTranscript,
        retryDelayMs: 0,
        ...parts,
        clock,
        openTransport,
      }),
    ),
  };
}

/** Fails with `code` the first times, then opens. */
function failing(code: ErrorCode, times: number) {
  let tries = 0;
  const open: OpenTransport = async () => {
    tries += 1;
    if (tries <= times) throw new OperatorError(code, `try ${tries}`, { hint: "Wait" });
    return openMemoryTransport(memoryPlatform({})).transport;
  };
  return { open, tries: () => tries };
}

const behaving = (behave: (terminal: MemoryTerminal) => Promise<void>): OpenTransport => {
  return async () => openMemoryTransport(behave).transport;
};

describe("opening a session", () => {
  test("is tried twice more where the node cannot be reached", async () => {
    const { open, tries } = failing("node-unreachable", 2);
    expect((await connect(open).session).isOpen).toBe(true);
    expect(tries()).toBe(3);
  });

  test("is given up after the third try, with its error", async () => {
    const { open, tries } = failing("node-unreachable", 9);
    expect(await errorOf(connect(open).session)).toMatchObject({
      code: "node-unreachable",
      message: "try 3",
    });
    expect(tries()).toBe(3);
  });

  test.each([
    "login-refused",
    "host-key-unknown",
    "host-key-changed",
    "cancelled",
    "inventory-invalid",
  ] as const)("is not tried again after %s", async (code) => {
    const { open, tries } = failing(code, 1);
    expect(await errorOf(connect(open).session)).toMatchObject({ code });
    expect(tries()).toBe(1);
  });

  test("is not tried again after a bug", async () => {
    let tries = 0;
    const open: OpenTransport = async () => {
      tries += 1;
      throw new RangeError("a bug");
    };
    expect(await errorOf(connect(open).session)).toBeInstanceOf(RangeError);
    expect(tries).toBe(1);
  });

  test("waits for the prompt as long as the login limit says, through minutes of silence", async () => {
    let isAwake = false;
    const { session, clock } = connect(
      behaving(async (terminal) => {
        terminal.print("Password rules of this site: keep your password: secret\r\nPassword:\r\n");
        await clock.sleep(200_000);
        isAwake = true;
        await memoryPlatform({})(terminal);
      }),
    );
    expect((await session).isOpen).toBe(true);
    expect(isAwake).toBe(true);
  });

  test("ends at the login limit, once", async () => {
    let tries = 0;
    const { session, clock } = connect(
      behaving(async (terminal) => {
        tries += 1;
        terminal.print("Command Line Interface is starting up, please wait ...\r\n");
        await terminal.readKey();
      }),
    );
    const before = clock.now();
    const error = await errorOf(session);
    expect(error).toMatchObject({ code: "command-timed-out", place: { cluster: "east", node: "pub" } });
    expect((error as Error).message).toContain("starting up");
    expect(clock.now() - before).toBe(300_000);
    expect(tries).toBe(1);
  });

  test("stops at a question behind which the node is silent", async () => {
    const { session } = connect(
      behaving(async (terminal) => {
        terminal.print("Your password has expired.\r\nPlease enter the new password: ");
        await terminal.readKey();
      }),
    );
    const error = await errorOf(session);
    expect(error).toMatchObject({ code: "question-unexpected" });
    expect((error as Error).message).toContain("has expired");
  });

  test("that ends before the prompt is an unreachable node, and is tried again", async () => {
    let tries = 0;
    const { session } = connect(
      behaving(async (terminal) => {
        tries += 1;
        if (tries < 3) terminal.hangUp("Too many sessions");
        else await memoryPlatform({})(terminal);
      }),
    );
    expect((await session).isOpen).toBe(true);
    expect(tries).toBe(3);
  });

  test("that fails behind the prompt leaves no session open on the node", async () => {
    const node = openMemoryTransport(
      memoryPlatform({
        "set cli pagination off": async (terminal) => {
          terminal.print("Really (y/n)?");
          await terminal.readLine();
          terminal.print("\r\n");
        },
      }),
    );
    expect(await errorOf(connect(async () => node.transport).session)).toMatchObject({
      code: "question-unexpected",
    });
    expect(await node.transport.closed).toEqual({ reason: "closed by itlctl" });
  });

  test("takes a log-on message with a prompt in it for what it is", async () => {
    const { session } = connect(
      behaving(memoryPlatform({ "show itl": "fine\n" }, "Only for admin: staff\nsee admin:help\n\n")),
    );
    expect((await (await session).read(showItl())).text).toBe("fine");
  });

  test("can be cancelled between two tries", async () => {
    const controller = new AbortController();
    const { session } = connect(
      async () => {
        controller.abort();
        throw new OperatorError("node-unreachable", "no", { hint: "Wait" });
      },
      { signal: controller.signal },
    );
    expect(await errorOf(session)).toMatchObject({ code: "cancelled" });
  });
});
