// The four release profiles, and the defaults that hang on them: switches, services, injectable texts.
import type { NodeRole } from "../../src/inventory/cluster.ts";
import type { LabProfile, LabRelease, LabService, LabSwitches, LabTexts } from "./model.ts";

const older = {
  keyBits: 2048,
  certificateDigest: "sha256",
  ecdsaUnits: [],
  listDigest: "sha1",
  normalSigner: "CallManager",
  localkeySigner: "ITLRecovery",
  hasRecoveryPerNode: true,
  resetDialogue: "older",
  serviceWording: "older",
  regenWording: "older",
  p12Cipher: "3des",
  sshAlgorithms: "legacy",
  authMethods: ["password", "keyboard-interactive"],
  recoveryYears: 5,
} as const;

const newer = {
  ...older,
  ecdsaUnits: ["CallManager-ECDSA"],
  normalSigner: "ITLRecovery",
  localkeySigner: "CallManager",
  hasRecoveryPerNode: false,
  resetDialogue: "newer",
  serviceWording: "newer",
  regenWording: "newer",
  p12Cipher: "aes256",
  sshAlgorithms: "modern",
  recoveryYears: 20,
} as const;

/** 10.0 is the release of the tac transcripts: 1024-bit keys and SHA-1 certificates; 15 has the units of ext-24. */
export const profiles: Readonly<Record<LabRelease, LabProfile>> = {
  "10.0": { ...older, release: "10.0", version: "10.0.1.10000-24", keyBits: 1024, certificateDigest: "sha1" },
  "11.5": {
    ...older,
    release: "11.5",
    version: "11.5.1.12900-21",
    ecdsaUnits: ["CallManager-ECDSA"],
    authMethods: ["password"],
  },
  "12.5": { ...newer, release: "12.5", version: "12.5.1.16900-48" },
  "15": {
    ...newer,
    release: "15",
    version: "15.0.1.12900-234",
    ecdsaUnits: ["tomcat-ECDSA", "CallManager-ECDSA"],
    authMethods: ["keyboard-interactive"],
  },
};

/** Every inferred rule as trust-rules says it for that release. */
export function defaultSwitches(profile: LabProfile): LabSwitches {
  return {
    localkeySigner: profile.localkeySigner,
    resetDialogue: profile.resetDialogue,
    doesRemotekeyListCarryImportedKey: false,
    doesLocalkeyListCarryRecovery: profile.normalSigner === "ITLRecovery",
    doesSubscriberListHoldPublisherCallManager: false,
    doesTvsKnowImportedKey: true,
    doesWeakRecoveryKeyFailReset: false,
    doesShowItlUseStore: false,
    hasTabsInShowItl: true,
    listDigest: profile.listDigest,
    p12Cipher: profile.p12Cipher,
    regenerationHoldMs: 5 * 60_000,
    isListRewrittenAtEveryRestart: false,
    serviceRestartMs: 2_000,
  };
}

/** The lab's own wording wherever the notes know none; marked as such so that nobody takes it for the platform's. */
export const defaultTexts: LabTexts = {
  privilegeRefused: "[lab] this account may not run the command",
  ccmPasswordWrong: "[lab] the CCM Administrator password was not accepted",
  sftpRefused: "[lab] no connection to the SFTP server",
  sftpLoginFailed: "[lab] the SFTP server refused the login",
  sftpFileMissing: "[lab] the SFTP server has no such file",
  sftpHostKeyChanged: "[lab] the SFTP server shows another host key than before",
  sftpDirectoryMissing: "[lab] the SFTP server has no such directory",
  sftpTransferBroken: "[lab] the transfer was broken off",
  nothingFound: "[lab] no line fits",
  recoveryKeyUnusable: "[lab] the recovery key file could not be opened",
  tftpNodeDown: "[lab] the reset ITL file did not reach the node",
  weakKeyRefused: "[lab] the recovery key is too short to sign with",
  resetOnSubscriber: "This is not a Publisher Node",
  regenRefused: "[lab] this certificate is regenerated on the publisher only",
  unknownUnit: "[lab] there is no such certificate unit",
  itlMissing: "Length of ITL file: 0\n[lab] ITL File not found\nError parsing the ITL File.",
  itlNotVerified: "[lab] the ITL file could not be verified",
  ctlMissing: [
    "Length of CTL file: 0",
    "CTL File not found . Please run CTLClient plugin or run the CLI - utils ctl.. to generate the CTL file.",
    "Error parsing the CTL File.",
  ].join("\n"),
  ctlOnSubscriber: "[lab] the CTL is written on the publisher only",
  ctlNotMixed: "[lab] the cluster is not in mixed mode",
  ctlReset: "\n[lab] the CTL file was signed with the local key",
  ctlNotVerified: "[lab] the CTL file could not be verified",
  fileMissing: "no such file or directory can be found",
  idleTimeout: "[lab] the session was idle for too long",
  sessionLimit: "[lab] too many sessions",
};

/** Names of the services that matter to trust lists. */
export const serviceNames = {
  tftp: "Cisco Tftp",
  tvs: "Cisco Trust Verification Service",
  callManager: "Cisco CallManager",
  capf: "Cisco Certificate Authority Proxy Function",
} as const;

/** What runs on a node: the flags say which feature services are activated there. */
export function servicesOf(
  profile: LabProfile,
  role: NodeRole,
  runs: { readonly isTftp: boolean; readonly isTvs: boolean; readonly isCallManager: boolean },
): LabService[] {
  const isPublisher = role === "publisher";
  const platform = ["System NTP", "System SSH", "Service Manager", "A Cisco DB", "A Cisco DB Replicator"];
  const feature: [string, boolean][] = [
    ["Cisco AMC Service", true],
    ["Cisco AXL Web Service", isPublisher],
    [serviceNames.callManager, runs.isCallManager],
    [serviceNames.capf, isPublisher],
    ["Cisco Certificate Change Notification", true],
    ["Cisco Certificate Expiry Monitor", true],
    ["Cisco CTIManager", runs.isCallManager],
    ["Cisco DRF Local", true],
    ["Cisco DRF Master", isPublisher],
    ["Cisco HAProxy", profile.normalSigner === "ITLRecovery"],
    [serviceNames.tftp, runs.isTftp],
    ["Cisco Tomcat", true],
    [serviceNames.tvs, runs.isTvs],
  ];
  return [
    ...platform.map((name) => service(name, "platform", true)),
    ...feature.map(([name, isActivated]) => service(name, "feature", isActivated)),
  ];
}

function service(name: string, group: LabService["group"], isActivated: boolean): LabService {
  return { name, group, state: isActivated ? "STARTED" : "STOPPED", isActivated };
}
