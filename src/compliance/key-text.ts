// Text as IM&P, `openssl enc -P` or itlctl writes it → the key and the IV in it, or why there are none. Never any part of a value in a reason.
import { createHash } from "node:crypto";
import { Secret } from "../base/secret.ts";
import type { ArchiveKey } from "./archive-key.ts";

/** `none`: no line names a key or an IV. `wrong`: one is named and cannot be used; `problem` counts and never quotes. */
export type KeyText =
  | { readonly kind: "key"; readonly key: string; readonly iv: string }
  | { readonly kind: "none" }
  | { readonly kind: "wrong"; readonly problem: string };

const digitsOf = { key: 64, iv: 32 } as const;
type Name = keyof typeof digitsOf;

/** `key = HEX` and `iv = HEX`, each 256 and 128 bits, any case and blanks, on lines of their own or side by side; other text is passed over. */
export function parseKeyText(text: string): KeyText {
  const found = { key: new Set<string>(), iv: new Set<string>() };
  for (const [, word = "", value = ""] of text.matchAll(
    /(?<![\w-])(key|iv)[^\S\r\n]*=[^\S\r\n]*([^\s,;]*)/gi,
  )) {
    found[word.toLowerCase() as Name].add(value.toLowerCase());
  }
  if (found.key.size === 0 && found.iv.size === 0) return { kind: "none" };
  const problems = (["key", "iv"] as const).flatMap((name) => problemOf(name, [...found[name]]));
  const [key, iv] = [[...found.key][0], [...found.iv][0]];
  if (problems.length > 0 || key === undefined || iv === undefined)
    return { kind: "wrong", problem: problems.join(", and ") };
  return { kind: "key", key, iv };
}

function problemOf(name: Name, values: readonly string[]): string[] {
  const [value] = values;
  if (value === undefined) return [`it has no line \`${name} =\``];
  if (values.length > 1) return [`it has ${values.length} different values for \`${name}\``];
  const needed = digitsOf[name];
  const odd = value.search(/[^0-9a-f]/);
  if (odd >= 0) return [`its \`${name}\` has a character that is no hex digit at place ${odd + 1}`];
  return value.length === needed ? [] : [`its \`${name}\` has ${value.length} hex digits, not ${needed}`];
}

/** The values of a `KeyText` as a key that never prints itself, with its fingerprints. */
export function archiveKeyOf(file: string, { key, iv }: { key: string; iv: string }): ArchiveKey {
  return {
    file,
    key: new Secret(key),
    iv: new Secret(iv),
    keyFingerprint: fingerprintOf(Buffer.from(key, "hex")),
    ivFingerprint: fingerprintOf(Buffer.from(iv, "hex")),
  };
}

/** `SHA256:` and Base64 without padding, as OpenSSH writes fingerprints. */
export function fingerprintOf(bytes: Uint8Array): string {
  return `SHA256:${createHash("sha256").update(bytes).digest("base64").replace(/=+$/, "")}`;
}

/** The text of a kept key, in the platform's own look. */
export function renderKeyText({ key, iv }: Pick<ArchiveKey, "key" | "iv">): string {
  return `key = ${key.reveal()}\niv  = ${iv.reveal()}\n`;
}

/** Every way that a key's values may be written down, for a mask: hex in both cases, and Base64 of the bytes. */
export function writtenForms({ key, iv }: Pick<ArchiveKey, "key" | "iv">): readonly Secret[] {
  return [key.reveal(), iv.reveal()].flatMap((hex) =>
    [hex, hex.toUpperCase(), Buffer.from(hex, "hex").toString("base64")].map((form) => new Secret(form)),
  );
}
