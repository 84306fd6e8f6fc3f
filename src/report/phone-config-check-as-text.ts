// A document of `phone-config check` → the state first, then the list from top to bottom, each line with its evidence.
import type { CheckStep, StepOutcome } from "../phone-config/check-step.ts";
import { renderFindings } from "./certificates-as-text.ts";
import { colorOf, type Color, type Paint } from "./paint.ts";
import type { PhoneConfigCheckDocument } from "./phone-config-check-document.ts";
import { plainLine } from "./plain-text.ts";
import { wrapText } from "./text-table.ts";

interface Look {
  readonly width: number;
  readonly paint: Paint;
}

const outcomes: Readonly<Record<StepOutcome, { readonly word: string; readonly color: Color }>> = {
  good: { word: "good", color: "green" },
  bad: { word: "bad", color: "red" },
  unknown: { word: "unknown", color: "yellow" },
  "not-applicable": { word: "n/a", color: "dim" },
};
const indent = " ".repeat(13);

/** Lines of at most `width` characters, but for words that are longer. */
export function renderPhoneConfigCheckText(
  { cluster, device, state, verdict, meaning, next, steps, findings }: PhoneConfigCheckDocument,
  { width, paint }: Look,
): string {
  const title = `${paint("bold", device)} in ${cluster}: ${paint("bold", state)} (${paint(colorOf(verdict), verdict)})`;
  const told = renderFindings(findings, width, paint);
  return [
    title,
    wrapText(meaning, width),
    wrapText(`→ ${next}`, width, "  "),
    "",
    ...groupsOf(steps).flatMap((group, at) => renderGroup(group, at + 1, width, paint)),
    ...(told.length === 0 ? [] : ["", ...told]),
  ].join("\n");
}

/** Lines of one step follow each other. */
function groupsOf(steps: readonly CheckStep[]): readonly (readonly CheckStep[])[] {
  const groups = new Map<string, CheckStep[]>();
  for (const step of steps) groups.set(step.step, [...(groups.get(step.step) ?? []), step]);
  return [...groups.values()];
}

/** Nodes of which the very same was seen share a line. */
function mergedNodes(group: readonly CheckStep[]) {
  const lines = new Map<string, { outcome: StepOutcome; nodes: string[]; evidence: string }>();
  for (const { outcome, node, evidence } of group) {
    const key = `${outcome} ${evidence}`;
    const line = lines.get(key) ?? { outcome, nodes: [], evidence };
    if (node !== null) line.nodes.push(node);
    lines.set(key, line);
  }
  return [...lines.values()];
}

function renderGroup(group: readonly CheckStep[], number: number, width: number, paint: Paint): string[] {
  return [
    `${String(number).padStart(2)}. ${paint("bold", group[0]?.step ?? "")}`,
    ...mergedNodes(group).map(({ outcome, nodes, evidence }) => {
      const { word, color } = outcomes[outcome];
      const text = plainLine(nodes.length === 0 ? evidence : `${nodes.join(", ")}: ${evidence}`);
      const wrapped = wrapText(text, width - indent.length).replaceAll("\n", `\n${indent}`);
      return `    ${paint(color, word.padEnd(9))}${wrapped}`;
    }),
  ];
}
