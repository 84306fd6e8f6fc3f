// A path or an http URL, as a flag named it → the certificate in it, DER.
import { X509Certificate } from "node:crypto";
import { messageOf, OperatorError } from "../base/errors.ts";
import type { CommandContext } from "./command.ts";
import { loadBytes } from "./load-bytes.ts";

/** The first one of a PEM file. `flag` for the hint: `--signer`. Throws as `loadBytes`, and `file-unreadable` for anything else. */
export async function loadCertificate(
  path: string,
  flag: string,
  context: CommandContext,
): Promise<Uint8Array> {
  const bytes = await loadBytes(path, context);
  try {
    return new X509Certificate(bytes).raw;
  } catch (error) {
    throw new OperatorError("file-unreadable", `no certificate could be read: ${messageOf(error)}`, {
      hint: `Give ${flag} one X.509 certificate in PEM or DER`,
      place: { file: path },
      cause: error,
    });
  }
}
