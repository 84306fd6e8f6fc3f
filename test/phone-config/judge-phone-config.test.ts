// Every state and every finding of `phone-config check`, each from a look at a cluster that is so.
import { describe, expect, test } from "vitest";
import type { LabClusterOptions } from "../../mocks/lab/cluster-options.ts";
import type { LabPhoneConfig } from "../../mocks/lab/phone-config-truth.ts";
import { phoneConfigFile } from "../../mocks/lab/phone-config-files.ts";
import { phoneCertificate } from "../../mocks/lab/phone-certificate.ts";
import { OperatorError } from "../../src/base/errors.ts";
import {
  phoneConfigFindingCodes,
  type PhoneConfigFindingCode,
} from "../../src/phone-config/check-findings.ts";
import { checkSteps } from "../../src/phone-config/check-step.ts";
import { type PhoneState, phoneStates } from "../../src/phone-config/decide-state.ts";
import { judgePhoneConfig, type PhoneJudgement } from "../../src/phone-config/judge-phone-config.ts";
import { readPhoneCertificate } from "../../src/phone-config/phone-certificate.ts";
import { stateWords } from "../../src/phone-config/state-words.ts";
import {
  capfAnswer,
  capfService,
  device,
  type Fakes,
  openScene,
  type Scene,
  sharedScene,
  tableText,
} from "./scene.ts";

interface Case {
  readonly config?: Partial<LabPhoneConfig>;
  readonly options?: Partial<LabClusterOptions>;
  readonly fakes?: Fakes | ((scene: Scene) => Fakes);
  readonly before?: (scene: Scene) => void;
}

const broken = /undefined|\bnull\b(?! string)|NaN|\[object/;

async function judge({ config, options, fakes = {}, before }: Case): Promise<PhoneJudgement> {
  const isOwn = options !== undefined || before !== undefined;
  const scene = isOwn ? openScene(config, options) : sharedScene(config);
  before?.(scene);
  return judgePhoneConfig(await scene.look(typeof fakes === "function" ? fakes(scene) : fakes));
}

/** The profile's row with other words in it. */
const row = (parts: Readonly<Record<string, string>>): Fakes => {
  const columns = [
    "name",
    "model",
    "profile",
    "tftpencryptedflag",
    "sipoauthflag",
    "md5hash",
    "lscvaliduntil",
  ];
  const first = {
    name: device,
    model: "Cisco 8841",
    profile: "Lobby",
    tftpencryptedflag: "t",
    sipoauthflag: "f",
  };
  const text = tableText({ columns, rows: [{ ...first, md5hash: "", ...parts }] });
  return { answer: (line) => (line.startsWith("run sql") ? text : null) };
};
const waiting = { databaseHash: "none" } as const;
const capfStopped = ({ lab }: Scene) => lab.setService(lab.publisher, capfService, "STOPPED", true);
const refused = () => ({ kind: "failed", stage: "closed", reason: "connection refused" }) as const;
const noTls = () => ({ kind: "failed", stage: "tls", reason: "protocol version alert" }) as const;
const own = ({ lab }: Scene, md5?: () => string): Fakes => {
  const { der } = phoneCertificate(lab, lab.phone(device));
  return { phoneCertificate: readPhoneCertificate(der, "phone.pem", md5) };
};
const refuse = (code: "login-refused" | "host-key-changed" | "node-unreachable"): Fakes => ({
  sessionError: new OperatorError(code, "pub said no", { hint: "Look at it." }),
});
const unfetched = (node?: string): Fakes => ({
  fetch: (_, name) =>
    node === undefined || name === node ? { kind: "failed", reason: "no whole answer within 10 s" } : null,
});

const states: Record<PhoneState, readonly (readonly [when: string, PhoneJudgement["verdict"], Case])[]> = {
  encrypted: [
    ["everything is as it should be", "pass", {}],
    ["the phone's own certificate fits", "pass", { fakes: (scene) => own(scene) }],
    ["CAPF is stopped, which matters later", "warn", { before: capfStopped }],
    [
      "the model and the profile could not be read",
      "warn",
      { options: { switches: { deviceColumns: "hash-only" } } },
    ],
    [
      "only old TLS is spoken at CAPF",
      "warn",
      { fakes: { handshake: ({ versions }) => (versions === "old" ? null : noTls()) } },
    ],
    ["a legacy phone, and old TLS is still spoken", "pass", { config: { model: "Cisco 7962" } }],
  ],
  "waiting-for-phone": [
    ["CAPF has not seen it", "warn", { config: waiting }],
    ["by null string", "warn", { config: { ...waiting, capfAuthMode: 2 } }],
  ],
  "waiting-for-authentication-string": [["mode 1", "warn", { config: { ...waiting, capfAuthMode: 1 } }]],
  "hash-mismatch": [
    ["the file has another hash than the database", "block", { config: { fileHash: "other" } }],
    ["the file has none, the database has one", "block", { config: { fileHash: "none" } }],
    ["the database has none, the file has one", "block", { config: { ...waiting, fileHash: "own" } }],
    [
      "the phone has another certificate",
      "block",
      { config: { databaseHash: "other" }, fakes: (scene) => own(scene) },
    ],
  ],
  "encrypted-file-missing": [["no node serves it", "block", { config: { encrypted: "missing" } }]],
  "capf-stopped": [
    ["and nobody listens", "block", { config: waiting, before: capfStopped, fakes: { handshake: refused } }],
  ],
  "capf-unreachable": [
    ["nobody listens", "block", { config: waiting, fakes: { handshake: refused } }],
    ["TLS fails, old and new", "block", { config: waiting, fakes: { handshake: noTls } }],
    [
      "what answers says what no CAPF says",
      "block",
      {
        config: waiting,
        fakes: ({ lab }) => ({
          handshake: (request) => ({ ...capfAnswer(lab, request), hello: Buffer.from("220 mail.example") }),
        }),
      },
    ],
  ],
  "capf-certificate-not-in-itl": [
    [
      "it was renewed, the lists were not",
      "block",
      { config: waiting, before: ({ lab }) => void lab.replaceCertificate(lab.publisher, "CAPF") },
    ],
  ],
  "capf-address-differs": [
    ["another name", "warn", { config: { ...waiting, capfHost: "old-pub.lab.example.net" } }],
    ["another address", "block", { config: { ...waiting, capfHost: "10.9.9.9" } }],
    ["another port", "block", { config: { ...waiting, capfPort: 3805 } }],
    ["no name at all", "block", { config: { ...waiting, capfHost: "" } }],
  ],
  "profile-without-encryption": [
    ["the profile says so", "warn", { config: { isTftpEncrypted: false } }],
    [
      "and nobody answers at CAPF",
      "warn",
      { config: { isTftpEncrypted: false }, fakes: { handshake: refused } },
    ],
    [
      "the file says so, and the profile was not read",
      "warn",
      { config: { isTftpEncrypted: false }, options: { switches: { deviceColumns: "hash-only" } } },
    ],
  ],
  "oauth-https-instead": [
    ["whatever the option says", "pass", { config: { isSipOauth: true } }],
    ["and CAPF is stopped", "pass", { config: { isSipOauth: true }, before: capfStopped }],
    ["and nobody listens there", "pass", { config: { isSipOauth: true }, fakes: { handshake: refused } }],
    ["and the option is not set", "pass", { config: { isSipOauth: true, isTftpEncrypted: false } }],
  ],
  "model-not-supported": [
    [
      "a legacy phone, and TLS 1.2 is the least",
      "block",
      {
        config: { model: "Cisco 7962" },
        fakes: { handshake: ({ versions }) => (versions === "old" ? noTls() : null) },
      },
    ],
  ],
  "file-differs-from-database": [
    ["on in the database, full in the file", "block", { config: { file: "full" } }],
    [
      "off in the database, partial in the file",
      "block",
      { config: waiting, fakes: row({ tftpencryptedflag: "f" }) },
    ],
  ],
  "file-missing": [["on every node", "block", { config: { faults: [{ kind: "missing" }] } }]],
  "file-damaged": [
    ["half of it", "block", { config: { faults: [{ kind: "cut", file: "sgn" }] } }],
    ["half of the encrypted one", "block", { config: { faults: [{ kind: "cut-header", file: "enc" }] } }],
    [
      "the encrypted one without its last bytes",
      "block",
      {
        fakes: ({ lab }) => ({
          fetch: ({ path }) => {
            const bytes = path?.includes(".enc.") ? phoneConfigFile(lab, lab.publisher, path) : null;
            return bytes && { kind: "fetched", bytes: bytes.subarray(0, -5), lastModified: null };
          },
        }),
      },
    ],
    ["of another phone by its header", "block", { config: { faults: [{ kind: "other-filename" }] } }],
    [
      "nothing in it",
      "block",
      {
        fakes: {
          fetch: ({ path }) =>
            path?.endsWith(".cnf.xml.sgn")
              ? { kind: "fetched", bytes: Buffer.alloc(0), lastModified: null }
              : null,
        },
      },
    ],
  ],
  "nodes-differ": [
    ["one has it, one has not", "block", { config: { faults: [{ kind: "missing", node: "tftp2" }] } }],
    [
      "one has no encrypted file",
      "block",
      { config: { faults: [{ kind: "missing", node: "tftp2", file: "enc" }] } },
    ],
    ["one is stale", "block", { config: { faults: [{ kind: "stale", node: "tftp2" }] } }],
  ],
  "signature-invalid": [
    ["a bit of it", "block", { config: { faults: [{ kind: "bad-signature" }] } }],
    ["on one node", "block", { config: { faults: [{ kind: "bad-signature", node: "tftp2" }] } }],
    ["only the encrypted file's", "block", { config: { faults: [{ kind: "tampered", file: "enc" }] } }],
    ["of another key under the same name", "block", { config: { faults: [{ kind: "forged" }] } }],
    ["no signature at all", "block", { config: { faults: [{ kind: "plain", file: "sgn" }] } }],
  ],
  "signer-not-in-itl": [["of no list", "block", { config: { faults: [{ kind: "unknown-signer" }] } }]],
  "device-unknown": [["no row, no file", "block", { config: { isKnown: false } }]],
  unknown: [
    ["nobody could log in", "block", { fakes: refuse("login-refused") }],
    ["no node gave a file", "block", { fakes: unfetched() }],
    [
      "no query was understood",
      "block",
      { fakes: { answer: (line) => (line.startsWith("run sql") ? "what?" : null) } },
    ],
    ["the list says stopped, and a CAPF answers", "block", { config: waiting, before: capfStopped }],
    [
      "a file is served of a device that the database does not have",
      "block",
      { fakes: { answer: (line) => (line.startsWith("run sql") ? "md5hash name\n======= ====" : null) } },
    ],
    [
      "the encrypted file could not be fetched",
      "block",
      {
        fakes: {
          fetch: ({ path }) =>
            path?.endsWith(".enc.sgn") ? { kind: "failed", reason: "the connection broke" } : null,
        },
      },
    ],
  ],
};

describe.each(phoneStates)("%s", (state) => {
  test.each(states[state])("%s", async (_, verdict, each) => {
    const judged = await judge(each);
    expect([judged.state, judged.verdict]).toEqual([state, verdict]);
    const order = judged.steps.map(({ step }) => checkSteps.indexOf(step));
    expect(order).toEqual(order.toSorted((a, b) => a - b));
    for (const { evidence } of judged.steps) expect(evidence).not.toMatch(broken);
    if (judged.steps.some(({ outcome }) => outcome === "bad")) expect(judged.findings).not.toEqual([]);
    expect(stateWords[state].next).toMatch(/^[A-Z][a-z]+ .*\.$/);
  });
});

const produces: Record<PhoneConfigFindingCode, readonly ["warn" | "block", Case]> = {
  "node-unreachable": ["block", { fakes: refuse("node-unreachable") }],
  "login-refused": ["block", { fakes: refuse("login-refused") }],
  "host-key-refused": ["block", { fakes: refuse("host-key-changed") }],
  "answer-not-understood": [
    "block",
    { fakes: { answer: (line) => (line === "utils service list" ? "moon" : null) } },
  ],
  "device-not-in-database": ["block", { config: { isKnown: false } }],
  "profile-not-encrypted": ["warn", { config: { isTftpEncrypted: false } }],
  "profile-not-read": ["warn", { options: { switches: { deviceColumns: "hash-only" } } }],
  "model-not-supported": [
    "block",
    {
      config: { model: "Cisco IP Communicator" },
      fakes: { handshake: ({ versions }) => (versions === "old" ? noTls() : null) },
    },
  ],
  "capf-not-started": ["block", { config: waiting, before: capfStopped }],
  "capf-unreachable": ["block", { config: waiting, fakes: { handshake: refused } }],
  "capf-not-recognised": [
    "block",
    {
      config: waiting,
      fakes: ({ lab }) => ({
        handshake: (request) => ({ ...capfAnswer(lab, request), hello: Buffer.from("SSH-2.0-x") }),
      }),
    },
  ],
  "capf-old-tls-only": [
    "warn",
    { fakes: { handshake: ({ versions }) => (versions === "old" ? null : noTls()) } },
  ],
  "capf-certificate-not-in-itl": [
    "warn",
    { before: ({ lab }) => void lab.replaceCertificate(lab.publisher, "CAPF") },
  ],
  "capf-address-differs": ["warn", { config: { capfHost: "10.9.9.9" } }],
  "itl-not-read": [
    "warn",
    {
      fakes: {
        fetch: ({ path }) =>
          path === "/ITLFile.tlv"
            ? { kind: "fetched", bytes: Buffer.from("<html>"), lastModified: null }
            : null,
      },
    },
  ],
  "phone-file-missing": ["block", { config: { faults: [{ kind: "missing" }] } }],
  "phone-file-not-fetched": ["warn", { fakes: unfetched("tftp2") }],
  "phone-file-damaged": ["block", { config: { faults: [{ kind: "cut-header", file: "sgn" }] } }],
  "phone-file-of-another": ["block", { config: { faults: [{ kind: "other-filename", file: "enc" }] } }],
  "file-signature-invalid": ["block", { config: { faults: [{ kind: "forged" }] } }],
  "file-signer-not-in-itl": ["block", { config: { faults: [{ kind: "unknown-signer" }] } }],
  "file-signature-not-checked": [
    "warn",
    {
      fakes: {
        fetch: ({ path }) =>
          path === "/ITLFile.tlv" ? { kind: "failed", reason: "answered HTTP 404" } : null,
      },
    },
  ],
  "nodes-differ": ["block", { config: { faults: [{ kind: "stale", node: "tftp2" }] } }],
  "file-differs-from-database": ["block", { config: { file: "full" } }],
  "hash-mismatch": ["block", { config: { fileHash: "other" } }],
  "encrypted-file-missing": ["block", { config: { encrypted: "missing" } }],
  "waiting-for-phone": ["warn", { config: waiting }],
  "waiting-for-authentication-string": ["warn", { config: { ...waiting, capfAuthMode: 1 } }],
  "phone-certificate-differs": ["block", { config: { databaseHash: "other" }, fakes: (scene) => own(scene) }],
  "phone-certificate-not-compared": [
    "warn",
    {
      fakes: (scene) =>
        own(scene, () => {
          throw new Error("error:0308010C:digital envelope routines::unsupported");
        }),
    },
  ],
  "phone-certificate-expired": ["warn", { config: { certificateDays: -30 }, fakes: (scene) => own(scene) }],
  "lsc-expired": ["warn", { config: { certificateDays: -30 } }],
  "state-undecided": ["block", { fakes: unfetched() }],
};

test.each(phoneConfigFindingCodes)("%s is produced, and says what to do", async (code) => {
  const [severity, each] = produces[code];
  const found = (await judge(each)).findings.filter((finding) => finding.code === code);
  expect(found.map((finding) => finding.severity)).toContain(severity);
  for (const { message, advice, node } of found) {
    expect(message).not.toMatch(broken);
    expect(advice).toMatch(/^[A-Z][a-z]+ .*\.$/);
    if (node !== null) expect(message).toContain(node);
  }
});
