// status against the lab: whole clusters over SSH and HTTP on loopback.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import type { LabOptions } from "../../mocks/lab/start-lab.ts";
import type { StatusDocument } from "../../src/report/status-document.ts";
import { type LabCli, openLabCli } from "../support/lab-cli.ts";
import type { CliResult, CliWorld } from "../support/run-cli.ts";

let cli: LabCli;

afterEach(() => cli.close());

async function status(options: LabOptions, args: readonly string[] = ["--json"], world: CliWorld = {}) {
  cli = await openLabCli(options);
  return cli.run(["status", ...args], world);
}

function findingsOf({ json }: CliResult): string[] {
  const { clusters } = json<StatusDocument>();
  return clusters.flatMap(({ findings }) =>
    findings.map(({ code, severity, node }) => `${severity} ${code} ${node}`),
  );
}

describe.each(["10.0", "11.5", "12.5", "15"] as const)("a healthy cluster of release %s", (release) => {
  test("has a proven file on every TFTP node, and nothing was written on it", async () => {
    const result = await status({ scenario: "healthy", release });
    // Keys of 1024 bits are what 10.0 makes, and what status warns of.
    expect(findingsOf(result)).toEqual(release === "10.0" ? ["warn recovery-key-weak pub"] : []);
    expect(result.exit).toBe(release === "10.0" ? 3 : 0);
    expect(result.stderr).toBe("");
    const [cluster] = result.json<StatusDocument>().clusters;
    expect(cluster).toMatchObject({ cluster: "east", release: cli.lab.cluster().profile.version });
    expect(cluster?.nodes.map(({ node, tftp }) => `${node} ${tftp}`)).toEqual([
      "pub started",
      "tftp2 started",
      "cm3 inactive",
    ]);
    for (const { itl, node } of cluster?.nodes ?? []) {
      if (node === "cm3") {
        expect(itl).toBeNull();
      } else {
        expect(itl).toMatchObject({
          signedBy: cli.lab.cluster().profile.normalSigner,
          verifiedByNode: true,
          hasRecoveryRecord: true,
          served: { sha1: itl?.sha1, matchesNode: true, signatureValid: true },
        });
      }
    }
    expect(cli.lab.complaints).toEqual([]);
    expect(cli.lab.cluster().writes).toEqual([]);
    expect(cli.attempts()).toEqual({ "east/pub": 1, "east/tftp2": 1, "east/cm3": 1 });
  });
});

describe("trouble is a finding of its node, and exit 20", () => {
  test("a subscriber that is down", async () => {
    const result = await status({ scenario: "subscriber-down" });
    expect(findingsOf(result)).toContain("block node-unreachable tftp3");
    expect(result.exit).toBe(20);
    expect(result.json<StatusDocument>().clusters[0]?.nodes).toMatchObject([
      { node: "pub", reachable: true, tftp: "started", itl: { served: { matchesNode: true } } },
      { node: "tftp2", reachable: true, tftp: "started" },
      { node: "tftp3", reachable: false, tftp: "unknown", itl: null },
    ]);
  });

  test("a served file that is not the node's list", async () => {
    const result = await status({ scenario: "tftp-stale" });
    expect(findingsOf(result)).toContain("block served-itl-differs tftp2");
    expect(result.exit).toBe(20);
    expect(result.json<StatusDocument>().clusters[0]?.nodes[1]?.itl?.served).toMatchObject({
      matchesNode: false,
    });
  });

  test("a wrong password, tried once at each node", async () => {
    const result = await status({}, ["--json"], { environment: { LAB_EAST_PLATFORM_PASSWORD: "wrong-one" } });
    expect(findingsOf(result)).toEqual(
      expect.arrayContaining(["block login-refused pub", "block login-refused tftp2"]),
    );
    expect(result.exit).toBe(20);
    expect(cli.attempts()).toEqual({ "east/pub": 1, "east/tftp2": 1 });
    expect(result.stdout + result.stderr).not.toContain("wrong-one");
  });

  test("a host key that is not the inventory's: no password leaves", async () => {
    cli = await openLabCli();
    const changed = readFileSync(cli.inventory, "utf8").replace(/SHA256:[^"\s]+/, `SHA256:${"A".repeat(43)}`);
    const result = await cli.run(["status", "--json"], { inventory: cli.write("other.yaml", changed) });
    expect(findingsOf(result)).toContain("block host-key-refused pub");
    expect(result.exit).toBe(20);
    expect(cli.attempts()).toEqual({ "east/pub": 0, "east/tftp2": 1 });
  });

  test("a text that no parser knows", async () => {
    cli = await openLabCli();
    cli.lab.cluster().faults.add({
      node: "tftp2",
      command: /^show itl$/,
      at: { kind: "before" },
      action: { kind: "say", text: "The moon is in the wrong house" },
    });
    const result = await cli.run(["status", "--json"]);
    expect(findingsOf(result)).toContain("block answer-not-understood tftp2");
    expect(result.exit).toBe(20);
  });
});

test("a node that answers nothing costs no other node its answer", async () => {
  cli = await openLabCli({
    clusters: [
      { name: "east", release: "12.5" },
      { name: "west", release: "12.5" },
    ],
  });
  cli.lab.cluster("east").faults.add({
    node: "tftp2",
    command: /^login$/,
    at: { kind: "before" },
    action: { kind: "stall" },
  });
  const running = cli.run(["status", "--json"]);
  // A list is remembered last of all: then these nodes need no more time.
  const others = ["east.seen/pub", "west.seen/pub", "west.seen/tftp2"];
  const isDone = (name: string) => existsSync(join(cli.folder, "state", "lists", `${name}.json`));
  while (!others.every(isDone)) await new Promise((resolve) => setTimeout(resolve, 5));
  // The silent node is given up when its login limit of 300 s is over.
  await cli.lab.clock.advance(301_000);
  const result = await running;
  expect(findingsOf(result)).toContain("block node-unreachable tftp2");
  const nodes = result.json<StatusDocument>().clusters.flatMap((cluster) => cluster.nodes);
  expect(nodes.map(({ reachable }) => reachable)).toEqual([true, false, true, true]);
});

describe("which clusters", () => {
  const clusters = [
    { name: "east", release: "12.5" },
    { name: "west", release: "15" },
  ] as const;

  test("all of the inventory without a name, the named ones else, all through one door", async () => {
    cli = await openLabCli({ clusters });
    const namesOf = ({ json }: CliResult) => json<StatusDocument>().clusters.map(({ cluster }) => cluster);
    expect(namesOf(await cli.run(["status", "--json", "--parallel", "1"]))).toEqual(["east", "west"]);
    expect(namesOf(await cli.run(["status", "west", "--json"]))).toEqual(["west"]);
    expect(cli.attempts()["east/pub"]).toBe(1);
  });

  test("an unknown name exits 2 and names the known ones, before any login", async () => {
    cli = await openLabCli({ clusters });
    const result = await cli.run(["status", "esat"]);
    expect(result.exit).toBe(2);
    expect(result.stderr).toMatch(/did you mean east\?[\s\S]*east, west/);
    expect(Object.values(cli.attempts())).toEqual([0, 0, 0, 0]);
  });

  test("a missing password exits 10 before any login", async () => {
    cli = await openLabCli({ clusters });
    const result = await cli.run(["status", "--json"], {
      environment: { LAB_WEST_PLATFORM_PASSWORD: undefined },
    });
    expect(result.exit).toBe(10);
    expect(result.json()).toMatchObject({ error: { code: "secret-unresolved", place: { cluster: "west" } } });
    expect(Object.values(cli.attempts())).toEqual([0, 0, 0, 0]);
  });
});

describe("formats", () => {
  test("text is a table for people", async () => {
    const result = await status({ scenario: "subscriber-down" }, []);
    expect(result.exit).toBe(20);
    expect(result.stdout).toMatch(/^east, release 11\.5\S+: block$/m);
    expect(result.stdout).toMatch(/^pub +started +CallManager \S+ +\S+ +same, valid +\S+$/m);
    expect(result.stdout).toMatch(/^tftp3 +unreachable +- +- +- +block$/m);
    expect(result.stdout.split("\n").filter((line) => line.length > 80)).toEqual([]);
  });

  test("json, csv and nagios are chosen by --format", async () => {
    cli = await openLabCli({ scenario: "subscriber-down" });
    const json = await cli.run(["status", "--format", "json"]);
    expect([json.exit, json.json<StatusDocument>().clusters.length]).toEqual([20, 1]);
    const csv = await cli.run(["status", "--format", "csv"]);
    expect([csv.exit, csv.stdout.trimEnd().split("\n").length]).toEqual([20, 4]);
    const nagios = await cli.run(["status", "--format", "nagios"]);
    expect(nagios.exit).toBe(2);
    expect(nagios.stdout).toMatch(
      /^ITL CRITICAL - [^\n|]*east\/tftp3 node-unreachable[^\n|]* \| [^\n]*unreachable=1;[^\n]*\n$/,
    );
  });

  test("nagios has 0 for a healthy cluster and 3 where nothing could be asked", async () => {
    const healthy = await status({ scenario: "healthy" }, ["--format", "nagios"]);
    expect([healthy.exit, healthy.stdout.slice(0, 8)]).toEqual([0, "ITL OK -"]);
    for (const args of [["--inventory", "/nowhere"], ["nobody"], ["--colour"]]) {
      const result = await cli.run(["status", "--format", "nagios", ...args]);
      expect(result.exit).toBe(3);
      expect(result.stdout).toMatch(/^ITL UNKNOWN - [^\n]+\n$/);
    }
  });

  test.each([[["--format", "xml"]], [["--json", "--format", "csv"]]])("%j exits 2", async (args) => {
    const result = await status({}, args);
    expect(result.exit).toBe(2);
    expect(Object.values(cli.attempts())).toEqual([0, 0]);
  });
});

describe("the history", () => {
  test("keeps each list once, by SHA-1, and itl history and itl diff know it", async () => {
    cli = await openLabCli({ scenario: "healthy" });
    const first = await cli.run(["status", "--json"]);
    await cli.lab.clock.advance(60_000);
    await cli.run(["status", "--json"]);
    const served =
      first.json<StatusDocument>().clusters[0]?.nodes.flatMap(({ itl }) => itl?.served?.sha1 ?? []) ?? [];
    const kept = readdirSync(join(cli.folder, "state", "lists")).filter((name) => name.endsWith(".tlv"));
    expect(kept.toSorted()).toEqual([...new Set(served)].map((sha1) => `${sha1}.tlv`).toSorted());

    const history = (await cli.run(["itl", "history", "east", "--json"])).json<{
      lists: Record<string, string>[];
    }>();
    expect(new Set(history.lists.map(({ sha1 }) => sha1))).toEqual(new Set(served));
    expect(history.lists).toHaveLength(2);
    const seen = history.lists.find(({ node }) => node === "pub");
    expect(seen).toMatchObject({ signedBy: "ITLRecovery", signer: expect.stringContaining("CN=") });
    const { firstSeenAt = "", lastSeenAt = "" } = seen ?? {};
    expect(Date.parse(lastSeenAt) - Date.parse(firstSeenAt)).toBeGreaterThanOrEqual(60_000);

    cli.lab.cluster().replaceCertificate(cli.lab.cluster().publisher, "TVS");
    cli.lab.cluster().rebuildList(cli.lab.cluster().publisher);
    await cli.run(["status"]);
    const after = (await cli.run(["itl", "history", "east", "--json"])).json<{
      lists: Record<string, string>[];
    }>();
    const [old, fresh] = after.lists.filter(({ node }) => node === "pub").map(({ sha1 = "" }) => sha1);
    const diff = await cli.run(["itl", "diff", old?.slice(0, 10) ?? "", fresh ?? "", "--json"]);
    expect(diff.exit).toBe(0);
    expect(diff.json()).toMatchObject({
      a: { sha1: old },
      b: { sha1: fresh },
      isSameFile: false,
      signer: { isChanged: false },
      takes: { accepted: true },
    });
    const changed = diff.json<{ changes: { kind: string; after?: { role: string } }[] }>().changes;
    expect(changed.filter(({ kind }) => kind === "changed").map(({ after: entry }) => entry?.role)).toEqual([
      "TVS",
    ]);

    const text = await cli.run(["itl", "diff", old?.slice(0, 10) ?? "", fresh ?? ""]);
    expect(text.stdout).toMatch(/^~ changed +TVS: /m);
    expect(text.stdout).toMatch(/would accept/);
  });

  test("a state folder that cannot be written is a warning, not a finding", async () => {
    const nodes = ["pub", "tftp2", "tftp3"].map((name) => ({ name }));
    cli = await openLabCli({ clusters: [{ name: "east", release: "12.5", nodes, phones: 0 }] });
    const file = cli.write("not-a-folder", "");
    const result = await cli.run(["status", "--json", "--state", file]);
    expect(findingsOf(result)).toEqual([]);
    expect(result.exit).toBe(0);
    expect(result.stderr.match(/warning: lists seen now are not remembered/g)).toHaveLength(1);
  });
});
