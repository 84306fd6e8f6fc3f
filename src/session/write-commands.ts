// The closed set of commands that change a node: one line each, with the questions it may ask and what may be answered.
import { certificateUnits, restartableServices } from "../base/platform-names.ts";
import type { Secret } from "../base/secret.ts";
import { oneOf, safeArgument, safePort, typeableSecret } from "./command-argument.ts";
import { judgeRegenerationQuestion } from "./regeneration-question.ts";
import { judgeHostKeyQuestion } from "./host-key-question.ts";
import type { ShownHostKey } from "./host-key-question.ts";

/** An answer that depends on the text so far; `refusal` says why the write is given up with that answer. */
export interface QuestionReply {
  readonly text: string;
  readonly refusal: string | null;
}

/** A question that may come, or may not: releases differ. */
export interface ExpectedQuestion {
  readonly name: string;
  /** Fits the end of the unterminated line. */
  readonly pattern: RegExp;
  /** Null: the secret is not in the inventory, then the question counts as unexpected. */
  readonly answer: Secret | string | null | ((text: string) => QuestionReply);
  /** What is missing when `answer` is null, in the inventory's words. */
  readonly credential: string | null;
  /** What the node shows of the answer as it is typed. */
  readonly echo: "text" | "stars" | "hidden";
  readonly atMost: 1;
}

/** One line that changes the node, made only by the functions below. */
export interface WriteCommand {
  readonly kind: "write";
  readonly line: string;
  readonly questions: readonly ExpectedQuestion[];
  /** Each question may come only right behind the one listed before it; the last ones may stay away. */
  readonly isInOrder?: true;
  readonly timeoutMs: number;
  readonly silenceMs: number;
}

const made = new WeakSet<object>();
const minutes = (count: number) => count * 60_000;

function writeCommand(parts: Omit<WriteCommand, "kind">): WriteCommand {
  const command: WriteCommand = Object.freeze({ kind: "write", ...parts });
  made.add(command);
  return command;
}

/** False for every look-alike. */
export function isWriteCommand(value: unknown): value is WriteCommand {
  return typeof value === "object" && value !== null && made.has(value);
}

const secretQuestion = (
  name: string,
  pattern: RegExp,
  answer: Secret | null,
  credential: string,
): ExpectedQuestion => ({ name, pattern, answer, credential, echo: "hidden", atMost: 1 });

const ccmQuestion = (password: Secret | null) =>
  secretQuestion("ccm-password", /Enter CCM Administrator password\s*:\s*$/, password, "ccm");

const openQuestion = (
  name: string,
  pattern: RegExp,
  answer: ExpectedQuestion["answer"],
): ExpectedQuestion => ({ name, pattern, answer, credential: null, echo: "text", atMost: 1 });

const hostKeyQuestion = (hostKey: ShownHostKey | null) =>
  openQuestion("host-key", /continue connecting \(yes\/no(?:\/\[fingerprint\])?\)\s*\?\s*$/, (text) =>
    judgeHostKeyQuestion(text, hostKey),
  );

/** How long a reset may take is on no record; it restarts TFTP on every TFTP node. */
const resetLimits = { timeoutMs: minutes(30), silenceMs: minutes(15) };

/** `utils itl reset localkey`: asks for the CCM administrator in 10.0 (tac-01), not in the 12.5(1)SU5 guide (ext-03). */
export function resetItlLocalkey(options: { readonly ccmPassword: Secret | null }): WriteCommand {
  return writeCommand({
    line: "utils itl reset localkey",
    questions: [ccmQuestion(options.ccmPassword)],
    ...resetLimits,
  });
}

/**
 * `utils itl reset remotekey`: the platform fetches `path` over SFTP, always port 22 (tac-02).
 * The host-key question is answered `yes` only for `hostKey`, else `no` and the write ends as refused.
 */
export function resetItlRemotekey(options: {
  readonly host: string;
  readonly user: string;
  readonly path: string;
  readonly sftpPassword: Secret;
  readonly ccmPassword: Secret | null;
  readonly hostKey: ShownHostKey | null;
}): WriteCommand {
  const host = safeArgument("host", options.host);
  const user = safeArgument("user", options.user);
  const path = safeArgument("path", options.path);
  return writeCommand({
    line: `utils itl reset remotekey ${host} ${user} ${path}`,
    questions: [
      secretQuestion("sftp-password", /Enter Sftp password\s*:\s*$/i, options.sftpPassword, "sftp"),
      hostKeyQuestion(options.hostKey),
      ccmQuestion(options.ccmPassword),
    ],
    ...resetLimits,
  });
}

/** `utils service restart` (ext-08, ext-09); asks nothing. `name` is one of `restartableServices`. */
export function restartService(name: string): WriteCommand {
  return writeCommand({
    line: `utils service restart ${oneOf("service", name, restartableServices)}`,
    questions: [],
    timeoutMs: minutes(20),
    silenceMs: minutes(10),
  });
}

/**
 * `set cert regen` (tac-05, ext-04); 12.5 and 15 may ask nothing. `unit` is one of `certificateUnits`. Its question is answered
 * `yes` only where nothing but a known warning stands before it, else `no`, and the write ends as refused.
 */
export function regenerateCertificate(unit: string): WriteCommand {
  return writeCommand({
    line: `set cert regen ${oneOf("unit", unit, certificateUnits)}`,
    questions: [
      openQuestion("proceed-with-regeneration", /Proceed with regeneration \(yes\|no\)\s*\?\s*$/, (text) =>
        judgeRegenerationQuestion(text, unit),
      ),
    ],
    timeoutMs: minutes(10),
    silenceMs: minutes(5),
  });
}

/** A write of the CTL reaches every node of the cluster; how long that may take is on no record. */
const ctlLimits = { timeoutMs: minutes(20), silenceMs: minutes(10) };

/** `utils ctl update CTLFile` (ext-07), publisher only. Another sentence before the question is another question. */
export function updateCtlFile(): WriteCommand {
  return writeCommand({
    line: "utils ctl update CTLFile",
    questions: [
      openQuestion(
        "continue-with-ctl-update",
        /This operation updates the CTLFile\. Do you want to continue\? \(y\/n\)\s*:\s*$/,
        "y",
      ),
    ],
    ...ctlLimits,
  });
}

/** `utils ctl reset localkey`, publisher only. Its dialogue is on no record: whatever it asks is not answered. */
export function resetCtlLocalkey(): WriteCommand {
  return writeCommand({ line: "utils ctl reset localkey", questions: [], ...ctlLimits });
}

/**
 * `file get tftp ITLRecovery.p12` (tac-07): the platform uploads the file to an SFTP server. Changes no trust, but the daily alarm ends.
 * A first contact's host-key question is answered `yes` only for `hostKey`. Throws `usage` for what cannot be typed.
 */
export function getRecoveryKeyFile(options: {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: Secret;
  readonly directory: string;
  readonly hostKey: ShownHostKey;
}): WriteCommand {
  const host = safeArgument("host", options.host);
  const port = safePort(options.port);
  const user = safeArgument("user", options.user);
  const directory = safeArgument("directory", options.directory);
  const password = typeableSecret("the delivery password", options.password);
  return writeCommand({
    line: "file get tftp ITLRecovery.p12",
    questions: [
      // The second form was seen on 15 as the first thing behind the command.
      openQuestion(
        "proceed",
        /(?:Would you like to proceed \[y\/n\]\s*\?|Please answer 'y' for <yes> or 'n' for <no>:)\s*$/,
        "y",
      ),
      openQuestion("sftp-host", /^\s*SFTP server IP:\s*$/, host),
      openQuestion("sftp-port", /^\s*SFTP server port(?: \[\d+\])?:\s*$/, port),
      openQuestion("sftp-user", /^\s*User ID:\s*$/, user),
      { ...secretQuestion("sftp-password", /^\s*Password:\s*$/, password, "delivery"), echo: "stars" },
      openQuestion("directory", /^\s*Download directory:\s*$/, directory),
      hostKeyQuestion(options.hostKey),
    ],
    isInOrder: true,
    timeoutMs: minutes(10),
    silenceMs: minutes(4),
  });
}
