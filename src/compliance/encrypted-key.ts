// The file that the platform's download left, as mail, editors and browsers pass it on → the bytes that RSA made.
import { OperatorError } from "../base/errors.ts";
import { fileText } from "./file-text.ts";
import { parseKeyText } from "./key-text.ts";

export interface EncryptedKey {
  /** As many as the modulus has. */
  readonly bytes: Buffer;
  /** How often Base64 was taken off; 0: the file was binary already. */
  readonly layers: number;
  /** The characters of Base64 in the file, without white space; 0 for a binary file. */
  readonly characters: number;
}

const mostLayers = 3;
const pairBytes = [128, 256, 384, 512, 1024];
const again =
  "Download the key again (Messaging > Compliance > Compliance Settings), and give that file as it is";

/** `bits` of the private key. Throws `wrong-key` where the length is that of another key, else `file-unreadable`. */
export function parseEncryptedKey(file: Uint8Array, name: string, bits: number): EncryptedKey {
  const unreadable = (what: string, hint = again) =>
    new OperatorError("file-unreadable", `${name} ${what}`, { hint, place: { file: name } });
  refuseOtherTexts(fileText(file), unreadable);
  let bytes = Buffer.from(file);
  let layers = 0;
  let characters = 0;
  for (let text = base64Of(bytes); text !== null && layers < mostLayers; text = base64Of(bytes)) {
    if (layers === 0) characters = text.length;
    bytes = Buffer.from(text, "base64");
    layers += 1;
  }
  if (layers === 0) refuseSpoiledText(bytes, unreadable);
  const needed = Math.ceil(bits / 8);
  if (bytes.length === needed) return { bytes, layers, characters };
  if (pairBytes.includes(bytes.length)) {
    throw new OperatorError(
      "wrong-key",
      `${name} was made for a key of ${bytes.length * 8} bits (${bytes.length} bytes); this private key has ${bits}`,
      {
        hint: `Give the private key whose public key was pasted when this file was downloaded${bytes.length < needed ? "; if it is this one, the file was cut: download it again" : ""}`,
        place: { file: name },
      },
    );
  }
  throw unreadable(lengthProblem(bytes.length, needed, characters), lengthHint(bytes.length));
}

/** The text without armour and white space, where nothing but Base64 is left; null for anything else. */
function base64Of(bytes: Uint8Array): string | null {
  const dense = withoutArmour(fileText(bytes)).replace(/[\s\u200b\ufeff]/g, "");
  return dense.length >= 8 && /^[A-Za-z0-9+/]+={0,2}$/.test(dense) ? dense : null;
}

/** Lines like `-----BEGIN ...-----` made blank, so that lines and columns stay. */
function withoutArmour(text: string): string {
  return text.replace(/^[^\S\r\n]*-{4,}[^\r\n]*/gm, (line) => " ".repeat(line.length));
}

type Unreadable = (what: string, hint?: string) => OperatorError;

function refuseOtherTexts(text: string, unreadable: Unreadable): void {
  if (withoutArmour(text).trim() === "") {
    throw unreadable(
      'is empty. That is what is left where `openssl pkeyutl` ended with "data greater than mod len" (the Base64 was not decoded), or where `openssl base64 -d` got one long line without -A',
      "Give the file as it was downloaded: its Base64 is seen and decoded here",
    );
  }
  if (parseKeyText(text).kind !== "none") {
    throw unreadable(
      "is opened already: it has lines `key =` or `iv =` that anybody can read",
      "Give this file to --key-file of `itlctl compliance decrypt`, and keep it where only its owner can read it",
    );
  }
  const [, label = ""] = /-----BEGIN ([A-Z0-9 ]*(?:KEY|CERTIFICATE)[A-Z0-9 ]*)-----/.exec(text) ?? [];
  if (label !== "" && !/ENCRYPTED KEY|MESSAGE/.test(label)) {
    throw unreadable(
      `is a ${label.toLowerCase()} in PEM, not the encrypted key that the server gave`,
      "Give the downloaded file first, and the private key to --private-key",
    );
  }
}

/** Text that is Base64 but for a few characters: says where the first odd one is. */
function refuseSpoiledText(bytes: Uint8Array, unreadable: Unreadable): void {
  const text = withoutArmour(fileText(bytes));
  const odd = [...text.matchAll(/[^A-Za-z0-9+/=\s\u200b\ufeff]|=(?=[\s=]*[A-Za-z0-9+/])/g)];
  const [first] = odd;
  if (first === undefined || odd.length * 4 > text.length) return;
  const before = text.slice(0, first.index).split(/\r\n|\r|\n/);
  const code = (first[0].codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
  throw unreadable(
    `is damaged: in line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1} stands a character (U+${code}) where Base64 has none`,
  );
}

function lengthProblem(length: number, needed: number, characters: number): string {
  const seen =
    characters === 0
      ? `has ${length} bytes`
      : `has ${characters} characters of Base64, which make ${length} bytes`;
  const missing = needed - length;
  const off = Math.abs(missing) === 1 ? "1 byte is" : `${Math.abs(missing)} bytes are`;
  return `${seen}, and this private key opens exactly ${needed}: ${off} ${missing > 0 ? "missing, it was cut" : "too many"}`;
}

/** Messages come in blocks of 16 bytes. */
function lengthHint(length: number): string {
  return length % 16 === 0
    ? `${again}; if this is a message of the archive, open it with \`itlctl compliance decrypt\``
    : again;
}
