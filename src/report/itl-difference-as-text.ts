// What changed between two lists → what a person reads of it.
import type { ListDifference, RoleChange, RoleEntry } from "../verdict/list-difference.ts";
import type { Color, Paint } from "./paint.ts";
import { plainLine } from "./plain-text.ts";
import { wrapText } from "./text-table.ts";

const marks: Readonly<Record<RoleChange["kind"], readonly [string, Color]>> = {
  added: ["+ added", "green"],
  removed: ["- removed", "red"],
  changed: ["~ changed", "yellow"],
  kept: ["= kept", "dim"],
};

function renderEntry({ role, subject }: RoleEntry): string {
  return plainLine(`${role}: ${subject}`);
}

function serialOf({ serial, sha1 }: RoleEntry): string {
  return plainLine(serial ?? sha1 ?? "unknown");
}

function renderChange(change: RoleChange, width: number, paint: Paint): string {
  const [mark, color] = marks[change.kind];
  const indent = " ".repeat(11);
  const line = (text: string) => wrapText(text, width - indent.length, indent);
  const told =
    change.kind === "changed"
      ? [renderEntry(change.after), `serial ${serialOf(change.before)} became ${serialOf(change.after)}`]
      : [renderEntry(change.entry), `serial ${serialOf(change.entry)}`];
  return `${paint(color, mark.padEnd(11))}${told.map(line).join(`\n${indent}`)}`;
}

/** `names` are what the operator called the two lists. */
export function renderDifferenceText(
  difference: ListDifference,
  names: { before: string; after: string },
  look: { width: number; paint: Paint },
): string {
  const [before, after] = [plainLine(names.before), plainLine(names.after)];
  const title = look.paint("bold", `${before} → ${after}`);
  if (difference.isSameFile) return `${title}\nThe two files are the same.`;
  const { signer, takes } = difference;
  const told = (side: typeof signer.before) => plainLine(`${side.role} ${side.serial}`);
  const signerLine = signer.isChanged
    ? `signer     ${told(signer.before)} became ${told(signer.after)}`
    : `signer     ${told(signer.after)} in both`;
  const order = ["changed", "added", "removed", "kept"];
  const changes = difference.changes.toSorted((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind));
  const word = takes.accepted ? look.paint("green", "would accept") : look.paint("red", "would NOT accept");
  return [
    title,
    signerLine,
    ...changes.map((change) => renderChange(change, look.width, look.paint)),
    "",
    wrapText(
      `A phone holding ${before} ${word} ${after} by itself: ${plainLine(takes.reason)}`,
      look.width,
      "  ",
    ),
  ].join("\n");
}
