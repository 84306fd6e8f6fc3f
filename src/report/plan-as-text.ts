// A plan → what the operator reads before typing the cluster's name.
import { renderDuration } from "../base/duration.ts";
import type { Plan, PlannedStep } from "../playbook/plan.ts";
import type { Paint } from "./paint.ts";
import { plainLine } from "./plain-text.ts";
import { wrapText } from "./text-table.ts";

/** Lines of at most `width` characters, but for command lines: those stand as they will be typed. */
export function renderPlanText(plan: Plan, look: { readonly width: number; readonly paint: Paint }): string {
  const { width, paint } = look;
  const preface = plan.preface.map((line) => wrapText(plainLine(`  ${line}`), width, "  "));
  const steps = plan.steps.map((step, index) => renderStep(step, index + 1, width, paint));
  const title = paint("bold", `Plan for ${plan.cluster} (${plan.playbook}, release ${plan.release})`);
  return [title, ...preface, "", ...steps].join("\n");
}

function renderStep(step: PlannedStep, number: number, width: number, paint: Paint): string {
  const head = wrapText(
    `${String(number).padStart(2)}. ${plainLine(step.title)} [${step.step}]`,
    width,
    "    ",
  );
  const commands = step.commands.map(({ node, line }) => `      ${node}> ${paint("bold", plainLine(line))}`);
  const questions = step.questions.map(({ question, answeredBy }) =>
    wrapText(`      asks "${plainLine(question)}": answered by ${plainLine(answeredBy)}`, width, "        "),
  );
  const effects = step.effects.map((effect) => wrapText(`      - ${plainLine(effect)}`, width, "        "));
  const times = step.lastsMs === undefined ? [] : [`      ${timesText(step.startsMs ?? 0, step.lastsMs)}`];
  return [head, ...times, ...commands, ...questions, ...effects].join("\n");
}

/** By our own estimate; holds and people are not in it. */
function timesText(startsMs: number, lastsMs: number): string {
  const when = startsMs === 0 ? "at once" : `after ${renderDuration(startsMs)}`;
  return `${when}, about ${renderDuration(lastsMs)}`;
}
