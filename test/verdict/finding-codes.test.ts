// One row for every finding code of this room: the facts that produce it, and that it is told as an operator needs it.
import { expect, test } from "vitest";
import type { StagedCluster } from "../../mocks/lab/cluster-state.ts";
import type { NodeFacts, NodeTrouble } from "../../src/facts/node-facts.ts";
import type { NodeCertificates } from "../../src/facts/node-certificates.ts";
import { chooseHeldLists } from "../../src/verdict/held-list.ts";
import { judgeCluster } from "../../src/verdict/judge-cluster.ts";
import { judgeCertificates } from "../../src/verdict/judge-certificates.ts";
import { judgePreflight, type PreflightInput } from "../../src/verdict/preflight.ts";
import { judgeSuccession } from "../../src/verdict/judge-succession.ts";
import { type BackupFacts, judgeBackups } from "../../src/verdict/judge-backups.ts";
import type { PlannedChange } from "../../src/verdict/anchor-order.ts";
import { judgeRegeneration, type RegenerationInput } from "../../src/verdict/judge-regeneration.ts";
import { judgeBackupProof } from "../../src/verdict/judge-backup-proof.ts";
import { isTftpNode } from "../../src/verdict/tftp-state.ts";
import { judgeVaultTrouble } from "../../src/verdict/vault-trouble.ts";
import { type Finding, type FindingCode, findingCodes, worstOf } from "../../src/verdict/verdict.ts";
import {
  factsOf,
  historyOf,
  makeLab,
  nodeOf,
  nowMs,
  replace,
  signerOf,
  withNode,
} from "../support/lab-facts.ts";

const status = (parts: Partial<NodeFacts>, node = "pub", lab = makeLab("11.5", { keyBits: 2048 })) =>
  judgeCluster(withNode(factsOf(lab), node, parts), { certificateDays: 180, nowMs });

function recover(lab: StagedCluster, parts: Partial<PreflightInput>): readonly Finding[] {
  const facts = factsOf(lab);
  const nodes = facts.nodes.filter(isTftpNode);
  const { held, findings: heldFindings } = chooseHeldLists({
    nodes,
    named: null,
    history: {},
    release: lab.profile.version,
  });
  const given = {
    accepted: [],
    requestedKey: null,
    remote: null,
    isUnattended: false,
    certificateDays: 180,
    nowMs,
  };
  return judgePreflight({ ...given, ...parts, facts, held, heldFindings }).findings;
}

const trouble = (code: NodeTrouble["code"]) =>
  status({ trouble: [{ code, command: null, message: "it failed" }] });
const services = (name: string) => {
  const rows = nodeOf(factsOf(makeLab("11.5")), "tftp2").services ?? [];
  return { services: rows.map((row) => (row.name === name ? { ...row, state: "STOPPED" } : row)) };
};
const itlOf = (lab: StagedCluster, node: string) => {
  const { itl } = nodeOf(factsOf(lab), node);
  if (itl?.kind !== "shown") throw new Error("no list");
  return itl;
};
const stranger = {
  address: "10.1.1.9",
  fqdn: null,
  hostName: "cm9",
  isPublisher: false,
  product: "callmanager",
  authentication: "ok",
};
const remote = () => ({ identity: signerOf(makeLab("12.5"), "cm3", "CallManager"), note: "" });

const backups = (parts: Partial<BackupFacts>) =>
  judgeBackups(
    {
      ...{ cluster: "east", publisher: "pub", records: [{ serial: "01" }], clockSkewMs: null },
      ...{ backups: [], lastGoodRun: null, alarms: null, ...parts },
    },
    { backupAgeMs: 1, certificateDays: 1, nowMs, requireProof: "matched" },
  );
const backup = {
  id: "2025",
  takenAt: "2025-01-01T00:00:00Z",
  origin: "run",
  certificateSerial: "02",
  proof: "matched",
} as const;

/** What `cert list` finds on a publisher whose CallManager and TVS end in so many days. */
const ending = (...days: readonly [number, number]) => {
  const lab = makeLab("11.5");
  const { node, address, role, certificates: own } = nodeOf(factsOf(lab), "pub");
  const certificates = ["CallManager", "TVS"].flatMap((unit, at): NodeCertificates["certificates"] => {
    const certificate = own[unit];
    const notAfter = new Date(nowMs + (days[at] ?? 0) * 86_400_000).toISOString();
    return certificate === undefined ? [] : [{ unit, certificate: { ...certificate, notAfter } }];
  });
  const seen: NodeCertificates = { node, address, role, certificates, isReachable: true, trouble: [] };
  return judgeCertificates([seen], { certificateDays: 180, nowMs });
};

/** A plan of regenerations against a look at a cluster; every unit there is self-signed unless said. */
function regenerate(
  lab: StagedCluster,
  targets: readonly (readonly [unit: string, node: string])[],
  parts: Partial<RegenerationInput> = {},
  isSelfSigned = true,
): readonly Finding[] {
  const facts = parts.facts ?? factsOf(lab);
  const certificates = facts.nodes.map(({ node, address, role, certificates: own }): NodeCertificates => {
    const units = Object.entries(own).map(([unit, certificate]) => ({
      unit,
      certificate: { ...certificate, isSelfSigned },
    }));
    return { node, address, role, certificates: units, isReachable: true, trouble: [] };
  });
  const steps = targets.map(
    ([unit, node], at): PlannedChange => ({ kind: "regenerate", step: `s${at}`, unit, node }),
  );
  const given = { accepted: [], replaceCaSigned: false, certificateDays: 1, nowMs };
  return judgeRegeneration({ ...given, facts, certificates, steps, ...parts }).findings;
}

/** Where the same code has two severities, the worse is produced here; the other has its own test. */
const produces: Record<FindingCode, readonly [Finding["severity"], () => readonly Finding[]]> = {
  "vault-unreachable": [
    "warn",
    () => [judgeVaultTrouble("east", { message: "connection refused", hint: "Check the address." })],
  ],
  "backup-missing": ["warn", () => backups({})],
  "backup-stale": ["warn", () => backups({ backups: [{ ...backup, notAfter: null }] })],
  "backup-alarm-active": [
    "warn",
    () => backups({ alarms: { count: 1, lastRaisedAt: "2025-12-31T00:00:00Z", undated: 0 } }),
  ],
  "backup-unproven": [
    "warn",
    () => judgeBackupProof({ id: "2026", proof: "unopened", note: "no known password opens it" }, "matched"),
  ],
  "node-unreachable": ["block", () => trouble("node-unreachable")],
  "login-refused": ["block", () => trouble("login-refused")],
  "host-key-refused": ["block", () => trouble("host-key-refused")],
  "answer-not-understood": ["block", () => trouble("answer-not-understood")],
  "publisher-mismatch": ["block", () => status({ network: [] })],
  "tftp-node-not-in-inventory": [
    "warn",
    () => status({ network: [...(nodeOf(factsOf(makeLab("11.5")), "pub").network ?? []), stranger] }),
  ],
  "tftp-not-started": ["warn", () => status(services("Cisco Tftp"), "tftp2")],
  "tvs-not-started": ["warn", () => status(services("Cisco Trust Verification Service"), "tftp2")],
  "itl-missing": ["block", () => status({ itl: { kind: "missing", text: "" }, served: null })],
  "itl-not-verified": [
    "block",
    () => status({ itl: { ...itlOf(makeLab("11.5", { keyBits: 2048 }), "pub"), isVerified: false } }),
  ],
  "recovery-record-missing": [
    "block",
    () => status({ itl: { ...itlOf(makeLab("11.5", { keyBits: 2048 }), "pub"), records: [] } }),
  ],
  "recovery-serial-differs": [
    "block",
    () => {
      const lab = makeLab("11.5");
      lab.replaceCertificate(lab.publisher, "ITLRecovery");
      lab.rebuildList(lab.publisher);
      return status({}, "pub", lab);
    },
  ],
  "recovery-certificate-replaced": [
    "warn",
    () => {
      const lab = makeLab("11.5");
      lab.replaceCertificate(lab.publisher, "ITLRecovery");
      return status({}, "pub", lab);
    },
  ],
  "recovery-certificate-expiring": [
    "warn",
    () => judgeCluster(factsOf(makeLab("11.5")), { certificateDays: 7300, nowMs }),
  ],
  "recovery-key-weak": [
    "warn",
    () => status({}, "pub", makeLab("11.5", { keyBits: 2048, recoveryKeyBits: 1024 })),
  ],
  "signer-unexpected": [
    "warn",
    () => {
      const lab = makeLab("11.5");
      lab.replaceCertificate(lab.node("tftp2"), "CallManager");
      return status({}, "pub", lab);
    },
  ],
  "served-itl-unreachable": ["warn", () => status({ served: { kind: "unreachable", reason: "timed out" } })],
  "served-itl-differs": [
    "block",
    () => status({ served: { kind: "unreadable", sha1: "00", reason: "HTML" } }),
  ],
  "served-itl-invalid": [
    "block",
    () => status({ served: { kind: "unreadable", sha1: "00", reason: "HTML" } }),
  ],
  "itl-too-large": [
    "block",
    () => status({ itl: { ...itlOf(makeLab("11.5", { keyBits: 2048 }), "pub"), lengthBytes: 70_000 } }),
  ],
  "mixed-mode": ["warn", () => status({ clusterSecurityMode: 1 })],
  "rollback-parameter-on": ["warn", () => status({ isRollbackParameterOn: true })],
  "replication-unhealthy": [
    "warn",
    () =>
      status({
        replication: [
          { server: "tftp2", address: "10.1.1.2", isSetupCompleted: false, text: "(4) Setup Failed" },
        ],
      }),
  ],
  "clock-skew": ["warn", () => status({ clockSkewMs: -400_000 })],
  "privilege-too-low": ["warn", () => status({ privilegeLevel: 1 })],
  "key-not-held": [
    "block",
    () => {
      const lab = makeLab("11.5");
      return recover(lab, { requestedKey: "remote", remote: remote() });
    },
  ],
  "held-list-assumed": ["warn", () => recover(makeLab("11.5"), {})],
  "local-key-not-backed-up": [
    "warn",
    () => {
      const lab = makeLab("11.5");
      return recover(lab, { requestedKey: "remote", remote: remote() });
    },
  ],
  "recovery-key-unopened": [
    "block",
    () =>
      recover(makeLab("11.5"), {
        requestedKey: "remote",
        remote: { identity: null, note: "wrong password" },
      }),
  ],
  "certificate-expired": ["warn", () => ending(-1, 900)],
  "certificate-expiring": ["warn", () => ending(100, 900)],
  "anchors-expire-together": ["warn", () => ending(100, 110)],
  "anchors-in-one-plan": [
    "block",
    () =>
      regenerate(makeLab("11.5"), [
        ["CallManager", "pub"],
        ["TVS", "pub"],
      ]),
  ],
  "anchor-moved-lately": [
    "block",
    () => {
      const lab = makeLab("11.5");
      lab.replaceCertificate(lab.publisher, "CallManager");
      return regenerate(lab, [["TVS", "pub"]]);
    },
  ],
  "phones-would-be-lost": [
    "block",
    () => {
      const lab = makeLab("11.5");
      return regenerate(lab, [["CallManager", "pub"]], {
        facts: withNode(factsOf(lab), "pub", { itl: null, served: null }),
      });
    },
  ],
  "ca-signed-certificate": ["block", () => regenerate(makeLab("15"), [["TVS", "cm3"]], {}, false)],
  "unit-not-on-node": [
    "block",
    () =>
      regenerate(makeLab("15"), [
        ["tomcat", "cm3"],
        ["TVS", "cm9"],
      ]),
  ],
  "unit-not-supported": ["block", () => regenerate(makeLab("15"), [["authz", "cm3"]])],
  "publisher-only-unit": ["block", () => regenerate(makeLab("15"), [["ITLRecovery", "cm3"]])],
  "ctl-reset-first": [
    "block",
    () => {
      const lab = makeLab("12.5");
      const parts = { release: "12.5.1.10000-22", clusterSecurityMode: 1 };
      return regenerate(lab, [["CallManager", "pub"]], { facts: withNode(factsOf(lab), "pub", parts) });
    },
  ],
  "ctl-not-followed": [
    "block",
    () =>
      regenerate(makeLab("11.5", { isMixedMode: true }), [], {
        steps: [{ kind: "update-ctl", step: "s1" }],
        ctl: { kind: "missing", text: "" },
      }),
  ],
  "phones-left-behind": [
    "warn",
    () => {
      const lab = makeLab("11.5");
      const before = historyOf(lab);
      replace(lab, ["CallManager", "TVS"]);
      return judgeSuccession(factsOf(lab), before);
    },
  ],
};

const codes = Object.keys(produces) as FindingCode[];

test.each(codes)("%s is produced, and says where it is and what to do", (code) => {
  const [severity, produce] = produces[code];
  const found = produce().filter((finding) => finding.code === code);
  expect(found.map((finding) => finding.severity)).toContain(severity);
  for (const finding of found) {
    if (finding.node !== null) expect(finding.message).toContain(finding.node);
    expect(finding.message).not.toMatch(/undefined|null|\[object/);
    expect(finding.advice).toMatch(/^[A-Z][a-z]+ .*\.$/);
    expect(verbs).toContain(finding.advice.split(" ")[0]);
  }
});

test("every finding of this room has its row", () => {
  expect(codes.toSorted()).toEqual(findingCodes.toSorted());
});

test("the worst finding gives the verdict", () => {
  const finding = status({ clusterSecurityMode: 1 });
  expect(worstOf([])).toBe("pass");
  expect(worstOf(finding)).toBe("warn");
  expect(worstOf([...finding, ...trouble("login-refused")])).toBe("block");
});

const verbs = [
  ...[
    "Add",
    "Back",
    "Be",
    "Bring",
    "Check",
    "Compare",
    "Correct",
    "Find",
    "Give",
    "Look",
    "Name",
    "Open",
    "Plan",
    "Read",
  ],
  ...["Remove", "Reset", "Restart", "Run", "See", "Set", "Use"],
];
