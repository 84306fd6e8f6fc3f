// One node's options in, the node with its certificates, accounts and services out; nothing is opened yet.
import { makeCertificate, type SubjectNames, serialFrom } from "./certificate-maker.ts";
import type { LabClusterOptions, nodesOf } from "./cluster-options.ts";
import { makeEcdsaCertificate } from "./ecdsa-certificate.ts";
import type { KeyMaker } from "./key-maker.ts";
import type { LabCertificate, LabEcdsaUnit, LabNode, LabProfile, LabUnit } from "./model.ts";
import { servicesOf } from "./profiles.ts";
import { fingerprintSha256, publicBlobOf } from "./wire/host-key.ts";

const yearMs = 365 * 86_400_000;
const names = {
  organizationalUnit: "tac",
  organization: "cisco",
  locality: "rtp",
  state: "nc",
  country: "US",
};

const authorityNames: SubjectNames = { commonName: "Lab Issuing CA", organization: "cisco", country: "US" };

/** What makes certificates of one cluster: keys never repeat, serials come from the seed. */
export interface CertificateSource {
  issue(
    node: Pick<LabNode, "name" | "fqdn">,
    unit: LabUnit,
    notBefore: number,
    wish?: { readonly keyBits?: number | undefined; readonly isCaSigned?: boolean },
  ): LabCertificate;
  readonly keys: KeyMaker;
}

/** Names as the platform gives them: `ITLRECOVERY_<fqdn>`, `CAPF-<8 hex>`, else the node's full name. */
export function createCertificateSource(
  options: LabClusterOptions,
  profile: LabProfile,
  keys: KeyMaker,
  seed: string,
): CertificateSource {
  let issued = 0;
  let issuedWithEcdsa = 0;
  const authority =
    (options.caSigned ?? []).length > 0 ? { subject: authorityNames, privateKey: keys.next(2048) } : null;
  return {
    keys,
    issue(node, unit, notBefore, wish = {}) {
      if (isEcdsaUnit(unit)) {
        const serial = serialFrom(`${seed}/${options.name}/ecdsa`, issuedWithEcdsa);
        issuedWithEcdsa += 1;
        const [from, to] = [wholeSeconds(notBefore), wholeSeconds(notBefore + 5 * yearMs)];
        const subject = { ...subjectOf(node, unit, serial), commonName: `${node.name}-EC.${domainOf(node)}` };
        return makeEcdsaCertificate({ unit, serial, subject, notBefore: from, notAfter: to });
      }
      const serial = serialFrom(`${seed}/${options.name}`, issued);
      issued += 1;
      const bits =
        wish.keyBits ?? (unit === "ITLRecovery" ? options.recoveryKeyBits : undefined) ?? options.keyBits;
      const years = unit === "ITLRecovery" ? profile.recoveryYears : 5;
      return makeCertificate({
        unit,
        privateKey: keys.next(bits ?? profile.keyBits),
        subject: subjectOf(node, unit, serial),
        serial,
        notBefore: wholeSeconds(notBefore),
        notAfter: wholeSeconds(notBefore + years * yearMs),
        digest: profile.certificateDigest,
        ...(authority !== null && wish.isCaSigned ? { issuer: authority } : {}),
      });
    },
  };
}

/** A node that is up, with every unit's certificate but ITLRecovery, which the cluster deals out. */
export function makeNode(
  options: LabClusterOptions,
  own: ReturnType<typeof nodesOf>[number],
  profile: LabProfile,
  source: CertificateSource,
  notBefore: number,
): LabNode {
  const fqdn = `${own.name}.${options.domain ?? "lab.example.net"}`;
  const hostKeyPem = source.keys.next(2048).export({ type: "pkcs1", format: "pem" }).toString();
  const units: readonly LabUnit[] = [
    ...(["CallManager", "TVS", "CAPF", "tomcat", "ipsec"] as const),
    ...(options.hasEcdsaUnits === true ? profile.ecdsaUnits : []),
  ];
  const issue = (unit: LabUnit) =>
    source.issue({ name: own.name, fqdn }, unit, notBefore, {
      keyBits: unit === "TVS" ? own.tvsKeyBits : undefined,
      isCaSigned: options.caSigned?.includes(unit) ?? false,
    });
  return {
    name: own.name,
    fqdn,
    role: own.role,
    address: own.address ?? "127.0.0.1",
    sshPort: 0,
    tftpPort: 0,
    ssh: {
      hostKeyPem,
      hostKeySha256: fingerprintSha256(publicBlobOf(hostKeyPem)),
      authMethods: own.authMethods ?? profile.authMethods,
      algorithms: profile.sshAlgorithms,
      sessionLimit: 10,
      idleTimeoutMs: 30 * 60_000,
      bannerMs: own.bannerMs ?? 5_000,
      promptMs: 1_000,
      maxFailures: 3,
      unlockMs: 300_000,
      logOnMessage: null,
    },
    accounts: (options.accounts ?? defaultAccounts(options.name)).map((account) => ({ ...account })),
    isReachable: true,
    clockSkewMs: own.clockSkewMs ?? 0,
    services: servicesOf(profile, own.role, {
      isTftp: own.isTftp ?? true,
      isTvs: own.isTvs ?? true,
      isCallManager: own.isCallManager ?? true,
    }),
    certificates: new Map(units.map((unit) => [unit, issue(unit)])),
    regeneratedAt: new Map(),
    listFile: null,
    listModified: 0,
    servedFile: null,
    ctlFile: null,
    ctlModified: 0,
    logs: new Map(),
    knownSftpHosts: new Map(),
  };
}

/** Level 4 as made at installation, level 1, and level 0 that must page. */
function defaultAccounts(cluster: string) {
  return [
    { username: "administrator", password: `Platform-${cluster}-1`, level: 4 as const },
    { username: "operator", password: `Operator-${cluster}-1`, level: 1 as const },
    { username: "reader", password: `Reader-${cluster}-1`, level: 0 as const },
  ];
}

function isEcdsaUnit(unit: LabUnit): unit is LabEcdsaUnit {
  return unit.endsWith("-ECDSA");
}

function domainOf({ name, fqdn }: Pick<LabNode, "name" | "fqdn">): string {
  return fqdn.slice(name.length + 1);
}

function subjectOf(node: Pick<LabNode, "name" | "fqdn">, unit: LabUnit, serial: Buffer): SubjectNames {
  if (unit === "ITLRecovery") return { commonName: `ITLRECOVERY_${node.fqdn}`, ...names };
  if (unit === "CAPF") return { commonName: `CAPF-${serial.toString("hex").slice(0, 8)}`, ...names };
  return { commonName: node.fqdn, ...names };
}

/** Certificates carry whole seconds. */
function wholeSeconds(ms: number): number {
  return Math.floor(ms / 1000) * 1000;
}
