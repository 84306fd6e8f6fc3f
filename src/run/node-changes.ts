// One session → the node's own clock and every certificate it has: what changed there, and when, by that clock.
import type { Clock } from "../base/clock.ts";
import type { CertificateFacts } from "../facts/list-facts.ts";
import { parseShowStatus } from "../facts/show-status.ts";
import { showStatus } from "../session/read-commands.ts";
import type { Session } from "../session/session.ts";
import { openQuestions } from "../session/node-questions.ts";
import { certificatesOf } from "./observe-certificates.ts";

export interface NodeChanges {
  /** ISO 8601 UTC; null: not read, or in a zone that cannot be converted. */
  readonly nodeUtc: string | null;
  /** When `nodeUtc` was read, by our clock. */
  readonly lookedAtMs: number;
  readonly certificates: Readonly<Record<string, CertificateFacts>>;
  /** What could not be read, for people; empty: everything was. */
  readonly trouble: readonly string[];
  readonly isReachable: boolean;
}

/** The clock first: a certificate made meanwhile is then the newer one. Throws only on an abort of the signal. */
export async function observeChanges(
  session: Session,
  clock: Clock,
  signal: AbortSignal | undefined,
): Promise<NodeChanges> {
  const status = openQuestions(session, signal);
  const nodeUtc = await status.ask(showStatus(), (text) => parseShowStatus(text).utc);
  const lookedAtMs = clock.now();
  const own = await certificatesOf(session, signal);
  return {
    nodeUtc,
    lookedAtMs,
    certificates: Object.fromEntries(own.certificates.map(({ unit, certificate }) => [unit, certificate])),
    trouble: [...status.trouble, ...own.trouble].map(({ message }) => message),
    isReachable: own.isReachable && session.isOpen,
  };
}

/** Lower-case joined hex, as the journal has it. */
export function sha1Hex(pairs: string): string {
  return pairs.replaceAll(":", "").toLowerCase();
}

/** What stands for a certificate that could not be read, or for the list of them. */
const unread = "unread";

/** The certificates as the memory of holds keeps them: SHA-1 (lower-case joined hex) by unit. */
export function marksOf(changes: NodeChanges | null): Record<string, string> {
  if (changes === null) return { "*": unread };
  const marks = Object.entries(changes.certificates).map(([unit, { sha1 }]) => [unit, sha1Hex(sha1)]);
  return Object.fromEntries(changes.trouble.length > 0 ? [...marks, ["*", unread]] : marks);
}
