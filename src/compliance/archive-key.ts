// The symmetric key of a message archive as a value; what of it may be printed.
import type { Secret } from "../base/secret.ts";

/** AES-256-CBC: `key` is 64 and `iv` 32 lower-case hex digits. */
export interface ArchiveKey {
  /** The file that it was read from, as it was named. */
  readonly file: string;
  readonly key: Secret;
  readonly iv: Secret;
  /** `SHA256:` and Base64 without padding, over the raw bytes: says which key it is and nothing of it. */
  readonly keyFingerprint: string;
  readonly ivFingerprint: string;
}
