// The recovery key out of the publisher and into the vault: vault first, then the platform, then the proof, then one publication.
import { isoTime } from "../../base/clock.ts";
import { OperatorError } from "../../base/errors.ts";
import type { Secret } from "../../base/secret.ts";
import { parseNetworkCluster } from "../../facts/network-cluster.ts";
import type { Step } from "../../playbook/step.ts";
import { showNetworkCluster } from "../../session/read-commands.ts";
import type { Session } from "../../session/session.ts";
import { judgeBackupProof } from "../../verdict/judge-backup-proof.ts";
import { judgeCluster } from "../../verdict/judge-cluster.ts";
import type { Vault } from "../../vault/vault.ts";
import { backupRecordOf } from "../backup/backup-record.ts";
import { discarded, withLeftovers } from "../backup/backup-trouble.ts";
import { type KeptKey, keepKey } from "../backup/keep-key.ts";
import { noVault } from "../backup/no-vault.ts";
import { openingPasswords, type ProvenKey, proveKey } from "../backup/prove-key.ts";
import { type ServedNow, servedNow } from "../backup/served-records.ts";
import { hasRecoveryKey, noKeyOn, type TakenKey, takeKey } from "../backup/take-key.ts";
import { blockedBy } from "../blocked-by.ts";
import { emptyFacts } from "../node-trouble.ts";
import { observeCluster } from "../observe-cluster.ts";
import type { RunContext, StepKind, StepResult } from "../step-kind.ts";
import { interrupted, throwIfInterrupted } from "./timed-wait.ts";

type BackupStep = Extract<Step, { verb: "backup" }>;

/** `backup`: taken again from the start each time it is carried out; it changes no trust, so it may be. */
export const backup: StepKind<BackupStep> = {
  async carryOut(step, context) {
    const passwords = await openingPasswords(context.cluster, context.resolveSecret);
    if (context.openVault === null) throw noVault(context.cluster);
    const vault = await context.openVault();
    try {
      await vault.checkWritable();
      return await backUp(context, vault, passwords);
    } catch (error) {
      // A vault that is full is no journal that is full: the run can still say how it ended.
      if (!(error instanceof OperatorError) || error.code !== "state-not-writable") throw error;
      const place = { cluster: context.cluster.name, step: step.id };
      return { kind: "failed", node: null, detail: error.message, error: error.at(place) };
    } finally {
      await vault.close();
    }
  },
};

async function backUp(context: RunContext, vault: Vault, passwords: readonly Secret[]): Promise<StepResult> {
  const publisher = context.cluster.nodes.find((node) => node.role === "publisher");
  if (publisher === undefined) throw new Error("an inventory without publisher was accepted");
  // Whatever the vault lacks for a delivery shows here, before anybody logs in to the platform.
  const delivery = await vault.openDelivery({
    ...{ cluster: context.cluster.name, run: context.run, publisherAddress: publisher.address },
  });
  try {
    const session = await context.pool.session(publisher);
    throwIfInterrupted(context);
    if (!(await hasRecoveryKey(session))) {
      const without = await withoutKey(context, session);
      await discarded(delivery);
      return without;
    }
    // The nodes' lists are read while the publisher delivers: a node that is down costs nobody else's time.
    const { signal: _unused, ...tools } = context;
    const looking = observeCluster(tools, "lists").then((facts) => ({
      release: facts.nodes.find(({ node }) => node === publisher.name)?.release ?? null,
      served: servedNow(facts),
    }));
    looking.catch(() => null);
    throwIfInterrupted(context);
    const taken = await takeKey(context, session, delivery);
    await delivery.close();
    const { release, served } = await looking;
    const proven = proveKey(taken.bytes, passwords, served.records);
    const kept = await keep(context, vault, taken, proven, { release, served, publisher: publisher.name });
    return record(context, kept, proven, { served, leftover: await discarded(delivery) });
  } catch (error) {
    await delivery.close();
    if (!(error instanceof OperatorError)) throw error;
    throw await withLeftovers(context.signal?.aborted ? interrupted() : error, delivery);
  } finally {
    await delivery.close();
  }
}

/** The file is not there: the inventory names the wrong publisher, or the platform has none. */
async function withoutKey(context: RunContext, session: Session): Promise<StepResult> {
  const answer = await session.read(showNetworkCluster());
  const network = parseNetworkCluster(answer.text).rows;
  const facts = {
    cluster: context.cluster.name,
    observedAt: isoTime(context.clock.now()),
    nodes: [{ ...emptyFacts(session.node), network }],
  };
  const options = {
    certificateDays: context.cluster.thresholds.certificateDays,
    nowMs: context.clock.now(),
  };
  const blocking = judgeCluster(facts, options).filter(({ code }) => code === "publisher-mismatch");
  if (blocking.length === 0) throw noKeyOn(session.node.name, "");
  context.record({ kind: "findings", step: "backup", findings: blocking });
  const error = blockedBy(context.cluster.name, { blocking, isAcceptable: false });
  return { kind: "blocked", node: session.node.name, detail: error.message, error };
}

async function keep(
  context: RunContext,
  vault: Vault,
  { bytes }: TakenKey,
  proven: ProvenKey,
  from: { readonly release: string | null; readonly served: ServedNow; readonly publisher: string },
): Promise<KeptKey> {
  const { proof, proofNote, certificate, ciphers } = proven;
  const takenAt = isoTime(context.clock.now());
  const { lists, serials } = from.served;
  // What the lists name is no fact about a file that nobody opened: it is told, and not claimed.
  const named = `; the lists served then name ${serials.length === 0 ? "none" : `serial ${serials.join(", ")}`}`;
  const note = proofNote === null ? null : `${proofNote}${certificate === null ? named : ""}`;
  return keepKey(
    vault,
    bytes,
    {
      ...{ cluster: context.cluster.name, publisher: from.publisher, release: from.release, takenAt },
      ...{
        origin: "run",
        ciphers,
        proof,
        proofNote: note === null ? null : context.masker.mask(note),
      },
      certificateSerial: certificate?.serial ?? null,
      notBefore: certificate?.notBefore ?? null,
      notAfter: certificate?.notAfter ?? null,
      securityPasswordNote: `the cluster security password that ${context.cluster.name} had on ${takenAt.slice(0, 10)}`,
      lists: lists.map(({ node, sha1, file }) => ({ node, sha1, file })),
      listedSerials: serials,
    },
    lists,
  );
}

function record(
  context: RunContext,
  { stored, isNew }: KeptKey,
  proven: ProvenKey,
  about: { readonly served: ServedNow; readonly leftover: string | null },
): StepResult {
  context.record({ kind: "backup-stored", backup: backupRecordOf(stored), isNew });
  const note = proven.proofNote === null ? null : context.masker.mask(proven.proofNote);
  const findings = judgeBackupProof(
    { id: stored.manifest.id, proof: proven.proof, note },
    context.cluster.recoveryKey.requireProof,
  );
  if (findings.length > 0) context.record({ kind: "findings", step: "backup", findings });
  const unread = about.served.unread.length === 0 ? "" : `; no list of ${about.served.unread.join(", ")}`;
  const what = isNew ? "kept as" : "unchanged since";
  const leftover = about.leftover === null ? "" : `; ${about.leftover}`;
  const detail = `${what} ${stored.manifest.id}, ${proven.proof}${unread}${leftover}`;
  return { kind: "done", node: null, detail };
}
