// The files below a delivery's folder, and what the platform told of its own → the one recovery key that arrived, or why there is none.
import type { Delivery } from "../../vault/vault.ts";

export type DeliveredFile = Awaited<ReturnType<Delivery["files"]>>[number];

export type Found =
  | { readonly kind: "found"; readonly path: string; readonly bytes: Buffer }
  | { readonly kind: "not-found"; readonly why: string };

/** The name does not decide (what the platform calls it there is on no record), nor the sub-path; `toldBytes` null: no size was told. */
export function findDelivered(files: readonly DeliveredFile[], toldBytes: number | null): Found {
  const candidates = files.filter(looksLikeKey);
  const [only] = candidates;
  if (files.length === 0) return notFound("nothing arrived");
  if (only === undefined) return notFound(`no recovery key is among what arrived: ${fileNames(files)}`);
  if (candidates.length > 1) return notFound(`${candidates.length} files arrived: ${fileNames(candidates)}`);
  const { path, sizeBytes, bytes } = only;
  if (bytes === null) return notFound(`what arrived is too large for a recovery key: ${fileNames([only])}`);
  if (toldBytes !== null && bytes.length !== toldBytes)
    return notFound(`${path} has ${bytes.length} bytes, the platform told ${toldBytes}`);
  if (sizeBytes !== bytes.length)
    return notFound(`${path} has ${sizeBytes} bytes, only ${bytes.length} could be read`);
  return { kind: "found", path, bytes };
}

/** `a/ITLRecovery.p12 (1709 bytes), b (12 bytes)`. */
export function fileNames(files: readonly DeliveredFile[]): string {
  return files.map(({ path, sizeBytes }) => `${path} (${sizeBytes} bytes)`).join(", ");
}

const notFound = (why: string): Found => ({ kind: "not-found", why });

/** By name, or by the first bytes of a DER or BER sequence longer than 127 bytes. */
function looksLikeKey({ path, bytes }: DeliveredFile): boolean {
  if (/\.(p12|pfx)$/i.test(path)) return true;
  return bytes !== null && bytes[0] === 0x30 && [0x80, 0x81, 0x82, 0x83, 0x84].includes(bytes[1] ?? 0);
}
