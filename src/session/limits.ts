// How long each phase of a session may take: defaults, and a part of them replaced.

export interface SessionLimits {
  /** TCP and key exchange. */
  readonly connectTimeoutMs: number;
  /** From the key exchange to the first prompt: 10 s on a healthy node, over 60 s on a slow one. */
  readonly loginTimeoutMs: number;
  readonly commandTimeoutMs: number;
  /** The longest time without a byte while an answer is awaited. */
  readonly silenceTimeoutMs: number;
}

export const defaultSessionLimits: SessionLimits = {
  connectTimeoutMs: 20_000,
  loginTimeoutMs: 300_000,
  commandTimeoutMs: 120_000,
  silenceTimeoutMs: 60_000,
};

/** A time for people: `20 s`, `5 min`. */
export function renderLimit(ms: number): string {
  return ms >= 120_000 && ms % 60_000 === 0 ? `${ms / 60_000} min` : `${ms / 1000} s`;
}
