// A value that never prints itself, and a mask that takes such values out of any text by value.
import { inspect } from "node:util";
import { maskFormsOf, rangesOf, type Range } from "./mask-forms.ts";

const bullets = "••••";

/** A password or passphrase. Every way of printing it gives bullets; `reveal()` is the one way to the value. */
export class Secret {
  readonly #value: string;
  constructor(value: string) {
    this.#value = value;
  }
  reveal(): string {
    return this.#value;
  }
  toString(): string {
    return bullets;
  }
  toJSON(): string {
    return bullets;
  }
  [inspect.custom](): string {
    return bullets;
  }
}

/** Secrets known to this process, masked by value wherever text is stored or printed. */
export interface Masker {
  /** Learns a value; from now on every `mask` and every stream hides it, unless `isTooShortToMask`. */
  add(secret: Secret): void;
  /** The text with every known secret (also as JSON, in URLs, in Base64, as hex, broken into lines at its blanks) replaced by bullets. */
  mask(text: string): string;
  /** A streaming mask: holds back just enough to catch a secret that is cut by chunk borders. Any split gives the same text. */
  stream(): MaskStream;
}

/** Push chunks, get maskable text out; `end()` gives the rest. */
export interface MaskStream {
  push(chunk: string): string;
  end(): string;
}

/** Whether masking this value would take ordinary text along with it: fewer than 4 characters beside blanks, or one character over and over. */
export function isTooShortToMask(secret: Secret): boolean {
  const characters = Array.from(secret.reveal().replace(/\s+/g, ""));
  return characters.length < 4 || new Set(characters).size < 2;
}

/** An empty masker; `add` every secret as soon as it is resolved, before it is used. */
export function createMasker(): Masker {
  const forms = new Set<string>();
  return {
    add(secret) {
      if (isTooShortToMask(secret)) return;
      for (const form of maskFormsOf(secret.reveal())) forms.add(form);
    },
    mask(text) {
      if (forms.size === 0) return text;
      return told(text, rangesOf(text, forms, { isLoose: true }), text.length);
    },
    stream() {
      let held = "";
      /** So many characters at the beginning of `held` belong to a secret whose bullets were given already. */
      let covered = 0;
      const give = (until: number) => {
        const before = covered === 0 ? null : { from: 0, to: covered };
        const ranges = rangesOf(held, forms, { isLoose: false, before });
        const out = told(held, ranges, until, covered > 0);
        const last = ranges.findLast(({ from }) => from < until);
        covered = Math.max(0, Math.max(covered, last?.to ?? 0) - until);
        held = held.slice(until);
        return out;
      };
      return {
        push(chunk) {
          held += chunk;
          return give(openFrom(held, forms));
        },
        end: () => give(held.length),
      };
    },
  };
}

/** The text up to `until`, bullets for each range that begins there; the first range may have had its bullets. */
function told(text: string, ranges: readonly Range[], until: number, isFirstTold = false): string {
  let out = "";
  let at = 0;
  for (const [index, { from, to }] of ranges.entries()) {
    if (from >= until) break;
    out += text.slice(at, from) + (index === 0 && isFirstTold ? "" : bullets);
    at = to;
  }
  return at < until ? out + text.slice(at, until) : out;
}

/** Where the first form begins that the end of the text leaves unfinished; the text's length if none does. */
function openFrom(text: string, forms: Iterable<string>): number {
  let first = text.length;
  for (const form of forms) {
    const [start = ""] = form;
    let at = text.indexOf(start, Math.max(0, text.length - form.length + 1));
    while (at >= 0 && at < first) {
      if (form.startsWith(text.slice(at))) first = at;
      else at = text.indexOf(start, at + 1);
    }
  }
  return first;
}
