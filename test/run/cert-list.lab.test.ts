// cert list against the lab: every certificate of whole clusters over SSH, what ends first on top, and what is wrong.
import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { afterEach, describe, expect, test } from "vitest";
import type { LabNode, LabUnit } from "../../mocks/lab/model.ts";
import type { LabOptions } from "../../mocks/lab/start-lab.ts";
import type { CertificatesDocument } from "../../src/report/certificates-document.ts";
import { type LabCli, openLabCli } from "../support/lab-cli.ts";
import type { CliResult } from "../support/run-cli.ts";

const dayMs = 86_400_000;
let cli: LabCli;

afterEach(() => cli.close());

/** `endsIn`: so many days and a half before the five years of the lab's certificates are over. */
async function open(options: LabOptions, endsIn?: number): Promise<LabCli> {
  cli = await openLabCli(options);
  if (endsIn !== undefined) {
    const end = cli.lab.cluster().publisher.certificates.get("CallManager")?.notAfter ?? 0;
    await cli.lab.clock.advance(end - (endsIn + 0.5) * dayMs - cli.lab.clock.now());
  }
  return cli;
}

const list = (...args: readonly string[]) => cli.run(["cert", "list", "east", ...args]);
const documentOf = (result: CliResult) => result.json<CertificatesDocument>();
const findingsOf = (result: CliResult) =>
  documentOf(result).findings.map(({ code, severity, node }) => `${severity} ${code} ${node}`);
const namesOf = (result: CliResult) =>
  documentOf(result).certificates.map(({ node, unit }) => `${node} ${unit}`);

/** What the lab's own truth says of a certificate, read by OpenSSL's parser and not by ours. */
function truthOf(node: LabNode, unit: LabUnit): object {
  const own = node.certificates.get(unit);
  const x509 = new X509Certificate(own?.der ?? Buffer.alloc(0));
  const left = Math.floor((Date.parse(x509.validTo) - cli.lab.clock.now()) / dayMs);
  return {
    ...{ node: node.name, unit, subject: own?.subject, issuer: own?.issuer },
    serial: own?.serial.toString("hex").toUpperCase().match(/../g)?.join(":"),
    ...{ selfSigned: own?.isCaSigned === false, keyKind: x509.publicKey.asymmetricKeyType },
    ...{ keyBits: own?.keyBits, digest: own?.digest, certificateSha1: x509.fingerprint },
    notBefore: new Date(x509.validFrom).toISOString().replace(".000Z", "Z"),
    notAfter: new Date(x509.validTo).toISOString().replace(".000Z", "Z"),
    daysLeft: left,
  };
}

describe.each(["10.0", "11.5", "12.5", "15"] as const)("a healthy cluster of release %s", (release) => {
  test("is listed whole, node by node as it is, with one login each and no write", async () => {
    await open({ scenario: "healthy", release });
    const result = await list("--json");
    expect({ exit: result.exit, stderr: result.stderr }).toEqual({ exit: 0, stderr: "" });
    const document = documentOf(result);
    expect(Object.keys(document)).toEqual(["certificates", "findings"]);
    expect(document.findings).toEqual([]);
    const { nodes } = cli.lab.cluster();
    const truth = nodes.flatMap((node) => [...node.certificates.keys()].map((unit) => truthOf(node, unit)));
    expect(truth.length).toBe({ "10.0": 18, "11.5": 21, "12.5": 21, "15": 24 }[release]);
    expect(document.certificates).toHaveLength(truth.length);
    expect(document.certificates).toEqual(expect.arrayContaining(truth));
    const ends = document.certificates.map(({ notAfter }) => notAfter);
    expect(ends).toEqual(ends.toSorted());
    expect(cli.attempts()).toEqual({ "east/pub": 1, "east/tftp2": 1, "east/cm3": 1 });
    expect(cli.lab.cluster().writes).toEqual([]);
    expect(cli.lab.complaints).toEqual([]);
  });

  test("warns inside the horizon, of each certificate and of the anchors that end together", async () => {
    await open({ scenario: "healthy", release }, 100);
    const result = await list("--json");
    expect(result.exit).toBe(3);
    const { certificates, findings } = documentOf(result);
    // From 12.0 ITLRecovery lasts for twenty years, and is one for all nodes.
    const expiring = certificates.filter(({ unit }) => release < "12" || unit !== "ITLRecovery");
    expect(expiring.every(({ daysLeft }) => daysLeft === 100)).toBe(true);
    const codes = findings.map(({ code }) => code);
    expect(codes.filter((code) => code === "certificate-expiring")).toHaveLength(expiring.length);
    expect(codes.filter((code) => code === "anchors-expire-together")).toHaveLength(release < "12" ? 3 : 1);
    expect(new Set(codes).size).toBe(2);
  });
});

test("a certificate that ends first stands first, and one that has ended is told", async () => {
  await open({ scenario: "healthy", release: "12.5" }, -1);
  const cluster = cli.lab.cluster();
  for (const node of cluster.nodes) {
    for (const unit of node.certificates.keys()) {
      if (unit !== "ITLRecovery" && `${node.name} ${unit}` !== "tftp2 tomcat")
        cluster.replaceCertificate(node, unit);
    }
  }
  const result = await list("--json");
  expect(result.exit).toBe(3);
  expect(findingsOf(result)).toEqual(["warn certificate-expired tftp2"]);
  expect(documentOf(result).certificates[0]).toMatchObject({ node: "tftp2", unit: "tomcat", daysLeft: -1 });
});

test("thresholds.certificateDays of the inventory is the horizon", async () => {
  await open({ clusters: [{ name: "east", release: "12.5" }] }, 100);
  const text = readFileSync(cli.inventory, "utf8");
  const nearer = text.replace(/^( +)nodes:/m, "$1thresholds: { certificateDays: 99 }\n$1nodes:");
  const result = await cli.run(["cert", "list", "east", "--json"], {
    inventory: cli.write("nearer.yaml", nearer),
  });
  expect([result.exit, findingsOf(result)]).toEqual([0, []]);
});

test("a certificate of a CA says so, and its renewal is not a regeneration", async () => {
  await open({ clusters: [{ name: "east", release: "12.5", caSigned: ["tomcat"] }] }, 10);
  const { certificates, findings } = documentOf(await list("--json"));
  for (const { unit, selfSigned, issuer, subject } of certificates) {
    expect(selfSigned).toBe(unit !== "tomcat");
    if (unit === "tomcat") expect(issuer).toBe("CN=Lab Issuing CA;O=cisco;C=US");
    else expect(issuer).toBe(subject);
  }
  const ofTomcat = findings.filter(({ message }) => message.includes("its tomcat certificate"));
  expect(ofTomcat.map(({ advice }) => /regeneration would overwrite/.test(advice))).toEqual([true, true]);
  expect((await list()).stdout).toMatch(/^10 .* tomcat .* Lab Issuing CA$/m);
});

describe("trouble is a finding of its node, and exit 20", () => {
  test("a subscriber that is down: the others are listed", async () => {
    await open({ scenario: "subscriber-down" });
    const result = await list("--json");
    expect([result.exit, findingsOf(result)]).toEqual([20, ["block node-unreachable tftp3"]]);
    const nodes = new Set(documentOf(result).certificates.map(({ node }) => node));
    expect(nodes).toEqual(new Set(["pub", "tftp2"]));
    expect((await list()).stdout).toMatch(/^block {2}tftp3: .*\n? *.*\[node-unreachable\]$/m);
  });

  test("a refused login, once at each node", async () => {
    await open({ clusters: [{ name: "east", release: "12.5" }] });
    const result = await cli.run(["cert", "list", "east", "--json"], {
      environment: { LAB_EAST_PLATFORM_PASSWORD: "wrong-one" },
    });
    expect(findingsOf(result)).toEqual(["block login-refused pub", "block login-refused tftp2"]);
    expect([result.exit, documentOf(result).certificates]).toEqual([20, []]);
    expect(cli.attempts()).toEqual({ "east/pub": 1, "east/tftp2": 1 });
  });

  /** The platform says something else on tftp2; what is missing from the list then, and what is said of it. */
  async function struck(command: RegExp, text: string, goesOn = false) {
    await open({ clusters: [{ name: "east", release: "15" }] });
    const before = namesOf(await list("--json"));
    cli.lab.cluster().faults.add({
      ...{ node: "tftp2", command, at: { kind: "before" } },
      action: { kind: "say", text, goesOn },
    });
    const result = await list("--json");
    expect(result.exit).toBe(20);
    const seen = new Set(namesOf(result));
    return { missing: before.filter((name) => !seen.has(name)), found: documentOf(result).findings };
  }

  test.each([
    ["a text that nobody knows", "The moon is in the wrong house", false],
    ["half of a certificate", "-----BEGIN CERTIFICATE-----\nMIID", true],
    ["a second certificate", "-----BEGIN CERTIFICATE-----\nMIID\n-----END CERTIFICATE-----", true],
  ])("%s instead of a certificate: only that one is missing, and it is named", async (_, text, goesOn) => {
    const { missing, found } = await struck(/^show cert own CAPF$/, text, goesOn);
    expect(missing).toEqual(["tftp2 CAPF"]);
    expect(found).toMatchObject([{ code: "answer-not-understood", severity: "block", node: "tftp2" }]);
    expect(found[0]?.message).toContain("`show cert own CAPF`");
  });

  test("a list that is not understood: nothing of that node is guessed", async () => {
    const { missing, found } = await struck(/^show cert list own$/, "Unit: tomcat", true);
    expect(missing).toHaveLength(8);
    expect(missing.every((name) => name.startsWith("tftp2 "))).toBe(true);
    expect(found).toMatchObject([{ code: "answer-not-understood", node: "tftp2" }]);
  });

  test.each([
    [
      "moon/moon.pem: Self-signed certificate generated by system",
      "moon/moon.pem was not read: itlctl knows no unit",
    ],
    ["authz/other.pem: Self-signed certificate generated by system", "authz/other.pem was not read"],
  ])("%s is said to be unread, and everything else is listed", async (line, said) => {
    const { missing, found } = await struck(/^show cert list own$/, line, true);
    expect(missing).toEqual([]);
    expect(found).toMatchObject([{ code: "answer-not-understood", node: "tftp2" }]);
    expect(found[0]?.message).toContain(said);
    expect(cli.lab.complaints).toEqual([]);
  });

  test("a unit listed twice is asked for once", async () => {
    const { missing, found } = await struck(
      /^show cert list own$/,
      "TVS/TVS.pem: Certificate Signed by X",
      true,
    );
    expect(missing).toEqual([]);
    expect(found.map(({ message }) => /unit TVS is listed twice/.test(message))).toEqual([true]);
    const asked = cli.lab.cluster().commandLog.filter(({ line }) => line === "show cert own TVS");
    expect(asked.map(({ node }) => node).toSorted()).toEqual(["pub", "pub", "tftp2", "tftp2"]);
  });

  test("a connection that breaks: what was read before stands, nothing more is asked", async () => {
    await open({ clusters: [{ name: "east", release: "12.5" }] });
    cli.lab.cluster().faults.add({
      ...{ node: "tftp2", command: /^show cert own CAPF$/, at: { kind: "before" } },
      action: { kind: "drop" },
    });
    const result = await list("--json");
    expect([result.exit, findingsOf(result)]).toEqual([20, ["block node-unreachable tftp2"]]);
    expect(namesOf(result).filter((name) => name.startsWith("tftp2"))).toEqual([
      "tftp2 CallManager",
      "tftp2 TVS",
    ]);
    expect(namesOf(result).filter((name) => name.startsWith("pub"))).toHaveLength(7);
  });
});

test("nodes are asked side by side: one that is silent costs no other its time", async () => {
  const nodes = ["pub", "tftp2", "tftp3", "tftp4"].map((name) => ({ name }));
  await open({ clusters: [{ name: "east", release: "10.0", nodes, phones: 0 }] });
  const { faults, commandLog } = cli.lab.cluster();
  faults.add({
    ...{ node: "tftp2", command: /^login$/, at: { kind: "before" } },
    action: { kind: "stall" },
  });
  const running = list("--json");
  const isDone = (name: string) =>
    commandLog.some(({ node, line }) => node === name && line === "show cert own ITLRecovery");
  while (!["pub", "tftp3", "tftp4"].every(isDone)) await new Promise((resolve) => setTimeout(resolve, 5));
  // The silent node is given up when its login limit of 300 s is over.
  await cli.lab.clock.advance(301_000);
  const result = await running;
  expect(findingsOf(result)).toEqual(["block node-unreachable tftp2"]);
  expect(documentOf(result).certificates).toHaveLength(18);
});

describe("for people", () => {
  test("the table fits 80 columns, and the advice stands once for what is alike", async () => {
    await open({ scenario: "healthy", release: "15" }, 100);
    const { stdout, exit } = await list();
    expect(exit).toBe(3);
    const lines = stdout.trimEnd().split("\n");
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
    expect(lines[0]).toBe("east, 24 certificates on 3 nodes: warn");
    expect(lines[1]).toMatch(/^days +ends +node +unit +key +serial +issuer$/);
    expect(lines[2]).toMatch(/^100 +\d{4}-\d\d-\d\d +pub +CallManager +2048 sha256 +\S+ +self-signed$/);
    expect(stdout).toMatch(/^100 .* tftp2 +CallManager-ECDSA +384 sha384 .* self-signed$/m);
    expect(stdout.match(/→ Plan its renewal and the restart/g)).toHaveLength(1);
    expect(stdout.match(/\[certificate-expiring\]/g)).toHaveLength(21);
  });

  test("a wide terminal has the subject and the beginning too", async () => {
    await open({ scenario: "healthy", release: "12.5" });
    const { stdout } = await cli.run(["cert", "list", "east", "--no-color"], {
      ...{ isStdoutTerminal: true, columns: 140 },
    });
    expect(stdout).toMatch(/^days +ends +from +node +unit +key +serial +issuer +subject$/m);
    expect(stdout).toMatch(/^\d+ .* self-signed +ITLRECOVERY_pub\.lab\.example\.net$/m);
  });

  test("plain lines have every field, and nothing that only the eye can read", async () => {
    await open({ clusters: [{ name: "east", release: "15", nodes: [{ name: "pub" }] }] }, 50);
    const { stdout } = await list("--plain");
    expect(stdout).not.toMatch(/[^\x20-\x7e\n]| {3,}|\t/);
    expect(stdout).toMatch(/^certificate 1 of 8\nnode: pub\nunit: CallManager\nsubject: CN=/);
    const [first] = documentOf(await list("--json")).certificates;
    for (const value of [first?.serial, first?.notBefore, first?.notAfter, first?.certificateSha1])
      expect(stdout).toContain(`: ${value}\n`);
    expect(stdout).toContain("days left: 50\n");
    expect(stdout).toContain("code: anchors-expire-together\n");
  });
});

describe("before any login", () => {
  test.each([
    [["esat"], 2, "usage"],
    [[], 2, "usage"],
    [["east", "west"], 2, "usage"],
  ])("%j exits %d", async (words, exit, code) => {
    await open({ clusters: [{ name: "east", release: "12.5" }] });
    const result = await cli.run(["cert", "list", ...words, "--json"]);
    expect([result.exit, result.json<{ error: { code: string } }>().error.code]).toEqual([exit, code]);
    expect(cli.attempts()).toEqual({ "east/pub": 0, "east/tftp2": 0 });
  });

  test("a missing password exits 10", async () => {
    await open({ clusters: [{ name: "east", release: "12.5" }] });
    const environment = { LAB_EAST_PLATFORM_PASSWORD: undefined };
    const result = await cli.run(["cert", "list", "east", "--json"], { environment });
    expect([result.exit, result.json()]).toMatchObject([10, { error: { code: "secret-unresolved" } }]);
    expect(cli.attempts()).toEqual({ "east/pub": 0, "east/tftp2": 0 });
  });
});
