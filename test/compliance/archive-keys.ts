// Archive keys as a server would hand them out: made here, sealed for a pair, and the pairs themselves.
import { constants, createHash, createPublicKey, type KeyObject, publicEncrypt } from "node:crypto";
import { createKeyMaker } from "../../mocks/lab/key-maker.ts";

const maker = createKeyMaker();

/** Pairs that are no one else's; made once per machine. */
export const pairs = {
  own: maker.next(2048),
  other: maker.next(2048),
  larger: maker.next(3072),
};

/** The same key and IV for the same word. */
function keyValues(word: string): { readonly key: string; readonly iv: string } {
  const bytes = createHash("sha512").update(word).digest("hex");
  return { key: bytes.slice(0, 64), iv: bytes.slice(64, 96) };
}

export const { key, iv } = keyValues("an archive");
/** As the platform's own example is set. */
export const keyText = `key = ${key}\niv  = ${iv}`;

/** RSA with the public half, PKCS#1 v1.5 unless told. */
export function seal(
  text: string | Buffer,
  pair: KeyObject = pairs.own,
  padding: "v1.5" | "sha1" | "sha256" = "v1.5",
): Buffer {
  const how =
    padding === "v1.5"
      ? { padding: constants.RSA_PKCS1_PADDING }
      : { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: padding };
  return publicEncrypt({ key: createPublicKey(pair), ...how }, Buffer.from(text));
}

/** A block of bytes exactly as given, under RSA without padding. */
export function sealBlock(block: Buffer, pair: KeyObject = pairs.own): Buffer {
  return publicEncrypt({ key: createPublicKey(pair), padding: constants.RSA_NO_PADDING }, block);
}

export function pemOf(key: KeyObject, passphrase?: string): string {
  const lock = passphrase === undefined ? {} : { cipher: "aes-256-cbc", passphrase };
  return key.export({ type: "pkcs8", format: "pem", ...lock }).toString();
}

export function publicPemOf(key: KeyObject): string {
  return createPublicKey(key).export({ type: "spki", format: "pem" }).toString();
}

/** What was thrown, in short; "nothing" where nothing was. */
export function troubleOf(act: () => unknown): { code: string; message: string; hint: string } {
  try {
    act();
  } catch (error) {
    const { code, message, hint } = error as { code: string; message: string; hint: string };
    return { code, message, hint };
  }
  return { code: "nothing", message: "", hint: "" };
}
