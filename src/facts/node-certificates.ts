// What a look at the certificates of a cluster's nodes brings home.
import type { CertificateFacts } from "./list-facts.ts";
import type { NodeFacts } from "./node-facts.ts";

/** One certificate of a node; `unit` as `show cert list own` names it. */
export interface UnitCertificate {
  readonly unit: string;
  readonly certificate: CertificateFacts;
}

/** In the order in which the node lists them; one that could not be read is missing here and stands in `trouble`. */
export interface NodeCertificates
  extends Pick<NodeFacts, "node" | "address" | "role" | "isReachable" | "trouble"> {
  readonly certificates: readonly UnitCertificate[];
}
