// Bytes of an ITL, CTL, .sgn or .enc.sgn file in; the file as facts out.
import { createHash } from "node:crypto";
import { parseItlLayout } from "./itl-layout.ts";
import type { ListFile } from "./list-facts.ts";

export { verifyListFile, verifyWithKey } from "./list-signature.ts";

/** Reads files up to 8 MiB, trust lists up to 1 MiB; everything that does not fit is file-unreadable. */
export function parseListFile(bytes: Uint8Array): ListFile {
  const { kind, header, records } = parseItlLayout(bytes);
  const digest = (algorithm: string) => createHash(algorithm).update(bytes).digest("hex");
  return {
    kind,
    sizeBytes: bytes.length,
    md5: digest("md5"),
    sha1: digest("sha1"),
    sha256: digest("sha256"),
    header,
    records,
  };
}
