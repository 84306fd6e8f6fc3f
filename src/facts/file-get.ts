// The whole dialogue of `file get` in; what it announced, and whether the platform says that the transfer was completed, out.
import { answerLines, isRefusalTrailer } from "./answer-lines.ts";

/** What the platform says of one `file get`; a file is only proven by what arrived. Null: not told, or told in two ways. */
export interface FileGet {
  readonly sizeBytes: number | null;
  readonly filesAffected: number | null;
  /** The exact sentence once, with nothing behind it but what captures show; anything else is not success. */
  readonly isTransferCompleted: boolean;
  /** The path on the node. */
  readonly downloadedPath: string | null;
  /** The platform has no such file: what a subscriber says of the recovery key. */
  readonly isMissing: boolean;
}

const command = "file get";
const longestText = 1024 * 1024;
const unknown: FileGet = {
  sizeBytes: null,
  filesAffected: null,
  isTransferCompleted: false,
  downloadedPath: null,
  isMissing: false,
};

/** Texts of failures are on no record: none is known here, and none throws. */
export function parseFileGet(text: string): FileGet {
  if (text.length > longestText) return unknown;
  const lines = answerLines(text, command).map((line) => line.trim());
  const only = (pattern: RegExp): string | null => {
    const found = new Set(lines.flatMap((line) => pattern.exec(line)?.[1] ?? []));
    return found.size === 1 ? ([...found][0] ?? null) : null;
  };
  const count = (pattern: RegExp): number | null => {
    const digits = only(pattern);
    return digits === null ? null : Number(digits);
  };
  const isRefused = lines.some(isRefusalTrailer);
  const at = lines.indexOf("Transfer completed.");
  const rest = lines.slice(at + 1);
  const filesAffected = count(/^Number of files affected: (\d{1,9})$/);
  const isNotFound = lines.some((line) => /^no such file or directory can be found\.?$/i.test(line));
  return {
    sizeBytes: count(/^Total size in Bytes: (\d{1,12})$/),
    filesAffected,
    isTransferCompleted:
      at !== -1 &&
      !isRefused &&
      !isNotFound &&
      rest.every((line) => /^(?:\.|Downloading file: \/.*)$/.test(line)),
    downloadedPath: only(/^Downloading file: (\/.{0,1023})$/),
    isMissing: isNotFound || filesAffected === 0,
  };
}
