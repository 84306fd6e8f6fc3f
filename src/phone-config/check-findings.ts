// What can be wrong with a phone's encrypted configuration: one code each, with what to do about it.
import type { Finding } from "../verdict/verdict.ts";

/** Every code that a finding of `phone-config check` can have. */
export const phoneConfigFindingCodes = [
  "node-unreachable",
  "login-refused",
  "host-key-refused",
  "answer-not-understood",
  "device-not-in-database",
  "profile-not-encrypted",
  "profile-not-read",
  "model-not-supported",
  "capf-not-started",
  "capf-unreachable",
  "capf-not-recognised",
  "capf-old-tls-only",
  "capf-certificate-not-in-itl",
  "capf-address-differs",
  "itl-not-read",
  "phone-file-missing",
  "phone-file-not-fetched",
  "phone-file-damaged",
  "phone-file-of-another",
  "file-signature-invalid",
  "file-signer-not-in-itl",
  "file-signature-not-checked",
  "nodes-differ",
  "file-differs-from-database",
  "hash-mismatch",
  "encrypted-file-missing",
  "waiting-for-phone",
  "waiting-for-authentication-string",
  "phone-certificate-differs",
  "phone-certificate-not-compared",
  "phone-certificate-expired",
  "lsc-expired",
  "state-undecided",
] as const;

export type PhoneConfigFindingCode = (typeof phoneConfigFindingCodes)[number];
export type PhoneConfigFinding = Finding<PhoneConfigFindingCode>;

type Code = Exclude<
  PhoneConfigFindingCode,
  "node-unreachable" | "login-refused" | "host-key-refused" | "answer-not-understood"
>;

/** A restart of Cisco Tftp may write a list that phones do not take: that is looked at first, always. */
const restartTftp =
  "Run `itlctl status` first, as a restart writes the list anew; then restart Cisco Tftp on that node and check again.";
const restartAll =
  "Run `itlctl status` first, as a restart writes the lists anew; then restart Cisco Tftp on the TFTP nodes, reset the phone, and check again.";

const advice: Readonly<Record<Code, string>> = {
  "device-not-in-database":
    "Check the name on the phone's label and that this is its cluster; a phone that is not in the database gets no configuration.",
  "profile-not-encrypted":
    "Set TFTP Encrypted Config in the phone's security profile if it is to be encrypted, then apply it and reset the phone.",
  "profile-not-read":
    "Look at the phone's security profile in the administration pages: TFTP Encrypted Config and OAuth are not known here.",
  "model-not-supported":
    "Take TFTP Encrypted Config off this phone's profile, or replace the phone: there is no other way on record.",
  "capf-not-started":
    "Start Cisco Certificate Authority Proxy Function on the publisher (activate it first if it is not), then reset the phone.",
  "capf-unreachable":
    "Open the CAPF port to the publisher; test it from the phone's own network too, as its way is another one.",
  "capf-not-recognised": "See what listens on that port of the publisher, and read Cisco CAPF's log there.",
  "capf-old-tls-only":
    "Compare the cluster's minimum TLS version with what the phone speaks; newer phones may refuse old TLS.",
  "capf-certificate-not-in-itl":
    "Run `itlctl status` first, as restarts write the lists anew; in mixed mode run `utils ctl update CTLFile`; then restart Cisco Trust Verification Service, after it Cisco Tftp, and reset the phone.",
  "capf-address-differs":
    "Compare host and port in the file with those of the publisher's CAPF, and with ports.capf of the inventory; a name must be one that phones can resolve.",
  "itl-not-read":
    "Run `itlctl status` on this cluster: without the list nothing of this node can be verified.",
  "phone-file-missing": restartTftp,
  "phone-file-not-fetched":
    "See that Cisco Tftp runs on the node and that its port answers from here, then check again.",
  "phone-file-damaged": restartTftp,
  "phone-file-of-another": restartTftp,
  "file-signature-invalid": restartTftp,
  "file-signer-not-in-itl":
    "Run `itlctl status` on this cluster: the node signs with a certificate that its own list does not name.",
  "file-signature-not-checked":
    "Compare the signer with `itlctl itl show`; the phone may understand what itlctl cannot check.",
  "nodes-differ":
    "Look at database replication and at `itlctl status`; then restart Cisco Tftp on the node that serves the older file.",
  "file-differs-from-database": restartAll,
  "hash-mismatch": restartAll,
  "encrypted-file-missing": restartAll,
  "waiting-for-phone":
    "Reset the phone and check again after two minutes; it has to go to CAPF before its file can be encrypted.",
  "waiting-for-authentication-string":
    "Give the authentication string to somebody at the phone, who types it under Settings, Security Configuration, LSC.",
  "phone-certificate-differs":
    "Reset the phone so that it goes to CAPF with the certificate it has now; compare again with a fresh copy of that.",
  "phone-certificate-not-compared":
    "Compare the MD5 of the certificate with certHash on another machine, or decrypt the file with `itlctl phone-config show`.",
  "phone-certificate-expired": "Give the phone a new LSC by CAPF; a MIC cannot be used after it has ended.",
  "lsc-expired": "Give the phone a new LSC by CAPF (Install/Upgrade in its certificate operation).",
  "state-undecided":
    "Read the steps that are unknown, mend what kept them from being answered, and check again.",
};

/** `severity` is the caller's: the same fact keeps one phone from being encrypted and is a remark on another. */
export function finding(
  code: Code,
  severity: "warn" | "block",
  node: string | null,
  message: string,
): PhoneConfigFinding {
  return { code, severity, node, message, advice: advice[code] };
}
