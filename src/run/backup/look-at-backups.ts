// A look at a cluster, what its vault holds, and its publisher's own alarm → the findings about its backups.
import { OperatorError } from "../../base/errors.ts";
import { type BackupAlarms, parseBackupAlarms } from "../../facts/backup-alarm.ts";
import type { ClusterFacts, NodeFacts } from "../../facts/node-facts.ts";
import { parseShowStatus } from "../../facts/show-status.ts";
import { searchBackupAlarms, showStatus } from "../../session/read-commands.ts";
import type { Session } from "../../session/session.ts";
import { type BackupFacts, judgeBackups } from "../../verdict/judge-backups.ts";
import { recoveryRecordOf } from "../../verdict/signed-by.ts";
import { listOfNode } from "../../verdict/shown-list.ts";
import type { Finding } from "../../verdict/verdict.ts";
import type { LookTools } from "../look.ts";
import { readAnswer } from "../../session/read-answer.ts";
import type { KeptKeys } from "./kept-keys.ts";

/** `kept` may still be on its way; `others`: the findings there are already. A vault that cannot be asked is told, and nothing is judged of its backups. */
export async function lookAtBackups(
  tools: LookTools,
  facts: ClusterFacts,
  about: {
    readonly kept: Promise<KeptKeys>;
    readonly lastGoodRun: BackupFacts["lastGoodRun"];
    readonly others: readonly Finding[];
  },
): Promise<readonly Finding[]> {
  const publisher = facts.nodes.find(({ role }) => role === "publisher");
  const alarms = publisher?.isReachable === true ? await readAlarms(tools, publisher) : null;
  const { backups, findings } = await about.kept;
  if (findings.length > 0) return findings;
  const { certificateDays, backupAgeMs } = tools.cluster.thresholds;
  return judgeBackups(
    {
      cluster: facts.cluster,
      publisher: publisher?.node ?? "",
      backups: backups.map(({ manifest }) => manifest),
      lastGoodRun: about.lastGoodRun,
      records: facts.nodes.flatMap((node) => servedRecord(node)),
      alarms,
      clockSkewMs: publisher?.clockSkewMs ?? null,
    },
    {
      ...{ certificateDays, backupAgeMs, nowMs: tools.clock.now() },
      requireProof: tools.cluster.recoveryKey.requireProof,
    },
    about.others,
  );
}

function servedRecord(node: NodeFacts) {
  const list = listOfNode(node);
  const record = list === null ? null : recoveryRecordOf(list);
  return record === null ? [] : [record];
}

/** Null where the search could not be made or read: the other findings say what is wrong with the node. */
async function readAlarms(tools: LookTools, publisher: NodeFacts): Promise<BackupAlarms | null> {
  const node = tools.cluster.nodes.find(({ name }) => name === publisher.node);
  if (node === undefined) return null;
  const settings = tools.signal ? { signal: tools.signal } : {};
  try {
    const session: Session = await tools.pool.session(node);
    const { text } = await session.read(searchBackupAlarms(), settings);
    const read = (zone: string | null) =>
      readAnswer(text, (each) => parseBackupAlarms(each, zone), session.mask);
    const alarms = read(null);
    if (alarms.undated === 0) return alarms;
    const status = await session.read(showStatus(), settings);
    return read(readAnswer(status.text, (each) => parseShowStatus(each).timeZone, session.mask));
  } catch (error) {
    if (!(error instanceof OperatorError) || tools.signal?.aborted) throw error;
    return null;
  }
}
