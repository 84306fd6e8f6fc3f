// The library's front door: what other programs may build on.
export { isoTime, systemClock, type Clock } from "./base/clock.ts";
export { errorCodes, OperatorError, type ErrorCode, type Place } from "./base/errors.ts";
export { loadInventory } from "./inventory/load-inventory.ts";
export type { Cluster, ClusterNode, Inventory } from "./inventory/cluster.ts";
export { parseCertList } from "./facts/cert-list.ts";
export { parseCertRegen } from "./facts/cert-regen.ts";
export { parseCertificate, parseShownCertificate } from "./facts/certificate.ts";
export { parseFileList } from "./facts/file-list.ts";
export { parseItlReset } from "./facts/itl-reset.ts";
export { parseRecoveryKey } from "./facts/recovery-key.ts";
export { parseShownList } from "./facts/show-itl.ts";
export { parseListFile, verifyListFile } from "./facts/itl-file.ts";
export type { ListFile, ShownList, SignatureState } from "./facts/list-facts.ts";
export type { ClusterFacts, NodeFacts } from "./facts/node-facts.ts";
export { judgeCluster } from "./verdict/judge-cluster.ts";
export { judgeTrustedBy } from "./verdict/phone-trust.ts";
export type { Finding, FindingCode } from "./verdict/verdict.ts";
