// Exit codes of the process: what each means, and which one an error or a verdict gives.
import { type ErrorCode, errorCodes } from "../base/errors.ts";
import type { VerdictWord } from "../verdict/verdict.ts";

/** Every exit code and its meaning; help and docs are drawn from this table. */
export const exitCodes: Readonly<Record<number, string>> = {
  0: "done, nothing to report (or planned)",
  1: "a bug in itlctl",
  2: "usage; or something would have to be asked and there is no terminal",
  3: "done (or planned) with warnings",
  10: "inventory, playbook or a secret reference invalid",
  11: "run locked, plan or baseline changed, journal damaged, state folder not writable or full",
  12: "login refused, or host key unknown or changed",
  13: "node or vault unreachable",
  14: "the platform refused, or said or asked something unexpected, before any write",
  15: "an answer or file could not be understood",
  16: "recovery key: wrong password, not a recovery key, delivery missing or damaged",
  20: "blocked by a finding, or not the right key; nothing was changed",
  21: "held: `next` says until when, or what to confirm",
  22: "a write was sent and its outcome is unknown: `resume` looks before it acts",
  23: "a step failed after a write; the report says what was and was not changed",
  130: "cancelled",
};

export function exitOfError(code: ErrorCode): number {
  return errorCodes[code].exit;
}

export function exitOfVerdict(verdict: VerdictWord): number {
  return verdict === "pass" ? 0 : verdict === "warn" ? 3 : 20;
}
