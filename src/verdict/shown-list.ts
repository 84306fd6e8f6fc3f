// What `show itl` printed to the shape of a list file, for nodes whose file cannot be fetched.
import type { ListFile } from "../facts/list-facts.ts";
import type { NodeFacts } from "../facts/node-facts.ts";
import type { ReadList } from "./signed-by.ts";

/** Keys, certificates and digests that `show itl` does not print are null or empty; null where it named no signer. */
export function listFileOfShown(shown: Extract<ReadList, { kind: "shown" }>): ListFile | null {
  if (shown.signer === null) return null;
  return {
    kind: "itl",
    sizeBytes: shown.lengthBytes,
    md5: shown.checksums["md5"] ?? "",
    sha1: shown.checksums["sha1"] ?? "",
    sha256: shown.checksums["sha256"] ?? "",
    header: {
      version: shown.version ?? "",
      headerLength: shown.headerLengthBytes ?? 0,
      signer: shown.signer,
      digestCode: null,
      digest: "unknown",
      signatureAlgorithmCode: null,
      modulusCode: null,
      signatureBytes: 0,
      filename: null,
      timestamp: null,
      unknownFields: [],
    },
    records: shown.records,
  };
}

/** The list of a node: what `show itl` printed, else the file it serves; null where neither could be read. */
export function listOfNode(node: NodeFacts): ReadList | null {
  if (node.itl?.kind === "shown") return node.itl;
  return node.served?.kind === "fetched" ? node.served.file : null;
}

/** The node's list as a file: the one it serves, else what `show itl` printed. */
export function listFileOfNode(node: NodeFacts): ListFile | null {
  if (node.served?.kind === "fetched") return node.served.file;
  return node.itl?.kind === "shown" ? listFileOfShown(node.itl) : null;
}
