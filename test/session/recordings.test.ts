// Every recorded dialogue of a write, driven through a session.
import { describe, expect, test } from "vitest";
import { Secret } from "../../src/base/secret.ts";
import {
  regenerateCertificate,
  resetItlLocalkey,
  resetItlRemotekey,
  restartService,
  updateCtlFile,
} from "../../src/session/write-commands.ts";
import type { WriteCommand } from "../../src/session/write-commands.ts";
import { runSql, showCtl } from "../../src/session/read-commands.ts";
import { openMemorySession } from "./memory-session.ts";
import { loadDialogue } from "./recorded-dialogue.ts";
import type { RecordedQuestion } from "./recorded-dialogue.ts";

const ccmPassword = new Secret("ccm-1");
const sftpPassword = new Secret("sftp-1");
const ccm = { text: "Enter CCM Administrator password :", echo: "hidden", shown: "" } as const;
const sftp = { text: "Enter Sftp password :", echo: "hidden", shown: "" } as const;
const ctlUpdate = {
  text: "This operation updates the CTLFile. Do you want to continue? (y/n):",
  ...({ echo: "text", shown: "y" } as const),
};
const regen = { text: "Proceed with regeneration (yes|no)? ", echo: "text", shown: "yes" } as const;

interface Case {
  readonly file: string;
  readonly command: WriteCommand;
  /** Where the recording's own line is for another service or without its last word. */
  readonly line?: string;
  readonly questions: readonly RecordedQuestion[];
  readonly given: readonly string[];
  readonly last: string;
}

const cases: readonly Case[] = [
  {
    file: "tac-01-utils-itl-reset-localkey.txt",
    command: resetItlLocalkey({ ccmPassword }),
    questions: [ccm],
    given: ["ccm-1"],
    last: "Cisco Tftp service restarted on host test10sub",
  },
  {
    file: "tac-02-utils-itl-reset-remotekey.txt",
    command: resetItlRemotekey({
      host: "joemar2-server.cisco.com",
      user: "joemar2",
      path: "/home/joemar2/ITLRecovery.p12",
      ...{ sftpPassword, ccmPassword, hostKey: null },
    }),
    questions: [sftp, ccm],
    given: ["sftp-1", "ccm-1"],
    last: "Cisco Tftp service restarted on host test10sub",
  },
  {
    file: "ext-03-utils-itl-reset-12.5SU5-cli-guide.txt",
    command: resetItlLocalkey({ ccmPassword }),
    line: "utils itl reset localkey",
    questions: [],
    given: [],
    last: "Successfully transferred reset ITL to node se032c-94-42",
  },
  {
    file: "tac-05-set-cert-regen-callmanager.txt",
    command: regenerateCertificate("CallManager"),
    questions: [regen],
    given: ["yes"],
    last: "You must restart services related to CallManager for the regenerated certificates to become active.",
  },
  {
    file: "tac-06-set-cert-regen-tvs-held-5min.txt",
    command: regenerateCertificate("TVS"),
    questions: [],
    given: [],
    last: "CallManager certificate was modified in the last 5 minutes. Please re-try regnerating TVS certificate at a later time",
  },
  {
    file: "ext-04-set-cert-regen-ITLRecovery-newer.txt",
    command: regenerateCertificate("ITLRecovery"),
    questions: [regen],
    given: ["yes"],
    last: "become active.",
  },
  {
    file: "ext-08-utils-service-restart-finesse-tomcat.txt",
    command: restartService("Cisco Tomcat"),
    line: "utils service restart Cisco Tomcat",
    questions: [],
    given: [],
    last: "Cisco Finesse Tomcat[STARTED]  ",
  },
  {
    file: "ext-09-utils-service-restart-newer-wording.txt",
    command: restartService("Cisco Tftp"),
    line: "utils service restart Cisco Tftp",
    questions: [],
    given: [],
    last: "Cisco XCP Text Conference Manager[STARTED]",
  },
  {
    file: "ext-07-utils-ctl-update-CTLFile.txt",
    command: updateCtlFile(),
    questions: [ctlUpdate],
    given: ["y"],
    last: "Please Restart the TFTP and Cisco CallManager services on all nodes in the cluster that run these services",
  },
];

const splits = {
  whole: (bytes: Buffer) => [bytes],
  "byte by byte": (bytes: Buffer) => Array.from(bytes, (byte) => Buffer.of(byte)),
};

describe.each(Object.entries(splits))("recorded writes, arriving %s", (_title, split) => {
  test.each(cases)(
    "$file is answered to its last line",
    async ({ file, command, line, questions, given, last }) => {
      const dialogue = loadDialogue(file, questions);
      expect(command.line).toBe(line ?? dialogue.line);
      const { session } = await openMemorySession({ [command.line]: dialogue.command }, { split });
      const outcome = await session.write(command);
      expect(outcome).toMatchObject({ kind: "answered", isRefused: false });
      expect(outcome.text.split("\n").at(-1)).toBe(last);
      expect(dialogue.given).toEqual(given);
      // Nothing of the recording is lost: hidden answers leave at most a line end more.
      const squeezed = (text: string) => text.replace(/\s+/g, "");
      expect(squeezed(outcome.text)).toBe(squeezed(dialogue.text));
    },
  );

  test("a missing CTL and an SQL table are read as recorded", async () => {
    const ctl = loadDialogue("ext-05-show-ctl-none.txt");
    const sql = loadDialogue("tac-13-run-sql-md5hash.txt");
    const { session } = await openMemorySession(
      { [ctl.line]: ctl.command, [sql.line]: sql.command },
      { split },
    );
    expect(`${(await session.read(showCtl())).text}\n`).toBe(ctl.text);
    expect(`${(await session.read(runSql(sql.line.replace("run sql ", "")))).text}\n`).toBe(sql.text);
  });
});
