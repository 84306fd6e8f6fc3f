// A run's report → text for people who were not there: outcome and next step first, then the run, what changed, when, and the evidence.
import { certificateWord } from "./certificate-changes.ts";
import type { Paint } from "./paint.ts";
import { plainStrings } from "./plain-text.ts";
import { renderRunText } from "./run-as-text.ts";
import { listWord, signerText, type ServedList } from "./run-changes.ts";
import type { RunReport } from "./run-report.ts";
import { durationText } from "./run-timeline.ts";
import { wrapText } from "./text-table.ts";

/** Digests and serial numbers are never cut. */
export function renderRunReportText(
  told: RunReport,
  look: { readonly width: number; readonly paint: Paint },
): string {
  const report = plainStrings(told);
  const changes = report.changes.flatMap((change) => [
    `  ${change.node}: ${listWord(change)}`,
    ...listLines("before", change.before, look.width),
    ...listLines("after ", change.after, look.width),
  ]);
  const certificates = report.certificates.flatMap((change) => [
    `  ${change.unit} on ${change.node}: ${certificateWord(change)}`,
    `    before ${change.before?.serial ?? "not known"}`,
    ...(change.after === null
      ? []
      : [
          `    after  ${change.after.serial}`,
          `           valid from ${change.after.notBefore} to ${change.after.notAfter}`,
        ]),
  ]);
  const timeline = report.timeline.map(({ kind, step, node, what, startedAt, endedAt, outcome }) => {
    const place = [step, node].filter((part) => part !== null).join(" on ");
    const parts = [place, what === step ? "" : what, outcome ?? ""].filter((part) => part !== "");
    const head = `  ${startedAt}  ${durationText(startedAt, endedAt).padEnd(11)} ${(kind === "write" ? "sent" : kind).padEnd(5)} `;
    const indent = " ".repeat(head.length);
    return (
      head +
      wrapText(parts.join(": "), Math.max(20, look.width - head.length)).replaceAll("\n", `\n${indent}`)
    );
  });
  const evidence = report.evidence.map(
    ({ file, sizeBytes, sha256 }) => `  ${sha256}  ${file} (${sizeBytes} bytes)`,
  );
  return renderRunText(report, look, [
    ...section("lists served, before and after", changes),
    ...section("certificates, serial before and after", certificates),
    ...section("timeline", timeline),
    ...section("evidence, SHA-256 (check with --verify)", evidence),
  ]);
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ["", `${title}:`, ...lines];
}

function listLines(when: string, list: ServedList | null, width: number): string[] {
  if (list === null) return [`    ${when} not known`];
  return [
    `    ${when} ${list.sha1}`,
    wrapText(`           signer ${signerText(list)}`, width, " ".repeat(13)),
    `           serial ${list.signerSerial ?? "not known"}`,
  ];
}
