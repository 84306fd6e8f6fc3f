// The platform's own host-key question in (it is then the SFTP client); yes only for the key we know, else no with the reason, out.
import { shownFingerprintPattern } from "./platform-text.ts";

/** One key's fingerprints: MD5 as pairs (`2c:8f:...`), SHA-256 as `SHA256:...`; either spelling's prefix is optional. */
export interface ShownHostKey {
  readonly md5: string;
  readonly sha256: string;
}

const bareMd5 = (text: string) => text.replace(/^MD5:/i, "").toLowerCase();
const bareSha256 = (text: string) => text.replace(/^SHA256:/, "").replace(/=+$/, "");

/** Judges the last fingerprint shown in `text` (tac-07 prints MD5 pairs and a full stop). */
export function judgeHostKeyQuestion(
  text: string,
  hostKey: ShownHostKey | null,
): { readonly text: "yes" | "no"; readonly refusal: string | null } {
  const shown = [...text.matchAll(shownFingerprintPattern)].at(-1)?.[1];
  if (shown === undefined)
    return { text: "no", refusal: "the node asks about a host key and shows no fingerprint" };
  if (hostKey === null)
    return { text: "no", refusal: `the node asks about the host key ${shown}, and none is named` };
  const isOurs = shown.startsWith("SHA256:")
    ? bareSha256(shown) === bareSha256(hostKey.sha256)
    : bareMd5(shown) === bareMd5(hostKey.md5);
  if (isOurs) return { text: "yes", refusal: null };
  return { text: "no", refusal: `the node was shown the host key ${shown}, not ${hostKey.sha256}` };
}
