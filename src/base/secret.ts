// A value that never prints itself, and a mask that takes such values out of any text by value.
import { inspect } from "node:util";

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
  /** Learns a value; from now on every `mask` and every stream hides it. */
  add(secret: Secret): void;
  /** The text with every known secret (also JSON-, URL- and Base64-escaped) replaced by bullets. */
  mask(text: string): string;
  /** A streaming mask: holds back just enough to catch a secret that is cut by chunk borders. */
  stream(): MaskStream;
}

/** Push chunks, get maskable text out; `end()` gives the rest. */
export interface MaskStream {
  push(chunk: string): string;
  end(): string;
}

function formsOf(value: string): string[] {
  const json = JSON.stringify(value).slice(1, -1);
  const forms = [value, json, encodeURIComponent(value), Buffer.from(value).toString("base64")];
  return [...new Set(forms)].filter((form) => form.length > 0);
}

/** An empty masker; `add` every secret as soon as it is resolved, before it is used. */
export function createMasker(): Masker {
  const forms = new Set<string>();
  const ordered = () => [...forms].sort((a, b) => b.length - a.length);
  const mask = (text: string) => ordered().reduce((masked, form) => masked.replaceAll(form, bullets), text);
  return {
    add(secret) {
      for (const form of formsOf(secret.reveal())) forms.add(form);
    },
    mask,
    stream() {
      let held = "";
      return {
        push(chunk) {
          held = mask(held + chunk);
          const keep = longestPrefixAtEnd(held, ordered());
          const out = held.slice(0, held.length - keep);
          held = held.slice(held.length - keep);
          return out;
        },
        end() {
          const rest = mask(held);
          held = "";
          return rest;
        },
      };
    },
  };
}

/** Length of the longest end of `text` that begins one of `forms` without being all of it. */
function longestPrefixAtEnd(text: string, forms: readonly string[]): number {
  let longest = 0;
  for (const form of forms) {
    const most = Math.min(form.length - 1, text.length);
    for (let length = most; length > longest; length -= 1) {
      if (text.endsWith(form.slice(0, length))) {
        longest = length;
        break;
      }
    }
  }
  return longest;
}
