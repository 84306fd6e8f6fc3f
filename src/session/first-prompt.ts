// A fresh wire in; null at the first prompt, else why the login got no further, out.
import type { DialogueEnd } from "./dialogue.ts";
import type { SessionLimits } from "./limits.ts";
import type { Wire } from "./wire.ts";

/**
 * Waits for the prompt behind banner and machine lines, as long as the login limit says: slow nodes are silent for a minute.
 * A customer's log-on message may say anything, so a question counts only where silence follows it (a forced password change).
 */
export async function awaitFirstPrompt(
  wire: Wire,
  limits: SessionLimits,
  signal: AbortSignal | undefined,
): Promise<Exclude<DialogueEnd, { kind: "prompt" }> | null> {
  const startMs = wire.now();
  for (;;) {
    const heard = await wire.wait(() => (wire.channel.recognise([], true)?.kind === "prompt" ? true : null), {
      timeoutMs: limits.loginTimeoutMs,
      startMs,
      silenceMs: limits.silenceTimeoutMs,
      signal,
    });
    if (heard.kind === "found") return null;
    if (heard.kind !== "timed-out" || heard.limit === "total") return heard;
    const seen = wire.channel.recognise([], true);
    if (seen?.kind === "question")
      return { kind: "question", name: seen.name, missingCredential: null, refusal: null };
  }
}
