// One node's facts to what is wrong with it by itself: reachability, services, its list, its clock.
import type { NodeFacts } from "../facts/node-facts.ts";
import { normalSigner } from "./release-rules.ts";
import { signedBy } from "./signed-by.ts";
import { identityOfCertificate, identityOfSigner, sameSigner } from "./signer-identity.ts";
import { listOfNode } from "./shown-list.ts";
import { isTftpNode, serviceRow, tftpState, tvsState } from "./tftp-state.ts";
import type { Finding } from "./verdict.ts";

/** Skew from which a clock is reported: certificates carry minutes, the hold after a regeneration is five of them. */
const clockSkewLimitMs = 60_000;

const troubleAdvice = {
  "node-unreachable": "Check that the node is up and that its SSH port is open from here, then look again.",
  "login-refused":
    "Check user and password of the platform login, and wait five minutes if the account is locked.",
  "host-key-refused": "Compare the node's host key on its console, then correct hostKeys in the inventory.",
  "answer-not-understood": "Run the command by hand on the node and read its answer.",
} as const;

/** Findings of one node; `release` null where it is not known. */
export function judgeNode(node: NodeFacts, release: string | null): Finding[] {
  return [...judgeTrouble(node), ...judgeServices(node), ...judgeList(node, release), ...judgeClock(node)];
}

/** Why the node, or a command on it, gave nothing; a node that gave nothing without a reason is unreachable. */
export function judgeTrouble(
  node: Pick<NodeFacts, "node" | "address" | "isReachable" | "trouble">,
): Finding[] {
  const findings = node.trouble.map(
    (trouble): Finding => ({
      code: trouble.code,
      severity: "block",
      node: node.node,
      message:
        trouble.command === null
          ? `${node.node}: ${trouble.message}`
          : `${node.node}: \`${trouble.command}\`: ${trouble.message}`,
      advice: troubleAdvice[trouble.code],
    }),
  );
  if (node.isReachable || findings.length > 0) return findings;
  return [
    {
      code: "node-unreachable",
      severity: "block",
      node: node.node,
      message: `${node.node}: the node at ${node.address} could not be reached`,
      advice: troubleAdvice["node-unreachable"],
    },
  ];
}

function judgeServices(node: NodeFacts): Finding[] {
  const findings: Finding[] = [];
  if (tftpState(node) === "stopped") findings.push(notStarted(node, "tftp-not-started", "Cisco Tftp"));
  if (tvsState(node) === "stopped") {
    findings.push(notStarted(node, "tvs-not-started", "Cisco Trust Verification Service"));
  }
  return findings;
}

function notStarted(node: NodeFacts, code: "tftp-not-started" | "tvs-not-started", name: string): Finding {
  const state = serviceRow(node, name)?.state ?? "STOPPED";
  return {
    code,
    severity: "warn",
    node: node.node,
    message: `${node.node}: ${name} is activated, but ${state}`,
    advice: `Run \`utils service start ${name}\` on ${node.node}.`,
  };
}

function judgeList(node: NodeFacts, release: string | null): Finding[] {
  if (!isTftpNode(node)) return [];
  const findings: Finding[] = [];
  if (node.itl?.kind === "missing" && tftpState(node) === "started") {
    findings.push({
      code: "itl-missing",
      severity: "block",
      node: node.node,
      message: `${node.node}: Cisco Tftp is started, but \`show itl\` finds no ITL file`,
      advice: `Run \`utils service restart Cisco Tftp\` on ${node.node}, then \`show itl\` again.`,
    });
  }
  if (node.itl?.kind === "shown" && !node.itl.isVerified) {
    const said = node.itl.verdictText === null ? "nothing" : `"${node.itl.verdictText}"`;
    findings.push({
      code: "itl-not-verified",
      severity: "block",
      node: node.node,
      message: `${node.node}: \`show itl\` does not end with "The ITL file was verified successfully.", it says ${said}`,
      advice: `Restart Cisco Tftp on ${node.node} so that it writes its list anew, then run \`show itl\` again.`,
    });
  }
  return [...findings, ...judgeSigner(node, release), ...judgeSize(node)];
}

function judgeSigner(node: NodeFacts, release: string | null): Finding[] {
  const list = listOfNode(node);
  const signer = list === null ? null : identityOfSigner(list);
  if (list === null || signer === null || release === null) return [];
  const finding = (message: string): Finding => ({
    code: "signer-unexpected",
    severity: "warn",
    node: node.node,
    message: `${node.node}: ${message}`,
    advice: `Restart Cisco Tftp on ${node.node} once its phones have taken this list, or finish the unfinished recovery with \`resume\`.`,
  });
  const role = signedBy(list);
  const normal = normalSigner(release);
  if (role !== normal) {
    const by = role === "other" ? `${signer.subject}, serial ${signer.serial}` : role;
    return [
      finding(
        `the list is signed by ${by}, normal for release ${release} is ${normal}: a reset or regeneration is unfinished`,
      ),
    ];
  }
  const own = node.certificates["CallManager"];
  if (normal === "CallManager" && own !== undefined && !sameSigner(identityOfCertificate(own), signer)) {
    return [
      finding(
        `the list is signed with CallManager serial ${signer.serial}, the node's own CallManager certificate is ${own.serial}: a reset or regeneration is unfinished`,
      ),
    ];
  }
  return [];
}

const tooManyCertificates = 39;
const warnBytes = 60 * 1024;
const mostBytes = 64 * 1024;

function judgeSize(node: NodeFacts): Finding[] {
  const shownBytes = node.itl?.kind === "shown" ? node.itl.lengthBytes : 0;
  const servedBytes = node.served?.kind === "fetched" ? node.served.file.sizeBytes : 0;
  const bytes = Math.max(shownBytes, servedBytes);
  const records = listOfNode(node)?.records.length ?? 0;
  if (bytes < warnBytes && records < tooManyCertificates) return [];
  const isPast = bytes > mostBytes;
  return [
    {
      code: "itl-too-large",
      severity: isPast ? "block" : "warn",
      node: node.node,
      message: `${node.node}: the list has ${records} certificates and ${bytes} bytes; past 65536 bytes phones fail to register`,
      advice: "Remove certificates of servers and services that no longer exist before adding new ones.",
    },
  ];
}

function judgeClock(node: NodeFacts): Finding[] {
  const skewMs = node.clockSkewMs;
  if (skewMs === null || Math.abs(skewMs) <= clockSkewLimitMs) return [];
  const seconds = Math.round(Math.abs(skewMs) / 1000);
  return [
    {
      code: "clock-skew",
      severity: "warn",
      node: node.node,
      message: `${node.node}: its clock is ${seconds} s ${skewMs > 0 ? "ahead of" : "behind"} the clock here`,
      advice: `Run \`utils ntp status\` on ${node.node} and correct its time source; check the clock here as well.`,
    },
  ];
}
