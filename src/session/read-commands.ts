// The closed set of commands that only read: a value made here is the one thing a session's `read` takes.
import { certificateUnits } from "../base/platform-names.ts";
import { oneOf, safeArgument } from "./command-argument.ts";
import { judgeSelect } from "./select-statement.ts";

declare const readOnly: unique symbol;

/** One line that changes nothing on the node. Cannot be made elsewhere: `isReadCommand` knows those made here. */
export interface ReadCommand {
  readonly kind: "read";
  readonly line: string;
  /** Its answer may come with the pager of `file view`. */
  readonly isFilePaged?: true;
  readonly [readOnly]: true;
}

const made = new WeakSet<object>();

function readCommand(line: string, pages: Pick<ReadCommand, "isFilePaged"> = {}): ReadCommand {
  const command = Object.freeze({ kind: "read", line, ...pages }) as ReadCommand;
  made.add(command);
  return command;
}

/** False for every look-alike. */
export function isReadCommand(value: unknown): value is ReadCommand {
  return typeof value === "object" && value !== null && made.has(value);
}

export const showItl = (): ReadCommand => readCommand("show itl");
export const showCtl = (): ReadCommand => readCommand("show ctl");
export const showVersionActive = (): ReadCommand => readCommand("show version active");
export const showStatus = (): ReadCommand => readCommand("show status");
/** Tells the privilege level of the login. */
export const showMyself = (): ReadCommand => readCommand("show myself");
export const showNetworkCluster = (): ReadCommand => readCommand("show network cluster");
export const utilsServiceList = (): ReadCommand => readCommand("utils service list");
export const replicationState = (): ReadCommand => readCommand("utils dbreplication runtimestate");
export const showCertListOwn = (): ReadCommand => readCommand("show cert list own");

/** One certificate with its PEM block; `unit` is one of `certificateUnits`. */
export function showCertOwn(unit: string): ReadCommand {
  return readCommand(`show cert own ${oneOf("unit", unit, certificateUnits)}`);
}

/** One `select` without `;`, comments or functions that could write. Throws `usage` saying what is wrong with it. */
export function runSql(query: string): ReadCommand {
  return readCommand(`run sql ${judgeSelect(query)}`);
}

/** Files of the TFTP folder with size and date; `pattern` may hold `*`. */
export function fileListTftp(pattern: string): ReadCommand {
  return readCommand(`file list tftp ${safeArgument("file pattern", pattern, "*")} detail`);
}

/** Every line of the daily alarm about a recovery key that is not backed up, in CiscoSyslog and its rotated files (tac-08). */
export const searchBackupAlarms = (): ReadCommand =>
  readCommand("file search activelog syslog/CiscoSyslog* ITLRecoveryCertBackup", { isFilePaged: true });

/** Only for this session, and refused below level 1. */
export const setCliPaginationOff = (): ReadCommand => readCommand("set cli pagination off");
