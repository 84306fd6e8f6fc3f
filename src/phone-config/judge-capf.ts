// Service, port, first bytes and certificate of CAPF → could this phone get a certificate there.
import { messageOf } from "../base/errors.ts";
import { parseCertificate } from "../facts/certificate.ts";
import type { CertificateFacts } from "../facts/list-facts.ts";
import type { Handshake } from "../handshake/handshake.ts";
import { type CapfNeed, outcomeFor, severityFor } from "./capf-need.ts";
import { parseCapfHello } from "./capf-hello.ts";
import { matchCapfRecord } from "./capf-record.ts";
import { type PhoneConfigFinding, finding } from "./check-findings.ts";
import type { CheckStep, Part, StepOutcome } from "./check-step.ts";
import type { NodeFiles, PhoneLook } from "./phone-look.ts";
import type { PhoneSigns } from "./phone-signs.ts";

type Done = Extract<Handshake, { kind: "done" }>;
type CapfSigns = Pick<PhoneSigns, "capfService" | "capfPort" | "capfCertificate">;

const serviceName = "Cisco Certificate Authority Proxy Function";
/** The one version that clients are known to speak with. */
const knownVersion = 3;

/** `nodes` are the TFTP nodes. */
export function judgeCapf(look: PhoneLook, nodes: readonly NodeFiles[], need: CapfNeed): Part<CapfSigns> {
  const service = judgeService(look, need);
  const connection = judgeConnection(look, need, service.signs.capfService === "stopped");
  const certificate = judgeCertificate(look, nodes, need);
  const parts = [service, connection, certificate];
  return {
    steps: parts.flatMap(({ steps }) => steps),
    findings: parts.flatMap(({ findings }) => findings),
    signs: { ...service.signs, ...connection.signs, ...certificate.signs },
  };
}

function judgeService({ publisher }: PhoneLook, need: CapfNeed): Part<Pick<CapfSigns, "capfService">> {
  const { node, services } = publisher;
  const row = services?.find(({ name }) => name === serviceName);
  const step = (outcome: StepOutcome, answer: string): CheckStep[] => [
    {
      ...{ step: "capf-service", node, outcome: outcomeFor(need, outcome) },
      evidence: `utils service list: ${answer}`,
    },
  ];
  if (services === null || row === undefined) {
    const answer = services === null ? "its answer was not read" : `no row of ${serviceName}`;
    return { steps: step("unknown", answer), findings: [], signs: { capfService: "unknown" } };
  }
  const answer = `${serviceName}[${row.state}]${row.note === null ? "" : ` ${row.note}`}`;
  if (row.state === "STARTED") {
    return { steps: step("good", answer), findings: [], signs: { capfService: "started" } };
  }
  const findings =
    need === "no"
      ? []
      : [finding("capf-not-started", severityFor(need), node, `${node}: ${serviceName} is ${row.state}`)];
  return { steps: step("bad", answer), findings, signs: { capfService: "stopped" } };
}

/** A port that is closed because the service is stopped is no finding of its own. */
function judgeConnection(
  look: PhoneLook,
  need: CapfNeed,
  isStopped: boolean,
): Part<Pick<CapfSigns, "capfPort">> {
  const { publisher, capf } = look;
  const { node } = publisher;
  const where = placeOf(look);
  const line = (
    step: "capf-connection" | "capf-hello",
    outcome: StepOutcome,
    evidence: string,
  ): CheckStep => ({
    ...{ step, node, outcome: outcomeFor(need, outcome), evidence },
  });
  const told = (code: "capf-unreachable" | "capf-not-recognised" | "capf-old-tls-only", message: string) => {
    const severity = code === "capf-old-tls-only" ? "warn" : severityFor(need);
    return need === "no" || isStopped ? [] : [finding(code, severity, node, `${node}: ${message}`)];
  };
  if (capf.modern.kind === "done") {
    const connection = line("capf-connection", "good", `${where}: ${tlsText(capf.modern)}`);
    const hello = judgeHello(capf.modern);
    const steps = [connection, line("capf-hello", hello.outcome, hello.evidence)];
    const findings = hello.outcome === "bad" ? told("capf-not-recognised", hello.evidence) : [];
    return { steps, findings, signs: { capfPort: hello.outcome } };
  }
  const { stage, reason } = capf.modern;
  const unheard = line("capf-hello", "unknown", "there was no connection to hear it on");
  if (stage === "cancelled") {
    return {
      steps: [line("capf-connection", "unknown", `${where}: ${reason}`), unheard],
      findings: [],
      signs: { capfPort: "unknown" },
    };
  }
  if (capf.old?.kind === "done") {
    const evidence = `${where}: TLS 1.2 and newer failed (${reason}); ${tlsText(capf.old)}`;
    const findings = told("capf-old-tls-only", evidence);
    return {
      steps: [line("capf-connection", "bad", evidence), unheard],
      findings,
      signs: { capfPort: "unknown" },
    };
  }
  const older = capf.old === null ? "" : `; TLS 1.0 and 1.1 failed too (${capf.old.reason})`;
  const evidence = `${where}: ${reason}${older}; this is the way from here, that of the phone may be another`;
  const findings = told("capf-unreachable", evidence);
  return { steps: [line("capf-connection", "bad", evidence), unheard], findings, signs: { capfPort: "bad" } };
}

function placeOf({ publisher: { address, capfPort } }: PhoneLook): string {
  return `TLS to ${address.includes(":") ? `[${address}]` : address}:${capfPort}`;
}

function tlsText({ protocol, cipher, wantsClientCertificate }: Done): string {
  return `${protocol}, ${cipher}${wantsClientCertificate ? ", a client certificate was asked for" : ""}`;
}

function judgeHello(done: Done): { outcome: "good" | "bad" | "unknown"; evidence: string } {
  const hello = parseCapfHello(done.hello);
  const said = hello.hex === "" ? "nothing" : hello.hex;
  const evidence = `listened, sent nothing: CAPF said ${said}`;
  if (hello.kind === "other") return { outcome: "bad", evidence: `${evidence}, which no CAPF says` };
  if (hello.kind === "short")
    return { outcome: "unknown", evidence: `${evidence}, too little to know it by` };
  const version = `version ${hello.version}`;
  return hello.version === knownVersion
    ? { outcome: "good", evidence: `${evidence}, ${version}` }
    : { outcome: "unknown", evidence: `${evidence}, ${version}, which is on no record` };
}

function judgeCertificate(
  { capf, nowMs }: PhoneLook,
  nodes: readonly NodeFiles[],
  need: CapfNeed,
): Part<Pick<CapfSigns, "capfCertificate">> {
  const own = certificateOf(capf);
  if (typeof own === "string") {
    const step: CheckStep = { step: "capf-certificate", node: null, outcome: "unknown", evidence: own };
    return { steps: [step], findings: [], signs: { capfCertificate: "unknown" } };
  }
  const ended = Date.parse(own.notAfter) < nowMs ? `, ended ${own.notAfter}` : "";
  const name = `CAPF presents ${own.subject} (serial ${own.serial}${ended})`;
  const findings: PhoneConfigFinding[] = [];
  const words = new Set<CapfSigns["capfCertificate"]>();
  const steps = nodes.map(({ node, itl }): CheckStep => {
    const line = (outcome: StepOutcome, answer: string): CheckStep => ({
      ...{ step: "capf-certificate", node, outcome: outcomeFor(need, outcome) },
      evidence: `${name}; ${answer}`,
    });
    if (itl.kind !== "read") return line("unknown", "the ITL of this node was not read");
    const match = matchCapfRecord(own, itl.records);
    words.add(match.kind === "listed" ? "in-itl" : "not-in-itl");
    if (match.kind === "listed") return line("good", `a CAPF record of the ITL has this ${match.by}`);
    const answer =
      match.listed.length === 0
        ? "the ITL has no CAPF record"
        : `the ITL has other CAPF records (${match.listed.join(", ")})`;
    if (need !== "no") {
      const message = `${node}: ${name}; ${answer}`;
      findings.push(finding("capf-certificate-not-in-itl", severityFor(need), node, message));
    }
    return line("bad", answer);
  });
  const word = words.has("not-in-itl") ? "not-in-itl" : words.has("in-itl") ? "in-itl" : "unknown";
  return { steps, findings, signs: { capfCertificate: word } };
}

/** Text: why there is none. */
function certificateOf({ modern, old }: PhoneLook["capf"]): CertificateFacts | string {
  const done = modern.kind === "done" ? modern : old?.kind === "done" ? old : null;
  if (done === null) return "there was no handshake to see it in";
  const [first] = done.chain;
  if (first === undefined) return "no certificate was presented";
  try {
    return parseCertificate(first);
  } catch (error) {
    return `what was presented cannot be read: ${messageOf(error)}`;
  }
}
