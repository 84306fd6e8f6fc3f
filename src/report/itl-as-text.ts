// An `itl show` document → what a person reads of a file: its digests, its header, its records, who trusts it.
import type { SignatureState } from "../facts/list-facts.ts";
import type { ItlDocument } from "./itl-document.ts";
import type { Paint } from "./paint.ts";
import { plainLine } from "./plain-text.ts";
import { renderTable, wrapText } from "./text-table.ts";

const kinds = {
  itl: "identity trust list (ITL)",
  ctl: "certificate trust list (CTL)",
  "signed-file": "signed file",
  "encrypted-config": "encrypted phone configuration",
} as const;

const signatures: Readonly<Record<SignatureState, string>> = {
  valid: "valid",
  invalid: "INVALID: it does not verify with the signer's key",
  "no-signer-certificate":
    "not verified: the file carries no certificate of its signer (give it with --signer)",
  unsupported: "not verified: this kind of signature is not supported",
};

function signatureColor(signature: SignatureState): "green" | "red" | "yellow" {
  return signature === "valid" ? "green" : signature === "invalid" ? "red" : "yellow";
}

function renderFields(fields: readonly (readonly [string, string | null])[], width: number): string {
  const lines = fields.flatMap(([name, value]) => {
    if (value === null) return [];
    return [`${name.padEnd(11)}${wrapText(plainLine(value), width - 11, " ".repeat(11))}`];
  });
  return lines.join("\n");
}

function renderRecords({ records }: ItlDocument, width: number): string {
  const rows = records.map((record) => [
    String(record.index),
    record.function,
    record.serial ?? "-",
    record.signedThisFile ? "signer" : "",
    record.subjectName ?? "-",
  ]);
  return renderTable(
    [["#", "function", "serial", "", "subject"], ...rows.map((row) => row.map(plainLine))],
    width,
  );
}

/** Lines of about `width` characters; digests and serials are never cut in the header. */
export function renderItlText(document: ItlDocument, look: { width: number; paint: Paint }): string {
  const { header, signature, trustedBy } = document;
  const title = `${plainLine(document.file)}: ${kinds[document.kind]}, ${document.sizeBytes} bytes`;
  const fields = renderFields(
    [
      ["md5", document.md5],
      ["sha1", document.sha1],
      ["sha256", document.sha256],
      ["version", header.version],
      ["file name", header.filename],
      ["time", header.timestamp],
      ["signer", header.signerName],
      ["serial", header.signerSerial],
      ["issuer", header.issuerName],
      ["digest", header.digest],
    ],
    look.width,
  );
  const parts = [look.paint("bold", title), fields];
  parts.push(`signature  ${look.paint(signatureColor(signature), signatures[signature])}`);
  if (document.records.length > 0) parts.push("", renderRecords(document, look.width));
  if (trustedBy !== null) {
    const word = trustedBy.accepted
      ? look.paint("green", "would accept")
      : look.paint("red", "would NOT accept");
    const reason = wrapText(plainLine(trustedBy.reason), look.width - 2, "  ");
    parts.push("", `A phone holding ${plainLine(trustedBy.file)} ${word} this file by itself:\n  ${reason}`);
  }
  return parts.join("\n");
}
