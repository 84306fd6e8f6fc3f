// The inventory as values: clusters, their nodes, and references to secrets (never the secrets themselves).

export type NodeRole = "publisher" | "subscriber";

/** How a secret is found; kept unresolved until a command needs it. `text` is the reference as written. */
export type SecretReference =
  | { readonly kind: "env"; readonly name: string; readonly text: string }
  | { readonly kind: "file"; readonly path: string; readonly text: string }
  | {
      readonly kind: "exec";
      readonly program: string;
      readonly arguments: readonly string[];
      readonly text: string;
    }
  | { readonly kind: "ask"; readonly text: string };

/** How itlctl logs in to a node: host keys are SHA256 fingerprints, or an OpenSSH known_hosts file. */
export interface SshSettings {
  readonly port: number;
  readonly hostKeys: readonly string[];
  readonly knownHosts: string | null;
  readonly algorithms: "modern" | "legacy";
}

/** Where clients and phones meet a node's certificates over TLS; an empty list: not asked. */
export interface ClientPorts {
  readonly https: readonly number[];
  readonly xmpp: readonly number[];
  readonly sip: readonly number[];
  readonly tvs: readonly number[];
  /** Only the publisher has a CAPF. */
  readonly capf: number;
}

/** What `servers check` cannot see on the wire. */
export interface ServerSettings {
  /** The DNS domain behind node names that have no dot; null: names are taken as they are. */
  readonly domain: string | null;
  /** The domain that XMPP clients look for; null: identity of XMPP certificates is not judged. */
  readonly xmppDomain: string | null;
  /** Hosts besides the nodes, as words of `servers check`. */
  readonly hosts: readonly string[];
  /** A PEM file of the authorities that clients trust; null: none is known. */
  readonly trustedCa: string | null;
}

/** One server of a cluster, with its cluster-wide settings already merged in. */
export interface ClusterNode {
  readonly cluster: string;
  readonly name: string;
  readonly address: string;
  readonly role: NodeRole;
  readonly ssh: SshSettings;
  readonly tftp: { readonly port: number };
  readonly ports: ClientPorts;
}

export interface Login {
  readonly username: string;
  readonly password: SecretReference;
}

/** Where recovery-key backups are kept; read by the vault rooms. */
export type VaultSettings =
  | {
      readonly kind: "sftp";
      readonly host: string;
      readonly port: number;
      readonly username: string;
      readonly password: SecretReference | null;
      readonly privateKey: string | null;
      readonly directory: string;
      readonly hostKeys: readonly string[];
      readonly delivery: Login | null;
    }
  | {
      readonly kind: "directory";
      readonly path: string;
      readonly receiver: { readonly address: string; readonly port: number; readonly hostKey: string } | null;
    };

/** A program and its arguments, started without a shell. */
export type HookCommand = readonly [program: string, ...words: string[]];

/** What is started when something happens that somebody should hear of; null: nothing. */
export interface Hooks {
  readonly backupStored: HookCommand | null;
  readonly backupFailed: HookCommand | null;
  readonly alarmActive: HookCommand | null;
  readonly timeLimitMs: number;
}

export interface Cluster {
  readonly name: string;
  readonly nodes: readonly ClusterNode[];
  readonly credentials: {
    readonly platform: Login;
    readonly ccm: Login | null;
    readonly security: { readonly password: SecretReference } | null;
  };
  readonly regenerationHoldMs: number;
  readonly vault: VaultSettings | null;
  readonly keep: {
    readonly last: number;
    readonly daily: number;
    readonly weekly: number;
    readonly monthly: number;
  };
  readonly recoveryKey: {
    readonly password: SecretReference | null;
    readonly requireProof: "matched" | "opened" | "unopened";
  };
  readonly thresholds: { readonly certificateDays: number; readonly backupAgeMs: number };
  readonly servers: ServerSettings;
  readonly hooks: Hooks;
  /** Where the cluster stands in its file, for errors. */
  readonly source: { readonly file: string; readonly line: number };
}

export interface Inventory {
  readonly clusters: readonly Cluster[];
}
