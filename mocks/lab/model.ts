// The truth of the lab as types: clusters, nodes, certificates, lists, phones, and the operations that commands call.
import type { KeyObject } from "node:crypto";
import type { Clock } from "../../src/base/clock.ts";
import type { NodeRole } from "../../src/inventory/cluster.ts";
import type { LabCapf } from "./capf-truth.ts";
import type { FaultBook } from "./faults.ts";
import type { LabPhoneConfig } from "./phone-config-truth.ts";

export type LabRelease = "10.0" | "11.5" | "12.5" | "15";
/** With EC keys, on the releases whose profile names them. */
export type LabEcdsaUnit = "CallManager-ECDSA" | "tomcat-ECDSA";
export type LabUnit = "CallManager" | "TVS" | "CAPF" | "ITLRecovery" | "tomcat" | "ipsec" | LabEcdsaUnit;
export type LabDigest = "sha1" | "sha256" | "sha512";
/** How ITLRecovery.p12 is locked; `rc2-40`: the certificate so, the key with 3DES, as OpenSSL did by default until 3.0. */
export type LabKeyCipher = "rc2-40" | "3des" | "aes128" | "aes192" | "aes256";
/**
 * What becomes of the file of a `file get`. `twice`: a second copy beside it; `nothing` and `unsaid`: the file or the sentence is left
 * out; `broken`: the SFTP connection ends in mid-file and the command fails.
 */
export type LabDelivery =
  | "whole"
  | "short"
  | "corrupted"
  | "doubled"
  | "twice"
  | "nothing"
  | "unsaid"
  | "broken";

/** Lab time: `advance` wakes every sleeper that is due; `pending` counts those who still sleep. */
export interface LabClock extends Clock {
  /** Calls back once when lab time reaches `at`, without ever moving an automatic clock by itself: for time-outs. Returns the cancel. */
  onReach(at: number, callback: () => void): () => void;
  advance(ms: number): Promise<void>;
  readonly pending: number;
}

/** One certificate with its key. `subject` and `issuer` as the platform prints them: `CN=..;OU=..;O=..;L=..;ST=..;C=..`. Times in ms. */
export interface LabCertificate {
  readonly unit: LabUnit;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  readonly der: Buffer;
  readonly pem: string;
  readonly subject: string;
  readonly issuer: string;
  /** Raw bytes without a sign byte. */
  readonly serial: Buffer;
  readonly notBefore: number;
  readonly notAfter: number;
  readonly keyBits: number;
  /** `sha384`: of the ECDSA units. */
  readonly digest: LabDigest | "sha384";
  readonly isCaSigned: boolean;
}

/** What differs between releases; see profiles.ts. */
export interface LabProfile {
  readonly release: LabRelease;
  readonly version: string;
  readonly keyBits: number;
  readonly certificateDigest: LabDigest;
  /** Given only where the cluster's options ask for them. */
  readonly ecdsaUnits: readonly LabEcdsaUnit[];
  readonly listDigest: LabDigest;
  readonly normalSigner: "CallManager" | "ITLRecovery";
  readonly localkeySigner: "CallManager" | "ITLRecovery";
  readonly hasRecoveryPerNode: boolean;
  readonly resetDialogue: "older" | "newer";
  readonly serviceWording: "older" | "newer";
  readonly regenWording: "older" | "newer";
  readonly p12Cipher: LabKeyCipher;
  readonly sshAlgorithms: "legacy" | "modern";
  /** Up to 11.5 password is offered, on 15 keyboard-interactive only; each can be overridden per node. */
  readonly authMethods: readonly ("password" | "keyboard-interactive")[];
  readonly recoveryYears: number;
}

export interface LabService {
  readonly name: string;
  /** Platform rows print a blank before the bracket, feature rows none. */
  readonly group: "platform" | "feature";
  state: "STARTED" | "STOPPED" | "STARTING" | "STOPPING";
  isActivated: boolean;
}

export interface LabAccount {
  readonly username: string;
  password: string;
  level: 0 | 1 | 4;
}

/** How a node's SSH side behaves; the FRONT reads it at every connection. Times in lab ms. */
export interface LabSshSettings {
  readonly hostKeyPem: string;
  /** `SHA256:...`, as the inventory lists it. */
  readonly hostKeySha256: string;
  authMethods: readonly ("password" | "keyboard-interactive")[];
  algorithms: "legacy" | "modern";
  sessionLimit: number;
  idleTimeoutMs: number;
  bannerMs: number;
  promptMs: number;
  maxFailures: number;
  unlockMs: number;
  /** Text before the banner that a customer may have uploaded. */
  logOnMessage: string | null;
  /** Default true: bytes typed while a command runs are lost. */
  isTypeAheadLost?: boolean;
  /** Default true: output arrives joined and cut at random places. */
  isOutputCut?: boolean;
  /** Default false: the banner warns of DNS. */
  isDnsUnreachable?: boolean;
}

/** What a node's SSH side has counted. */
export interface LoginCounts {
  attempts: number;
  failures: number;
  logins: number;
  openSessions: number;
}

export interface LabNode {
  readonly name: string;
  readonly fqdn: string;
  readonly role: NodeRole;
  readonly address: string;
  /** Filled in when the front is opened. */
  sshPort: number;
  tftpPort: number;
  readonly ssh: LabSshSettings;
  /** Set by the node's front when it opens. */
  loginCounts?: LoginCounts;
  readonly accounts: LabAccount[];
  /** False: SSH and HTTP ports refuse. Set it with `LabCluster.setReachable`. */
  isReachable: boolean;
  /** Added to lab time by everything on this node that shows or compares times. */
  clockSkewMs: number;
  readonly services: LabService[];
  readonly certificates: Map<LabUnit, LabCertificate>;
  /** When each unit was last regenerated, in the node's own time: the five-minute hold. */
  readonly regeneratedAt: Map<LabUnit, number>;
  /** The ITL on disk, which `show itl` reads; null: there is none. */
  listFile: Buffer | null;
  listModified: number;
  /** What HTTP serves; the same bytes unless a fault says otherwise. */
  servedFile: Buffer | null;
  ctlFile: Buffer | null;
  ctlModified: number;
  /** The CTL that HTTP serves: as it was at the last restart of Cisco Tftp. */
  servedCtl?: Buffer | null;
  /** What the Trust Verification Service runs with since its own was regenerated; null: the present one. */
  runningTvs?: LabCertificate | null;
  /** Lines by path below the log folder (`syslog/CiscoSyslog`), oldest first. */
  readonly logs: Map<string, string[]>;
  /** SFTP servers this node accepted: `host` (as typed) to the SHA256 fingerprint. */
  readonly knownSftpHosts: Map<string, string>;
}

/** `same`: the file is the list it holds and nothing in that list vouches for it; nothing changes. */
export type PhoneAnswer = "first" | "direct" | "by-tvs" | "same" | "rejected" | "unreachable" | "off";

export interface PhoneVerdict {
  readonly phone: string;
  readonly accepted: PhoneAnswer;
  readonly reason: string;
  /** What it did with the CTL; in mixed mode only. */
  readonly ctl?: { readonly accepted: PhoneAnswer; readonly reason: string };
}

export interface LabPhone {
  /** `SEP` and the MAC in upper-case hex. */
  readonly name: string;
  tftpNode: string;
  isPoweredOn: boolean;
  heldList: Buffer | null;
  /** Of mixed mode. */
  heldCtl?: Buffer | null;
  lastVerdict: PhoneVerdict | null;
  /** As on the phone's status page: `20:16:01 Trust List Update Failed`. */
  readonly statusMessages: string[];
  /** Its profile, its certificate and its files; a test may change any of it. */
  readonly config: LabPhoneConfig;
}

/** Rules that are only inferred ([I]) or release-dependent, each a switch. */
export interface LabSwitches {
  localkeySigner: "CallManager" | "ITLRecovery";
  resetDialogue: "older" | "newer";
  doesRemotekeyListCarryImportedKey: boolean;
  /** From 12.0 the list of a local reset carries the present ITLRecovery, also one made since the last TFTP restart: the renewal rests on it. */
  doesLocalkeyListCarryRecovery: boolean;
  doesSubscriberListHoldPublisherCallManager: boolean;
  doesTvsKnowImportedKey: boolean;
  doesWeakRecoveryKeyFailReset: boolean;
  /** True: `show itl` also looks for the signer in the node's certificate store, not only in the file's records. */
  doesShowItlUseStore: boolean;
  hasTabsInShowItl: boolean;
  listDigest: LabDigest;
  p12Cipher: LabKeyCipher;
  regenerationHoldMs: number;
  /** False: a TFTP restart that finds the same signer and records keeps the file as it is. */
  isListRewrittenAtEveryRestart: boolean;
  /** The host key question of a first contact, also in `remotekey`, which no capture shows; false unless set. */
  doesRemotekeyAskHostKey?: boolean;
  /** How fingerprints of SFTP servers are printed: `md5` up to 11.5 (tac-07), else `sha256` (inferred). */
  sftpFingerprint?: "md5" | "sha256";
  /** `utils service restart` goes back to the prompt after [STARTING], as clients saw; false unless set. */
  doesRestartEndAtStarting?: boolean;
  /** Newer releases: the question also for units other than ITLRecovery, for which the guide shows none; false unless set. */
  isEveryRegenAsked?: boolean;
  /** Name and folders, below the directory typed, under which `file get` delivers the p12; not known, `ITLRecovery.p12` unless set. */
  deliveredAs?: string;
  /** `whole` unless set. */
  delivery?: LabDelivery;
  /** `file search` shows its lines with the pager of `file view`; not known, false unless set. */
  isSearchShownAsFile?: boolean;
  /** What the query about a device and its profile may name: `no-model` lacks its model, `hash-only` the profile too; `all` unless set. */
  deviceColumns?: "all" | "no-model" | "hash-only";
  /** A query that the database refuses ends unsuccessfully; not known, false unless set. */
  doesRefusedQueryFail?: boolean;
  serviceRestartMs: number;
}

/** Texts the notes call unknown ([U]); tests may put anything here. No line end at their ends. */
export interface LabTexts {
  privilegeRefused: string;
  ccmPasswordWrong: string;
  sftpRefused: string;
  sftpLoginFailed: string;
  sftpFileMissing: string;
  sftpHostKeyChanged: string;
  sftpDirectoryMissing: string;
  sftpTransferBroken: string;
  /** What `file search` says where no line fits. */
  nothingFound: string;
  recoveryKeyUnusable: string;
  tftpNodeDown: string;
  weakKeyRefused: string;
  resetOnSubscriber: string;
  regenRefused: string;
  unknownUnit: string;
  unknownService?: string;
  queryRefused?: string;
  itlMissing: string;
  itlNotVerified: string;
  ctlMissing: string;
  ctlOnSubscriber: string;
  ctlNotMixed: string;
  /** Everything that `utils ctl reset localkey` prints. */
  ctlReset: string;
  ctlNotVerified: string;
  fileMissing: string;
  idleTimeout: string;
  sessionLimit: string;
}

/** Faults of the truth, beside the session faults of faults.ts. Node names. */
export interface TruthFaults {
  /** These do not get the new file of the next reset (and say so with `tftpNodeDown` text unless `silent`). */
  readonly missesNewFile: Map<string, "silent" | "told">;
  /** HTTP keeps serving what it served before. */
  readonly staleServed: Set<string>;
  /** HTTP serves the file with one byte of its signature changed. */
  readonly corruptServed: Set<string>;
  readonly http: Map<string, HttpFault>;
}

/** What the HTTP side does instead of answering well. `drip` sends one byte per `everyMs` of real time. */
export type HttpFault =
  | { readonly kind: "stall" }
  | { readonly kind: "drip"; readonly everyMs: number }
  | { readonly kind: "oversize"; readonly bytes: number }
  | { readonly kind: "redirect"; readonly location: string }
  | { readonly kind: "status"; readonly code: number }
  | { readonly kind: "drop" };

/** What happens in the course of a reset, in the platform's order; the command prints and paces it. */
export type ResetEvent =
  | { readonly kind: "generating" }
  | { readonly kind: "generated" }
  | { readonly kind: "locating" }
  | { readonly kind: "servers"; readonly names: readonly string[] }
  | { readonly kind: "transferring" }
  | { readonly kind: "transferred"; readonly node: string }
  | { readonly kind: "not-transferred"; readonly node: string; readonly text: string }
  | { readonly kind: "restarting"; readonly node: string }
  | { readonly kind: "restarted"; readonly node: string };

export type ResetListener = (event: ResetEvent) => void | Promise<void>;

/** `refused`: nothing was changed, print the text. `done`: the truth has changed, even if nobody listens any more. */
export type ResetOutcome = { readonly kind: "done" } | { readonly kind: "refused"; readonly text: string };

export type RegenerateOutcome =
  | { readonly kind: "regenerated"; readonly certificate: LabCertificate }
  | { readonly kind: "held"; readonly by: LabUnit }
  | { readonly kind: "refused"; readonly text: string };

/** A write on the truth, with the command line that did it. */
export interface LabWrite {
  readonly node: string;
  readonly kind: "reset" | "restart" | "regen" | "ctl";
  readonly line: string;
  readonly at: number;
}

/** One cluster: the single truth behind every node's CLI, HTTP side and phones. */
export interface LabCluster {
  readonly name: string;
  readonly profile: LabProfile;
  readonly clock: LabClock;
  readonly nodes: LabNode[];
  readonly publisher: LabNode;
  readonly phones: LabPhone[];
  readonly switches: LabSwitches;
  readonly texts: LabTexts;
  readonly faults: FaultBook;
  readonly truthFaults: TruthFaults;
  readonly capf: LabCapf;
  readonly commandLog: { readonly node: string; readonly line: string; readonly at: number }[];
  readonly writes: LabWrite[];
  /** Commands the lab does not know, as `node: line`; tests assert it is empty. */
  readonly complaints: string[];
  readonly ccmLogin: { username: string; password: string };
  securityPassword: string;
  isMixedMode: boolean;
  isRollbackOn: boolean;
  isReplicationHealthy: boolean;
  /** True once `file get` delivered the p12; false again with a new key or security password. The daily alarm looks at it. */
  isRecoveryKeySaved: boolean;
  /** Where `remotekey` finds port 22 of a host in the lab; the host as typed to a real address and port. */
  sftpAddressOf(host: string, port: number): { readonly host: string; readonly port: number };

  node(name: string): LabNode;
  phone(name: string): LabPhone;
  nodeTime(node: LabNode): number;
  /** Nodes whose Cisco Tftp is activated and started, publisher first. */
  activeTftpNodes(): LabNode[];
  isRunning(node: LabNode, service: string): boolean;

  /** Text of `show itl` / `show ctl` without the command line, lines joined by `\n`. */
  showItl(node: LabNode): string;
  showCtl(node: LabNode): string;
  /** The platform's derived p12 password (the lab's own derivation from the security password). */
  recoveryPassphrase(): string;
  /** ITLRecovery.p12 as it lies in the publisher's TFTP folder: the same bytes until the key or password changes. */
  recoveryFile(): Buffer;

  /** The certificate with which this node's Trust Verification Service answers phones. */
  tvsCertificate(node: LabNode): LabCertificate;
  /** The unit whose change within the hold forbids another one on this node now. */
  regenerationHold(node: LabNode): LabUnit | null;
  /** Lists change at the next restart of Cisco Tftp, a TVS answers with its new certificate from its own next restart on. */
  regenerate(node: LabNode, unit: LabUnit, line?: string): RegenerateOutcome;
  /** Resolves when the service is STARTED again; `onState` sees each state. Cisco Tftp rebuilds its list from the store and serves the CTL on disk. */
  restartService(
    node: LabNode,
    service: string,
    options?: { line?: string; onState?: (state: LabService["state"]) => void | Promise<void> },
  ): Promise<void>;
  restartTftp(node: LabNode, line?: string): Promise<void>;
  setService(node: LabNode, service: string, state: "STARTED" | "STOPPED", isActivated?: boolean): void;
  resetLocalkey(options?: { line?: string; onEvent?: ResetListener }): Promise<ResetOutcome>;
  /** `p12` as fetched; opened with the cluster's own derived passphrase. */
  resetRemotekey(p12: Buffer, options?: { line?: string; onEvent?: ResetListener }): Promise<ResetOutcome>;
  /** The CTL of every node that is up anew, with the present certificates, by its normal signer or by one of the publisher's. */
  writeCtl(signer: "normal" | "CallManager" | "ITLRecovery", line?: string): ResetOutcome;
  /** All certificates of the publisher new, ITLRecovery too; lists are rebuilt there. */
  rebuildPublisher(): void;
  setReachable(node: LabNode, isReachable: boolean): Promise<void>;

  /** Each named phone (default all) that is on fetches its node's list and decides. */
  bootPhones(names?: readonly string[]): PhoneVerdict[];
  setPhonesPower(isPoweredOn: boolean, names?: readonly string[]): void;
}
