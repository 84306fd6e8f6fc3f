// What one look at a phone's configuration brings home: database, service, files of every node, CAPF; nothing concluded yet.
import type { CertificateFacts, ListSigner } from "../facts/list-facts.ts";
import type { ItlRecord } from "../facts/itl-record.ts";
import type { NodeTrouble, ServiceRow } from "../facts/node-facts.ts";
import type { Handshake } from "../handshake/handshake.ts";
import type { PhoneConfigFacts } from "./config-facts.ts";

/** The phone's row. Null: not asked in the query that was understood, or a value that is neither `t` nor `f`. */
export interface DeviceRow {
  readonly kind: "row";
  /** The query that was understood. */
  readonly query: string;
  readonly model: string | null;
  readonly profile: string | null;
  readonly isTftpEncrypted: boolean | null;
  readonly isSipOauth: boolean | null;
  /** "" before CAPF has seen the phone. */
  readonly md5hash: string;
  /** As printed. */
  readonly lscValidUntil: string | null;
}

export type DeviceAnswer =
  | DeviceRow
  | { readonly kind: "none"; readonly query: string }
  | { readonly kind: "unread"; readonly reason: string };

/** How the signature of a file stands to the list served by the same node. `no-key`: its record is there, without a usable key. */
export type FileSignature = "valid" | "invalid" | "unsupported" | "signer-not-in-itl" | "no-key" | "no-itl";

/** `refused`: nobody listens. `missing`: the server answers, and not with this file. */
export type ServedFile<Read> =
  | { readonly kind: "refused" | "missing" | "unreachable"; readonly reason: string }
  | { readonly kind: "damaged"; readonly sizeBytes: number; readonly reason: string }
  | ({ readonly kind: "read"; readonly sizeBytes: number } & Read);

export interface SignedFacts {
  readonly signer: ListSigner;
  readonly timestamp: string | null;
  /** As the header has it. */
  readonly filename: string | null;
  readonly signature: FileSignature;
}

/** `signed` null: plain XML without a header. `config` null: `configTrouble` says why its XML cannot be read. */
export type ConfigFileFacts = {
  readonly signed: SignedFacts | null;
  readonly config: PhoneConfigFacts | null;
  readonly configTrouble: string | null;
};

export type EncryptedFileFacts = {
  readonly signed: SignedFacts;
  /** False: the file under this name holds no encryption fields. */
  readonly isEncrypted: boolean;
  /** False: its ciphertext does not end where a block ends. */
  readonly isWhole: boolean;
};

/** What one node gave to a phone; `itl` records of the list it serves. */
export interface NodeFiles {
  readonly node: string;
  readonly address: string;
  readonly port: number;
  readonly itl: ServedFile<{ readonly records: readonly ItlRecord[] }>;
  readonly signedFile: ServedFile<ConfigFileFacts>;
  readonly encryptedFile: ServedFile<EncryptedFileFacts>;
}

/** The certificate that the operator says the phone has; `md5` null where this machine's Node has no MD5. */
export interface PhoneCertificate {
  readonly file: string;
  readonly certificate: CertificateFacts;
  readonly md5: string | null;
}

export interface PhoneLook {
  readonly cluster: string;
  readonly device: string;
  readonly nowMs: number;
  readonly publisher: {
    readonly node: string;
    readonly address: string;
    /** By which a file may name it. */
    readonly names: readonly string[];
    readonly capfPort: number;
    readonly isReachable: boolean;
    readonly trouble: readonly NodeTrouble[];
    /** Null: not read. */
    readonly services: readonly ServiceRow[] | null;
  };
  readonly database: DeviceAnswer;
  /** In the inventory's order, all of them. */
  readonly nodes: readonly NodeFiles[];
  /** `old` is tried for models that speak nothing newer, and where the modern handshake failed in TLS; else null. */
  readonly capf: { readonly modern: Handshake; readonly old: Handshake | null };
  readonly phoneCertificate: PhoneCertificate | null;
}
