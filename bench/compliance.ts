// The tool in; how long it opens a large export, beside a copy of the same file and beside openssl value by value, out.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { OpenedExportDocument } from "../src/report/compliance-export-as-text.ts";
import type { ComplianceResult } from "./bench-result.ts";
import { medianRun } from "./median.ts";
import { makeSealedExport, type SealedExport } from "./sealed-export.ts";
import { runTimed } from "./timed-process.ts";

export interface ComplianceWish {
  readonly tool: readonly string[];
  readonly repeats: number;
  readonly bytes: number;
  /** So many bytes of rows differ; then they come again. */
  readonly distinctBytes: number;
  /** Values that openssl opens, one process each. */
  readonly sample: number;
}

/** Copy and tool take turns, so that both find the file in memory; both flush what they wrote. */
export async function measureCompliance(wish: ComplianceWish): Promise<ComplianceResult> {
  const folder = mkdtempSync(join(tmpdir(), "itlctl-bench-compliance-"));
  try {
    const made = makeSealedExport(folder, wish.bytes, wish.distinctBytes);
    const copy = await medianRun(
      wish.repeats,
      () => copied(folder, made),
      ({ wallMs }) => wallMs,
    );
    const opened = await medianRun(
      wish.repeats,
      () => openedBy(folder, made, wish.tool),
      ({ wallMs }) => wallMs,
    );
    const perValueMs = await opensslMs(folder, made, wish.sample);
    const { rows, closedCells } = opened.document;
    return {
      times: wish.repeats,
      bytes: made.bytes,
      rows: rows.total,
      plainRows: rows.plain,
      values: made.values,
      closedCells,
      wallMs: opened.wallMs,
      megabytesPerSecond: made.bytes / 1e3 / opened.wallMs,
      peakMiB: opened.peakMiB,
      copyMs: copy.wallMs,
      toCopy: opened.wallMs / copy.wallMs,
      opensslSample: perValueMs === null ? 0 : Math.min(wish.sample, made.sample.length),
      opensslPerValueMs: perValueMs,
      opensslWholeMs: perValueMs === null ? null : perValueMs * made.values,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function copied(folder: string, { file }: SealedExport) {
  const out = join(folder, "copy.csv");
  const run = await runTimed(["sh", "-c", 'cp "$0" "$1" && sync "$1"', file, out], {});
  if (run.exit !== 0) throw new Error(`cp failed: ${run.stderr}`);
  rmSync(out);
  return run;
}

async function openedBy(folder: string, { file, keyFiles, bytes }: SealedExport, tool: readonly string[]) {
  const out = join(folder, "opened.csv");
  const words = ["compliance", "decrypt-csv", file, "--out", out, "--json"];
  const keys = keyFiles.flatMap((key) => ["--key-file", key]);
  const run = await runTimed([...tool, ...words, ...keys], {}, { isMemoryWatched: true });
  if (run.exit !== 3) throw new Error(`decrypt-csv exited with ${run.exit}: ${run.stderr}`);
  const document = JSON.parse(run.stdout) as OpenedExportDocument;
  if (document.bytes !== bytes) throw new Error("decrypt-csv did not read the whole file");
  rmSync(out);
  return { ...run, document };
}

/** Milliseconds a value, in a shell's loop of printf and openssl; null where there is no openssl. */
async function opensslMs(
  folder: string,
  { sample, key, iv }: SealedExport,
  most: number,
): Promise<number | null> {
  const values = join(folder, "values");
  const some = sample.slice(0, most);
  writeFileSync(values, some.map((value) => `${value}\n`).join(""));
  const open = 'openssl enc -d -aes-256-cbc -base64 -A -K "$0" -iv "$1"';
  const loop = `while read -r value; do printf %s "$value" | ${open} > /dev/null || exit 1; done < "$2"`;
  const run = await runTimed(["sh", "-c", loop, key, iv, values], {});
  return run.exit === 0 ? run.wallMs / some.length : null;
}
