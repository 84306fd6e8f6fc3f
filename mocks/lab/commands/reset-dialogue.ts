// What happens in a reset in; the lines that the platform prints for it, in either wording, out.
import type { ResetEvent } from "../model.ts";

/** Which of the two known wordings, and whether the key was a remote one (fewer dots in tac-02). */
export interface ResetWording {
  readonly dialogue: "older" | "newer";
  readonly isRemote: boolean;
}

/** Lines of 10.0 (tac-01, tac-02) or of the 12.5(1)SU5 guide (ext-03); null where that wording says nothing. */
export function renderResetEvent(event: ResetEvent, wording: ResetWording): string | null {
  return wording.dialogue === "older" ? olderLines(event, wording.isRemote) : newerLines(event);
}

function olderLines(event: ResetEvent, isRemote: boolean): string | null {
  switch (event.kind) {
    case "generating":
      return null;
    case "generated":
      return "The reset ITL file was generated successfully\n";
    case "locating":
      return `\nLocating active Tftp servers in the cluster${isRemote ? "...." : "....."}\n`;
    case "servers":
      return [
        "Following is the list of Active tftp servers in the cluster",
        "",
        `[${event.names.map((name) => `'${name}'`).join(", ")}]`,
      ].join("\n");
    case "transferring":
      return "Transferring new reset ITL file to the TFTP server nodes in the cluster.....\n";
    case "transferred":
      return `Successfully transferred reset ITL to node ${event.node}\n`;
    case "not-transferred":
      return event.text;
    case "restarting":
      return `Restarting Cisco Tftp service on host ${event.node}`;
    case "restarted":
      return `Cisco Tftp service restarted on host ${event.node}`;
  }
}

function newerLines(event: ResetEvent): string | null {
  switch (event.kind) {
    case "generating":
      return "\nName is None \n\nGenerating the reset ITL file.....\n";
    case "generated":
      return "The reset ITL file was generated successfully\n";
    case "locating":
      return "Locating active Tftp servers in the cluster.....\n";
    case "servers":
      return [
        "Following is the list of Active tftp servers in the cluster",
        "",
        "====================",
        "",
        ...event.names.flatMap((name) => [name, ""]),
        "=====================",
        "",
        `Number of Active TFTP servers in the cluster : ${event.names.length}`,
        "",
      ].join("\n");
    case "transferring":
      return "Transferring new reset ITL file to the TFTP server nodes in the cluster.........\n";
    case "transferred":
      return `Successfully transferred reset ITL to node ${event.node}\n`;
    case "not-transferred":
      return event.text;
    case "restarting":
    case "restarted":
      return null;
  }
}
