// phone-config check against the lab: one phone for each state, with the evidence that names it, one login, and not a byte sent to CAPF.
import { afterEach, describe, expect, test } from "vitest";
import { phoneCertificate } from "../../mocks/lab/phone-certificate.ts";
import type { LabOptions } from "../../mocks/lab/start-lab.ts";
import type { PhoneConfigCheckDocument } from "../../src/report/phone-config-check-document.ts";
import { type LabCli, openLabCli } from "../support/lab-cli.ts";
import type { CliResult } from "../support/run-cli.ts";

let cli: LabCli;
afterEach(() => cli.close());

async function open(options: LabOptions): Promise<void> {
  cli = await openLabCli(options);
}
const check = (device: string, ...flags: readonly string[]) =>
  cli.run(["phone-config", "check", "east", device, ...flags]);
const documentOf = (result: CliResult) => result.json<PhoneConfigCheckDocument>();

/** What the lab has against us: complaints (bytes sent to CAPF are one), writes, logins beside the publisher's. */
const grudges = (checks: number) => {
  const { "east/pub": publisher, ...others } = cli.attempts();
  return {
    complaints: cli.lab.complaints,
    writes: cli.lab.cluster().writes,
    loginsTooMany: (publisher ?? 0) - checks,
    others: Object.values(others).filter((count) => count > 0),
  };
};
const none = { complaints: [], writes: [], loginsTooMany: 0, others: [] };

/** `evidence`: one line of the list that shows why, as `outcome step node: text`. */
type Row = readonly [device: string, exit: number, state: string, evidence: RegExp];

const scenarios: Readonly<Record<string, readonly Row[]>> = {
  "phone-config": [
    [
      "SEPAA0000000001",
      0,
      "encrypted",
      /^good encrypted-file pub: GET http:.*\.cnf\.xml\.enc\.sgn: \d+ bytes/,
    ],
    ["SEPAA0000000002", 0, "encrypted", /^not-applicable lsc pub: the database has no end of an LSC/],
    ["SEPAA0000000004", 3, "profile-without-encryption", /^bad profile pub: .*tftpencryptedflag f/],
    ["SEPAA0000000005", 0, "oauth-https-instead", /^not-applicable profile pub: .*sipoauthflag t; .*HTTPS/],
    ["SEPAA0000000006", 3, "waiting-for-phone", /^bad certificate-hash pub: certHash is empty, .* is empty$/],
    [
      "SEPAA0000000008",
      3,
      "waiting-for-authentication-string",
      /^good authentication-mode pub: capfAuthMode 1/,
    ],
    [
      "SEPAA0000000009",
      20,
      "hash-mismatch",
      /^bad certificate-hash tftp2: certHash is [0-9a-f]{32}, device\.md5hash is/,
    ],
    [
      "SEPAA000000000B",
      20,
      "encrypted-file-missing",
      /^bad encrypted-file tftp2: GET .*: answered HTTP 404$/,
    ],
    [
      "SEPAA000000000C",
      20,
      "nodes-differ",
      /^bad nodes-alike : pub serves .* and an encrypted one; tftp2 .* no encrypted/,
    ],
    ["SEPAA000000000D", 20, "nodes-differ", /^bad certificate-hash tftp2: /],
    ["SEPAA000000000F", 20, "file-differs-from-database", /^good signed-file pub: .* a full file/],
    ["SEPAA0000000010", 3, "capf-address-differs", /^bad capf-address pub: .*old-pub\.lab\.example\.net/],
    ["SEPAA0000000013", 20, "signature-invalid", /^bad signed-file-signature pub: .*does not verify/],
    ["SEPAA0000000014", 20, "signature-invalid", /^bad encrypted-file-signature tftp2: .*does not verify/],
    [
      "SEPAA0000000016",
      20,
      "signer-not-in-itl",
      /^bad signed-file-signature pub: .*no TFTP record of that signer/,
    ],
    ["SEPAA0000000017", 20, "file-damaged", /^bad signed-file pub: .*cannot be read/],
    ["SEPAA0000000018", 20, "file-damaged", /^bad signed-file-signature pub: .*no signature at all/],
    ["SEPAA0000000019", 20, "file-damaged", /^bad signed-file pub: .*its header names it SEP/],
    ["SEPAA000000001C", 3, "encrypted", /^bad lsc pub: device\.lscvaliduntil is \d+/],
    ["SEPAA00000000FF", 20, "device-unknown", /^bad device pub: run sql select .*: a table without a row/],
  ],
  "capf-renewed": [
    ["SEPAA0000000001", 3, "encrypted", /^bad capf-certificate tftp2: .*other CAPF records/],
    [
      "SEPAA0000000002",
      20,
      "capf-certificate-not-in-itl",
      /^bad capf-certificate tftp2: .*other CAPF records/,
    ],
  ],
  "capf-stopped": [
    ["SEPAA0000000001", 3, "encrypted", /^bad capf-service pub: utils service list: .*\[STOPPED\]/],
    ["SEPAA0000000002", 20, "capf-stopped", /^bad capf-service pub: utils service list: .*\[STOPPED\]/],
  ],
  "capf-tls12": [
    [
      "SEPAA0000000001",
      20,
      "model-not-supported",
      /^bad tls-minimum pub: Cisco 7962 .*refuses TLS 1\.0 and 1\.1/,
    ],
    ["SEPAA0000000002", 0, "encrypted", /^good capf-connection pub: .*TLSv1\.2/],
  ],
  "capf-unreachable": [
    [
      "SEPAA0000000002",
      20,
      "capf-unreachable",
      /^bad capf-connection pub: .*no answer.* phone may be another$/,
    ],
  ],
};

test.each(Object.keys(scenarios))(
  "%s: each phone has its state, with the evidence for it",
  async (scenario) => {
    await open({ scenario });
    const rows = scenarios[scenario] ?? [];
    for (const [device, exit, state, evidence] of rows) {
      const result = await check(device, "--json");
      const document = documentOf(result);
      expect([device, result.exit, document.state, result.stderr]).toEqual([device, exit, state, ""]);
      const lines = document.steps.map(
        ({ outcome, step, node, evidence: text }) => `${outcome} ${step} ${node ?? ""}: ${text}`,
      );
      expect(lines).toContainEqual(expect.stringMatching(evidence));
    }
    expect(grudges(rows.length)).toEqual(none);
  },
);

describe("CAPF that is not what it should be", () => {
  const waiting = {
    name: "SEPAA0000000001",
    config: { isTftpEncrypted: true, databaseHash: "none" },
  } as const;
  const at = (capf: object): LabOptions => ({
    clusters: [{ name: "east", release: "12.5", phones: [waiting], capf }],
  });
  const line = async (step: string) => {
    const { state, steps } = documentOf(await check(waiting.name, "--json"));
    const found = steps.find((each) => each.step === step);
    return [state, found?.outcome, found?.evidence];
  };

  test.each([
    ["other-bytes", "capf-hello", "capf-unreachable", "bad", /which no CAPF says/],
    ["resets", "capf-connection", "capf-unreachable", "bad", /the way from here/],
    ["plain", "capf-connection", "capf-unreachable", "bad", /the way from here/],
  ])("%s", async (manner, step, state, outcome, evidence) => {
    await open(at({ manner }));
    expect(await line(step)).toEqual([state, outcome, expect.stringMatching(evidence)]);
    expect(grudges(1)).toEqual(none);
  });

  test("another certificate than the lists name", async () => {
    await open(at({ certificate: "other" }));
    expect((await line("capf-certificate"))[0]).toBe("capf-certificate-not-in-itl");
    expect(grudges(1)).toEqual(none);
  });

  test("TLS 1.0 and nothing newer: it is told, and its certificate is compared all the same", async () => {
    await open(at({ tls: { min: "TLSv1", max: "TLSv1" } }));
    expect(await line("capf-connection")).toEqual([
      "waiting-for-phone",
      "bad",
      expect.stringMatching(/TLS 1\.2 and newer failed .*TLSv1,/),
    ]);
    expect((await line("capf-certificate")).slice(1)).toEqual([
      "good",
      expect.stringMatching(/has this hash$/),
    ]);
    expect(grudges(2)).toEqual(none);
  });
});

describe("the phone's own certificate", () => {
  test("fits, or is another than the file is made for, or is no certificate", async () => {
    await open({ scenario: "phone-config" });
    const cluster = cli.lab.cluster();
    const pem = (device: string) => phoneCertificate(cluster, cluster.phone(device)).pem;
    const own = cli.write("own.pem", pem("SEPAA0000000001"));
    const result = await check("SEPAA0000000001", "--phone-certificate", own, "--json");
    expect([result.exit, documentOf(result).steps.at(-1)]).toMatchObject([0, { outcome: "good" }]);
    const replaced = cli.write("replaced.pem", pem("SEPAA000000000A"));
    const other = documentOf(await check("SEPAA000000000A", "--phone-certificate", replaced, "--json"));
    expect([other.state, other.findings.map(({ code }) => code)]).toEqual([
      "hash-mismatch",
      ["phone-certificate-differs"],
    ]);
    const before = cli.attempts();
    const unread = await check(
      "SEPAA0000000001",
      "--phone-certificate",
      cli.write("x.pem", "moon"),
      "--json",
    );
    expect([unread.exit, unread.json()["error"]]).toMatchObject([15, { code: "file-unreadable" }]);
    expect(cli.attempts()).toEqual(before);
  });
});

test("a device name that is more than a name is refused before anything is asked", async () => {
  await open({ scenario: "capf-stopped" });
  const names = [
    "SEPAA0000000001' or '1'='1",
    "SEPAA0000000001'; delete from device where name='SEPAA0000000001",
    "SEPAA00000000",
    "../SEPAA0000000001",
    "CSFAA0000000001",
  ];
  for (const name of names) {
    const result = await check(name, "--json");
    expect([result.exit, result.json()["error"]]).toMatchObject([2, { code: "usage" }]);
  }
  expect(cli.lab.cluster().capf.connections).toBe(0);
  expect(grudges(0)).toEqual(none);
  expect(documentOf(await check("sepaa0000000001", "--json")).device).toBe("SEPAA0000000001");
});

test("releases that lack columns: what is left is told, and the state with it", async () => {
  const phones = [{ name: "SEPAA0000000001", config: { isTftpEncrypted: true } }];
  await open({
    clusters: [{ name: "east", release: "10.0", phones, switches: { deviceColumns: "hash-only" } }],
  });
  const result = await check("SEPAA0000000001", "--json");
  const { state, findings } = documentOf(result);
  expect([result.exit, state, findings.map(({ code }) => code)]).toEqual([
    3,
    "encrypted",
    ["profile-not-read"],
  ]);
  expect(grudges(1)).toEqual(none);
});

test("a phone of the database whose file no node has", async () => {
  const config = { isTftpEncrypted: true, faults: [{ kind: "missing" as const }] };
  await open({
    clusters: [{ name: "east", release: "11.5", phones: [{ name: "SEPAA0000000001", config }] }],
  });
  const { state, steps } = documentOf(await check("SEPAA0000000001", "--json"));
  expect(state).toBe("file-missing");
  expect(steps.filter(({ step }) => step === "signed-file").map(({ outcome }) => outcome)).toEqual([
    "bad",
    "bad",
  ]);
  expect(grudges(1)).toEqual(none);
});

test("a refused login: the files are told of, the state is not guessed, and nobody tries again", async () => {
  await open({ scenario: "capf-stopped" });
  const result = await cli.run(["phone-config", "check", "east", "SEPAA0000000001", "--json"], {
    environment: { LAB_EAST_PLATFORM_PASSWORD: "wrong-one" },
  });
  const { state, findings, steps } = documentOf(result);
  expect([result.exit, state]).toEqual([20, "unknown"]);
  expect(findings.map(({ code }) => code)).toEqual(
    expect.arrayContaining(["login-refused", "state-undecided"]),
  );
  expect(steps.find(({ step }) => step === "signed-file")).toMatchObject({ outcome: "good" });
  expect(grudges(1)).toEqual(none);
});

test("a TFTP node that does not listen is said to be none; one that serves nothing but errors is a finding", async () => {
  const phones = [{ name: "SEPAA0000000001", config: { isTftpEncrypted: true } }];
  const nodes = [{ name: "pub" }, { name: "tftp2" }, { name: "cm3", isTftp: false }];
  await open({ clusters: [{ name: "east", release: "15", nodes, phones }] });
  await cli.lab.cluster().setReachable(cli.lab.cluster().node("cm3"), false);
  cli.lab.cluster().truthFaults.http.set("tftp2", { kind: "status", code: 503 });
  const { state, verdict, findings, steps } = documentOf(await check("SEPAA0000000001", "--json"));
  expect([state, verdict]).toEqual(["encrypted", "warn"]);
  expect(findings.map(({ code, node }) => `${code} ${node}`)).toEqual(["phone-file-not-fetched tftp2"]);
  expect(steps.filter(({ step }) => step === "itl").map(({ node, outcome }) => `${node} ${outcome}`)).toEqual(
    ["pub good", "tftp2 unknown", "cm3 not-applicable"],
  );
});

test("as text it reads from top to bottom in 80 columns, and --plain has no columns", async () => {
  await open({
    clusters: [
      {
        name: "east",
        release: "12.5",
        phones: [
          {
            name: "SEPAA0000000001",
            config: {
              isTftpEncrypted: true,
              databaseHash: "none",
              capfAuthMode: 1,
              profile: "Lobby\u202e phones",
            },
          },
        ],
      },
    ],
  });
  const { stdout, exit } = await check("SEPAA0000000001");
  expect(exit).toBe(3);
  const lines = stdout.split("\n");
  expect(lines[0]).toBe("SEPAA0000000001 in east: waiting-for-authentication-string (warn)");
  expect(lines.filter((line) => line.length > 80)).toEqual([]);
  // oxlint-disable-next-line no-control-regex
  expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
  const numbers = lines.flatMap((line) => /^ ?(\d+)\. ([a-z-]+)$/.exec(line)?.slice(1, 2) ?? []);
  expect(numbers.map(Number)).toEqual(numbers.map((_, at) => at + 1));
  expect(numbers.length).toBeGreaterThan(14);
  const plain = await check("SEPAA0000000001", "--plain");
  expect(plain.stdout).toMatch(
    /^cluster: east\ndevice: SEPAA0000000001\nstate: waiting-for-authentication-string\n/,
  );
  const json = documentOf(await check("SEPAA0000000001", "--json"));
  expect(Object.keys(json)).toEqual([
    ...["cluster", "device", "state", "verdict", "meaning", "next", "model", "profile", "steps", "findings"],
  ]);
});
