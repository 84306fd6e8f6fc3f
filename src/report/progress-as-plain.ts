// A run's events → one `label: value` line each, for screen readers.
import type { RunEvent } from "../run/events.ts";
import { plainWords, renderPlainDocument } from "./document-as-plain.ts";

/** Listens to a run as `openProgress` does. */
export function openPlainProgress(write: (line: string) => void): (event: RunEvent) => void {
  let lastWait = "";
  const say = (label: string, text: string) => write(`${label}: ${plainWords(text)}`);
  return (event) => {
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
        const until = event.until === null ? "" : `, until ${event.until} at the latest`;
        const text = `${event.what}${until}`;
        if (text !== lastWait) say("waiting for", text);
        lastWait = text;
      }
    }
  };
}
