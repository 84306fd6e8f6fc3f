// The key that was given, the keys that are kept, and a judgement → the remote key of a recovery, and the judgement with it.
import { OperatorError } from "../../base/errors.ts";
import type { ClusterFacts } from "../../facts/node-facts.ts";
import type { HeldList } from "../../verdict/held-list.ts";
import type { Preflight, RemoteKey } from "../../verdict/preflight.ts";
import { judgeVaultTrouble } from "../../verdict/vault-trouble.ts";
import type { Finding } from "../../verdict/verdict.ts";
import type { StoredBackup } from "../../vault/vault.ts";
import type { RunRequest } from "../journal-entry.ts";
import type { FetchedRemoteKey } from "../remote-key.ts";
import type { RunTools } from "../step-kind.ts";
import { backupsThatHelp, heldSerials, isKeyKept, type KeptKeys } from "./kept-keys.ts";
import { keptRemoteKey } from "./remote-key-of-run.ts";

type Judge = (
  key: RemoteKey | null,
  vaultFindings: readonly Finding[],
  hasLocalKeyBackup?: boolean,
) => Preflight;

/** `backup`: the id of the kept backup that `remote` is; null where its address was given. */
export interface ChosenRemoteKey {
  readonly preflight: Preflight;
  readonly remote: FetchedRemoteKey | null;
  readonly backup: string | null;
}

/** Looks into the vault by itself where no key was named and the local one does not do. */
export async function chooseRemoteKey(
  tools: RunTools,
  about: {
    readonly request: RunRequest;
    /** Of the address or the backup that was named. */
    readonly given: FetchedRemoteKey | null;
    readonly kept: KeptKeys;
    readonly held: readonly HeldList[];
    readonly facts: ClusterFacts;
    readonly judge: Judge;
  },
): Promise<ChosenRemoteKey> {
  const { request, given, kept, held, judge } = about;
  const first = judge(given?.key ?? null, kept.findings);
  const isLocalEnough =
    request.requestedKey === "local" || (request.requestedKey === null && first.recommendedKey === "local");
  if (given === null && isLocalEnough) return { preflight: first, remote: null, backup: null };
  const isSafe = await isKeyKept(tools, kept.backups, localKeyOf(about.facts));
  if (given !== null) {
    const preflight = judge(given.key, kept.findings, isSafe);
    return { preflight, remote: given, backup: given.backup };
  }
  const found = await helpfulBackup(tools, backupsThatHelp(kept.backups, held), heldSerials(held));
  const findings = [...kept.findings, ...found.findings];
  const preflight = judge(found.fetched?.key ?? null, findings, isSafe);
  if (found.fetched === null || preflight.choice?.key !== "remote")
    return { preflight: judge(null, findings, isSafe), remote: null, backup: null };
  return { preflight, remote: found.fetched, backup: found.fetched.backup };
}

/** The newest that opens, else the newest; one that is damaged is passed over, and told; one that opens and is another key is passed over. */
async function helpfulBackup(
  tools: RunTools,
  backups: readonly StoredBackup[],
  serials: ReadonlySet<string>,
): Promise<{ readonly fetched: FetchedRemoteKey | null; readonly findings: readonly Finding[] }> {
  const findings: Finding[] = [];
  let unopened: FetchedRemoteKey | null = null;
  for (const { manifest } of backups) {
    try {
      const fetched = await keptRemoteKey(tools, manifest.id).fetch();
      const { identity } = fetched.key;
      if (identity === null) unopened ??= fetched;
      else if (serials.has(identity.serial)) return { fetched, findings };
    } catch (error) {
      if (!(error instanceof OperatorError) || error.code === "cancelled") throw error;
      findings.push(judgeVaultTrouble(tools.cluster.name, error));
      if (error.code !== "recovery-key-unusable") break;
    }
  }
  return { fetched: unopened, findings };
}

const localKeyOf = (facts: ClusterFacts) =>
  facts.nodes.find(({ role }) => role === "publisher")?.certificates["ITLRecovery"];
