// A node and a login in; an open session out. Only the opening is tried again, and never once the node has judged login or host key.
import pRetry from "p-retry";
import type { Clock } from "../base/clock.ts";
import { OperatorError, errorCodes } from "../base/errors.ts";
import type { Masker, Secret } from "../base/secret.ts";
import type { ClusterNode } from "../inventory/cluster.ts";
import { defaultSessionLimits } from "./limits.ts";
import type { SessionLimits } from "./limits.ts";
import { openSession } from "./session.ts";
import type { Session } from "./session.ts";
import { describeOpening } from "./ssh-open-error.ts";
import { openSshTransport } from "./ssh-transport.ts";
import type { SshOpening } from "./ssh-transport.ts";
import type { Transcript } from "./transcript.ts";
import type { Transport } from "./transport.ts";

/** The platform login, with its password resolved. */
export interface SessionLogin {
  readonly username: string;
  readonly password: Secret;
}

/** How raw streams are opened: over SSH, or in memory in tests. Same errors as `openSshTransport`. */
export type OpenTransport = (opening: SshOpening) => Promise<Transport>;

export interface SessionOpening {
  readonly node: ClusterNode;
  readonly login: SessionLogin;
  readonly masker: Masker;
  readonly clock: Clock;
  readonly transcript: Transcript;
  readonly limits?: Partial<SessionLimits>;
  readonly signal?: AbortSignal | undefined;
  readonly openTransport?: OpenTransport;
  /** Before the second try; doubled before the third. */
  readonly retryDelayMs?: number;
}

/** Throws what `openSshTransport` throws, or what a first prompt that never came is: the last of up to three tries. */
export async function connectSession(opening: SessionOpening): Promise<Session> {
  const { node, login, masker, transcript, signal } = opening;
  const limits = { ...defaultSessionLimits, ...opening.limits };
  const openTransport = opening.openTransport ?? openSshTransport;
  masker.add(login.password);
  const once = async (attempt: number): Promise<Session> => {
    transcript.note(
      `login ${attempt} to ${node.name} (${node.address}:${node.ssh.port}) as ${login.username}`,
    );
    const transport = await openTransport({ node, ...login, ...limits, signal });
    return openSession({ ...opening, transport, limits, signal });
  };
  try {
    return await pRetry(once, {
      retries: 2,
      minTimeout: opening.retryDelayMs ?? 1_000,
      factor: 2,
      ...(signal === undefined ? {} : { signal }),
      shouldRetry: ({ error }) => mayOpenAgain(error),
      onFailedAttempt: ({ error }) => transcript.note(`not opened: ${error.message}`),
    });
  } catch (error) {
    if (signal?.aborted === true) throw describeOpening(node).cancelled();
    throw error;
  }
}

/** A login limit that ran out has waited minutes already: it is not waited for three times. */
function mayOpenAgain(error: Error): boolean {
  if (!(error instanceof OperatorError) || error.code === "command-timed-out") return false;
  return errorCodes[error.code].retry === "connect";
}
