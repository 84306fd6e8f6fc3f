// An archive key → what takes AES-256-CBC off many values at once. What comes out is not judged here.
import { createDecipheriv, type Decipher } from "node:crypto";
import type { ArchiveKey } from "./archive-key.ts";

export const blockBytes = 16;

/** `decrypt` takes values one behind the other, each with `blockBytes` of room before it, which are spent on the way. */
export interface KeyOpener {
  readonly key: ArchiveKey;
  /** `starts`: where the room before each value begins. The result has the same places, padding still on. */
  decrypt(values: Uint8Array, starts: readonly number[]): Buffer;
}

/**
 * One cipher for all values of a key: in CBC a block needs only the one before it, so that with the IV written before
 * each value they open one behind the other. A cipher of its own for each value takes ten times as long.
 */
export function openKeyOpener(key: ArchiveKey): KeyOpener {
  const iv = Buffer.from(key.iv.reveal(), "hex");
  const cipher: Decipher = createDecipheriv("aes-256-cbc", Buffer.from(key.key.reveal(), "hex"), iv);
  cipher.setAutoPadding(false);
  return {
    key,
    decrypt(values, starts) {
      for (const start of starts) values.set(iv, start);
      return cipher.update(values);
    },
  };
}
