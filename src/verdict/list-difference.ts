// Two lists to what changed between them, in terms of roles and certificates.
import type { ItlRecord } from "../facts/itl-record.ts";
import type { ListFile } from "../facts/list-facts.ts";
import { forecastTake, judgeTrustedBy } from "./phone-trust.ts";
import type { SignerRole } from "./release-rules.ts";
import { isTftpRecord, isToken, recoveryRecordOf, signedBy } from "./signed-by.ts";
import { identityOfSigner } from "./signer-identity.ts";

/** A certificate of a list in one role (`CallManager token`, `ITLRecovery`, `TFTP`, `TVS`, ...); `sha1` of the certificate, upper-case pairs. */
export interface RoleEntry {
  readonly role: string;
  readonly subject: string;
  readonly serial: string | null;
  readonly sha1: string | null;
}

/** `changed`: the same role and subject with another certificate. */
export type RoleChange =
  | { readonly kind: "added" | "removed" | "kept"; readonly entry: RoleEntry }
  | { readonly kind: "changed"; readonly before: RoleEntry; readonly after: RoleEntry };

export interface ListDifference {
  readonly isSameFile: boolean;
  readonly signer: {
    readonly isChanged: boolean;
    readonly before: { readonly role: SignerRole; readonly name: string; readonly serial: string };
    readonly after: { readonly role: SignerRole; readonly name: string; readonly serial: string };
  };
  readonly changes: readonly RoleChange[];
  /** Would a phone holding the first list take the second by itself, without asking a Trust Verification Service? */
  readonly takes: { readonly accepted: boolean; readonly reason: string };
}

/** What changed from `a` to `b`; with the bytes of `b`, `takes` rests on its signature, else on equal keys. */
export function compareLists(a: ListFile, b: ListFile, bytesOfB?: Uint8Array): ListDifference {
  const [before, after] = [signerOf(a), signerOf(b)];
  return {
    isSameFile: a.sha1 === b.sha1,
    signer: { isChanged: before.name !== after.name || before.serial !== after.serial, before, after },
    changes: changesOf(entriesOf(a), entriesOf(b)),
    takes: bytesOfB === undefined ? takesByKey(a, b) : judgeTrustedBy(a, { bytes: bytesOfB, file: b }),
  };
}

function signerOf(list: ListFile) {
  const { name, serial } = list.header.signer;
  return { role: signedBy(list), name, serial };
}

function takesByKey(a: ListFile, b: ListFile): { accepted: boolean; reason: string } {
  const signer = identityOfSigner(b);
  if (signer === null) return { accepted: false, reason: "the second list names no signer" };
  const nobodyToAsk = { runningTvs: [], storeSerials: [] };
  const take = forecastTake({ held: a, signer, tvs: nobodyToAsk });
  return { accepted: take.kind === "direct", reason: take.reason };
}

function entriesOf(list: ListFile): RoleEntry[] {
  const recovery = recoveryRecordOf(list);
  return list.records.map((record) => ({
    role: roleOf(record, list, recovery),
    subject: record.subjectName ?? "",
    serial: record.serial,
    sha1: record.certificateSha1 ?? record.certHash,
  }));
}

function roleOf(record: ItlRecord, list: ListFile, recovery: ItlRecord | null): string {
  if (record === recovery) return "ITLRecovery";
  if (!isToken(record)) return record.functionName;
  const isTwin = list.records.some((other) => isTftpRecord(other) && other.serial === record.serial);
  return isTwin ? "CallManager token" : record.functionName;
}

function changesOf(before: readonly RoleEntry[], after: readonly RoleEntry[]): RoleChange[] {
  const left = [...before];
  const take = (isWanted: (entry: RoleEntry) => boolean) => {
    const index = left.findIndex(isWanted);
    return index < 0 ? null : (left.splice(index, 1)[0] ?? null);
  };
  const kept = after.map((entry) => take((old) => isSameEntry(old, entry)) !== null);
  const changes = after.map((entry, index): RoleChange => {
    if (kept[index] === true) return { kind: "kept", entry };
    const old = take((each) => each.role === entry.role && each.subject === entry.subject);
    return old === null ? { kind: "added", entry } : { kind: "changed", before: old, after: entry };
  });
  return [...changes, ...left.map((entry): RoleChange => ({ kind: "removed", entry }))];
}

function isSameEntry(a: RoleEntry, b: RoleEntry): boolean {
  return a.role === b.role && a.subject === b.subject && a.serial === b.serial && a.sha1 === b.sha1;
}
