// A run whose journal is damaged or cannot be read → what may still be said of it; nothing goes on from this state.
import type { OperatorError } from "../base/errors.ts";
import { readSoundPart } from "./journal.ts";
import type { JournalEntry } from "./journal-entry.ts";
import { type RunState, replay } from "./replay.ts";
import type { RunFolder } from "./run-folder.ts";

/** Its outcome is `unknown` with the error; the rest stands as the sound lines tell it, or as the run's name does. */
export function damagedRun(folder: RunFolder, error: OperatorError): RunState {
  const { code, message, hint, place } = error;
  return {
    ...replay([firstOf(folder), ...soundEntries(folder).slice(1)]),
    ...{ outcome: "unknown", endedAt: null, waitsFor: null, until: null },
    ...{ error: { code, message, hint, place }, next: `${message}: ${hint}` },
  };
}

function soundEntries(folder: RunFolder): readonly JournalEntry[] {
  try {
    return readSoundPart(folder.journal).entries;
  } catch {
    // cannot be read at all: the name is all there is
    return [];
  }
}

/** `2026-11-20T22-14-03Z-east-recover-2` names the time and the cluster. */
function firstOf(folder: RunFolder): JournalEntry {
  const [known] = soundEntries(folder);
  if (known?.kind === "run-started") return known;
  const [, day = "", time = "", cluster = ""] =
    /^(\d{4}-\d\d-\d\d)T(\d\d-\d\d-\d\d)Z-(.+)-[a-z]+(?:-\d+)?$/.exec(folder.run) ?? [];
  return {
    ...{ kind: "run-started", seq: 1, at: `${day}T${time.replaceAll("-", ":")}Z`, previous: "" },
    ...{ run: folder.run, cluster, playbook: "unknown", fingerprint: "", nodes: [], version: "" },
    request: { requestedKey: null, accepted: [], isUnattended: false, remoteKey: null, heldFile: null },
  };
}
