// A run's events → lines on stderr while it goes: what is done now, what is waited for, and until when.
import type { RunEvent } from "../run/events.ts";
import { type CountdownTools, openCountdown, restText, waitedFor } from "./countdown.ts";
import type { Paint } from "./paint.ts";
import { renderPlanText } from "./plan-as-text.ts";
import { plainLine } from "./plain-text.ts";
import { wrapText } from "./text-table.ts";

/** Where progress is shown; `draw` shows one line that goes away again, null where none can. */
export interface ProgressLook extends Omit<CountdownTools, "say"> {
  readonly width: number;
  readonly paint: Paint;
}

/** Listens to a run and writes a line an event; `write` gets lines without line end. A wait is told once, and then what is left of it. */
export function openProgress(write: (line: string) => void, look: ProgressLook): (event: RunEvent) => void {
  let lastWait = "";
  const say = (line: string, indent = "       ") => write(wrapText(line, look.width, indent));
  const countdown = openCountdown({
    ...look,
    draw: look.draw && ((rest) => look.draw?.(rest === "" ? "" : `  ${rest} left`)),
    say: (rest) => say(`  still waiting: ${rest} left`),
  });
  return (event) => {
    if (event.kind !== "waiting" || event.until === null) countdown.end();
    if (event.kind !== "waiting") lastWait = "";
    switch (event.kind) {
      case "run-started":
        return say(`run ${event.run} on ${event.cluster}`);
      case "note":
        return say(`note: ${plainLine(event.text)}`);
      case "planned":
        return write(renderPlanText(event.plan, look));
      case "step-started":
        return say(`${look.paint("bold", event.step)}: ${plainLine(event.title)}`);
      case "step-ended":
        // A hold has just been told in full as a wait.
        if (event.outcome === "held") return say(`${event.step}: ${look.paint("yellow", "held")}`);
        return say(
          `${event.step}: ${look.paint(colorOfOutcome(event.outcome), event.outcome)}: ${plainLine(event.detail)}`,
        );
      case "node-ended":
        return say(`  ${event.node}: ${event.outcome}: ${plainLine(event.detail)}`);
      case "sending":
        return say(`  ${event.node}> ${plainLine(event.line)}`);
      case "platform-line":
        return plainLine(event.text) === ""
          ? undefined
          : say(`  ${look.paint("dim", `${event.node} | ${plainLine(event.text)}`)}`);
      case "waiting": {
        const { until } = event;
        const what = plainLine(waitedFor(event.what));
        const text = `${what} ${until ?? ""}`;
        const time = until === null ? "" : ` (${restText(until, look.now())}, until ${until} at the latest)`;
        if (text !== lastWait) say(`  waiting for ${what}${time}`);
        if (until !== null) countdown.until(until);
        lastWait = text;
      }
    }
  };
}

function colorOfOutcome(outcome: string): "green" | "yellow" | "red" {
  if (outcome === "done" || outcome === "skipped") return "green";
  return outcome === "held" || outcome === "pending" ? "yellow" : "red";
}
