// A `phone-config show` document → what a person reads of a file: its kind, its signature, what it says, its XML.
import type { Paint } from "./paint.ts";
import type { PhoneConfigShowDocument } from "./phone-config-show-document.ts";
import { plainLine } from "./plain-text.ts";
import { wrapText } from "./text-table.ts";

const signatures: Readonly<Record<PhoneConfigShowDocument["signature"], string>> = {
  valid: "valid",
  invalid: "INVALID: it does not verify with the signer's key",
  "no-signer-certificate":
    "not verified: give the signer's certificate with --signer, or a list that a phone holds with --trusted-by",
  unsupported: "not verified: this kind of signature is not supported",
  unsigned: "none: the file is not signed",
};

/** Lines of about `width` characters; digests, serials and the XML are never cut. */
export function renderPhoneConfigShowText(
  document: PhoneConfigShowDocument,
  look: { width: number; paint: Paint },
): string {
  const parts = [
    look.paint("bold", `${plainLine(document.file)}: ${kindText(document)}, ${document.sizeBytes} bytes`),
    renderFields(headerRows(document), look.width),
    `${label("signature")}${paintedSignature(document, look)}`,
  ];
  if (document.encryption !== null) parts.push(renderFields(encryptionRows(document), look.width));
  if (document.trustedBy !== null) parts.push("", renderTrust(document.trustedBy, look));
  if (document.says !== null) parts.push("", renderFields(saidRows(document.says), look.width));
  if (document.xml !== null) parts.push("", document.xml);
  if (document.xml?.includes("••••") === true) parts.push("", hiddenText(document));
  if (document.out !== null)
    parts.push("", `The clear XML, nothing hidden, was written to ${plainLine(document.out)}.`);
  return parts.join("\n");
}

function hiddenText({ out }: PhoneConfigShowDocument): string {
  const hidden = "•••• hides a password, PIN or key";
  return out === null ? `${hidden}; --out FILE writes the file as it is.` : `${hidden}.`;
}

function kindText({ kind, content, encryption }: PhoneConfigShowDocument): string {
  const words = {
    signed: "signed phone configuration",
    encrypted: "encrypted phone configuration",
    unsigned: "phone configuration without a signature",
  };
  if (encryption?.isDecrypted === false) return words[kind];
  const extent = content ?? "it does not say whether partial or full";
  return encryption === null ? `${words[kind]} (${extent})` : `${words[kind]}, decrypted (${extent})`;
}

type Row = readonly [name: string, value: string | null];

function headerRows({ file, sha1, header }: PhoneConfigShowDocument): Row[] {
  return [
    ["sha1", sha1],
    ["file name", nameText(file, header?.filename ?? null)],
    ["time", header?.timestamp ?? null],
    ["signer", header?.signerName ?? null],
    ["serial", header?.signerSerial ?? null],
    ["issuer", header?.issuerName ?? null],
    ["digest", header?.digest ?? null],
  ];
}

/** A file that is named for one phone and says inside that it is another's. */
function nameText(file: string, inside: string | null): string | null {
  const read = /SEP[0-9A-F]{12}\.cnf\.xml(?:\.enc)?\.sgn$/i.exec(file)?.[0];
  if (inside === null || read === undefined || read.toLowerCase() === inside.toLowerCase()) return inside;
  return `${inside}, although it was read as ${read}: a phone may refuse it`;
}

function encryptionRows({ encryption }: PhoneConfigShowDocument): Row[] {
  if (encryption === null) return [];
  const { keyBits, digest, padBytes, isDecrypted } = encryption;
  const opened = isDecrypted
    ? `and this key opens it: what comes out has the ${digest} digest that the header names`
    : "give that key with --phone-key to read it";
  return [
    ["encrypted", `for the RSA key of one phone (${keyBits} bits); ${opened}`],
    ["padding", `${padBytes} bytes`],
  ];
}

function saidRows(says: NonNullable<PhoneConfigShowDocument["says"]>): Row[] {
  const capf = says.capf.map(
    ({ host, port }) => `${host === "" ? "no address" : host}, port ${port ?? "unknown"}`,
  );
  const mode = says.capfAuthMode;
  return [
    ["says", saidOfEncryption(says)],
    ["certHash", says.certHash === "" ? emptyHash(says) : (says.certHash ?? "absent")],
    ["CAPF", capf.length === 0 ? "none is named" : capf.join("; ")],
    ["CAPF asks", mode === null ? "absent" : `${says.capfAuthModeMeaning ?? "unknown"} (${mode})`],
    ["load", says.loadInformation],
  ];
}

/** Files of phones without encryption leave it empty, whatever CAPF has seen. */
function emptyHash({ encrConfig }: NonNullable<PhoneConfigShowDocument["says"]>): string {
  return encrConfig === true ? "empty: CAPF has not seen this phone" : "empty";
}

function saidOfEncryption({ fullConfig, encrConfig }: NonNullable<PhoneConfigShowDocument["says"]>): string {
  if (encrConfig === null) return "nothing of encryption (no encrConfig)";
  if (!encrConfig) return "encryption is off (encrConfig false)";
  return fullConfig === false
    ? "encryption is on: the whole configuration is in the .enc.sgn file (encrConfig true)"
    : "encryption is on (encrConfig true)";
}

function renderTrust(
  { file, accepted, reason }: NonNullable<PhoneConfigShowDocument["trustedBy"]>,
  { width, paint }: { width: number; paint: Paint },
): string {
  const why = `:\n  ${wrapText(plainLine(reason), width - 2, "  ")}`;
  if (accepted === null)
    return `${paint("yellow", "It cannot be told")} whether a phone holding ${plainLine(file)} takes this file${why}`;
  const word = accepted ? paint("green", "takes") : paint("red", "does NOT take");
  return `A phone holding ${plainLine(file)} ${word} this file by itself${why}`;
}

function paintedSignature(
  { signature }: PhoneConfigShowDocument,
  { width, paint }: { width: number; paint: Paint },
): string {
  const color = signature === "valid" ? "green" : signature === "invalid" ? "red" : "yellow";
  return paint(color, wrapText(signatures[signature], width - label("").length, label("")));
}

function renderFields(rows: readonly Row[], width: number): string {
  return rows
    .flatMap(([name, value]) =>
      value === null ? [] : [label(name) + wrapText(plainLine(value), width - label("").length, label(""))],
    )
    .join("\n");
}

function label(name: string): string {
  return name.padEnd(11);
}
