// One look at a phone's configuration → every step of the list with its evidence, the findings, and the phone's state.
import { judgeTrouble } from "../verdict/judge-node.ts";
import { type VerdictWord, worstOf } from "../verdict/verdict.ts";
import { capfNeedOf } from "./capf-need.ts";
import { type PhoneConfigFinding, finding } from "./check-findings.ts";
import { type CheckStep, checkSteps } from "./check-step.ts";
import { decideState, type PhoneState } from "./decide-state.ts";
import { judgeCapf } from "./judge-capf.ts";
import { judgeCapfNamed } from "./judge-capf-named.ts";
import { judgeLsc, judgeModel, judgePhoneCertificate } from "./judge-certificates.ts";
import { judgeDatabase } from "./judge-database.ts";
import { judgeFiles } from "./judge-files.ts";
import { judgeHash } from "./judge-hash.ts";
import { judgeSignatures } from "./judge-signatures.ts";
import { type NodeView, tftpNodesOf, viewOf } from "./node-view.ts";
import type { PhoneLook } from "./phone-look.ts";
import type { PhoneSigns } from "./phone-signs.ts";

export interface PhoneJudgement {
  readonly state: PhoneState;
  readonly verdict: VerdictWord;
  readonly steps: readonly CheckStep[];
  readonly findings: readonly PhoneConfigFinding[];
}

/** A file may name a thousand CAPFs, or a firmware of a megabyte. */
const mostSaid = 1_000;

/** Pure; every look is judged, however little it holds. Trouble of the publisher first, then in the order of the list. */
export function judgePhoneConfig(look: PhoneLook): PhoneJudgement {
  const nodes = tftpNodesOf(look);
  const views = nodes.map((files) => viewOf(files, look.device));
  const database = judgeDatabase(look);
  const files = judgeFiles(look, views);
  const hash = judgeHash(views, look.database);
  const encryption =
    database.signs.encryption === "unknown" ? encryptionOf(files.signs.file) : database.signs.encryption;
  const basis = { ...database.signs, ...files.signs, ...hash.signs, encryption };
  const need = capfNeedOf(basis);
  const isOn = need !== "no";
  const named = judgeCapfNamed(look, views, need);
  const capf = judgeCapf(look, nodes, need);
  const signatures = judgeSignatures(views, look.device);
  const model = judgeModel(look, isOn);
  const certificate = judgePhoneCertificate(look, views);
  const signs: PhoneSigns = {
    ...basis,
    ...named.signs,
    ...capf.signs,
    ...signatures.signs,
    ...model.signs,
    ...certificate.signs,
  };
  const decided = decideState(signs);
  const parts = [database, files, hash, named, capf, signatures, model, judgeLsc(look, isOn), certificate];
  const steps = parts.flatMap((part) => part.steps);
  const unsettled = [...new Set(steps.flatMap(({ step, outcome }) => (outcome === "unknown" ? [step] : [])))];
  const findings = [
    ...judgeTrouble({ ...look.publisher }).map((trouble) => trouble as PhoneConfigFinding),
    ...parts.flatMap((part) => part.findings),
    ...stateFindings(look, views, decided, unsettled),
  ];
  const order = (step: CheckStep) => checkSteps.indexOf(step.step);
  return {
    state: decided.state,
    verdict: worstOf(findings),
    steps: steps
      .map((step) => ({ ...step, evidence: cut(step.evidence) }))
      .toSorted((a, b) => order(a) - order(b)),
    findings: findings.map((each) => ({ ...each, message: cut(each.message) })),
  };
}

function cut(text: string): string {
  return text.length <= mostSaid ? text : `${text.slice(0, mostSaid)}…`;
}

function encryptionOf(file: PhoneSigns["file"]): PhoneSigns["encryption"] {
  return file === "partial" ? "on" : file === "full" ? "off" : "unknown";
}

/** What only the whole shows, and no single step. `unsettled`: steps of which the outcome is unknown. */
function stateFindings(
  { device }: PhoneLook,
  views: readonly NodeView[],
  { state, why }: { state: PhoneState; why: string | null },
  unsettled: readonly string[],
): PhoneConfigFinding[] {
  const one = (code: Parameters<typeof finding>[0], severity: "warn" | "block", message: string) => [
    finding(code, severity, null, message),
  ];
  switch (state) {
    case "waiting-for-phone": {
      const but = unsettled.length === 0 ? "" : ` (not settled: ${unsettled.join(", ")})`;
      return one(state, "warn", `CAPF has not seen ${device} yet; nothing that was seen keeps it away${but}`);
    }
    case "waiting-for-authentication-string":
      return one(state, "warn", `CAPF waits until somebody types the authentication string on ${device}`);
    case "encrypted-file-missing":
      return one(state, "block", `certHash is set, and ${device}.cnf.xml.enc.sgn is not served`);
    case "file-differs-from-database": {
      const kinds = [...new Set(views.map(({ file }) => file))]
        .filter((kind) => kind !== "unknown")
        .join(", ");
      const asked = kinds === "full" ? "asks for encryption" : "does not ask for encryption";
      return one(state, "block", `the profile of ${device} ${asked}, and the file served is ${kinds}`);
    }
    case "unknown":
      return one("state-undecided", "block", `the state of ${device} is not settled: ${why}`);
    default:
      return [];
  }
}
