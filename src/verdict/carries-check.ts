// A certificate as it was read back, and a node's list, to whether the list carries it where phones look for it.
import { normalSerial } from "../base/serial.ts";
import type { ItlRecord } from "../facts/itl-record.ts";
import type { ListFile } from "../facts/list-facts.ts";
import type { ClusterFacts, NodeFacts } from "../facts/node-facts.ts";
import type { ProofCheck } from "./proof-checks.ts";
import { listFileOfNode } from "./shown-list.ts";
import { isTftpRecord, isTvsRecord, recoveryRecordsOf } from "./signed-by.ts";
import { serviceRow, tvsState } from "./tftp-state.ts";

/** A new certificate as it was read back; `sha1` of the DER, joined or in pairs. */
export interface ExpectedCertificate {
  readonly node: string;
  readonly unit: string;
  readonly serial: string;
  readonly sha1: string;
}

/** A CallManager certificate stands in its own node's list only; web, IPsec and ECDSA certificates in none that is on record. */
export function checkCarries(
  node: NodeFacts,
  expected: ExpectedCertificate,
  facts: ClusterFacts,
): ProofCheck[] {
  const place = placeInList(node, expected, facts);
  if (place === null) return [];
  const list = listFileOfNode(node);
  const records = list === null ? [] : place.recordsOf(list);
  const isMet = records.some((record) => isRecordOfCertificate(record, expected));
  const what = `the new ${expected.unit} certificate of ${expected.node} (serial ${expected.serial})`;
  const instead = records.length === 0 ? "it has none" : `it has ${records.map(serialText).join(", ")}`;
  const detail = isMet
    ? `the list carries ${what}`
    : `the list does not carry ${what} as ${place.word}: ${instead}`;
  return [{ name: "carries", isMet, detail }];
}

interface Place {
  readonly word: string;
  readonly recordsOf: (list: ListFile) => readonly ItlRecord[];
}

function placeInList(
  node: NodeFacts,
  { unit, node: holder }: ExpectedCertificate,
  facts: ClusterFacts,
): Place | null {
  const owner = facts.nodes.find((each) => each.node === holder);
  const isPublisher = owner?.role === "publisher";
  switch (unit) {
    case "CallManager":
      return holder === node.node ? { word: "TFTP record", recordsOf: filtered(isCallManagerRecord) } : null;
    case "TVS":
      return owner !== undefined && tvsState(owner) === "inactive"
        ? null
        : { word: "TVS record", recordsOf: filtered(isTvsRecord) };
    case "ITLRecovery":
      return isPublisher ? { word: "recovery token", recordsOf: recoveryRecordsOf } : null;
    case "CAPF":
      return isPublisher && isCapfStarted(owner)
        ? { word: "CAPF record", recordsOf: filtered(isCapfRecord) }
        : null;
    default:
      return null;
  }
}

const filtered = (isWanted: (record: ItlRecord) => boolean) => (list: ListFile) =>
  list.records.filter(isWanted);

const isCapfRecord = (record: ItlRecord) => record.functionCode === 4 || record.functionName === "CAPF";

const isCallManagerRecord = (record: ItlRecord) =>
  isTftpRecord(record) || record.functionCode === 1 || record.functionName === "CCM";

/** Only a CAPF service that runs stands in lists; not known counts as running. */
function isCapfStarted(owner: NodeFacts): boolean {
  const row = serviceRow(owner, "Cisco Certificate Authority Proxy Function");
  return owner.services === null || row?.state === "STARTED";
}

function isRecordOfCertificate(record: ItlRecord, { serial, sha1 }: ExpectedCertificate): boolean {
  if (record.serial === null || normalSerial(record.serial) !== normalSerial(serial)) return false;
  const hash = record.certificateSha1 ?? (record.certHash?.length === 59 ? record.certHash : null);
  return hash === null || joined(hash) === joined(sha1);
}

const joined = (hash: string) => hash.replaceAll(":", "").toLowerCase();

const serialText = (record: ItlRecord) => record.serial ?? "a record without serial";
