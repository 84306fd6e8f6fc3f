// A change of certificates → the proof that phones can follow it: every TFTP node carries the new certificates, in a list that phones take.
import { parseListFile } from "../../facts/itl-file.ts";
import { judgeFollowed } from "../../verdict/judge-followed.ts";
import type { NodeProof } from "../../verdict/proof.ts";
import type { OfferedList } from "../../verdict/phone-trust.ts";
import { observeCluster } from "../observe-cluster.ts";
import type { ListHistory } from "../../served/list-history.ts";
import type { RunState } from "../replay.ts";
import type { RunContext, RunGround, StepResult } from "../step-kind.ts";
import { proveUntil } from "./proof-report.ts";

/** What of a run these proofs rest on. */
export interface FollowedRun {
  state(): Pick<RunState, "changed" | "confirmed" | "listsSeen">;
  ground(): Pick<RunGround, "baseline">;
  readonly history: Pick<ListHistory, "bytesOf"> | null;
}

/** Null: every TFTP node is proven, for phones that hold any list served since they were last known to have followed. */
export function proveFollowed(
  step: { readonly id: string },
  context: RunContext,
): Promise<StepResult | null> {
  const what = "every TFTP node to serve a list with the new certificates that phones take";
  return proveUntil(step.id, context, what, async () => {
    const { seenNodes, tftpNodes } = context.ground();
    const facts = await observeCluster(context, "recovery", seenNodes);
    const expected = changedCertificates(context);
    const proofs = heldSince(context, step.id).map((before) =>
      judgeFollowed({ facts, tftpNodes, before, expected }),
    );
    return { facts, proofs: tftpNodes.map((node) => weakest(proofs, node)) };
  });
}

/** The certificates this run has made, the last one of each unit on each node. */
export function changedCertificates(context: FollowedRun) {
  const { changed } = context.state();
  return changed.filter(
    ({ node, unit }, at) =>
      !changed.slice(at + 1).some((later) => later.node === node && later.unit === unit),
  );
}

type Lists = Readonly<Record<string, OfferedList | null>>;

/** What phones may hold: what was served when they were last confirmed to have followed, and what was proven since. */
export function heldSince(context: FollowedRun, current: string): Lists[] {
  const { listsSeen, confirmed } = context.state();
  const seen = Object.entries(listsSeen).filter(([step]) => step !== current);
  const from = seen.findLastIndex(([step]) => confirmed.includes(step));
  const { baseline } = context.ground();
  const first = Object.fromEntries(baseline.map(({ node, sha1 }) => [node, sha1]));
  const sha1s =
    from === -1 ? [first, ...seen.map(([, lists]) => lists)] : seen.slice(from).map(([, lists]) => lists);
  return sha1s.map((lists) =>
    Object.fromEntries(Object.entries(lists).map(([node, sha1]) => [node, listOf(context, sha1)])),
  );
}

function listOf(context: FollowedRun, sha1: string | null): OfferedList | null {
  const bytes = sha1 === null ? null : (context.history?.bytesOf(sha1) ?? null);
  return bytes === null ? null : { bytes, file: parseListFile(bytes) };
}

/** A node is proven only for phones with each of the lists. */
function weakest(proofs: readonly (readonly NodeProof[])[], node: string): NodeProof {
  const ofNode = proofs.flatMap((each) => each.find((proof) => proof.node === node) ?? []);
  const worst = ofNode.find((proof) => !proof.isProven) ?? ofNode.at(-1);
  if (worst === undefined) throw new Error(`no proof was asked for ${node}`);
  return worst;
}
