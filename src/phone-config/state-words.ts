// A phone's state → what it means and what to do next, in words for whoever looks at it.
import type { PhoneState } from "./decide-state.ts";

export interface StateWords {
  readonly meaning: string;
  readonly next: string;
}

const restartOne = "Look at `itlctl status`, then restart Cisco Tftp on that node, and check again.";
const restartAll =
  "Look at `itlctl status`, then restart Cisco Tftp on the TFTP nodes, reset the phone, and check again.";

/** `meaning` for the platform's side, `next` begins with a verb. */
export const stateWords: Readonly<Record<PhoneState, StateWords>> = {
  encrypted: {
    meaning:
      "The TFTP nodes serve the encrypted file, made for the certificate that CAPF wrote down for this phone. Whether the phone has that certificate still, only the phone knows.",
    next: "Do nothing. If the phone does not work with it, compare its certificate with --phone-certificate.",
  },
  "waiting-for-phone": {
    meaning: "Encryption is on, and CAPF has not seen this phone yet: it has its minimal settings only.",
    next: "Reset the phone, wait two minutes, and check again.",
  },
  "waiting-for-authentication-string": {
    meaning:
      "Encryption is on, and the phone goes to CAPF only when somebody types its authentication string on it.",
    next: "Have the authentication string typed on the phone, or set another authentication mode and reset it.",
  },
  "hash-mismatch": {
    meaning:
      "The file was made for another certificate than the database or the phone has: the phone cannot use it and goes to CAPF at every reset, or, in authentication mode 1, waits for a string to be typed.",
    next: "Reset the phone if only the certificate you gave differs. If the database does: look at `itlctl status`, restart Cisco Tftp on the TFTP nodes, then reset it.",
  },
  "encrypted-file-missing": {
    meaning:
      "CAPF knows the phone's certificate, and no encrypted file is served: the phone keeps its minimal settings.",
    next: restartAll,
  },
  "capf-stopped": {
    meaning: "Encryption is on, and the phone cannot get to CAPF because the service is not started.",
    next: "Start Cisco Certificate Authority Proxy Function on the publisher, then reset the phone.",
  },
  "capf-unreachable": {
    meaning:
      "Encryption is on, CAPF has not seen this phone, and its port did not answer as a CAPF from here. The phone's way may be another one.",
    next: "Test the CAPF port of the publisher from the phone's network and open it.",
  },
  "capf-certificate-not-in-itl": {
    meaning:
      "Encryption is on, and the phone breaks off at CAPF because its ITL does not name the certificate that CAPF presents.",
    next: "Look at `itlctl status`, then follow the advice of the finding: Trust Verification Service first, Cisco Tftp after it, the phone last.",
  },
  "capf-address-differs": {
    meaning:
      "Encryption is on, CAPF has not seen this phone, and its file sends it to another host or port than the publisher's CAPF as the inventory knows it.",
    next: "Compare the name in the file with the publisher's names, and the port with the CAPF service parameter.",
  },
  "profile-without-encryption": {
    meaning:
      "No encryption is asked for, by the profile or, where that was not read, by the file: it goes over the network in clear text.",
    next: "Set TFTP Encrypted Config in the profile if it is wanted. If not, nothing is wrong.",
  },
  "oauth-https-instead": {
    meaning:
      "This phone uses SIP OAuth: it fetches its configuration over HTTPS, and TFTP Encrypted Config has no effect on it.",
    next: "Do nothing here; `itlctl servers check` looks at the certificates of HTTPS.",
  },
  "model-not-supported": {
    meaning:
      "This model cannot have an encrypted file where the cluster wants TLS 1.2 or newer. There is no way around it.",
    next: "Take the option off its profile, or replace the phone.",
  },
  "file-differs-from-database": {
    meaning: "What the TFTP nodes serve is not what the profile in the database asks for.",
    next: restartAll,
  },
  "file-missing": {
    meaning: "The database has the phone, and no TFTP node serves its file.",
    next: "Look whether Cisco Tftp has finished building its files; if it has, look at `itlctl status`, restart it, and check again.",
  },
  "file-damaged": {
    meaning: "What a TFTP node serves under this phone's name is damaged, or another phone's.",
    next: restartOne,
  },
  "nodes-differ": {
    meaning: "The TFTP nodes serve this phone different files: what it gets depends on whom it asks.",
    next: "Look at database replication and at `itlctl status`, then restart Cisco Tftp on the node with the older file.",
  },
  "signature-invalid": {
    meaning: "A file does not carry a signature that fits: the phone refuses it and keeps what it has.",
    next: restartOne,
  },
  "signer-not-in-itl": {
    meaning:
      "A file is signed by a certificate that the node's own ITL does not name: the phone would have to ask a Trust Verification Service.",
    next: "Run `itlctl status` on the cluster and mend its lists first.",
  },
  "device-unknown": {
    meaning: "The database of this cluster has no such device.",
    next: "Compare the name with the phone's label, and try the cluster that it belongs to.",
  },
  unknown: {
    meaning: "What was seen does not settle the state, and nothing is guessed.",
    next: "Read the finding that says why, mend it, and check again.",
  },
};
