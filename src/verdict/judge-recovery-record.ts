// The ITLRecovery records of all served lists, and the certificate on the publisher, to whether a recovery key can help.
import type { CertificateFacts } from "../facts/list-facts.ts";
import type { ItlRecord } from "../facts/itl-record.ts";
import type { ClusterFacts, NodeFacts } from "../facts/node-facts.ts";
import { listOfNode } from "./shown-list.ts";
import { recoveryRecordOf } from "./signed-by.ts";
import { identityOfCertificate, identityOfRecord, sameSigner } from "./signer-identity.ts";
import { isTftpNode } from "./tftp-state.ts";
import type { Finding } from "./verdict.ts";

/** `certificateDays`: how long before its end a certificate is reported. */
export interface JudgeOptions {
  readonly certificateDays: number;
  readonly nowMs: number;
}

interface NodeRecord {
  readonly node: string;
  readonly record: ItlRecord;
}

/** Findings on recovery records and the publisher's ITLRecovery certificate. */
export function judgeRecoveryRecords(facts: ClusterFacts, options: JudgeOptions): Finding[] {
  const publisher = facts.nodes.find((node) => node.role === "publisher") ?? null;
  const records = facts.nodes.filter(isTftpNode).flatMap((node): NodeRecord[] => {
    const list = listOfNode(node);
    const record = list === null ? null : recoveryRecordOf(list);
    return record === null ? [] : [{ node: node.node, record }];
  });
  return [
    ...facts.nodes.filter(isTftpNode).flatMap(judgeMissing),
    ...judgeAgreement(records),
    ...(publisher === null ? [] : judgePublisher(publisher, records, options)),
  ];
}

function judgeMissing(node: NodeFacts): Finding[] {
  const list = listOfNode(node);
  if (list === null || recoveryRecordOf(list) !== null) return [];
  return [recoveryRecordMissing(node)];
}

/** A list without an ITLRecovery token: no recovery key helps phones that hold it. */
export function recoveryRecordMissing(node: NodeFacts): Finding {
  return {
    code: "recovery-record-missing",
    severity: "block",
    node: node.node,
    message: `${node.node}: its list has no ITLRecovery security token, so no recovery key will ever help phones that hold it`,
    advice: `Run \`show cert own ITLRecovery\` on the publisher and restart Cisco Tftp on ${node.node}; phones holding such a list that trust nothing any more need it deleted by hand.`,
  };
}

function judgeAgreement(records: readonly NodeRecord[]): Finding[] {
  const [first, ...others] = records;
  if (first === undefined) return [];
  const isAgreed = others.every((other) =>
    sameSigner(identityOfRecord(other.record), identityOfRecord(first.record)),
  );
  if (isAgreed) return [];
  const seen = records.map((each) => `${each.node} ${each.record.serial}`).join(", ");
  return [
    {
      code: "recovery-serial-differs",
      severity: "block",
      node: null,
      message: `The lists of the TFTP nodes name different ITLRecovery certificates: ${seen}`,
      advice: "Check database replication, then restart Cisco Tftp on the nodes whose list is the older one.",
    },
  ];
}

function judgePublisher(
  publisher: NodeFacts,
  records: readonly NodeRecord[],
  options: JudgeOptions,
): Finding[] {
  const certificate = publisher.certificates["ITLRecovery"];
  if (certificate === undefined) return [];
  return [
    ...judgeReplaced(publisher, certificate, records),
    ...judgeExpiry(publisher, certificate, options),
    ...judgeKeySize(publisher, certificate),
  ];
}

function judgeReplaced(
  publisher: NodeFacts,
  certificate: CertificateFacts,
  records: readonly NodeRecord[],
): Finding[] {
  const own = identityOfCertificate(certificate);
  const others = records.filter((each) => !sameSigner(identityOfRecord(each.record), own));
  if (others.length === 0) return [];
  const seen = others.map((each) => `${each.node} ${each.record.serial}`).join(", ");
  return [
    {
      code: "recovery-certificate-replaced",
      severity: "warn",
      node: publisher.node,
      message: `${publisher.node}: its ITLRecovery certificate (serial ${certificate.serial}) is not the one in the served lists (${seen})`,
      advice:
        "Find the backup of the recovery key with the serial that the lists name, before anything is restarted or reset.",
    },
  ];
}

function judgeExpiry(publisher: NodeFacts, certificate: CertificateFacts, options: JudgeOptions): Finding[] {
  const leftDays = (Date.parse(certificate.notAfter) - options.nowMs) / 86_400_000;
  if (leftDays >= options.certificateDays) return [];
  const text = leftDays < 0 ? `expired on ${certificate.notAfter}` : `expires on ${certificate.notAfter}`;
  return [
    {
      code: "recovery-certificate-expiring",
      severity: "warn",
      node: publisher.node,
      message: `${publisher.node}: its ITLRecovery certificate (serial ${certificate.serial}) ${text}`,
      advice:
        "Plan its renewal while every phone trusts what is served; back up the old key before and the new one after.",
    },
  ];
}

function judgeKeySize(publisher: NodeFacts, certificate: CertificateFacts): Finding[] {
  const callManager = publisher.certificates["CallManager"];
  const bits = certificate.keyKind === "rsa" ? certificate.keyBits : null;
  const otherBits = callManager?.keyKind === "rsa" ? (callManager.keyBits ?? 0) : 0;
  if (bits === null || bits >= Math.max(2048, otherBits)) return [];
  const beside = otherBits > bits ? `, its CallManager key ${otherBits}` : "";
  return [
    {
      code: "recovery-key-weak",
      severity: "warn",
      node: publisher.node,
      message: `${publisher.node}: its ITLRecovery key has ${bits} bits${beside}; Cisco says that the reset fails beside certificates of 2048 bits`,
      advice: "Be ready for a refused reset; renew ITLRecovery when every phone trusts what is served again.",
    },
  ];
}
