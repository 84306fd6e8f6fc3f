// The beginning of a transcript's file name in, its text out.
import { readdirSync, readFileSync } from "node:fs";

const folder = new URL("../../mocks/transcripts/", import.meta.url);

/** `tac-03` names exactly one file. */
export function transcript(start: string): string {
  const names = readdirSync(folder).filter((name) => name.startsWith(`${start}-`));
  if (names.length !== 1) throw new Error(`${start} names ${names.length} transcripts`);
  return readFileSync(new URL(names[0] ?? "", folder), "utf8");
}

/** Every way of cutting the text at a line's end, the whole text left out. */
export function cutAtEveryLine(text: string): string[] {
  const lines = text.trimEnd().split("\n");
  return lines.map((_, at) => lines.slice(0, at).join("\n"));
}
