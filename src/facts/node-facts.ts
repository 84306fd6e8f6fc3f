// Everything one look at a cluster brings home: what observing yields and what verdicts are made from.
import type { CertificateFacts, ListFile, ShownList, SignatureState } from "./list-facts.ts";

/** A row of `show network cluster`. */
export interface NetworkClusterRow {
  readonly address: string;
  readonly fqdn: string | null;
  readonly hostName: string;
  readonly isPublisher: boolean;
  /** `callmanager`, `cups`, or the platform's other word. */
  readonly product: string;
  /** The word behind DBPub/DBSub, e.g. `authenticated`. */
  readonly authentication: string;
}

/** A row of `utils service list`. */
export interface ServiceRow {
  readonly name: string;
  /** Upper case as printed: STARTED, STOPPED, STARTING, ... */
  readonly state: string;
  readonly isActivated: boolean;
  readonly note: string | null;
}

/** A row of `utils dbreplication runtimestate`. */
export interface ReplicationRow {
  readonly server: string;
  readonly address: string;
  readonly isSetupCompleted: boolean;
  readonly text: string;
}

/** The file a phone would fetch from this node. */
export type ServedFact =
  | {
      readonly kind: "fetched";
      readonly file: ListFile;
      readonly signature: SignatureState;
      readonly bytes: string;
    }
  | { readonly kind: "unreadable"; readonly sha1: string; readonly reason: string }
  | { readonly kind: "unreachable"; readonly reason: string };

/** Why a node, or one command on it, gave nothing. */
export interface NodeTrouble {
  readonly code: "node-unreachable" | "login-refused" | "host-key-refused" | "answer-not-understood";
  readonly command: string | null;
  readonly message: string;
}

/** One node as it was seen; null: not asked, or not readable (then `trouble` says why). `bytes` of served are Base64. */
export interface NodeFacts {
  readonly node: string;
  readonly address: string;
  readonly role: "publisher" | "subscriber";
  readonly isReachable: boolean;
  readonly trouble: readonly NodeTrouble[];
  readonly release: string | null;
  readonly network: readonly NetworkClusterRow[] | null;
  readonly services: readonly ServiceRow[] | null;
  readonly itl: ShownList | null;
  readonly served: ServedFact | null;
  /** The node's clock minus ours, milliseconds. */
  readonly clockSkewMs: number | null;
  /** `show cert own` by unit, asked in `recover` only (publisher: CallManager, ITLRecovery, TVS; subscriber: CallManager, TVS) and, for ITLRecovery and CallManager of the publisher, in `status` too. */
  readonly certificates: Readonly<Record<string, CertificateFacts>>;
  /** Publisher only. */
  readonly replication: readonly ReplicationRow[] | null;
  /** Publisher only: 0 non-secure, 1 mixed. */
  readonly clusterSecurityMode: number | null;
  /** Publisher only. */
  readonly isRollbackParameterOn: boolean | null;
  /** Publisher only; null where the platform's words were not recognised. */
  readonly privilegeLevel: number | null;
}

/** One look at a cluster; `observedAt` ISO 8601 UTC. */
export interface ClusterFacts {
  readonly cluster: string;
  readonly observedAt: string;
  readonly nodes: readonly NodeFacts[];
}
