// One transport with its channel and transcript: text goes out, and waits end on a recognition, on silence, or on the stream's end.
import type { Clock } from "../base/clock.ts";
import { messageOf } from "../base/errors.ts";
import type { Secret } from "../base/secret.ts";
import type { Channel } from "./channel.ts";
import type { Transcript } from "./transcript.ts";
import type { Transport } from "./transport.ts";

export interface WaitLimits {
  /** Counted from `startMs`, or from the beginning of the wait. */
  readonly timeoutMs: number;
  readonly startMs?: number;
  /** Null where silence is normal. */
  readonly silenceMs: number | null;
  readonly signal?: AbortSignal | undefined;
}

/** Why a wait ended without what was awaited. */
export type WaitFailure =
  | { readonly kind: "closed"; readonly reason: string }
  | { readonly kind: "timed-out"; readonly limit: "total" | "silence"; readonly afterMs: number }
  | { readonly kind: "overfull" }
  | { readonly kind: "cancelled" };

export type WaitEnd<Found> = { readonly kind: "found"; readonly value: Found } | WaitFailure;

export interface Wire {
  readonly channel: Channel;
  readonly isOpen: boolean;
  now(): number;
  /** Null when handed over, else why nothing was sent. */
  send(text: string | Secret): string | null;
  /** Tries `look` at once and after each chunk until it finds something. One wait at a time. */
  wait<Found>(look: () => Found | null, limits: WaitLimits): Promise<WaitEnd<Found>>;
  close(): void;
}

/** The reason with which a wait that is over stops its watch; one for all, since making one costs a stack trace. */
const isOver = new Error("the wait is over");

/** Takes the transport over; `onChunk` hears after each chunk was understood. */
export function createWire(options: {
  readonly transport: Transport;
  readonly channel: Channel;
  readonly transcript: Transcript;
  readonly clock: Clock;
  readonly onChunk: () => void;
}): Wire {
  const { transport, channel, transcript, clock } = options;
  let closedFor: string | null = null;
  let lastHeardMs = clock.now();
  let wake: (() => void) | null = null;

  transport.onData((chunk) => {
    lastHeardMs = clock.now();
    transcript.received(channel.push(chunk));
    options.onChunk();
    wake?.();
  });
  void transport.closed.then(({ reason }) => {
    closedFor ??= reason;
    transcript.note(`closed: ${reason}`);
    wake?.();
  });

  const watch = async (limits: WaitLimits, signal: AbortSignal): Promise<WaitFailure> => {
    const waitsFromMs = clock.now();
    for (;;) {
      const nowMs = clock.now();
      const totalLeft = (limits.startMs ?? waitsFromMs) + limits.timeoutMs - nowMs;
      const silenceLeft =
        limits.silenceMs === null ? totalLeft : Math.max(lastHeardMs, waitsFromMs) + limits.silenceMs - nowMs;
      if (totalLeft <= 0) return { kind: "timed-out", limit: "total", afterMs: limits.timeoutMs };
      if (silenceLeft <= 0) return { kind: "timed-out", limit: "silence", afterMs: limits.silenceMs ?? 0 };
      await clock.sleep(Math.min(totalLeft, silenceLeft), signal);
    }
  };

  const close = () => {
    closedFor ??= "closed by itlctl";
    transport.close();
    wake?.();
  };

  return {
    channel,
    get isOpen() {
      return closedFor === null;
    },
    now: () => clock.now(),
    send(text) {
      if (closedFor !== null) return closedFor;
      try {
        transport.write(typeof text === "string" ? text : text.reveal());
      } catch (error) {
        return messageOf(error);
      }
      transcript.sent(text);
      return null;
    },
    async wait<Found>(look: () => Found | null, limits: WaitLimits): Promise<WaitEnd<Found>> {
      const done = new AbortController();
      const failure = (): WaitFailure | null => {
        if (channel.isOverfull) return { kind: "overfull" };
        if (limits.signal?.aborted === true) return { kind: "cancelled" };
        return closedFor === null ? null : { kind: "closed", reason: closedFor };
      };
      return new Promise<WaitEnd<Found>>((resolve, reject) => {
        const end = (result: WaitEnd<Found>) => {
          wake = null;
          limits.signal?.removeEventListener("abort", check);
          done.abort(isOver);
          resolve(result);
        };
        const check = () => {
          if (done.signal.aborted) return;
          const value = channel.isOverfull ? null : look();
          if (value !== null) return end({ kind: "found", value });
          const failed = failure();
          if (failed !== null) end(failed);
        };
        wake = check;
        limits.signal?.addEventListener("abort", check, { once: true });
        check();
        if (done.signal.aborted) return;
        watch(limits, done.signal).then(end, (error: unknown) => {
          if (!done.signal.aborted) reject(error as Error);
        });
      });
    },
    close,
  };
}
