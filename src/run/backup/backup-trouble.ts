// What a backup met on its way → the error it ends with, whose exit code is its cause (interface section 7).
import { messageOf, OperatorError } from "../../base/errors.ts";
import type { WriteOutcome } from "../../session/write-outcome.ts";
import type { Delivery } from "../../vault/vault.ts";
import { fileNames } from "./find-delivered.ts";

/** The dialogue did not come to the platform's `Transfer completed.`. Never an unknown outcome: nothing of the cluster's trust was touched. */
export function dialogueTrouble(outcome: WriteOutcome, line: string): OperatorError {
  const { message, tail } = outcome;
  const told = tail.trim() === "" ? message : `${message}; it showed last:\n${tail}`;
  switch (outcome.kind) {
    case "refused":
      return new OperatorError("host-key-changed", outcome.message, {
        hint: "Compare the fingerprint on the vault's server itself; where it is right, clear the key that the publisher remembers. Nothing was handed over.",
      });
    case "unexpected-question":
      return new OperatorError("question-unexpected", told, {
        hint: `Carry out \`${line}\` by hand once and see what it asks.`,
      });
    case "lost":
      return new OperatorError("session-lost", told, {
        hint: "Run the backup again; if it happens again, look at the network and at the node.",
      });
    case "timed-out":
      return new OperatorError("command-timed-out", told, {
        hint: "Look at the way from the publisher to the vault, then run the backup again.",
      });
    case "answered":
      return new OperatorError(
        outcome.isRefused ? "platform-refused" : "text-unknown",
        `the publisher did not say that the transfer was completed: ${tail}`,
        {
          hint: "Check that the publisher reaches the vault, and that the delivery account may log in with its password and write there.",
        },
      );
  }
}

/** `recovery-key-unusable`: what was delivered is missing, damaged, short, or no recovery key. */
export function deliveryTrouble(why: string, delivery: Delivery): OperatorError {
  return new OperatorError(
    "recovery-key-unusable",
    `the publisher said that the transfer was completed, but ${why} (${delivery.incoming})`,
    {
      hint: "Run the backup again; nothing was published.",
    },
  );
}

/** Tells what a failed backup leaves behind, and takes away an empty folder. Never throws: the first error counts. */
export async function withLeftovers(error: OperatorError, delivery: Delivery): Promise<OperatorError> {
  let left: string;
  try {
    const files = await delivery.files();
    if (files.length === 0) {
      await delivery.discard();
      return error;
    }
    left = `left in ${delivery.incoming}: ${fileNames(files)}`;
  } catch (trouble) {
    left = `what is left in ${delivery.incoming} could not be seen (${messageOf(trouble)})`;
  }
  const { code, message, hint, place, cause } = error;
  return new OperatorError(code, `${message}; ${left}`, { hint, place, cause });
}

/** Takes the folder of a delivery away; what cannot be taken away is told, and spoils nothing: the key is kept already. */
export async function discarded(delivery: Delivery): Promise<string | null> {
  try {
    await delivery.discard();
    return null;
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    return `${delivery.incoming} could not be removed: ${error.message}`;
  }
}
