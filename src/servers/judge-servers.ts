// All ports of one cluster, or those given by hand, with the authorities that clients trust → the findings about them.
import { judgeChain } from "./judge-chain.ts";
import { judgeDates } from "./judge-dates.ts";
import { judgeIdentity } from "./judge-identity.ts";
import { judgeKinds } from "./judge-kinds.ts";
import { judgeModes, type Modes } from "./judge-modes.ts";
import { judgeMultiServer } from "./judge-multi-server.ts";
import { judgeNames } from "./judge-names.ts";
import { judgeReach } from "./judge-reach.ts";
import { judgeReadable } from "./judge-readable.ts";
import { judgeStrength } from "./judge-strength.ts";
import { judgeUses } from "./judge-uses.ts";
import { type Presentation, togetherByCertificate } from "./presentations.ts";
import type { ServerFacts } from "./server-facts.ts";
import { findingsOf, type ServerFinding } from "./server-findings.ts";

export interface ServerJudgeOptions extends Modes {
  readonly certificateDays: number;
  readonly nowMs: number;
}

/** `presentations` are those of `servers`. What blocks stands first; a certificate on several ports is told once. */
export function judgeServers(
  servers: readonly ServerFacts[],
  presentations: readonly Presentation[],
  options: ServerJudgeOptions,
): ServerFinding[] {
  const modern = presentations.filter(({ asked }) => asked !== "old");
  return findingsOf([
    ...judgeReach(servers),
    ...presentations.flatMap(judgeReadable),
    ...modern.flatMap(judgeIdentity),
    ...judgeNames(modern),
    ...judgeMultiServer(modern),
    ...togetherByCertificate(presentations).flatMap((shown) => [
      ...judgeChain(shown, options.nowMs),
      ...judgeDates(shown, options),
      ...judgeStrength(shown),
      ...judgeUses(shown),
      ...judgeModes(shown, options),
    ]),
    ...judgeKinds(modern),
  ]);
}
