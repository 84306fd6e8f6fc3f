// Inventory files → clusters with defaults and merged settings; wrong files → every problem with its place, at once.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { OperatorError } from "../../src/base/errors.ts";
import { loadInventory } from "../../src/inventory/load-inventory.ts";

const key = `SHA256:${"A".repeat(43)}`;
const smallest = `clusters:
  east:
    nodes:
      - { name: pub, address: 10.20.0.11, role: publisher }
    credentials:
      platform: { username: administrator, password: "env:EAST" }
`;

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "itlctl-inventory-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function write(text: string | Buffer, name = "east.yaml"): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

function refusalOf(path: string): OperatorError {
  try {
    loadInventory(path);
  } catch (error) {
    if (error instanceof OperatorError) return error;
    throw error;
  }
  throw new Error("the inventory was not refused");
}

/** The refusal's lines without the folder: `east.yaml:4:9 clusters...: what`. */
function linesOf(text: string | Buffer): string[] {
  return refusalOf(write(text)).message.replaceAll(`${folder}/`, "").split("\n");
}

const withChange = (from: string, to: string) => linesOf(smallest.replace(from, to));

test("the smallest inventory gets every default", () => {
  const file = write(smallest);
  const ssh = { port: 22, hostKeys: [], knownHosts: null, algorithms: "modern" };
  const ports = { https: [443, 8443], xmpp: [5222], sip: [5061], tvs: [2445], capf: 3804 };
  expect(loadInventory(file).clusters).toEqual([
    {
      name: "east",
      nodes: [
        {
          cluster: "east",
          name: "pub",
          address: "10.20.0.11",
          role: "publisher",
          ssh,
          tftp: { port: 6970 },
          ports,
        },
      ],
      credentials: {
        platform: { username: "administrator", password: { kind: "env", name: "EAST", text: "env:EAST" } },
        ccm: null,
        security: null,
      },
      regenerationHoldMs: 300_000,
      vault: null,
      keep: { last: 7, daily: 30, weekly: 0, monthly: 24 },
      recoveryKey: { password: null, requireProof: "matched" },
      thresholds: { certificateDays: 180, backupAgeMs: 172_800_000 },
      servers: { domain: null, xmppDomain: null, hosts: [], trustedCa: null },
      hooks: { backupStored: null, backupFailed: null, alarmActive: null, timeLimitMs: 30_000 },
      source: { file, line: 2 },
    },
  ]);
});

test("a node's own settings go over the cluster's, and its host keys replace them as a whole", () => {
  const text = `clusters:
  east:
    nodes:
      - { name: pub, address: 10.20.0.11, role: publisher }
      - { name: s1, address: "fe80::1", role: subscriber, ssh: { port: 2222, knownHosts: keys }, tftp: { port: 7000 } }
      - { name: s2, address: s2.example.net, role: subscriber, ssh: { algorithms: modern } }
    ssh: { port: 23, hostKeys: ["${key}="], algorithms: legacy }
    tftp: { port: 6971 }
    credentials: { platform: { username: admin, password: "env:EAST" } }
`;
  const nodes = loadInventory(write(text)).clusters[0]?.nodes;
  expect(nodes?.map((node) => ({ ...node.ssh, tftp: node.tftp.port }))).toEqual([
    { port: 23, hostKeys: [key], knownHosts: null, algorithms: "legacy", tftp: 6971 },
    { port: 2222, hostKeys: [], knownHosts: join(folder, "keys"), algorithms: "legacy", tftp: 7000 },
    { port: 23, hostKeys: [key], knownHosts: null, algorithms: "modern", tftp: 6971 },
  ]);
});

test("a node's own client ports go over the cluster's, each kind by itself", () => {
  const text = `clusters:
  east:
    nodes:
      - { name: pub, address: 10.20.0.11, role: publisher }
      - { name: s1, address: 10.20.0.12, role: subscriber, ports: { sip: [], https: [9443] } }
    ports: { https: [8443], capf: 3805 }
    servers: { domain: example.net, hosts: ["xmpp://imp1:5222"], trustedCa: ca.pem }
    credentials: { platform: { username: admin, password: "env:EAST" } }
`;
  const [east] = loadInventory(write(text)).clusters;
  expect(east?.nodes.map(({ ports }) => ports)).toEqual([
    { https: [8443], xmpp: [5222], sip: [5061], tvs: [2445], capf: 3805 },
    { https: [9443], xmpp: [5222], sip: [], tvs: [2445], capf: 3805 },
  ]);
  expect(east?.servers).toEqual({
    domain: "example.net",
    xmppDomain: null,
    hosts: ["xmpp://imp1:5222"],
    trustedCa: join(folder, "ca.pem"),
  });
});

test("paths start at the folder of the inventory file, ~/ at home, and bare programs stay to be looked up", () => {
  const text = `${smallest}      ccm: { username: ccm, password: "file:secrets/ccm" }
      security: { password: "exec:bin/secret --for east" }
    recoveryKey: { password: "exec:pass  show p12" }
    vault: { kind: directory, path: ../vault, receiver: { address: 127.0.0.1, port: 2022, hostKey: ~/key } }
`;
  const cluster = loadInventory(write(text)).clusters[0];
  expect(cluster?.credentials.ccm?.password).toMatchObject({
    path: join(folder, "secrets/ccm"),
    text: "file:secrets/ccm",
  });
  expect(cluster?.credentials.security?.password).toMatchObject({
    program: join(folder, "bin/secret"),
    arguments: ["--for", "east"],
  });
  expect(cluster?.recoveryKey.password).toMatchObject({ program: "pass", arguments: ["show", "p12"] });
  expect(cluster?.vault).toMatchObject({
    path: join(folder, "../vault"),
    receiver: { hostKey: join(homedir(), "key") },
  });
});

test("a folder is every *.yaml in it but *.example.yaml, in the order of names", () => {
  write(smallest.replace("east:", "zeta:"), "b.yaml");
  write(smallest.replace("east:", "alpha:"), "a.yaml");
  write("not: an inventory\n", "clusters.example.yaml");
  write("not: an inventory\n", "notes.yml");
  expect(loadInventory(folder).clusters.map((cluster) => cluster.name)).toEqual(["alpha", "zeta"]);
});

test.each([
  [
    "an unknown key, with the nearest one",
    "address:",
    "adress:",
    "4:22 clusters.east.nodes[0].adress: unknown key; did you mean address?",
  ],
  ["an unknown key on top", "clusters:", "cluster:", "1:1 cluster: unknown key; did you mean clusters?"],
  [
    "no publisher",
    "publisher",
    "subscriber",
    "3:5 clusters.east.nodes: no node has role: publisher; a cluster has exactly one",
  ],
  [
    "a role that is none",
    "publisher",
    "publsher",
    "4:49 clusters.east.nodes[0].role: must be publisher or subscriber; did you mean publisher?",
  ],
  [
    "a literal password",
    '"env:EAST"',
    "hunter2",
    "6:54 clusters.east.credentials.platform.password: must be a reference, never the password itself: env:NAME, file:PATH, exec:PROGRAM ARG... or ask:",
  ],
  [
    "a literal password that is a number",
    '"env:EAST"',
    "123456",
    "6:54 clusters.east.credentials.platform.password: must be a reference, never the password itself: env:NAME, file:PATH, exec:PROGRAM ARG... or ask:",
  ],
  [
    "a variable without a name",
    "env:EAST",
    "env:",
    "6:54 clusters.east.credentials.platform.password: env: needs the name of a variable: A-Z a-z 0-9 _",
  ],
  [
    "a prompt after ask:",
    "env:EAST",
    "ask:Password",
    "6:54 clusters.east.credentials.platform.password: ask: stands alone; nothing may follow it",
  ],
  [
    "a missing password",
    ', password: "env:EAST"',
    "",
    "6:7 clusters.east.credentials.platform.password: is missing",
  ],
  [
    "a node name with a space",
    "name: pub",
    "name: my pub",
    "4:17 clusters.east.nodes[0].name: a name may not hold a space; allowed: A-Z a-z 0-9 . _ - (not . or - first)",
  ],
  [
    "a cluster name with a space",
    "  east:",
    "  my east:",
    '2:3 clusters."my east": a name may not hold a space; allowed: A-Z a-z 0-9 . _ - (not . or - first)',
  ],
  [
    "a name that would be read as an option",
    "name: pub",
    "name: -pub",
    "4:17 clusters.east.nodes[0].name: a name may not hold this; allowed: A-Z a-z 0-9 . _ - (not . or - first)",
  ],
  [
    "a user name that could end a command",
    "administrator",
    "'a;b'",
    "6:29 clusters.east.credentials.platform.username: a user name may not hold this; allowed: A-Z a-z 0-9 . _ / - (not . / - first)",
  ],
  [
    "an address that is none",
    "10.20.0.11",
    "10.20.0.300",
    "4:31 clusters.east.nodes[0].address: is neither a host name nor an IP address",
  ],
  [
    "an address with a port",
    "10.20.0.11",
    "'10.20.0.11:22'",
    "4:31 clusters.east.nodes[0].address: an address holds no port; write the port under ssh: or tftp:",
  ],
  ["a tab", "    nodes:", "\tnodes:", "3:1: a tab is used as indentation: use spaces"],
])("%s is refused with its place", (_, from, to, line) => {
  expect(withChange(from, to)).toContain(`east.yaml:${line}`);
});

test.each([
  ["ssh: { port: 0 }", "7:18 clusters.east.ssh.port: must be at least 1"],
  ["ssh: { port: 65536 }", "7:18 clusters.east.ssh.port: must be at most 65535"],
  ["tftp: { port: http }", "7:19 clusters.east.tftp.port: must be a number, not text"],
  [
    "ssh: { hostKeys: [MD5:aa] }",
    "7:23 clusters.east.ssh.hostKeys[0]: must be SHA256: and 43 characters of Base64, as ssh-keygen -l prints it",
  ],
  [
    `ssh: { hostKeys: ["${key}"], knownHosts: k }`,
    "7:78 clusters.east.ssh.knownHosts: hostKeys is given as well; keep one of the two",
  ],
  [
    "regenerationHold: 300",
    "7:23 clusters.east.regenerationHold: must be a duration such as 300s, 5m, 24h or 2d",
  ],
  [
    "thresholds: { backupAge: soon }",
    "7:30 clusters.east.thresholds.backupAge: must be a duration such as 300s, 5m, 24h or 2d",
  ],
  ["keep: { last: -1 }", "7:19 clusters.east.keep.last: must be at least 0"],
  ["keep: { last: 0, daily: 0, monthly: 0 }", "7:5 clusters.east.keep: would keep no backup at all"],
  ["vault: { kind: s3 }", "7:20 clusters.east.vault.kind: must be sftp or directory"],
  ["vault: { path: ./vault }", "7:5 clusters.east.vault.kind: is missing: sftp or directory"],
  ["vault: { kind: directory }", "7:5 clusters.east.vault.path: is missing"],
  [
    "vault: { kind: sftp, host: h, username: u, directory: /d }",
    "7:5 clusters.east.vault: needs password: or privateKey:",
  ],
  [
    "vault: { kind: sftp, host: h, username: u, directory: /d, privateKey: k }",
    "7:63 clusters.east.vault.privateKey: the publisher logs in with a password only: add delivery: with a user and a password",
  ],
  [
    "vault: { kind: sftp, host: h, username: u, directory: /my d, password: 'ask:' }",
    "7:59 clusters.east.vault.directory: a path for the platform may not hold a space; allowed: A-Z a-z 0-9 . _ / -",
  ],
  [
    "recoveryKey: { requireProof: match }",
    "7:34 clusters.east.recoveryKey.requireProof: must be matched, opened or unopened; did you mean matched?",
  ],
])("%s is refused with its place", (line, problem) => {
  expect(linesOf(`${smallest}    ${line}\n`)).toEqual([`east.yaml:${problem}`]);
});

test("a vault without password and key is one for an SSH agent, where the platform has an account of its own", () => {
  const vault = `vault: { kind: sftp, host: h, username: u, directory: /d, delivery: { username: i, password: "env:D" } }`;
  expect(loadInventory(write(`${smallest}    ${vault}\n`)).clusters[0]?.vault).toMatchObject({
    ...{ password: null, privateKey: null, delivery: { username: "i" } },
  });
});

test("all problems of all files come at once, in the order of files and lines; the place is the first one's", () => {
  write(
    `clusters:
  east:
    nodes:
      - { name: pub, address: 10.20.0.11, role: publisher }
      - { name: PUB, address: 10.20.0.12, role: publisher }
      - { name: s 2, address: 10.20.0.12, role: subscriber, ssh: { port: 99999 } }
      - { name: s3, address: 10.20.0.11, role: subscriber }
    sssh: {}
    credentials: { platform: { username: a, password: hunter2 } }
`,
    "a.yaml",
  );
  write(smallest.replace("pub,", "pub2,"), "b.yaml");
  write("clusters:\n\twest: 1\n", "c.yaml");
  const refusal = refusalOf(folder);
  expect(refusal.message.replaceAll(`${folder}/`, "").split("\n")).toEqual([
    "a.yaml:5:17 clusters.east.nodes[1].name: a second node named PUB",
    "a.yaml:5:49 clusters.east.nodes[1].role: a second publisher; a cluster has exactly one, and pub is it",
    "a.yaml:6:17 clusters.east.nodes[2].name: a name may not hold a space; allowed: A-Z a-z 0-9 . _ - (not . or - first)",
    "a.yaml:6:74 clusters.east.nodes[2].ssh.port: must be at most 65535",
    "a.yaml:7:30 clusters.east.nodes[3].address: the same address and SSH port as those of node pub",
    "a.yaml:8:5 clusters.east.sssh: unknown key; did you mean ssh?",
    "a.yaml:9:55 clusters.east.credentials.platform.password: must be a reference, never the password itself: env:NAME, file:PATH, exec:PROGRAM ARG... or ask:",
    "b.yaml:2:3 clusters.east: this cluster is already in a.yaml:2",
    "c.yaml:2:1: a tab is used as indentation: use spaces",
  ]);
  expect(refusal).toMatchObject({
    code: "inventory-invalid",
    place: { file: join(folder, "a.yaml"), line: 5, column: 17 },
  });
  expect(refusal.message).not.toContain("hunter2");
});

test("the same address on different SSH ports is two servers", () => {
  const second = "      - { name: sub, address: 10.20.0.11, role: subscriber, ssh: { port: 2222 } }\n";
  const text = smallest.replace("    credentials", `${second}    credentials`);
  expect(loadInventory(write(text)).clusters[0]?.nodes).toHaveLength(2);
  expect(linesOf(`${text}    ssh: { port: 2222 }\n`)).toEqual([
    "east.yaml:5:31 clusters.east.nodes[1].address: the same address and SSH port as those of node pub",
  ]);
});

test.each([
  ["an empty file", "", "1:1: must be a mapping, not empty"],
  ["a file of no clusters", "clusters: {}\n", "1:1 clusters: names no cluster"],
  ["a file that is not UTF-8", Buffer.from([0x61, 0xff, 0xfe]), "1:1: is not UTF-8 text"],
  ["a file larger than any inventory", Buffer.alloc(4_194_305, 0x20), "1:1: is too large to be an inventory"],
])("%s is refused", (_, text, line) => {
  expect(linesOf(text)).toEqual([`east.yaml:${line}`]);
});

test("a path that is not there, an empty folder and a folder named like a file are refused with a hint", () => {
  expect(refusalOf(join(folder, "none"))).toMatchObject({
    code: "inventory-invalid",
    hint: expect.stringContaining("--inventory"),
  });
  write(smallest, "clusters.example.yaml");
  expect(refusalOf(folder)).toMatchObject({ hint: expect.stringContaining("copy clusters.example.yaml") });
  mkdirSync(join(folder, "x.yaml"));
  expect(refusalOf(folder).message).toContain("x.yaml:1:1: is not a regular file");
});
