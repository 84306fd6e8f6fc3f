// The file a TFTP node serves, and what `show itl` says of it, to whether phones get that file whole and signed.
import { verifyWithKey } from "../facts/itl-file.ts";
import type { ListFile, ShownList } from "../facts/list-facts.ts";
import type { ClusterFacts, NodeFacts, ServedFact } from "../facts/node-facts.ts";
import { identityOfCertificate, identityOfSigner, keyOf, sameSigner } from "./signer-identity.ts";
import { isTftpNode, tftpState } from "./tftp-state.ts";
import type { Finding } from "./verdict.ts";

/** Findings about the served file of one TFTP node; certificates of the whole cluster may verify a list that lacks its signer. */
export function judgeServed(node: NodeFacts, facts: ClusterFacts): Finding[] {
  if (node.served === null || !isTftpNode(node)) return [];
  const { served } = node;
  const findings: Finding[] = [];
  if (served.kind === "unreachable") {
    // A stopped TFTP serves nothing: that has its own finding.
    return tftpState(node) === "stopped" ? [] : [unreachable(node, served.reason)];
  }
  if (node.itl?.kind === "shown" && isServedAsShown(served, node.itl) === false) {
    findings.push({
      code: "served-itl-differs",
      severity: "block",
      node: node.node,
      message: `${node.node}: phones are served another file (SHA-1 ${sha1Of(served)}) than \`show itl\` describes (${node.itl.checksums["sha1"] ?? node.itl.checksums["md5"] ?? "no checksum"})`,
      advice: `Run \`utils service restart Cisco Tftp\` on ${node.node}, then look again; check the TFTP port of the inventory.`,
    });
  }
  return [...findings, ...judgeSignature(node, served, facts)];
}

/** Whether the served file is the one that `show itl` describes; null where it printed no checksum to compare. */
export function isServedAsShown(
  served: Exclude<ServedFact, { kind: "unreachable" }>,
  shown: Extract<ShownList, { kind: "shown" }>,
): boolean | null {
  const digests: Record<string, string> =
    served.kind === "fetched"
      ? { md5: served.file.md5, sha1: served.file.sha1, sha256: served.file.sha256 }
      : { sha1: served.sha1 };
  const names = Object.keys(digests).filter((name) => shown.checksums[name] !== undefined);
  if (names.length === 0) return null;
  return names.every((name) => shown.checksums[name] === digests[name]);
}

/** SHA-1 of a served file, lower-case joined hex. */
export function sha1Of(served: Exclude<ServedFact, { kind: "unreachable" }>): string {
  return served.kind === "fetched" ? served.file.sha1 : served.sha1;
}

function judgeSignature(
  node: NodeFacts,
  served: Exclude<ServedFact, { kind: "unreachable" }>,
  facts: ClusterFacts,
): Finding[] {
  if (served.kind === "unreadable") {
    return [
      invalid(node, "block", `the file that it serves cannot be read as a trust list: ${served.reason}`),
    ];
  }
  if (served.signature === "valid") return [];
  if (served.signature === "unsupported") {
    const kind = served.file.header.digest;
    return [
      invalid(
        node,
        "warn",
        `the signature of the served file (${kind}) is of a kind that cannot be checked here`,
      ),
    ];
  }
  if (served.signature === "invalid") {
    return [invalid(node, "block", "the signature of the file that it serves does not verify")];
  }
  const bytes = Buffer.from(served.bytes, "base64");
  if (isSignedWithin(facts, served.file, bytes)) return [];
  return [
    invalid(
      node,
      "block",
      "the file that it serves carries no certificate of its signer, and none of the certificates read here verifies it",
    ),
  ];
}

/** After remotekey the signer may be in no record: then the publisher's new certificate on disk verifies the file. */
function isSignedWithin(facts: ClusterFacts, file: ListFile, bytes: Uint8Array): boolean {
  const signer = identityOfSigner(file);
  if (signer === null) return false;
  return facts.nodes
    .flatMap((node) => Object.values(node.certificates))
    .map(identityOfCertificate)
    .filter((identity) => sameSigner(identity, signer))
    .some((identity) => {
      const key = keyOf(identity);
      return key !== null && verifyWithKey(bytes, key) === "valid";
    });
}

function invalid(node: NodeFacts, severity: Finding["severity"], text: string): Finding {
  return {
    code: "served-itl-invalid",
    severity,
    node: node.node,
    message: `${node.node}: ${text}`,
    advice:
      severity === "block"
        ? `Restart Cisco Tftp on ${node.node} so that it writes its list anew, then look again.`
        : `Read the end of \`show itl\` on ${node.node}: the proof rests on it alone.`,
  };
}

function unreachable(node: NodeFacts, reason: string): Finding {
  return {
    code: "served-itl-unreachable",
    severity: "warn",
    node: node.node,
    message: `${node.node}: the file that phones fetch could not be fetched from here (${reason}); what is said about this node rests on \`show itl\` alone`,
    advice: `Open the TFTP node's HTTP port (6970) from here to ${node.address}, or go on without this proof.`,
  };
}
