// What a vault needs of the command that opens it: secrets, time, and the ports of a rehearsal.
import type { Clock } from "../base/clock.ts";
import type { Masker, Secret } from "../base/secret.ts";
import type { SecretReference } from "../inventory/cluster.ts";

/** `agentSocket` is SSH_AUTH_SOCK. `remoteKeyPort` is the port from which `utils itl reset remotekey` fetches, 22 but in rehearsals. The limits are for tests. */
export interface VaultTools {
  readonly resolveSecret: (reference: SecretReference, what: string) => Promise<Secret>;
  readonly masker: Masker;
  readonly clock: Clock;
  readonly signal?: AbortSignal | undefined;
  readonly agentSocket?: string | undefined;
  readonly remoteKeyPort?: number | undefined;
  readonly answerTimeoutMs?: number | undefined;
  readonly receiverLimits?: Partial<ReceiverLimits> | undefined;
}

/** How long one opening of the receiver lasts, how long a client may take to log in, how long it may be silent, and how long another process's delivery is waited for. */
export interface ReceiverLimits {
  readonly openMs: number;
  readonly loginMs: number;
  readonly silenceMs: number;
  readonly bindMs: number;
}
