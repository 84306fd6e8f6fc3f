// User names and passwords in; accepted, refused or locked out, and the counts that tests look at, out.
import type { LabAccount, LabNode, LoginCounts } from "../model.ts";

/** Decides logins of one node; the lockout lies in lab time and is the account's, whatever the connection. */
export interface LoginGate {
  readonly counts: LoginCounts;
  /** The account if the password is right and the account is not locked. */
  attempt(username: string, password: string, now: number): LabAccount | null;
  isLocked(username: string, now: number): boolean;
}

/** Retry count and unlock time come from the node's settings (guide: 3 attempts, 300 seconds). */
export function createLoginGate(node: Pick<LabNode, "accounts" | "ssh">): LoginGate {
  const failures = new Map<string, { count: number; lastAt: number }>();
  const counts: LoginCounts = { attempts: 0, failures: 0, logins: 0, openSessions: 0 };
  const isLocked = (username: string, now: number) => {
    const failed = failures.get(username);
    if (failed === undefined || failed.count < node.ssh.maxFailures) return false;
    if (now - failed.lastAt < node.ssh.unlockMs) return true;
    failures.delete(username);
    return false;
  };
  return {
    counts,
    isLocked,
    attempt(username, password, now) {
      counts.attempts += 1;
      const account = node.accounts.find((known) => known.username === username);
      if (!isLocked(username, now) && account !== undefined && account.password === password) {
        failures.delete(username);
        counts.logins += 1;
        return account;
      }
      counts.failures += 1;
      if (!isLocked(username, now)) {
        failures.set(username, { count: (failures.get(username)?.count ?? 0) + 1, lastAt: now });
      }
      return null;
    },
  };
}
