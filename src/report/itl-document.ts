// A decoded list and what verifying it gave → the document that `itl show --json` prints (interface section 5).
import type { ItlRecord } from "../facts/itl-record.ts";
import type { ListFile, ListKind, SignatureState } from "../facts/list-facts.ts";

export interface ItlDocument {
  readonly file: string;
  readonly kind: ListKind;
  readonly sizeBytes: number;
  readonly md5: string;
  readonly sha1: string;
  readonly sha256: string;
  readonly header: {
    readonly version: string;
    readonly headerLength: number;
    readonly signerName: string;
    readonly signerSerial: string;
    readonly issuerName: string;
    readonly digest: string;
    readonly filename: string | null;
    readonly timestamp: string | null;
  };
  readonly records: readonly RecordDocument[];
  readonly signature: SignatureState;
  readonly trustedBy: TrustedByDocument | null;
}

export interface RecordDocument {
  readonly index: number;
  readonly function: string;
  readonly functionCode: number | null;
  readonly subjectName: string | null;
  readonly issuerName: string | null;
  readonly serial: string | null;
  readonly dnsName: string | null;
  readonly certificateSha1: string | null;
  readonly certHash: string | null;
  readonly signedThisFile: boolean;
}

/** Whether a phone holding the list in `file` accepts this one by itself. */
export interface TrustedByDocument {
  readonly file: string;
  readonly accepted: boolean;
  readonly reason: string;
}

function recordDocument(record: ItlRecord): RecordDocument {
  return {
    index: record.index,
    function: record.functionName,
    functionCode: record.functionCode,
    subjectName: record.subjectName,
    issuerName: record.issuerName,
    serial: record.serial,
    dnsName: record.dnsName,
    certificateSha1: record.certificateSha1,
    certHash: record.certHash,
    signedThisFile: record.isSigner === true,
  };
}

/** `file` is what the operator named: a path, or the URL. */
export function itlDocument(
  file: string,
  list: ListFile,
  judged: { signature: SignatureState; trustedBy: TrustedByDocument | null },
): ItlDocument {
  const { header } = list;
  return {
    file,
    kind: list.kind,
    sizeBytes: list.sizeBytes,
    md5: list.md5,
    sha1: list.sha1,
    sha256: list.sha256,
    header: {
      version: header.version,
      headerLength: header.headerLength,
      signerName: header.signer.name,
      signerSerial: header.signer.serial,
      issuerName: header.signer.issuerName,
      digest: header.digest,
      filename: header.filename,
      timestamp: header.timestamp,
    },
    records: list.records.map(recordDocument),
    signature: judged.signature,
    trustedBy: judged.trustedBy,
  };
}
