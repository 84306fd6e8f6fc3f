// One raw, ordered, interactive byte stream to a node's platform CLI: what every way of reaching a node must be.

/**
 * An open shell on a PTY.
 * Before `closed` settles, `write` sends; afterwards it throws `session-lost`.
 * `onData` has exactly one listener and is never called after `closed` settled.
 * `close` may be called any number of times and never throws. Nobody retries a transport: a new one is opened instead.
 */
export interface Transport {
  write(bytes: string): void;
  onData(listener: (chunk: Buffer) => void): void;
  /** Settles once, with why the stream ended. */
  readonly closed: Promise<{ readonly reason: string }>;
  close(): void;
}
