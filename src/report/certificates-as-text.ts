// A document of certificates → a table for people, what ends first on top, and the findings below it.
import { commonName } from "../base/subject-name.ts";
import { type Finding, worstOf } from "../verdict/verdict.ts";
import type { CertificatesDocument, ListedCertificate } from "./certificates-document.ts";
import { colorOf, type Color, type Paint } from "./paint.ts";
import { plainLine } from "./plain-text.ts";
import { renderFinding } from "./status-as-text.ts";
import { renderTable } from "./text-table.ts";

interface Look {
  readonly width: number;
  readonly paint: Paint;
  /** From how many days on the end of a certificate is painted. */
  readonly certificateDays: number;
}

/** `needed`: shown however narrow the terminal is; the others only where the whole table fits. */
interface Column {
  readonly title: string;
  readonly needed: boolean;
  cell(certificate: ListedCertificate): string;
}

const columns: readonly Column[] = [
  { title: "days", needed: true, cell: ({ daysLeft }) => String(daysLeft) },
  { title: "ends", needed: true, cell: ({ notAfter }) => notAfter.slice(0, 10) },
  { title: "from", needed: false, cell: ({ notBefore }) => notBefore.slice(0, 10) },
  { title: "node", needed: true, cell: ({ node }) => node },
  { title: "unit", needed: true, cell: ({ unit }) => unit },
  { title: "key", needed: true, cell: keyText },
  { title: "serial", needed: true, cell: ({ serial }) => shortSerial(serial) },
  {
    title: "issuer",
    needed: true,
    cell: ({ selfSigned, issuer }) => (selfSigned ? "self-signed" : commonName(issuer)),
  },
  { title: "subject", needed: false, cell: ({ subject }) => commonName(subject) },
];

/** `2048 sha256`; a key of `384` is EC, as the unit's name says too. */
function keyText({ keyBits, digest }: ListedCertificate): string {
  return `${keyBits ?? "?"} ${digest ?? "?"}`;
}

/** As in the tables of `status`. */
function shortSerial(serial: string): string {
  return serial.length <= 8 ? serial : `${serial.slice(0, 5)}…`;
}

function rowsOf(certificates: readonly ListedCertificate[], shown: readonly Column[]): string[][] {
  return [
    shown.map(({ title }) => title),
    ...certificates.map((certificate) => shown.map(({ cell }) => plainLine(cell(certificate)))),
  ];
}

/** Subject and beginning stand in it where there is room for whole cells. Lines of at most `width` characters. */
export function renderCertificatesText(
  cluster: string,
  { certificates, findings }: CertificatesDocument,
  { width, paint, certificateDays }: Look,
): string {
  const whole = rowsOf(certificates, columns);
  const hasRoom = renderTable(whole, Infinity)
    .split("\n")
    .every((line) => line.length <= width);
  const rows = hasRoom
    ? whole
    : rowsOf(
        certificates,
        columns.filter(({ needed }) => needed),
      );
  const painted = (certificate: ListedCertificate | undefined, cell: string) => {
    const color = colorOfEnd(certificate?.daysLeft ?? Infinity, certificateDays);
    return color === null ? cell : paint(color, cell);
  };
  const table = renderTable(rows, width, (cell, row, column) => {
    if (row === 0) return paint("bold", cell);
    return column < 2 ? painted(certificates[row - 1], cell) : cell;
  });
  const verdict = worstOf(findings);
  const title = `${paint("bold", cluster)}, ${countText(certificates)}: ${paint(colorOf(verdict), verdict)}`;
  const told = renderFindings(findings, width, paint);
  return [
    title,
    ...(certificates.length === 0 ? [] : [table]),
    ...(told.length === 0 ? [] : ["", ...told]),
  ].join("\n");
}

/** Findings of one kind follow each other, and what to do stands below the last of them. */
export function renderFindings(findings: readonly Finding<string>[], width: number, paint: Paint): string[] {
  const alike = new Map<string, Finding<string>[]>();
  for (const finding of findings) {
    const kind = `${finding.code} ${finding.advice}`;
    alike.set(kind, [...(alike.get(kind) ?? []), finding]);
  }
  return [...alike.values()].flatMap((group) =>
    group.map((finding, at) => renderFinding(finding, width, paint, at === group.length - 1)),
  );
}

function colorOfEnd(days: number, certificateDays: number): Color | null {
  if (days < 0) return "red";
  return days < certificateDays ? "yellow" : null;
}

function countText(certificates: readonly ListedCertificate[]): string {
  const nodes = new Set(certificates.map(({ node }) => node)).size;
  const of = (count: number, word: string) => `${count} ${word}${count === 1 ? "" : "s"}`;
  return `${of(certificates.length, "certificate")} on ${of(nodes, "node")}`;
}
