// The key that was chosen, and the lists that phones hold, to what is wrong with that choice.
import type { Forecast } from "./forecast.ts";
import type { HeldList } from "./held-list.ts";
import {
  type KeyCandidate,
  type KeyChoice,
  type KeyJudgement,
  localName,
  type RecoveryKeyKind,
  type RemoteKey,
  recoverySerialsOf,
} from "./key-choice.ts";
import type { Finding } from "./verdict.ts";

const byHand = "phones whose list has no ITLRecovery record need their list deleted by hand";

/** What findings on a choice are made from; `key` is the one asked for or recommended, null where there is none. */
export interface KeySituation {
  readonly release: string;
  readonly held: readonly HeldList[];
  readonly tftpNodes: readonly string[];
  readonly judgement: KeyJudgement;
  readonly key: RecoveryKeyKind | null;
  readonly choice: KeyChoice | null;
  readonly remote: RemoteKey | null;
  readonly forecasts: readonly Forecast[];
  /** The recovery key on the publisher is the given one, or a backup of it is known. */
  readonly isLocalKeySafe: boolean;
  /** What takes that backup; null: the inventory names no vault. */
  readonly backupCommand: string | null;
}

/** `key-not-held`, `recovery-key-unopened` and `local-key-not-backed-up`. */
export function judgeKeyChoice(situation: KeySituation): Finding[] {
  return [...judgeHeld(situation), ...judgeUnopened(situation), ...judgeBackup(situation)];
}

function judgeHeld(situation: KeySituation): Finding[] {
  const { judgement, key } = situation;
  if (key === null) return judgement.isInDoubt ? [] : [noKeyHelps(situation)];
  const candidate = judgement[key];
  if (candidate === null) return key === "local" ? [noKeyHelps(situation)] : [];
  if (key === "remote" && candidate.isAssumed) return [];
  if (candidate.helpedNodes.length === 0) return [helpsNobody(candidate, situation)];
  return situation.tftpNodes
    .filter((node) => !candidate.helpedNodes.includes(node))
    .map((node) => helpsNotHere(node, candidate, situation));
}

function noKeyHelps(situation: KeySituation): Finding {
  return {
    code: "key-not-held",
    severity: "block",
    node: null,
    message: `${capital(localName(situation.release))} ${withSerial(situation.judgement.local)}is no security token of any list that phones hold${situation.judgement.remote === null ? "" : `, nor is the given recovery key ${withSerial(situation.judgement.remote)}`.trimEnd()}: no reset with it makes them trust`,
    advice: adviceToFind(situation),
  };
}

function helpsNobody(candidate: KeyCandidate, situation: KeySituation): Finding {
  const name =
    candidate.key === "local" ? localName(situation.release) : "the given recovery key's certificate";
  const other = candidate.key === "local" ? situation.judgement.remote : situation.judgement.local;
  const doesOtherHelp = other !== null && other.helpedNodes.length > 0;
  return {
    code: "key-not-held",
    severity: "block",
    node: null,
    message: `${capital(name)} (serial ${candidate.signer.serial}) is no security token of any list that phones hold: they would reject what it signs`,
    advice:
      situation.judgement.isInDoubt || isHeldAssumed(situation)
        ? "Give `recover` the list from before the change with --held FILE: this rests on the list served now, which phones may never have held."
        : doesOtherHelp
          ? `Use \`recover --key ${other.key}\`: phones of ${other.helpedNodes.join(", ")} hold it.`
          : adviceToFind(situation),
  };
}

function helpsNotHere(node: string, candidate: KeyCandidate, situation: KeySituation): Finding {
  const take = situation.forecasts.find((forecast) => forecast.node === node)?.take;
  const will =
    take?.kind === "by-tvs"
      ? "they take the list only if a TVS that they trust answers, as it seems to now"
      : "they will not take the list";
  return {
    code: "key-not-held",
    severity: "warn",
    node,
    message: `${node}: the list that its phones hold has no security token with serial ${candidate.signer.serial}; ${will}`,
    advice:
      take?.kind === "by-tvs"
        ? `Keep Cisco Trust Verification Service running on every node until the phones of ${node} are back.`
        : `Plan a second recovery with a key that phones of ${node} hold; ${byHand}.`,
  };
}

function judgeUnopened(situation: KeySituation): Finding[] {
  if (situation.key !== "remote") return [];
  const { remote, choice } = situation;
  if (remote !== null && remote.identity !== null) return [];
  const proven = remote?.provenSerial ?? null;
  const serial =
    proven !== null
      ? `; when it was opened before, its certificate had the serial ${proven}`
      : choice === null
        ? ""
        : `; it is taken to be the ITLRecovery key with serial ${choice.signer.serial} of the lists that phones hold`;
  return [
    {
      code: "recovery-key-unopened",
      severity: "block",
      node: null,
      message:
        remote === null
          ? "No recovery key file was named, so nobody knows what it would sign with"
          : `The given recovery key could not be looked into (${remote.note})${serial}`,
      advice:
        remote === null
          ? "Name the file to `recover` with --remote-key USER@HOST:PATH or --backup ID."
          : "Give the password of its file, or go on with --accept recovery-key-unopened if you know that it is this cluster's key.",
    },
  ];
}

function judgeBackup(situation: KeySituation): Finding[] {
  if (situation.key !== "remote" || situation.isLocalKeySafe) return [];
  return [
    {
      code: "local-key-not-backed-up",
      severity: "warn",
      node: null,
      message:
        "`utils itl reset remotekey` replaces the ITLRecovery key on the publisher, and no backup of that key is known",
      advice:
        situation.backupCommand === null
          ? "Back it up first: `file get tftp ITLRecovery.p12` on the publisher, or `backup run` with a vault in the inventory."
          : `Back it up first: ${situation.backupCommand}`,
    },
  ];
}

function adviceToFind(situation: KeySituation): string {
  const serials = recoverySerialsOf(situation.held);
  if (serials.length === 0) return `Reset those phones by hand: ${byHand}.`;
  return `Find the backup of the recovery key with serial ${serials.join(" or ")} and give it to \`recover --key remote\`; ${byHand}.`;
}

/** Nothing is known of what phones hold but the list served now. */
function isHeldAssumed({ held }: KeySituation): boolean {
  return held.length > 0 && held.every(({ source }) => source === "served" || source === "shown");
}

const withSerial = (key: KeyCandidate | null) => (key === null ? "" : `(serial ${key.signer.serial}) `);
const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
