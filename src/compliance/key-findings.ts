// What is worth a warning about a key that opened → findings in words.
import type { Finding } from "../verdict/verdict.ts";

export const keyFindingCodes = ["private-key-open-to-others", "encoded-twice"] as const;
export type KeyFinding = Finding<(typeof keyFindingCodes)[number]>;

/** `mode` of the private key's file; `layers` of Base64 around the encrypted key. */
export function judgeOpenedKey(seen: {
  readonly privateKey: string;
  readonly mode: number;
  readonly file: string;
  readonly layers: number;
}): readonly KeyFinding[] {
  const findings: KeyFinding[] = [];
  const about = { severity: "warn", node: null } as const;
  if ((seen.mode & 0o077) !== 0) {
    const mode = (seen.mode & 0o777).toString(8).padStart(3, "0");
    findings.push({
      code: "private-key-open-to-others",
      ...about,
      message: `${seen.privateKey} can be read or written by others than its owner (mode ${mode})`,
      advice: `Take that right away: chmod 600 ${seen.privateKey}`,
    });
  }
  if (seen.layers > 1) {
    findings.push({
      code: "encoded-twice",
      ...about,
      message: `${seen.file} is Base64 of Base64: decoded once, as by hand, it still is text, and \`openssl pkeyutl\` ends with "data greater than mod len"`,
      advice: "Keep the file as it was downloaded, not a copy that was encoded again",
    });
  }
  return findings;
}
