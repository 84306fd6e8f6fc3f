// Documents of `compliance keygen` and `open-key` → what a person reads: which file is which, fingerprints, what comes next.
import type { KeyFinding } from "../compliance/key-findings.ts";
import { colorOf, type Paint } from "./paint.ts";
import { plainLine } from "./plain-text.ts";
import { wrapText } from "./text-table.ts";

interface Look {
  readonly width: number;
  readonly paint: Paint;
}

/** `compliance open-key --json`; `key` and `iv` only with --show. */
export interface OpenedKeyDocument {
  readonly file: string;
  readonly privateKey: string;
  readonly pairFingerprint: string;
  readonly padding: "pkcs1-v1.5" | "oaep-sha1" | "oaep-sha256";
  /** 0: the file was binary. */
  readonly base64Layers: number;
  readonly base64Characters: number;
  /** What RSA made of the key: as many bytes as the modulus has. */
  readonly sizeBytes: number;
  readonly keyFingerprint: string;
  readonly ivFingerprint: string;
  readonly key?: string;
  readonly iv?: string;
  readonly out: string | null;
  readonly findings: readonly KeyFinding[];
}

/** `compliance keygen --json`; paths are absolute. */
export interface KeyPairDocument {
  readonly privateKey: string;
  readonly publicKey: string;
  readonly bits: number;
  readonly hasPassphrase: boolean;
  readonly pairFingerprint: string;
}

/** Fingerprints and values stand whole on a line, so that they can be copied. */
export function renderOpenedKeyText(document: OpenedKeyDocument, { width, paint }: Look): string {
  const { base64Layers: layers, base64Characters: characters, key, iv, out } = document;
  const form =
    layers === 0
      ? "binary"
      : `Base64${layers === 1 ? "" : `, ${layers} times`} (${characters} characters), taken off`;
  const lines = [
    `${plainLine(document.file)}: ${paint("green", "opened")}`,
    ...fields([
      ["form", `${form}: ${document.sizeBytes} bytes`],
      ["padding", document.padding],
      ["pair", document.pairFingerprint],
      ["key", document.keyFingerprint],
      ["iv", document.ivFingerprint],
      ...(key === undefined || iv === undefined
        ? []
        : ([
            ["key value", key],
            ["iv value", iv],
          ] as const)),
    ]),
  ];
  const next =
    out !== null
      ? `Written to ${plainLine(out)}, readable by its owner only. It opens every message of this key: keep it, and keep every older one.`
      : key === undefined
        ? "The values were not printed and not kept: --out FILE writes them, --show prints them."
        : "Whoever has these two values reads the archive: they are now in your terminal's memory.";
  const warnings = document.findings.flatMap(({ severity, code, message, advice }) => [
    paint(colorOf(severity), `${severity}  ${code}`),
    `      ${wrapText(plainLine(message), width - 6, "      ")}`,
    `      ${wrapText(plainLine(advice), width - 6, "      ")}`,
  ]);
  return [...lines, "", wrapText(next, width), ...(warnings.length === 0 ? [] : ["", ...warnings])].join(
    "\n",
  );
}

function fields(rows: readonly (readonly [string, string])[]): string[] {
  return rows.map(([name, value]) => `  ${name.padEnd(11)}${value}`);
}

/** Which of the two goes to the server, and which never leaves. */
export function renderKeyPairText(document: KeyPairDocument, { width, paint }: Look): string {
  const { privateKey, publicKey, bits, hasPassphrase } = document;
  const locked = hasPassphrase ? "locked with the passphrase" : "without passphrase";
  const paragraphs = [
    `${paint("bold", "public_key.pem")} goes to the server: Messaging > Compliance > Compliance Settings > Download Encryption Key on the primary IM and Presence cluster. Paste the whole text, with its first and last line.`,
    `${paint("bold", "private_key.pem")} never leaves: ${locked}, it opens what is downloaded there. Do not upload, mail or paste it; keep a copy where you keep passwords.`,
    "What the server then gives is opened with",
  ];
  return [
    `A key pair of ${bits} bits was made:`,
    ...fields([
      ["private", plainLine(privateKey)],
      ["public", plainLine(publicKey)],
      ["pair", document.pairFingerprint],
    ]),
    ...paragraphs.flatMap((text) => ["", wrapText(text, width)]),
    `  itlctl compliance open-key encrypted_key.pem --private-key ${plainLine(privateKey)} --out FILE`,
  ].join("\n");
}
