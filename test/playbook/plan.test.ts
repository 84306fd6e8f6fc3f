// What a plan's fingerprint covers, and which steps belong to a release.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Cluster } from "../../src/inventory/cluster.ts";
import { loadInventory } from "../../src/inventory/load-inventory.ts";
import { loadPlaybook } from "../../src/playbook/load-playbook.ts";
import { isSamePlan, planFingerprint } from "../../src/playbook/plan.ts";
import type { Playbook } from "../../src/playbook/step.ts";
import { isFromRelease } from "../../src/playbook/step-release.ts";

const example = `clusters:
  east:
    nodes:
      - { name: pub, address: 10.20.0.11, role: publisher }
      - { name: tftp2, address: 10.20.0.12, role: subscriber }
    ssh: { port: 22, hostKeys: ["SHA256:${"A".repeat(43)}"] }
    credentials:
      platform: { username: administrator, password: "env:P" }
`;
const shipped = new URL("../../playbooks/itl-recovery.yaml", import.meta.url).pathname;

function clusterOf(text: string): Cluster {
  const folder = mkdtempSync(join(tmpdir(), "itlctl-plan-"));
  try {
    const file = join(folder, "clusters.yaml");
    writeFileSync(file, text);
    const inventory = loadInventory(file);
    const [cluster] = inventory.clusters;
    if (cluster === undefined) throw new Error("no cluster");
    return cluster;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The shipped playbook with its text changed. */
function playbookWith(change: (text: string) => string): Playbook {
  const folder = mkdtempSync(join(tmpdir(), "itlctl-plan-"));
  try {
    writeFileSync(join(folder, "p.yaml"), change(readFileSync(shipped, "utf8")));
    return loadPlaybook(join(folder, "p.yaml"));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe("the fingerprint of a plan", () => {
  const playbook = loadPlaybook(shipped);
  const fingerprint = (change: (text: string) => string) =>
    planFingerprint(clusterOf(change(example)), playbook);

  test.each([
    ["a password reference", (text: string) => text.replace("env:P", "env:Q")],
    ["a user", (text: string) => text.replace("administrator", "operator")],
    ["a host key", (text: string) => text.replace("AAA", "BBB")],
    ["a threshold", (text: string) => `${text}    thresholds: { certificateDays: 30 }\n`],
    ["another cluster beside it", (text: string) => `${text}  # nothing\n`],
  ])("stays when %s changes", (_what, change) => {
    expect(change(example)).not.toBe(example);
    expect(fingerprint(change)).toBe(fingerprint((text) => text));
  });

  test.each([
    ["an address", (text: string) => text.replace("10.20.0.12", "10.20.0.13")],
    ["a name", (text: string) => text.replace("tftp2", "tftp3")],
    ["a port", (text: string) => text.replace("port: 22", "port: 2222")],
    ["the TFTP port", (text: string) => `${text}    tftp: { port: 6971 }\n`],
    ["the cluster's name", (text: string) => text.replace("east:", "west:")],
    [
      "a node more",
      (text: string) =>
        text.replace("    ssh:", "      - { name: c, address: 10.20.0.14, role: subscriber }\n    ssh:"),
    ],
    [
      "which one is the publisher",
      (text: string) =>
        text
          .replace("role: publisher", "role: x")
          .replace("subscriber", "publisher")
          .replace("role: x", "role: subscriber"),
    ],
  ])("changes with %s", (_what, change) => {
    expect(fingerprint(change)).not.toBe(fingerprint((text) => text));
  });

  test("changes with any byte of the playbook", () => {
    const cluster = clusterOf(example);
    const other = playbookWith((text) => `${text}# a remark\n`);
    expect(planFingerprint(cluster, other)).not.toBe(planFingerprint(cluster, playbook));
    const same = playbookWith((text) => text);
    expect(planFingerprint(cluster, same)).toBe(planFingerprint(cluster, playbook));
  });
});

describe("a run that was planned from an earlier file of a shipped playbook", () => {
  const cluster = clusterOf(example);
  const playbook = loadPlaybook(shipped);
  const earlier = "c63cfcda2b78c3cbd955a9f7916445660b6713fb30328a4bb65e38f57c2456f1";
  const fingerprint = planFingerprint(cluster, { ...playbook, sha256: earlier });

  test("is the same plan, as only remarks and steps of mixed mode were added since", () => {
    expect(isSamePlan(fingerprint, cluster, playbook, true)).toBe(true);
    expect(isSamePlan(planFingerprint(cluster, playbook), cluster, playbook, true)).toBe(true);
    const steps = playbook.steps.filter((step) => !("onlyIn" in step) || step.onlyIn === undefined);
    expect(steps.map(({ id, verb, fromRelease }) => [id, verb, fromRelease])).toEqual([
      ["preflight", "preflight", undefined],
      ["reset", "reset", undefined],
      ["verify-reset", "verify", undefined],
      ["phones", "confirm", undefined],
      ["restart-tftp", "restart-service", undefined],
      ["verify-normal", "verify", undefined],
      ["phones-again", "confirm", "12.0"],
    ]);
  });

  test("is another one where the nodes changed, or the file is of the user's own", () => {
    const moved = clusterOf(example.replace("10.20.0.12", "10.20.0.13"));
    expect(isSamePlan(fingerprint, moved, playbook, true)).toBe(false);
    expect(isSamePlan(fingerprint, cluster, playbook, false)).toBe(false);
    const other = planFingerprint(cluster, { ...playbook, sha256: "0".repeat(64) });
    expect(isSamePlan(other, cluster, playbook, true)).toBe(false);
  });
});

test.each([
  [undefined, "10.0.1.10000-24", true],
  ["12.0", "10.0.1.10000-24", false],
  ["12.0", "11.5.1.12900-21", false],
  ["12.0", "12.0.1.10000-10", true],
  ["12.0", "12.5.1.11900-146", true],
  ["12.5", "12.0.1.10000-10", false],
  ["12.0", "15.0.1.10000-32", true],
  ["9.1", "15", true],
  ["12.0", "9.1.2", false],
  ["12.0", "12", true],
  ["12.5", "12", false],
])("a step from %s belongs to release %s: %s", (fromRelease, release, isIn) => {
  expect(isFromRelease({ fromRelease }, release)).toBe(isIn);
});

test.each([
  [undefined, "12.0", "11.5.1.12900-21", true],
  [undefined, "12.0", "12.0.1.10000-10", false],
  [undefined, "12.0", "15.0.1.10000-32", false],
  [undefined, "12.5", "12.0.1.10000-10", true],
  ["11.5", "12.5", "10.0.1.10000-24", false],
  ["11.5", "12.5", "12.0.1.10000-10", true],
  ["11.5", "12.5", "12.5.1.11900-146", false],
])("a step from %s and below %s belongs to release %s: %s", (fromRelease, belowRelease, release, isIn) => {
  expect(isFromRelease({ fromRelease, belowRelease }, release)).toBe(isIn);
});
