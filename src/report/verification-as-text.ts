// What checking a run's evidence gave → text: whole or not first, then each file, the bad ones with why.
import type { Paint } from "./paint.ts";
import { plainLine } from "./plain-text.ts";
import { wrapText } from "./text-table.ts";

/** What `report --verify --json` prints; `file` relative to the state folder. */
export interface VerificationDocument {
  readonly run: string;
  readonly isWhole: boolean;
  readonly damagedLine: number | null;
  readonly files: readonly {
    readonly file: string;
    readonly kind: string;
    readonly state: "whole" | "damaged" | "missing" | "not-recorded";
    readonly detail: string;
    readonly sizeBytes: number | null;
    readonly sha256: string | null;
  }[];
  readonly error: { readonly message: string; readonly hint: string } | null;
}

export function renderVerificationText(
  { run, isWhole, files, error }: VerificationDocument,
  { width, paint }: { readonly width: number; readonly paint: Paint },
): string {
  const bad = files.filter(({ state }) => state === "damaged" || state === "missing");
  const unrecorded = files.filter(({ state }) => state === "not-recorded").length;
  const verdict = isWhole
    ? paint(
        "green",
        unrecorded === 0 ? "the evidence is whole" : `what is recorded is whole; ${unrecorded} not recorded`,
      )
    : paint("red", `the evidence is NOT whole: ${bad.length} of ${files.length} files`);
  const lines = files.map(({ file, state, detail }) => {
    const color = state === "whole" ? "green" : state === "not-recorded" ? "yellow" : "red";
    const word = paint(color, state.padEnd(12));
    const indent = " ".repeat(15);
    return `  ${word} ${file}\n${indent}${wrapText(plainLine(detail), width - indent.length).replaceAll("\n", `\n${indent}`)}`;
  });
  const hint = error === null ? [] : ["", wrapText(`hint: ${plainLine(error.hint)}`, width, "      ")];
  return [`${run}: ${verdict}`, "", ...lines, ...hint].join("\n");
}
