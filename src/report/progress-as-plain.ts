// A run's events → one `label: value` line each, for screen readers.
import type { RunEvent } from "../run/events.ts";
import { type CountdownTools, openCountdown, restText, waitedFor } from "./countdown.ts";
import { plainWords, renderPlainDocument } from "./document-as-plain.ts";

/** Listens to a run as `openProgress` does; what is left of a wait is said now and then, and nothing is drawn over. */
export function openPlainProgress(
  write: (line: string) => void,
  time: Omit<CountdownTools, "say" | "draw">,
): (event: RunEvent) => void {
  let lastWait = "";
  const say = (label: string, text: string) => write(`${label}: ${plainWords(text)}`);
  const countdown = openCountdown({
    ...time,
    draw: null,
    say: (rest) => say("still waiting", `${rest} left`),
  });
  return (event) => {
    if (event.kind !== "waiting" || event.until === null) countdown.end();
    if (event.kind !== "waiting") lastWait = "";
    switch (event.kind) {
      case "run-started":
        return say("run", `${event.run} on ${event.cluster}`);
      case "note":
        return say("note", event.text);
      case "planned":
        return write(`plan\n${renderPlainDocument(event.plan)}\n`);
      case "step-started":
        return say(`step ${event.step}`, event.title);
      case "step-ended":
        return say(
          `step ${event.step}`,
          event.outcome === "held" ? "held" : `${event.outcome}: ${event.detail}`,
        );
      case "node-ended":
        return say(`node ${event.node}`, `${event.outcome}: ${event.detail}`);
      case "sending":
        return say(`typed on ${event.node}`, event.line);
      case "platform-line":
        return plainWords(event.text) === "" ? undefined : say(`${event.node} says`, event.text);
      case "waiting": {
        const { until } = event;
        const what = waitedFor(event.what);
        const text = `${what} ${until ?? ""}`;
        const rest = until === null ? "" : `, ${restText(until, time.now())}, until ${until} at the latest`;
        if (text !== lastWait) say("waiting for", `${what}${rest}`);
        if (until !== null) countdown.until(until);
        lastWait = text;
      }
    }
  };
}
