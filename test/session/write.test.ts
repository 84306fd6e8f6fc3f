// Writes on a session over an in-memory node: every way one can end.
import { describe, expect, test } from "vitest";
import { Secret } from "../../src/base/secret.ts";
import { showStatus } from "../../src/session/read-commands.ts";
import {
  regenerateCertificate,
  resetCtlLocalkey,
  resetItlLocalkey,
  resetItlRemotekey,
  restartService,
  updateCtlFile,
} from "../../src/session/write-commands.ts";
import type { WriteCommand } from "../../src/session/write-commands.ts";
import { openMemorySession } from "./memory-session.ts";

const ccmPassword = new Secret("ccm-secret-9");
const sftpPassword = new Secret("sftp secret ü!");
const key = { md5: "2c:8f:9b:b2:ff:f7:a6:31:61:1b:bc:95:cc:bc:ba:bd", sha256: "SHA256:aGVsbG8gd29ybGQ" };
const line = "utils itl reset remotekey vault.example itl /keys/ITLRecovery.p12";

const remotekey = (parts: Partial<Parameters<typeof resetItlRemotekey>[0]> = {}) =>
  resetItlRemotekey({
    host: "vault.example",
    user: "itl",
    path: "/keys/ITLRecovery.p12",
    sftpPassword,
    ccmPassword,
    hostKey: key,
    ...parts,
  });

describe("a write", () => {
  test("answers each expected question once and is answered", async () => {
    const given: string[] = [];
    const { session, node } = await openMemorySession({
      [line]: async (terminal) => {
        terminal.print("Enter Sftp password :");
        given.push(await terminal.readLine("hidden"));
        terminal.print("Processing token in else 0 tac\r\nEnter CCM Administrator password :");
        given.push(await terminal.readLine("hidden"));
        terminal.print("The reset ITL file was generated successfully\r\n");
      },
    });
    const outcome = await session.write(remotekey());
    expect(outcome).toMatchObject({ kind: "answered", wasSent: true, isRefused: false });
    expect(outcome.text).toContain("generated successfully");
    expect(given).toEqual([sftpPassword.reveal(), ccmPassword.reveal()]);
    expect(node.sent()).toContain(`${line}\r${sftpPassword.reveal()}\r${ccmPassword.reveal()}\r`);
    expect(session.isOpen).toBe(true);
  });

  test("answers no question that is not asked (12.5 asks for no password)", async () => {
    const { session, node } = await openMemorySession({ "utils itl reset localkey": "Name is None \n" });
    expect(await session.write(resetItlLocalkey({ ccmPassword }))).toMatchObject({ kind: "answered" });
    expect(node.sent()).toMatch(/localkey\r$/);
  });

  test("a platform trailer of failure is told", async () => {
    const { session } = await openMemorySession({
      "set cert regen TVS": "Executed command unsuccessfully\n",
    });
    expect(await session.write(regenerateCertificate("TVS"))).toMatchObject({
      kind: "answered",
      isRefused: true,
    });
  });

  test.each([
    ["MD5 pairs", key.md5, "yes"],
    ["MD5 pairs with a prefix", `MD5:${key.md5}`, "yes"],
    ["SHA256", key.sha256, "yes"],
    ["another MD5", key.md5.replace("2c", "2d"), "no"],
    ["another SHA256", "SHA256:YWJjZGVm", "no"],
  ])("the host-key question with %s is answered only for the key we know", async (_title, shown, answer) => {
    const given: string[] = [];
    const { session } = await openMemorySession({
      [line]: async (terminal) => {
        terminal.print(
          `The authenticity of host 'vault.example' can't be established.\r\nRSA key fingerprint is ${shown}.\r\n`,
        );
        terminal.print("Are you sure you want to continue connecting (yes/no)? ");
        given.push(await terminal.readLine());
        terminal.print(given[0] === "yes" ? "done\r\n" : "Host key verification failed.\r\n");
      },
    });
    const outcome = await session.write(remotekey());
    expect(given).toEqual([answer]);
    expect(outcome.kind).toBe(answer === "yes" ? "answered" : "refused");
    if (outcome.kind === "refused") expect(outcome.message).toContain(shown);
    expect(session.isOpen).toBe(true);
  });

  test("without a known host key the answer is no, and what is asked afterwards is stopped", async () => {
    const { session, node, clock } = await openMemorySession({
      [line]: async (terminal) => {
        terminal.print(
          "RSA key fingerprint is aa:bb.\r\nAre you sure you want to continue connecting (yes/no)? ",
        );
        await terminal.readLine();
        terminal.print("Enter Sftp password :");
        await terminal.readLine("hidden");
        terminal.print("\r\n");
      },
    });
    const outcome = await clock.runUntil(session.write(remotekey({ hostKey: null })));
    expect(outcome).toMatchObject({ kind: "refused", wasSent: true, didPromptReturn: true });
    expect(node.sent()).toMatch(/no\r\x03$/);
  });

  test("a question asked a second time is stopped: a wrong password is not sent twice", async () => {
    const { session, node, clock } = await openMemorySession({
      "utils itl reset localkey": async (terminal) => {
        for (let asked = 0; asked < 3; asked += 1) {
          terminal.print("Enter CCM Administrator password :");
          if ((await terminal.readLine("hidden")) === "\x03") break;
        }
        terminal.print("\r\n");
      },
    });
    const outcome = await clock.runUntil(session.write(resetItlLocalkey({ ccmPassword })));
    expect(outcome).toMatchObject({
      kind: "unexpected-question",
      question: "ccm-password",
      missingCredential: null,
      didPromptReturn: true,
    });
    expect(node.sent().split(ccmPassword.reveal())).toHaveLength(2);
    expect(session.isOpen).toBe(true);
  });

  test("a password that the inventory lacks is named, and Ctrl-C is sent instead", async () => {
    const { session, node, clock } = await openMemorySession({
      "utils itl reset localkey": async (terminal) => {
        terminal.print("Enter CCM Administrator password :");
        await terminal.readLine("hidden");
        terminal.print("\r\n");
      },
    });
    const outcome = await clock.runUntil(session.write(resetItlLocalkey({ ccmPassword: null })));
    expect(outcome).toMatchObject({
      kind: "unexpected-question",
      missingCredential: "ccm",
      didPromptReturn: true,
    });
    expect(outcome.message).toContain("does not have: ccm");
    expect(node.sent()).toMatch(/localkey\r\x03$/);
  });

  test.each([
    [
      "a CTL update behind another sentence",
      updateCtlFile(),
      "This operation deletes the CTLFile. Do you want to continue? (y/n):",
    ],
    [
      "a CTL reset, of which no word is on record",
      resetCtlLocalkey(),
      "This operation resets the CTLFile. Do you want to continue? (y/n):",
    ],
  ])("the question of %s gets no answer but Ctrl-C", async (_title, command, question) => {
    const { session, node, clock } = await openMemorySession({
      [command.line]: async (terminal) => {
        terminal.print(question);
        await terminal.readLine();
        terminal.print("\r\n");
      },
    });
    const outcome = await clock.runUntil(session.write(command));
    expect(outcome).toMatchObject({
      kind: "unexpected-question",
      question: "yes-or-no",
      didPromptReturn: true,
    });
    expect(outcome.tail).toContain(question);
    expect(node.sent()).toMatch(/\r\x03$/);
  });

  test("an unexpected question without a prompt after Ctrl-C closes the session", async () => {
    const { session, clock } = await openMemorySession({
      "set cert regen TVS": async (terminal) => {
        terminal.print("Really (y/n)?");
        for (;;) await terminal.readKey();
      },
    });
    const outcome = await clock.runUntil(session.write(regenerateCertificate("TVS")));
    expect(outcome).toMatchObject({
      kind: "unexpected-question",
      question: "yes-or-no",
      didPromptReturn: false,
    });
    expect(session.isOpen).toBe(false);
  });

  test("a yes is typed, seen, and only then entered", async () => {
    const { session, heard } = await openMemorySession({
      "set cert regen CallManager": async (terminal) => {
        terminal.print("Proceed with regeneration (yes|no)? ");
        terminal.print(`\r\n${await terminal.readLine()}\r\n`);
      },
    });
    expect((await session.write(regenerateCertificate("CallManager"))).text).toContain("yes");
    const typed = heard.indexOf("> yes");
    expect(heard.slice(typed, typed + 5)).toEqual(["> yes", "< y", "< e", "< s", "> \r"]);
  });

  test("a session lost after Enter is a lost write that was sent", async () => {
    const { session } = await openMemorySession({
      "utils service restart Cisco Tftp": async (terminal) => {
        terminal.print("Service Manager is running\r\nCisco Tftp[STOPPING]  \r\n");
        terminal.hangUp("connection reset");
        await terminal.readKey();
      },
    });
    const outcome = await session.write(restartService("Cisco Tftp"));
    expect(outcome).toMatchObject({ kind: "lost", wasSent: true, reason: "connection reset" });
    expect(outcome.text).toContain("[STOPPING]");
  });

  test("a session lost before Enter is a lost write that was not sent", async () => {
    const { session, node } = await openMemorySession({});
    node.transport.close();
    expect(await session.write(restartService("Cisco Tftp"))).toMatchObject({ kind: "lost", wasSent: false });
  });

  test("a time-out sends nothing, closes the session, and says the line was sent", async () => {
    const { session, node, clock } = await openMemorySession({
      "utils itl reset localkey": async (terminal) => {
        terminal.print("Locating active Tftp servers in the cluster.....\r\n");
        await terminal.readKey();
      },
    });
    const before = clock.now();
    const outcome = await clock.runUntil(session.write(resetItlLocalkey({ ccmPassword })));
    expect(outcome).toMatchObject({
      kind: "timed-out",
      wasSent: true,
      limit: "silence",
      afterMs: 15 * 60_000,
    });
    expect(clock.now() - before).toBe(15 * 60_000);
    expect(node.sent()).toMatch(/localkey\r$/);
    expect(session.isOpen).toBe(false);
  });

  test("silence at an unknown question is a time-out too: nothing is sent to what is not understood", async () => {
    const { session, node, clock } = await openMemorySession({
      "set cert regen TVS": async (terminal) => {
        terminal.print("Wollen Sie wirklich? ");
        await terminal.readKey();
      },
    });
    const outcome = await clock.runUntil(session.write(regenerateCertificate("TVS")));
    expect(outcome).toMatchObject({ kind: "timed-out", wasSent: true });
    expect(outcome.tail).toContain("Wollen Sie wirklich?");
    expect(node.sent()).toMatch(/TVS\r$/);
  });

  test("lines are told as they come, masked, and a failing listener changes nothing", async () => {
    const lines: string[] = [];
    const { session } = await openMemorySession({
      "utils itl reset localkey": async (terminal) => {
        terminal.print("Enter CCM Administrator password :");
        terminal.print(`\r\nyou typed ${await terminal.readLine("hidden")}\r\nlast\r\n`);
      },
    });
    const outcome = await session.write(resetItlLocalkey({ ccmPassword }), {
      onText(text) {
        lines.push(text);
        throw new Error("full disk");
      },
    });
    expect(outcome).toMatchObject({ kind: "answered" });
    expect(outcome.tail).not.toContain(ccmPassword.reveal());
    expect(lines).toEqual(["Enter CCM Administrator password :", "", "you typed ••••", "last"]);
  });

  test("a read waits for the write before it", async () => {
    const { session } = await openMemorySession({
      "set cert regen TVS": "Successfully Regenerated Certificate for TVS.\n",
      "show status": "after\n",
    });
    const [outcome, answer] = await Promise.all([
      session.write(regenerateCertificate("TVS")),
      session.read(showStatus()),
    ]);
    expect([outcome.kind, answer.text]).toEqual(["answered", "after"]);
  });

  test("a write made by hand is not carried out", async () => {
    const { session } = await openMemorySession({});
    const forged: WriteCommand = {
      kind: "write",
      line: "utils system restart",
      questions: [],
      timeoutMs: 1,
      silenceMs: 1,
    };
    await expect(session.write(forged)).rejects.toThrow(TypeError);
  });
});
