// One part of a conversation with a server: fed with what comes over the wire until it ends the whole.
import type { Handshake } from "./handshake.ts";

export interface Stage {
  take(bytes: Buffer): void;
  /** The connection ended, and why. */
  lose(reason: string): void;
  /** What the whole came to if nothing more comes in time; `within` says how long that was. */
  late(within: string): Handshake;
  close(): void;
}

/** A failure as a value. */
export function failure(stage: (Handshake & { kind: "failed" })["stage"], reason: string): Handshake {
  return { kind: "failed", stage, reason };
}
