// Serial numbers and digests in the house's two spellings.

/** Upper-case pairs with colons, without a leading zero byte: `61:40:52`. */
export function serialText(bytes: Uint8Array): string {
  let start = 0;
  while (start < bytes.length - 1 && bytes[start] === 0) start += 1;
  return pairsText(bytes.subarray(start));
}

/** Upper-case pairs with colons: `9D:7D:A7`. */
export function pairsText(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).toUpperCase().padStart(2, "0")).join(":");
}

/** A serial as any tool prints it (colons, blanks, joined, lower case, leading zeros) in the house's spelling; null if it is not hex. */
export function normalSerial(text: string): string | null {
  const hex = text.replace(/[\s:]/g, "");
  if (hex.length === 0 || !/^[0-9a-fA-F]+$/.test(hex)) return null;
  return serialText(Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, "hex"));
}
