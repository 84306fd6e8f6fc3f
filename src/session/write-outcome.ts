// What became of one write: every way it can end, as a value; a write is never reported by throwing.

/** Common to all outcomes. `text` is the answer as it came (store or print it only masked); `tail` its last lines, masked. */
interface WriteEnd {
  readonly text: string;
  readonly tail: string;
  /** One sentence for people, masked. */
  readonly message: string;
}

export type WriteOutcome =
  /** The prompt came back after none but expected questions; `isRefused`: with the platform's trailer of a failed command. */
  | (WriteEnd & { readonly kind: "answered"; readonly wasSent: true; readonly isRefused: boolean })
  /** A question was answered with no, on purpose; the command was given up. */
  | (WriteEnd & {
      readonly kind: "refused";
      readonly wasSent: true;
      readonly reason: string;
      readonly didPromptReturn: boolean;
    })
  /** Ctrl-C was sent to it. Without the prompt coming back the session is closed. */
  | (WriteEnd & {
      readonly kind: "unexpected-question";
      readonly wasSent: true;
      readonly question: string;
      /** In the inventory's words, where the answer is a secret that it lacks. */
      readonly missingCredential: string | null;
      readonly didPromptReturn: boolean;
    })
  /** The session ended. Without `wasSent` the node cannot have carried anything out. */
  | (WriteEnd & { readonly kind: "lost"; readonly wasSent: boolean; readonly reason: string })
  /** Nothing was sent on the time-out; the session is closed. */
  | (WriteEnd & {
      readonly kind: "timed-out";
      readonly wasSent: boolean;
      readonly limit: "total" | "silence";
      readonly afterMs: number;
    });
