// A signed file and the records of a list → whether a phone that holds that list could verify the file by itself.
import type { ItlLayout } from "../facts/itl-layout.ts";
import type { ItlRecord } from "../facts/itl-record.ts";
import type { ListFile } from "../facts/list-facts.ts";
import { judgeConfigSignature } from "./judge-config-signature.ts";
import type { FileSignature } from "./phone-look.ts";
import type { ConfigFile } from "./signed-config.ts";

/** Nobody asks for the digests of these files, and a Node in FIPS mode could not make all of them. */
const noDigests = { md5: "", sha1: "", sha256: "" } as const;

export function fileSignature(layout: ItlLayout, records: readonly ItlRecord[] | null): FileSignature {
  if (records === null) return "no-itl";
  const { bytes, header } = layout;
  const list: ListFile = { ...noDigests, kind: layout.kind, sizeBytes: bytes.length, header, records: [] };
  const body = bytes.subarray(header.headerLength);
  const file: ConfigFile = { kind: layout.isEncrypted ? "encrypted" : "signed", list, bytes, body };
  const { signature, trust } = judgeConfigSignature(file, { signer: null, held: { ...list, records } });
  switch (signature) {
    case "valid":
    case "invalid":
      return signature;
    case "no-signer-certificate":
      return trust?.accepted === false ? "signer-not-in-itl" : "no-key";
    case "unsupported":
    case "unsigned":
      return "unsupported";
  }
}
