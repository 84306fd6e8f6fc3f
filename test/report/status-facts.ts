// Small facts for the status reports: one node around the real `show itl` of tac-03.
import { readFileSync } from "node:fs";
import type { ListFile } from "../../src/facts/list-facts.ts";
import type { ClusterFacts, NodeFacts, ServedFact } from "../../src/facts/node-facts.ts";
import { parseShownList } from "../../src/facts/show-itl.ts";
import type { Finding } from "../../src/verdict/verdict.ts";

const transcript = new URL("../../mocks/transcripts/tac-03-show-itl-before-reset.txt", import.meta.url);
const answer = readFileSync(transcript, "utf8")
  .replace(/^admin:show itl\r?\n/, "")
  .replace(/admin:\s*$/, "");

const shownList = parseShownList(answer);

export const shownDigests = {
  md5: "b331e5bfb450926e816be37f2d8c24a2",
  sha1: "9d7da73d16c1501b4d27dc1ed79211f390659982",
};

export function servedFile(
  digests: Partial<ListFile>,
  signature: "valid" | "invalid" | "no-signer-certificate",
): ServedFact {
  const file = { ...shownDigests, sha256: "00", ...digests } as ListFile;
  return { kind: "fetched", file, signature, bytes: "" };
}

export function nodeFacts(parts: Partial<NodeFacts> = {}): NodeFacts {
  return {
    node: "pub",
    address: "10.20.0.11",
    role: "publisher",
    isReachable: true,
    trouble: [],
    release: "10.0.1.10000-24",
    network: null,
    services: [{ name: "Cisco Tftp", state: "STARTED", isActivated: true, note: null }],
    itl: shownList,
    served: servedFile({}, "valid"),
    clockSkewMs: 0,
    certificates: {},
    replication: null,
    clusterSecurityMode: null,
    isRollbackParameterOn: null,
    privilegeLevel: null,
    ...parts,
  };
}

export const deadNode = nodeFacts({
  node: "tftp2",
  address: "10.20.0.12",
  role: "subscriber",
  isReachable: false,
  release: null,
  services: null,
  itl: null,
  served: null,
});

export function clusterFacts(nodes: readonly NodeFacts[]): ClusterFacts {
  return { cluster: "east", observedAt: "2026-03-02T08:00:00Z", nodes };
}

export const unreachable: Finding = {
  code: "node-unreachable",
  severity: "block",
  node: "tftp2",
  message: "10.20.0.12:22 does not answer: connection refused",
  advice: "Check that the node is up and its SSH port open",
};

export const mixedMode: Finding = {
  code: "mixed-mode",
  severity: "warn",
  node: null,
  message: "the cluster is in mixed mode",
  advice: "Mind the CTL as well",
};
