// How far an export was opened → a bar on the terminal's last line, or now and then a line for a log.
import { renderDuration } from "../base/duration.ts";
import type { ExportProgress } from "../compliance/decrypt-export.ts";

export interface ExportProgressTools {
  /** Milliseconds since 1970 UTC. */
  readonly now: () => number;
  /** Shows a line in place of the one before, "" takes it away; null: a line that was said stays. */
  readonly draw: ((line: string) => void) | null;
  readonly say: (line: string) => void;
  readonly width: number;
}

const drawEveryMs = 200;
const sayEveryMs = 30_000;
const barCells = 20;

/** `tell` may be called as often as one likes. */
export function openExportProgress({ now, draw, say, width }: ExportProgressTools): {
  tell(state: ExportProgress): void;
  end(): void;
} {
  const startMs = now();
  let toldMs = draw === null ? startMs : 0;
  return {
    tell(state) {
      const nowMs = now();
      if (nowMs - toldMs < (draw === null ? sayEveryMs : drawEveryMs)) return;
      toldMs = nowMs;
      const parts = partsOf(state, nowMs - startMs);
      if (draw === null) return say(parts.join(", "));
      const bar = barOf(state);
      const line = [...(bar === null ? [] : [bar]), ...parts].join("  ");
      draw(line.length < width ? line : parts.join("  "));
    },
    end: () => draw?.(""),
  };
}

function barOf({ bytes, totalBytes }: ExportProgress): string | null {
  if (totalBytes === null || totalBytes === 0) return null;
  const full = Math.min(barCells, Math.floor((bytes / totalBytes) * barCells));
  return `[${"#".repeat(full)}${".".repeat(barCells - full)}]`;
}

function partsOf({ bytes, totalBytes, tally }: ExportProgress, spentMs: number): string[] {
  const { rows } = tally;
  const perMs = bytes / Math.max(1, spentMs);
  const share = totalBytes === null || totalBytes === 0 ? null : Math.floor((bytes / totalBytes) * 100);
  const size = totalBytes === null ? megabytes(bytes) : `${megabytes(bytes)} of ${megabytes(totalBytes)} MB`;
  const left = totalBytes === null ? null : renderDuration(Math.max(0, totalBytes - bytes) / perMs);
  return [
    share === null ? `${size} MB` : `${share} %, ${size}`,
    `${rows.total} rows`,
    ...(rows.closed + rows.partlyClosed === 0 ? [] : [`${rows.closed + rows.partlyClosed} not opened`]),
    `${megabytes(perMs * 1000)} MB/s`,
    ...(left === null ? [] : [`${left} left`]),
  ];
}

function megabytes(bytes: number): string {
  const value = bytes / 1e6;
  return value < 10 ? value.toFixed(1) : value.toFixed(0);
}
