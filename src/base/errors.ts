// Expected trouble: one class, one table from code to exit code and retry. Anything else thrown is a bug.

/** Exit code and retry of every error code; docs and tests are drawn from this table. */
export const errorCodes = {
  bug: { exit: 1, retry: "never" },
  usage: { exit: 2, retry: "never" },
  "no-terminal": { exit: 2, retry: "never" },
  "confirmation-mismatch": { exit: 2, retry: "never" },
  "run-not-found": { exit: 2, retry: "never" },
  "inventory-invalid": { exit: 10, retry: "never" },
  "playbook-invalid": { exit: 10, retry: "never" },
  "secret-unresolved": { exit: 10, retry: "never" },
  "run-locked": { exit: 11, retry: "never" },
  "plan-changed": { exit: 11, retry: "never" },
  "baseline-changed": { exit: 11, retry: "never" },
  "journal-damaged": { exit: 11, retry: "never" },
  "state-not-writable": { exit: 11, retry: "never" },
  "login-refused": { exit: 12, retry: "never" },
  "host-key-unknown": { exit: 12, retry: "never" },
  "host-key-changed": { exit: 12, retry: "never" },
  "node-unreachable": { exit: 13, retry: "connect" },
  "session-lost": { exit: 13, retry: "connect" },
  "command-timed-out": { exit: 13, retry: "connect" },
  "vault-unreachable": { exit: 13, retry: "connect" },
  "platform-refused": { exit: 14, retry: "never" },
  "question-unexpected": { exit: 14, retry: "never" },
  "text-unknown": { exit: 14, retry: "never" },
  "answer-not-understood": { exit: 15, retry: "never" },
  "file-unreadable": { exit: 15, retry: "never" },
  "recovery-key-unusable": { exit: 16, retry: "never" },
  "wrong-key": { exit: 20, retry: "never" },
  blocked: { exit: 20, retry: "never" },
  held: { exit: 21, retry: "never" },
  "outcome-unknown": { exit: 22, retry: "never" },
  "step-failed": { exit: 23, retry: "never" },
  cancelled: { exit: 130, retry: "never" },
} as const satisfies Record<string, { exit: number; retry: "never" | "connect" }>;

export type ErrorCode = keyof typeof errorCodes;

/** Where the trouble is; every part optional. Lines and columns count from 1. */
export interface Place {
  readonly cluster?: string;
  readonly node?: string;
  readonly step?: string;
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
}

/** Trouble that an operator can act on: printed without a stack. The hint starts with a verb. */
export class OperatorError extends Error {
  override readonly name = "OperatorError";
  readonly code: ErrorCode;
  readonly hint: string;
  readonly place: Place;

  constructor(code: ErrorCode, message: string, options: { hint: string; place?: Place; cause?: unknown }) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
    this.place = options.place ?? {};
  }

  /** The same error with more of its place filled in; what it already names wins. */
  at(place: Place): OperatorError {
    return new OperatorError(this.code, this.message, {
      hint: this.hint,
      place: { ...place, ...this.place },
      cause: this.cause,
    });
  }
}

/** One line for people: message of an error of any kind. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
