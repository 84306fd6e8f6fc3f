// Trouble before there is a status → the one line and the UNKNOWN that a monitoring system understands.
import { plainLine } from "../report/plain-text.ts";

/** True where `status --format nagios` was typed, however wrong the rest is. */
export function isNagiosAsked(argv: readonly string[]): boolean {
  if (!argv.includes("status")) return false;
  return (
    argv.includes("--format=nagios") ||
    argv.some((word, at) => word === "--format" && argv[at + 1] === "nagios")
  );
}

/** A bar would begin the performance data, so there is none in the message. */
export function renderNagiosUnknown(message: string): string {
  return `ITL UNKNOWN - ${plainLine(message).replaceAll("|", "/")}`;
}
