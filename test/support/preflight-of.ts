// A cluster of the lab and what the operator asked for in, the preflight of its recovery out.
import type { StagedCluster } from "../../mocks/lab/cluster-state.ts";
import type { LabRelease } from "../../mocks/lab/model.ts";
import type { ClusterFacts } from "../../src/facts/node-facts.ts";
import { chooseHeldLists, type SeenList } from "../../src/verdict/held-list.ts";
import { judgePreflight, type Preflight, type PreflightInput } from "../../src/verdict/preflight.ts";
import type { SignerIdentity } from "../../src/verdict/signer-identity.ts";
import { isTftpNode } from "../../src/verdict/tftp-state.ts";
import type { FindingCode } from "../../src/verdict/verdict.ts";
import {
  factsOf,
  historyOf,
  makeLab,
  nodeOf,
  nowMs,
  replace,
  signerOf,
  upTo11,
  withNode,
} from "./lab-facts.ts";

/** What differs from a look at the cluster as it is, with nothing asked for and an empty history. */
export type Situation = Partial<Omit<PreflightInput, "held" | "heldFindings">> & {
  readonly history?: Record<string, SeenList[]>;
};

/** Chooses the held lists and judges. */
export function preflight(lab: StagedCluster, situation: Situation = {}): Preflight {
  const { history = {}, ...parts } = situation;
  const facts = parts.facts ?? factsOf(lab);
  const release = lab.profile.version;
  const nodes = facts.nodes.filter(isTftpNode);
  const { held, findings: heldFindings } = chooseHeldLists({ nodes, named: null, history, release });
  return judgePreflight({
    accepted: [],
    requestedKey: null,
    remote: null,
    isUnattended: false,
    certificateDays: 180,
    nowMs,
    ...parts,
    facts,
    held,
    heldFindings,
  });
}

/** A remote key by its certificate; null: it could not be opened. */
export const remoteOf = (identity: SignerIdentity | null) => ({
  identity,
  note: identity === null ? "wrong password" : "opened",
});

/** Codes of what stops it, in order. */
export const blockedBy = (result: { blocking: readonly { code: FindingCode }[] }) =>
  result.blocking.map(({ code }) => code);

/** Phones lost as that release loses them; gives what the history knew before, and the recovery key of that time. */
export function lose(release: LabRelease): {
  lab: StagedCluster;
  history: Record<string, SeenList[]>;
  oldKey: SignerIdentity;
} {
  const lab = makeLab(release);
  const history = historyOf(lab);
  const oldKey = signerOf(lab, "pub", "ITLRecovery");
  replace(
    lab,
    (upTo11 as readonly string[]).includes(release) ? ["CallManager", "TVS"] : ["ITLRecovery", "TVS"],
  );
  return { lab, history, oldKey };
}

/** The publisher and its certificates anew, and the subscribers after it, a day ago. */
export function rebuildPublisher(lab: StagedCluster): void {
  lab.inThePast(86_400_000, () => lab.rebuildPublisher());
  replace(lab, ["CallManager", "TVS"], ["tftp2", "cm3"]);
}

/** The same facts, with a list without ITLRecovery record on one node. */
export function withoutRecovery(facts: ClusterFacts, name: string): ClusterFacts {
  const { itl, served } = nodeOf(facts, name);
  if (itl?.kind !== "shown") throw new Error("no list");
  const records = itl.records.filter((record) => !record.subjectName?.includes("ITLRECOVERY"));
  return withNode(facts, name, { itl: { ...itl, records }, served });
}
