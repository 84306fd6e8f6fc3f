// One session → the facts of its node: each command asked once, each answer read, what could not be read kept as trouble.
import type { Clock } from "../base/clock.ts";
import { messageOf, OperatorError } from "../base/errors.ts";
import { parseShownCertificate } from "../facts/certificate.ts";
import type { CertificateFacts, ShownList } from "../facts/list-facts.ts";
import { parseNetworkCluster } from "../facts/network-cluster.ts";
import type { NodeFacts, ServedFact } from "../facts/node-facts.ts";
import { parseReplication } from "../facts/replication.ts";
import { parseSqlRows } from "../facts/run-sql.ts";
import { parseServiceList } from "../facts/service-list.ts";
import { parseShownList } from "../facts/show-itl.ts";
import { parsePrivilege } from "../facts/show-myself.ts";
import { parseShowStatus } from "../facts/show-status.ts";
import { parseActiveVersion } from "../facts/version.ts";
import * as commands from "../session/read-commands.ts";
import type { Session } from "../session/session.ts";
import type { LookDepth } from "./look.ts";
import { openQuestions } from "../session/node-questions.ts";
import { emptyFacts } from "./node-trouble.ts";

const securityModeQuery =
  "select paramname,paramvalue from processconfig where paramname='ClusterSecurityMode'";
const rollbackQuery =
  "select paramname,paramvalue from processconfig where paramname='RollBackToPreGrayback'";

/**
 * Asks one node what `depth` needs; `fetchServed` is asked once the node has shown a list, and answers beside the
 * commands that follow. Never throws for the node's trouble: it stands in the facts.
 */
export async function observeNode(
  session: Session,
  depth: LookDepth,
  tools: { readonly clock: Clock; readonly signal?: AbortSignal | undefined },
  fetchServed: () => Promise<ServedFact>,
): Promise<NodeFacts> {
  const { ask, trouble, isLost } = openQuestions(session, tools.signal);
  const isPublisher = session.node.role === "publisher";
  const isWhole = depth !== "lists";

  const release = await ask(commands.showVersionActive(), parseActiveVersion);
  const services = await ask(commands.utilsServiceList(), parseServiceList);
  const servesLists = services?.some((row) => row.name === "Cisco Tftp" && row.isActivated) ?? true;
  const itl = servesLists ? await ask(commands.showItl(), parseShownList) : null;
  const served = itl?.kind === "shown" ? settled(fetchServed()) : null;
  const network = isWhole
    ? await ask(commands.showNetworkCluster(), (text) => parseNetworkCluster(text).rows)
    : null;
  const clockSkewMs = isWhole
    ? await ask(commands.showStatus(), (text) => skewOf(parseShowStatus(text).utc, tools.clock.now()))
    : null;

  const certificates: Record<string, CertificateFacts> = {};
  for (const unit of isWhole ? unitsToAsk(depth, isPublisher) : []) {
    const certificate = await ask(commands.showCertOwn(unit), parseShownCertificate);
    if (certificate !== null) certificates[unit] = certificate;
  }
  const asksPublisher = isWhole && isPublisher;
  // What a cluster of one node prints of its replication is on no record, and there is nothing to replicate.
  const hasSubscribers = network === null || network.length > 1;
  return {
    ...emptyFacts(session.node),
    isReachable: !isLost(),
    trouble,
    release,
    services,
    itl: itl satisfies ShownList | null,
    network,
    clockSkewMs,
    certificates,
    replication:
      asksPublisher && hasSubscribers ? await ask(commands.replicationState(), parseReplication) : null,
    clusterSecurityMode: asksPublisher ? await ask(commands.runSql(securityModeQuery), securityModeOf) : null,
    isRollbackParameterOn: asksPublisher ? await ask(commands.runSql(rollbackQuery), isRollbackOn) : null,
    privilegeLevel: asksPublisher ? await ask(commands.showMyself(), parsePrivilege) : null,
    served: served === null ? null : (await served)(),
  };
}

/** Keeps a rejection for the caller, who asks for the value later than it may come. */
function settled<Value>(work: Promise<Value>): Promise<() => Value> {
  return work.then(
    (value) => () => value,
    (error: unknown) => () => {
      throw error;
    },
  );
}

function unitsToAsk(
  depth: LookDepth,
  isPublisher: boolean,
): readonly ("CallManager" | "ITLRecovery" | "TVS")[] {
  if (depth === "recovery")
    return isPublisher ? ["CallManager", "ITLRecovery", "TVS"] : ["CallManager", "TVS"];
  return isPublisher ? ["CallManager", "ITLRecovery"] : [];
}

/** Whole seconds only: the platform prints no fraction, so half a second is the best that can be known. */
function skewOf(utc: string | null, nowMs: number): number | null {
  return utc === null ? null : Math.round((Date.parse(utc) - nowMs) / 1000) * 1000;
}

function securityModeOf(text: string): number {
  const value = parseSqlRows(text).rows[0]?.["paramvalue"];
  if (value === "0" || value === "1") return Number(value);
  throw notUnderstood(`ClusterSecurityMode is ${value ?? "absent"}`);
}

function isRollbackOn(text: string): boolean {
  const value = parseSqlRows(text).rows[0]?.["paramvalue"];
  if (value === undefined || value === null || /^(f|F|0|False)$/.test(value)) return false;
  if (/^(t|T|1|True)$/.test(value)) return true;
  throw notUnderstood(`RollBackToPreGrayback is ${value}`);
}

function notUnderstood(what: string): OperatorError {
  return new OperatorError("answer-not-understood", `${messageOf(what)}: neither on nor off`, {
    hint: "Look at the enterprise parameter in the administration pages.",
  });
}
