// Raw text of the platform and its reader → the facts; what could not be read is told from the masked text.
import { OperatorError } from "../base/errors.ts";

/**
 * Facts are read from the raw text, so that a secret that is also a common word bends nothing. Readers quote pieces of what
 * they do not understand, cut anywhere: a piece of a secret could not be masked any more, so they quote the masked text.
 */
export function readAnswer<Facts>(
  text: string,
  read: (text: string) => Facts,
  mask: (text: string) => string,
): Facts {
  try {
    return read(text);
  } catch (error) {
    const masked = mask(text);
    if (!(error instanceof OperatorError) || masked === text) throw error;
    read(masked);
    // Only the raw text is not understood: what is said of it must not quote it.
    throw new OperatorError(error.code, "the answer was not understood, and it holds a secret", {
      hint: error.hint,
      place: error.place,
    });
  }
}
