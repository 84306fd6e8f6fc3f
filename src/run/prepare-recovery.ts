// A cluster, a request and a look → what the preflight says, and (where nothing blocks) the basis of the recovery.
import { parseListFile } from "../facts/itl-file.ts";
import type { ClusterFacts } from "../facts/node-facts.ts";
import { isForCluster } from "../playbook/step-release.ts";
import { chooseHeldLists, type HeldList } from "../verdict/held-list.ts";
import { judgePreflight, type Preflight, type RemoteKey } from "../verdict/preflight.ts";
import type { CtlPart } from "../verdict/recovery-ctl.ts";
import { isServingNode } from "../verdict/tftp-state.ts";
import type { Finding } from "../verdict/verdict.ts";
import { chooseRemoteKey } from "./backup/choose-remote-key.ts";
import { keptKeys } from "./backup/kept-keys.ts";
import { remoteKeyOfRun } from "./backup/remote-key-of-run.ts";
import { ccmPasswordOf } from "./ccm-password.ts";
import type { RunRequest } from "./journal-entry.ts";
import { observeCluster } from "./observe-cluster.ts";
import { observeCtl } from "./observe-ctl.ts";
import { changeOf } from "./planned-change.ts";
import { baselineOf, releaseOf } from "./node-baseline.ts";
import type { RecoveryBasis } from "./recovery-basis.ts";
import { seenLists } from "./seen-lists.ts";
import type { RunTools } from "./step-kind.ts";
import { nodeOf } from "./steps/standing.ts";

/** `basis` is null where a finding blocks. */
export interface PreparedRecovery {
  readonly facts: ClusterFacts;
  readonly preflight: Preflight;
  readonly basis: RecoveryBasis | null;
}

/**
 * Read-only. Throws the publisher's own trouble (unreachable, refused, unreadable), and what the secrets of the plan lack.
 * `isCtlAround`: the reset is one step of a plan that deals with the CTL itself. `confirmed`: what phones hold by a person's
 * word in this run; counts before the history, where it has every TFTP node.
 */
export async function prepareRecovery(
  tools: RunTools,
  request: RunRequest,
  isCtlAround = false,
  confirmed: readonly HeldList[] | null = null,
): Promise<PreparedRecovery> {
  const publisher = tools.cluster.nodes.find((node) => node.role === "publisher");
  if (publisher === undefined) throw new Error("an inventory without publisher was accepted");
  await tools.pool.session(publisher);
  const named = remoteKeyOfRun({ ...tools, request }, null);
  // The vault is asked while the nodes are: one that is down costs the night no time of its own.
  const keeping = keptKeys(tools);
  keeping.catch(() => null);
  const given = named === null ? null : await named.fetch();
  const before = seenLists(tools.history, tools.cluster.name);
  const facts = await observeCluster(tools, "recovery");
  const publisherFacts = nodeOf(facts, publisher.name);
  const release = releaseOf(tools, publisher.name, publisherFacts);
  const tftpNodes = facts.nodes.filter(isServingNode);
  const isConfirmed = tftpNodes.every(({ node }) => confirmed?.some((list) => list.node === node));
  const { held, findings: heldFindings } =
    isConfirmed && confirmed !== null
      ? { held: confirmed, findings: [] }
      : chooseHeldLists({ nodes: tftpNodes, named: namedList(tools), history: before, release });
  const isMixedMode = publisherFacts?.clusterSecurityMode === 1;
  const ctl = isMixedMode && !isCtlAround ? await ownCtl(tools, publisher.name, release) : undefined;
  const judge = (key: RemoteKey | null, vaultFindings: readonly Finding[], hasLocalKeyBackup = false) =>
    judgePreflight({
      ...{ facts, held, accepted: request.accepted, requestedKey: request.requestedKey, remote: key },
      heldFindings: [...heldFindings, ...vaultFindings],
      isUnattended: request.isUnattended,
      certificateDays: tools.cluster.thresholds.certificateDays,
      nowMs: tools.clock.now(),
      hasVault: tools.openVault !== null,
      hasLocalKeyBackup,
      ctl: isCtlAround ? { kind: "around" } : ctl,
    });
  const kept = await keeping;
  const chosen = await chooseRemoteKey(tools, { request, given, kept, held, facts, judge });
  const { preflight, remote, backup } = chosen;
  if (preflight.blocking.length > 0 || preflight.choice === null) return { facts, preflight, basis: null };

  await ccmPasswordOf(tools, release);
  const isRemote = preflight.choice.key === "remote";
  const basis: RecoveryBasis = {
    ...{ release, publisher: publisher.name, tftpNodes: preflight.tftpNodes, choice: preflight.choice, held },
    ...{ forecasts: preflight.forecasts, normalForecasts: preflight.normalForecasts },
    seenNodes: facts.nodes.filter((node) => node.isReachable).map(({ node }) => node),
    alreadyResetNodes: preflight.alreadyResetNodes,
    baseline: preflight.tftpNodes.map((name) => baselineOf(nodeOf(facts, name), name)),
    remoteAddress: isRemote ? (remote?.address ?? null) : null,
    backup: isRemote ? backup : null,
    aboutRemoteKey: isRemote ? (remote?.about ?? null) : null,
    remoteHostKey: isRemote ? (remote?.hostKey ?? null) : null,
    ...(isMixedMode && preflight.ctl.kind === "written"
      ? { isMixedMode, ctlForecasts: preflight.ctl.forecasts }
      : {}),
  };
  return { facts, preflight, basis };
}

/** The CTL, and what the playbook's own steps would make of it. */
async function ownCtl(tools: RunTools, publisher: string, release: string): Promise<CtlPart> {
  const steps = tools.playbook.steps.filter((step) => isForCluster(step, { release, isMixedMode: true }));
  return { kind: "own", list: await observeCtl(tools, publisher), steps: steps.map(changeOf) };
}

function namedList(tools: RunTools): { file: ReturnType<typeof parseListFile>; bytes: string } | null {
  if (tools.namedHeldList === null) return null;
  return { file: parseListFile(tools.namedHeldList), bytes: tools.namedHeldList.toString("base64") };
}
