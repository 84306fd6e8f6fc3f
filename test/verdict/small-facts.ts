// A look at a cluster of which only a few records and certificates matter: made by hand, without keys and without the lab.
import type { ItlRecord } from "../../src/facts/itl-record.ts";
import type { CertificateFacts, ShownList } from "../../src/facts/list-facts.ts";
import type { ClusterFacts, NodeFacts, ServiceRow } from "../../src/facts/node-facts.ts";
import type { PlannedChange } from "../../src/verdict/anchor-order.ts";

/** Upper-case pairs that are told apart by one byte, as a hash is printed. */
export const hashOf = (byte: string) => Array.from({ length: 20 }, () => byte).join(":");

/** A certificate as it was read; its serial is all that tells it from another, unless a hash is given. */
export function smallCertificate(unit: string, serial: string, sha1 = hashOf(serial)): CertificateFacts {
  return {
    subject: nameOf(unit, "pub"),
    issuer: nameOf(unit, "pub"),
    serial,
    isSelfSigned: true,
    keyKind: "rsa",
    keyBits: 2048,
    signatureAlgorithm: "sha256WithRSAEncryption",
    notBefore: "2024-01-01T00:00:00Z",
    notAfter: "2034-01-01T00:00:00Z",
    sha1,
    der: "",
  };
}

const nameOf = (unit: string, node: string) =>
  unit === "ITLRecovery" ? `CN=ITLRECOVERY_${node};O=lab` : `CN=${node};O=lab`;

type Function = readonly [code: number, name: string];
const functions = {
  token: [0, "System Administrator Security Token"],
  CCM: [1, "CCM"],
  "CCM+TFTP": [2, "CCM+TFTP"],
  TFTP: [3, "TFTP"],
  CAPF: [4, "CAPF"],
  TVS: [21, "TVS"],
} as const satisfies Record<string, Function>;

/** A record as `show itl` and `show ctl` print it: without key and without certificate. */
export function smallRecord(
  word: keyof typeof functions,
  serial: string,
  parts: Partial<ItlRecord> & { readonly unit?: string; readonly node?: string } = {},
): ItlRecord {
  const { unit = "CallManager", node = "pub", ...others } = parts;
  const [functionCode, functionName] = functions[word];
  return {
    index: 1,
    lengthBytes: 1000,
    functionCode,
    functionName,
    dnsName: null,
    subjectName: nameOf(unit, node),
    issuerName: nameOf(unit, node),
    serial,
    publicKeyBytes: null,
    publicKey: null,
    certificate: null,
    certificateSha1: null,
    certHash: null,
    hashAlgorithm: null,
    ipAddress: null,
    isSigner: null,
    unknownFields: [],
    ...others,
  };
}

/** What was printed, verified, and signed by whom its first token names. */
export function shownList(records: readonly ItlRecord[]): Extract<ShownList, { kind: "shown" }> {
  const [first] = records;
  return {
    kind: "shown",
    checksums: { sha1: "00" },
    lengthBytes: 5000,
    lastModified: null,
    version: "1.2",
    headerLengthBytes: 300,
    signer:
      first === undefined
        ? null
        : {
            name: first.subjectName ?? "",
            serial: first.serial ?? "",
            issuerName: first.issuerName ?? "",
          },
    records,
    isVerified: true,
    verdictText: null,
    unread: [],
  };
}

/** A node of which nothing was read but its release. */
export function smallNode(node: string, parts: Partial<NodeFacts> = {}): NodeFacts {
  return {
    ...{ node, address: "10.1.1.1", role: node === "pub" ? "publisher" : "subscriber", isReachable: true },
    ...{ trouble: [], release: "12.5.1.16900-48", network: null, services: null, itl: null, served: null },
    ...{ clockSkewMs: null, certificates: {}, replication: null, clusterSecurityMode: null },
    ...{ isRollbackParameterOn: null, privilegeLevel: null },
    ...parts,
  };
}

/** A look at these nodes. */
export function smallCluster(...nodes: readonly NodeFacts[]): ClusterFacts {
  return { cluster: "east", observedAt: "2026-01-01T00:00:00Z", nodes };
}

/** A row of `utils service list`. */
export const serviceOf = (name: string, state: string, isActivated = true): ServiceRow => ({
  ...{ name, state, isActivated, note: null },
});

/** A plan in words, its steps called s1, s2, ...: `CallManager@sub` is regenerated there, any other word is a step of that kind. */
export function planOf(...words: readonly string[]): PlannedChange[] {
  return words.map((word, at): PlannedChange => {
    const step = `s${at + 1}`;
    const [unit = "", node] = word.split("@");
    if (node !== undefined) return { kind: "regenerate", step, unit, node };
    const kind = otherKinds.find((each) => each === word);
    if (kind === undefined) throw new Error(`${word} is no kind of step`);
    return { kind, step };
  });
}

const otherKinds = [
  ...(["hold", "gate", "confirm", "reset", "reset-ctl"] as const),
  ...(["update-ctl", "restart-tftp", "restart-tvs", "other"] as const),
];
