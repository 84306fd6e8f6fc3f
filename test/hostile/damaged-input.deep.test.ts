// A hundred thousand damaged transcripts, lists, journals, inventories, playbooks and known_hosts files: every reader ends in facts or its own error, and soon.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { createMasker } from "../../src/base/secret.ts";
import { parseCertList } from "../../src/facts/cert-list.ts";
import { parseCertRegen } from "../../src/facts/cert-regen.ts";
import { parseShownCertificate } from "../../src/facts/certificate.ts";
import { parseFileList } from "../../src/facts/file-list.ts";
import { parseListFile, verifyListFile } from "../../src/facts/itl-file.ts";
import { parseItlReset } from "../../src/facts/itl-reset.ts";
import { parseNetworkCluster } from "../../src/facts/network-cluster.ts";
import { parseReplication } from "../../src/facts/replication.ts";
import { parseSqlRows } from "../../src/facts/run-sql.ts";
import { parseServiceList } from "../../src/facts/service-list.ts";
import { parseServiceRestart } from "../../src/facts/service-restart.ts";
import { parseShownList } from "../../src/facts/show-itl.ts";
import { parsePrivilege } from "../../src/facts/show-myself.ts";
import { parseShowStatus } from "../../src/facts/show-status.ts";
import { parseActiveVersion } from "../../src/facts/version.ts";
import { loadInventory } from "../../src/inventory/load-inventory.ts";
import { loadPlaybook } from "../../src/playbook/load-playbook.ts";
import { openJournal, readJournal } from "../../src/run/journal.ts";
import { replay } from "../../src/run/replay.ts";
import { parseLastSeen, parseSightings, renderSightingLine } from "../../src/served/sighting.ts";
import { createChannel } from "../../src/session/channel.ts";
import { parseKnownHosts } from "../../src/session/known-hosts.ts";
import { listOf, makeLab, releases } from "../support/lab-facts.ts";
import { cases, sweep } from "./sweep.ts";

const root = new URL("../../", import.meta.url);
const folder = mkdtempSync(join(tmpdir(), "itlctl-sweep-"));
afterAll(() => rmSync(folder, { recursive: true }));

const transcripts = readdirSync(new URL("mocks/transcripts/", root))
  .filter((name) => name.endsWith(".txt"))
  .map((name) => readFileSync(new URL(`mocks/transcripts/${name}`, root)));

const readers = {
  ...{ parseShownList, parseItlReset, parseCertRegen, parseCertList, parseShownCertificate },
  ...{ parseServiceList, parseServiceRestart, parseNetworkCluster, parseReplication },
  ...{ parseActiveVersion, parseShowStatus, parseSqlRows, parsePrivilege, parseFileList },
} as const;
const named = Object.entries(readers) as [string, (text: string) => unknown][];

test("the cases are a hundred thousand", () => {
  const { transcript, ...others } = cases;
  const sum = Object.values(others).reduce((all, count) => all + count, transcript * named.length);
  expect(sum).toBeGreaterThanOrEqual(100_000);
});

test.each(named)("%s survives damaged transcripts", (_, read) => {
  sweep(transcripts, cases.transcript, (bytes) => read(bytes.toString("utf8")));
});

test("lists, read and verified", () => {
  const lists = releases.map((release) => listOf(makeLab(release), "pub").bytes);
  sweep(lists, cases.list, (bytes) => {
    parseListFile(bytes);
    return verifyListFile(bytes);
  });
});

test("journals, read and replayed", () => {
  const path = join(folder, "journal.jsonl");
  const clock = { now: () => Date.UTC(2026, 10, 20, 22, 14, 3), sleep: () => Promise.resolve() };
  const journal = openJournal(path, { clock, masker: createMasker(), isNew: true });
  const request = {
    requestedKey: "local",
    accepted: [],
    isUnattended: true,
    remoteKey: null,
    heldFile: null,
  } as const;
  journal.append({
    ...{ kind: "run-started", run: "r", cluster: "east", playbook: "p", fingerprint: "f", nodes: ["pub"] },
    ...{ request, version: "1" },
  });
  journal.append({ kind: "step-started", step: "reset", node: null });
  journal.append({
    kind: "write-intended",
    step: "reset",
    node: "pub",
    line: "utils",
    baseline: { pub: null },
  });
  journal.append({ kind: "write-ended", step: "reset", node: "pub", end: "answered", detail: "ü" });
  journal.append({ kind: "waiting", step: "phones", text: "x\ny", until: null });
  journal.close();
  const damagedPath = join(folder, "damaged.jsonl");
  sweep([readFileSync(path)], cases.journal, (bytes) => {
    writeFileSync(damagedPath, bytes);
    const entries = readJournal(damagedPath);
    return entries.length === 0 ? null : replay(entries);
  });
});

test("known_hosts files", () => {
  const key = "AAAAC3NzaC1lZDI1NTE5AAAAIJ9hTQm4xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx";
  const hashed = `|1|${"A".repeat(27)}=|${"B".repeat(27)}= ssh-ed25519 ${key}`;
  const text = [
    `10.20.0.11,[10.20.0.11]:2222,*.example.net,!bad.example.net ssh-rsa ${key} comment`,
    `@revoked * ssh-rsa ${key}`,
    `@cert-authority *.x ssh-rsa ${key}`,
    hashed,
    `# comment\r\n\t`,
    `${"*a".repeat(60)} ssh-rsa ${key}`,
  ].join("\n");
  sweep([Buffer.from(text)], cases["known hosts"], (bytes) =>
    [22, 2222].map((port) => parseKnownHosts(bytes.toString("utf8"), `${"a".repeat(60)}.example.net`, port)),
  );
});

test.each([
  ["inventory", "inventory/clusters.example.yaml", loadInventory],
  ["playbook", "playbooks/itl-recovery.yaml", loadPlaybook],
] as const)("%s files", (kind, sample, load) => {
  mkdirSync(join(folder, kind));
  const path = join(folder, kind, "damaged.yaml");
  sweep([readFileSync(new URL(sample, root))], cases[kind], (bytes) => {
    writeFileSync(path, bytes);
    return load(path);
  });
});

test("records of lists that were seen", () => {
  const line = (node: string, digit: string) =>
    renderSightingLine({
      ...{ node, sha1: digit.repeat(40), firstSeenAt: "2026-01-01T00:00:00Z" },
      previousLastSeenAt: "2026-01-02T00:00:00Z",
    });
  const text = line("pub", "a") + line("tftp2", "b") + line("pub", "c");
  sweep([Buffer.from(text)], cases.sighting, (bytes) =>
    parseSightings(bytes.toString("utf8"), () => parseLastSeen(bytes.toString("utf8"))),
  );
});

test("what a terminal may be sent", () => {
  sweep(transcripts, cases["terminal bytes"], (bytes) => {
    const channel = createChannel();
    for (let at = 0; at < bytes.length; at += 1_000) channel.push(bytes.subarray(at, at + 1_000));
    channel.recognise([], true);
    return channel.wholeText();
  });
});
