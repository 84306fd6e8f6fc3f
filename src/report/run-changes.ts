// A run and the lists that are kept → for each node what it served before the first write and at each proof.
import type { RunState } from "../run/replay.ts";

/** What a kept list says of itself. */
export interface KnownList {
  readonly sha1: string;
  readonly signer: string;
  readonly signerSerial: string;
  readonly signedBy: "CallManager" | "ITLRecovery" | "other";
}

/** A list as one node served it; null parts are not known (the list is not kept). */
export interface ServedList {
  readonly sha1: string;
  readonly signer: string | null;
  readonly signerSerial: string | null;
  readonly signedBy: KnownList["signedBy"] | null;
}

/** `before` null: none, or it could not be read. `proven`: by step, in the order of the proofs. */
export interface NodeChange {
  readonly node: string;
  readonly before: ServedList | null;
  readonly after: ServedList | null;
  readonly proven: readonly { readonly step: string; readonly list: ServedList | null }[];
  /** Null where before or after is not known. */
  readonly isChanged: boolean | null;
}

/** Every node that was looked at before, or proven; none for a run that had no preflight. */
export function runChanges(state: RunState, lists: readonly KnownList[]): readonly NodeChange[] {
  const { basis, work, listsSeen } = state;
  // A change of certificates may settle the basis of a reset in its middle: before is before all of it.
  const baseline = (work ?? basis)?.baseline ?? [];
  const proofs = Object.entries(listsSeen);
  const nodes = [
    ...new Set([...baseline.map(({ node }) => node), ...proofs.flatMap(([, by]) => Object.keys(by))]),
  ];
  const known = (sha1: string | null | undefined): ServedList | null => {
    if (sha1 === null || sha1 === undefined) return null;
    const list = lists.find((one) => one.sha1 === sha1);
    const { signer = null, signerSerial = null, signedBy = null } = list ?? {};
    return { sha1, signer, signerSerial, signedBy };
  };
  return nodes.map((node) => {
    const then = baseline.find((one) => one.node === node);
    const kept = known(then?.sha1);
    const before = kept && {
      ...kept,
      signerSerial: kept.signerSerial ?? then?.signerSerial ?? null,
      signedBy: kept.signedBy ?? then?.signedBy ?? null,
    };
    const proven = proofs
      .filter(([, by]) => node in by)
      .map(([step, by]) => ({ step, list: known(by[node]) }));
    const after = proven.at(-1)?.list ?? null;
    const isChanged = before === null || after === null ? null : before.sha1 !== after.sha1;
    return { node, before, after, proven, isChanged };
  });
}

/** `ITLRecovery CN=... 40:90:...`, as much of it as is known. */
export function signerText(list: ServedList | null): string {
  if (list === null) return "-";
  return [list.signedBy, list.signer].filter((part) => part !== null).join(", ") || "not known";
}

/** `changed`, `unchanged` or `not known`. */
export function listWord({ isChanged }: NodeChange): string {
  return isChanged === null ? "not known" : isChanged ? "changed" : "unchanged";
}
