// `file get tftp ITLRecovery.p12` over an in-memory node: the questions in their order, each once, and nothing else.
import { describe, expect, test } from "vitest";
import { OperatorError } from "../../src/base/errors.ts";
import { Secret } from "../../src/base/secret.ts";
import { getRecoveryKeyFile } from "../../src/session/write-commands.ts";
import { openMemorySession } from "./memory-session.ts";
import { loadDialogue } from "./recorded-dialogue.ts";

const key = { md5: "2c:8f:9b:b2:ff:f7:a6:31:61:1b:bc:95:cc:bc:ba:bd", sha256: "SHA256:aGVsbG8gd29ybGQ" };
const place = {
  host: "joemar2-server.cisco.com",
  port: 22,
  user: "joemar2",
  password: new Secret("joemar2 pass"),
  directory: "/home/joemar2/",
  hostKey: key,
};
const command = (parts: Partial<typeof place> = {}) => getRecoveryKeyFile({ ...place, ...parts });
const { line } = command();

interface Asked {
  readonly text: string;
  readonly echo?: "text" | "stars";
}
const proceed = { text: "Would you like to proceed [y/n]? " };
const host = { text: "SFTP server IP: " };
const port = { text: "SFTP server port [22]: " };
const user = { text: "User ID: " };
const password = { text: "Password: ", echo: "stars" } as const;
const directory = { text: "Download directory: " };
const hostKey = {
  text: `RSA key fingerprint is ${key.md5}.\r\nAre you sure you want to continue connecting (yes/no)? `,
};
const inOrder: readonly Asked[] = [proceed, host, port, user, password, directory, hostKey];

/** A node that asks these, and what it was told; Ctrl-C ends it. */
async function ask(questions: readonly Asked[], parts: Partial<typeof place> = {}) {
  const given: string[] = [];
  const { session, node, clock, heard } = await openMemorySession({
    [line]: async (terminal) => {
      for (const { text, echo } of questions) {
        terminal.print(text);
        const answer = await terminal.readLine(echo ?? "text");
        if (answer === "\x03") return terminal.print("Control-C pressed\r\n");
        given.push(answer);
      }
      terminal.print("Transfer completed.\r\n");
    },
  });
  const outcome = await clock.runUntil(session.write(command(parts)));
  return { outcome, given, session, heard, sent: node.sent() };
}
const answers = ["y", place.host, "22", place.user, place.password.reveal(), place.directory, "yes"];

describe("the recording of tac-07", () => {
  test.each([
    ["whole", (bytes: Buffer) => [bytes]],
    ["byte by byte", (bytes: Buffer) => Array.from(bytes, (byte) => Buffer.of(byte))],
  ])("is answered to its end, arriving %s", async (_title, split) => {
    const dialogue = loadDialogue("tac-07-file-get-tftp-itlrecovery.txt", [
      { text: proceed.text, echo: "text", shown: "y" },
      { text: host.text, echo: "text", shown: place.host },
      { text: port.text.trimEnd(), echo: "text", shown: "" },
      { text: user.text, echo: "text", shown: "joemar2" },
      { text: password.text, echo: "stars", shown: "***********" },
      { text: directory.text, echo: "text", shown: place.directory },
      { text: "connecting (yes/no)? ", echo: "text", shown: "yes" },
    ]);
    expect(dialogue.line).toBe(line);
    const { session } = await openMemorySession({ [line]: dialogue.command }, { split });
    expect(await session.write(command())).toMatchObject({ kind: "answered", isRefused: false });
    expect(dialogue.given).toEqual(answers);
  });
});

test("every question is answered by name, and a known server asks about no host key", async () => {
  expect((await ask(inOrder)).given).toEqual(answers);
  const second = await ask(inOrder.slice(0, -1));
  expect(second.outcome).toMatchObject({ kind: "answered", isRefused: false });
  expect(second.given).toEqual(answers.slice(0, -1));
});

test("15 may ask to proceed in its other words", async () => {
  const other = { text: "Please answer 'y' for <yes> or 'n' for <no>: " };
  expect((await ask([other, ...inOrder.slice(1)])).given).toEqual(answers);
});

describe("a question out of turn is stopped and told by name", () => {
  const without = (left: Asked) => inOrder.filter((each) => each !== left);
  test.each<[string, readonly Asked[], string, number]>([
    ["the password before anything", [password], "sftp-password", 0],
    ["no port asked: the password would go to another server", without(port), "sftp-user", 2],
    ["no question whether to proceed", without(proceed), "sftp-host", 0],
    ["to proceed a second time", [proceed, proceed], "proceed", 1],
    ["the password a second time", [...inOrder.slice(0, 5), password], "sftp-password", 5],
    ["the server again behind the directory", [...inOrder.slice(0, 6), host], "sftp-host", 6],
    ["the host key before the directory", [...inOrder.slice(0, 5), hostKey], "host-key", 5],
    ["the host key twice", [...inOrder, hostKey], "host-key", 7],
    ["something else", [proceed, { text: "Overwrite (y/n)?" }], "yes-or-no", 1],
    ["another password", [proceed, { text: "Enter CCM Administrator password :" }], "ccm-password", 1],
  ])("%s", async (_title, questions, question, answered) => {
    const { outcome, given, session } = await ask(questions);
    expect(outcome).toMatchObject({ kind: "unexpected-question", question, didPromptReturn: true });
    expect(given).toEqual(answers.slice(0, answered));
    expect(session.isOpen).toBe(true);
  });

  test("a question that nobody knows is silence: nothing is sent to it, and the session is closed", async () => {
    const { outcome, given, session } = await ask([proceed, { text: "Wohin? " }]);
    expect(outcome).toMatchObject({ kind: "timed-out", wasSent: true, limit: "silence" });
    expect([given, session.isOpen]).toEqual([["y"], false]);
  });
});

describe("the host key", () => {
  const shown = (fingerprint: string): Asked => ({
    text: `RSA key fingerprint is ${fingerprint}.\r\nAre you sure you want to continue connecting (yes/no/[fingerprint])? `,
  });
  test.each([
    [key.sha256, "yes", "answered"],
    ["SHA256:YWJjZGVm", "no", "refused"],
    [key.md5.replace("2c", "2d"), "no", "refused"],
  ])("%s is answered %s", async (fingerprint, answer, kind) => {
    const { outcome, given } = await ask([...inOrder.slice(0, -1), shown(fingerprint)]);
    expect(given.at(-1)).toBe(answer);
    expect(outcome.kind).toBe(kind);
    if (outcome.kind === "refused") expect(outcome.reason).toContain(fingerprint);
  });
});

describe("the delivery password", () => {
  test.each(["two  words", " leading and trailing ", `"'\`\\`, "$HOME $(x) %s !1", "grün €"])(
    "%j is typed as it is and shown nowhere",
    async (text) => {
      const { outcome, given, heard } = await ask(inOrder, { password: new Secret(text) });
      expect(given[4]).toBe(text);
      expect(outcome.kind).toBe("answered");
      expect(`${heard.join("")}${outcome.tail}${outcome.message}`).not.toContain(text);
    },
  );

  test("one that the node shows in plain is entered nowhere, and masked in what is told", async () => {
    const plain = inOrder.map((each) => (each === password ? { text: password.text } : each));
    const { outcome, given } = await ask(plain);
    expect(outcome).toMatchObject({ kind: "timed-out", wasSent: true });
    expect(given).toEqual(answers.slice(0, 4));
    expect(outcome.tail).not.toContain(place.password.reveal());
    expect(outcome.tail).toContain("Password: ••••");
  });
});

test("what cannot be typed safely makes no command", () => {
  const codeOf = (parts: Partial<typeof place>) => {
    try {
      return command(parts).line;
    } catch (error) {
      return error instanceof OperatorError ? error.code : String(error);
    }
  };
  for (const bad of ["", "a b", "-a", "a;b", "a\r", "ü?"])
    expect([codeOf({ host: bad }), codeOf({ user: bad }), codeOf({ directory: bad })]).toEqual(
      Array(3).fill("usage"),
    );
  for (const bad of [0, 65_536, 22.5, Number.NaN]) expect(codeOf({ port: bad })).toBe("usage");
  for (const bad of ["", "a\rb", "a\nb", "a\tb", "\x03"])
    expect(codeOf({ password: new Secret(bad) })).toBe("usage");
});
