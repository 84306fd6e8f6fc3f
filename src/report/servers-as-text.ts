// A document of servers → a table for each cluster, one row for each certificate, and the findings below.
import { commonName } from "../base/subject-name.ts";
import { labelOf, type ServerFinding } from "../servers/server-findings.ts";
import { worstOf } from "../verdict/verdict.ts";
import { renderFindings } from "./certificates-as-text.ts";
import { colorOf, type Paint } from "./paint.ts";
import { plainLine } from "./plain-text.ts";
import type { ListedServer, ListedServerCertificate, ServersDocument } from "./servers-document.ts";
import { renderTable, wrapText } from "./text-table.ts";

interface Look {
  readonly width: number;
  readonly paint: Paint;
}

interface Row {
  readonly server: ListedServer;
  /** Null: it presents none, though something is there or should be. */
  readonly certificate: ListedServerCertificate | null;
}

const headings = ["days", "server", "kind", "key", "TLS", "issuer"];

/** Lines of at most `width` characters, but for words that are longer. */
export function renderServersText(document: ServersDocument, look: Look): string {
  const clusters = [...new Set(document.servers.map(({ cluster }) => cluster))];
  const parts = clusters.map((cluster) =>
    renderGroup(
      cluster,
      document.servers.filter((server) => server.cluster === cluster),
      document.findings.filter((finding) => finding.cluster === cluster),
      look,
    ),
  );
  const notes = document.notJudged.map((note) => wrapText(plainLine(note), look.width - 2, "  "));
  const told = notes.length === 0 ? [] : [["Not judged:", ...notes.map((note) => `  ${note}`)].join("\n")];
  return [...parts, ...told].join("\n\n");
}

function renderGroup(
  cluster: string | null,
  servers: readonly ListedServer[],
  findings: readonly ServerFinding[],
  { width, paint }: Look,
): string {
  const rows = servers.flatMap((server): Row[] => {
    if (server.certificates.length > 0)
      return server.certificates.map((certificate) => ({ server, certificate }));
    return isUnneeded(server) ? [] : [{ server, certificate: null }];
  });
  const table = renderTable([headings, ...rows.map(cellsOf)], width, (cell, row, column) => {
    if (row === 0) return paint("bold", cell);
    const days = rows[row - 1]?.certificate?.daysLeft ?? null;
    return column === 0 && days !== null && days < 0 ? paint("red", cell) : cell;
  });
  const verdict = worstOf(findings);
  const count = rows.filter(({ certificate }) => certificate !== null).length;
  const of = (number: number, word: string) => `${number} ${word}${number === 1 ? "" : "s"}`;
  const title = `${paint("bold", plainLine(cluster ?? "by hand"))}, ${of(count, "certificate")} on ${of(servers.length, "port")}: ${paint(colorOf(verdict), verdict)}`;
  const unneeded = (kind: "closed" | "unreachable", what: string) => {
    const places = servers.filter((server) => isUnneeded(server) && server.trouble?.kind === kind);
    const line = `${what}: ${places.map(labelOf).join(", ")}`;
    return places.length === 0 ? [] : [paint("dim", wrapText(plainLine(line), width, "  "))];
  };
  const told = renderFindings(findings, width, paint);
  return [
    title,
    ...(rows.length === 0 ? [] : [table]),
    ...unneeded("closed", "Nobody listens, and nobody has to"),
    ...unneeded("unreachable", "Not reached from here, and nobody has to listen"),
    ...(told.length === 0 ? [] : ["", ...told]),
  ].join("\n");
}

/** What nobody has to answer, and nobody answered; what answers and presents nothing has its row. */
function isUnneeded({ certificates, required, trouble }: ListedServer): boolean {
  return !required && certificates.length === 0 && /^(?:closed|unreachable)$/.test(trouble?.kind ?? "");
}

function cellsOf({ server, certificate }: Row): string[] {
  const place = [labelOf(server), server.kind];
  if (certificate === null) return ["-", ...place, "-", "-", server.trouble?.kind ?? "none"].map(plainLine);
  const { daysLeft, kind, keyBits, digest, protocol, selfSigned, issuer, unreadable } = certificate;
  const key = `${kind === "other" ? "?" : kind.toUpperCase()} ${keyBits ?? "?"} ${digest ?? "?"}`;
  return [
    daysLeft === null ? "?" : String(daysLeft),
    ...place,
    unreadable === null ? key : "unreadable",
    protocol === "TLSv1" ? "1.0" : protocol.replace(/^TLSv/, ""),
    selfSigned === true ? "self-signed" : issuer === null ? "?" : commonName(issuer),
  ].map(plainLine);
}
