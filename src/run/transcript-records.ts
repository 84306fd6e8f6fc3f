// A run's transcripts → their lengths and digests, for the journal; and a transcript held against them later.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { TranscriptRecord } from "./journal-entry.ts";

/** As they stand on disk now, by node name. Null where they cannot be read: a run must end without them too. */
export function recordTranscripts(stateFolder: string, run: string): readonly TranscriptRecord[] | null {
  try {
    return readTranscripts(join(stateFolder, "runs", run, "transcripts")).map(({ node, bytes }) => {
      return { node, lengthBytes: bytes.length, sha256: sha256Of(bytes) };
    });
  } catch (error) {
    if (error instanceof Error && "code" in error) return null;
    throw error;
  }
}

/** Every `NODE.log` of the folder, in the order of their names; none where there is no folder. Throws what the disk says. */
export function readTranscripts(
  folder: string,
): readonly { readonly node: string; readonly bytes: Buffer }[] {
  return namesIn(folder)
    .filter((name) => name.endsWith(".log"))
    .toSorted()
    .map((name) => ({ node: name.slice(0, -".log".length), bytes: readFileSync(join(folder, name)) }));
}

/** Whether the file still begins with what was recorded. */
export function isRecorded(bytes: Uint8Array, { lengthBytes, sha256 }: TranscriptRecord): boolean {
  return bytes.length >= lengthBytes && sha256Of(bytes.subarray(0, lengthBytes)) === sha256;
}

export function sha256Of(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}
