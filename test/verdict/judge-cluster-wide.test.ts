// What the publisher alone tells of its cluster: who belongs to it, which mode it is in, what this login may do.
import { describe, expect, test } from "vitest";
import type { ClusterFacts, NetworkClusterRow, NodeFacts } from "../../src/facts/node-facts.ts";
import { judgeClusterWide } from "../../src/verdict/judge-cluster-wide.ts";
import { factsOf, makeLab, nodeOf, withNode } from "../support/lab-facts.ts";

/** The lab's nodes share one address; here each has its own. */
const addressAt = (at: number) => `10.1.1.${at + 1}`;
const seen = factsOf(makeLab("11.5"));
const network = (nodeOf(seen, "pub").network ?? []).map((row, at) => ({ ...row, address: addressAt(at) }));
const healthy: ClusterFacts = {
  ...seen,
  nodes: seen.nodes.map((node, at) => ({ ...node, network, address: addressAt(at) })),
};
const judge = (parts: Partial<NodeFacts>, facts = healthy) => judgeClusterWide(withNode(facts, "pub", parts));
const codes = (parts: Partial<NodeFacts>, facts = healthy) => judge(parts, facts).map(({ code }) => code);
const rowOf = (parts: Partial<NetworkClusterRow>): NetworkClusterRow => ({
  ...{ address: "10.9.9.9", fqdn: null, hostName: "cm9", isPublisher: false },
  ...{ product: "callmanager", authentication: "authenticated", ...parts },
});
const withAddress = (facts: ClusterFacts, address: string) => ({
  ...facts,
  nodes: facts.nodes.map((node) => ({ ...node, address })),
});

test("nothing is told of a healthy cluster, and nothing without its publisher", () => {
  expect(judgeClusterWide(healthy)).toEqual([]);
  expect(judgeClusterWide({ ...healthy, nodes: healthy.nodes.toReversed() })).toEqual([]);
  expect(judgeClusterWide({ ...healthy, nodes: healthy.nodes.filter(({ node }) => node !== "pub") })).toEqual(
    [],
  );
});

describe("a node in `show network cluster`", () => {
  const shared = network.map((row) => ({ ...row, address: "192.0.2.1" }));

  test("is known by its name first: several may share one forwarding address", () => {
    for (const rows of [shared, shared.toReversed()]) {
      expect(codes({ network: rows }, withAddress(healthy, "192.0.2.1"))).toEqual([]);
    }
  });

  test("is known by its full name too before any address that several share", () => {
    const domain = (name: string) => `${name}.example.net`;
    const rows = network.map((row) => ({
      ...{ ...row, address: "192.0.2.1", hostName: `x-${row.hostName}` },
      fqdn: domain(row.hostName).toUpperCase(),
    }));
    const nodes = healthy.nodes.map((node) => ({ ...node, node: domain(node.node), address: "192.0.2.1" }));
    for (const seenRows of [rows, rows.toReversed()]) {
      const facts = { ...healthy, nodes: nodes.map((node) => ({ ...node, network: seenRows })) };
      expect(judgeClusterWide(facts)).toEqual([]);
    }
  });

  test("is known by a name that stands as its address, in any case", () => {
    const pub = { ...nodeOf(healthy, "pub"), node: "first", address: "CUCM1.Example.NET" };
    const known = (row: Partial<NetworkClusterRow>) =>
      judgeClusterWide({ ...healthy, nodes: [{ ...pub, network: [rowOf({ ...row, isPublisher: true })] }] });
    expect(known({ hostName: "x", fqdn: "cucm1.example.net" })).toEqual([]);
    expect(known({ hostName: "x", address: "cucm1.EXAMPLE.net" })).toEqual([]);
    expect(known({ hostName: "x", fqdn: "cucm2.example.net" })).not.toEqual([]);
  });

  test("is known by its address where its name is another", () => {
    const renamed = network.map((row, at) => ({ ...row, hostName: `other${at}`, fqdn: null }));
    expect(codes({ network: renamed })).toEqual([]);
    const strange = renamed.map((row) => ({ ...row, address: "192.0.2.1" }));
    expect(codes({ network: strange }).toSorted()).toEqual([
      "publisher-mismatch",
      ...["tftp-node-not-in-inventory", "tftp-node-not-in-inventory", "tftp-node-not-in-inventory"],
    ]);
  });

  test.each([
    ["its full name, in any case", { hostName: "x", fqdn: "PUB.Example.net" }, true],
    ["the first label of its full name", { hostName: "Pub" }, true],
    ["a longer host name", { hostName: "pub.example" }, false],
    ["a host name that only begins like it", { hostName: "pu" }, false],
    ["the first number of its address", { hostName: "10" }, false],
  ])("that the inventory calls pub.example.net is known by %s: %s", (_, names, isKnown) => {
    const own = { ...nodeOf(healthy, "pub"), node: "pub.example.net", address: "10.1.1.1" };
    const facts = { ...healthy, nodes: [{ ...own, network: [rowOf({ ...names, isPublisher: true })] }] };
    const found = judgeClusterWide(facts).map(({ code }) => code);
    expect(found).toEqual(isKnown ? [] : ["publisher-mismatch", "tftp-node-not-in-inventory"]);
  });
});

describe("who the publisher is", () => {
  const only = (rows: readonly NetworkClusterRow[]) =>
    judge({ network: rows }).find(({ code }) => code === "publisher-mismatch")?.message;

  test("is told where it is another node, and where none is marked", () => {
    const swapped = network.map((row) => ({ ...row, isPublisher: row.hostName === "tftp2" }));
    const { address } = nodeOf(healthy, "tftp2");
    expect(only(swapped)).toBe(
      `pub: the cluster calls this node a subscriber, not the publisher (it is tftp2 (${address}))`,
    );
    const none = network.map((row) => ({ ...row, isPublisher: false }));
    expect(only(none)).toMatch(/\(none is marked\)$/);
    expect(only(swapped.filter(({ hostName }) => hostName !== "pub"))).toMatch(
      /names no node pub or .*\(it is tftp2 /,
    );
    expect(only(network)).toBeUndefined();
  });
});

describe("nodes that the inventory lacks", () => {
  test("are told by the first node that knows, where the publisher's rows were not read", () => {
    const rows = [...network, rowOf({})];
    const facts = withNode(withNode(healthy, "pub", { network: null }), "tftp2", { network: rows });
    expect(judgeClusterWide(facts)).toMatchObject([
      { code: "tftp-node-not-in-inventory", node: "cm9", severity: "warn" },
    ]);
    const unread = { ...healthy, nodes: healthy.nodes.map((node) => ({ ...node, network: null })) };
    expect(judgeClusterWide(unread)).toEqual([]);
  });

  test("are not IM and Presence nodes, however that is spelled", () => {
    expect(codes({ network: [...network, rowOf({ product: "CUPS" })] })).toEqual([]);
  });
});

test.each([
  [{ clusterSecurityMode: 0 }, []],
  [{ clusterSecurityMode: null }, []],
  [{ clusterSecurityMode: 1 }, ["mixed-mode"]],
  [{ clusterSecurityMode: 3 }, ["mixed-mode"]],
  [{ isRollbackParameterOn: false }, []],
  [{ isRollbackParameterOn: null }, []],
  [{ isRollbackParameterOn: true }, ["rollback-parameter-on"]],
  [{ privilegeLevel: 4 }, []],
  [{ privilegeLevel: null }, []],
  [{ privilegeLevel: 3 }, ["privilege-too-low"]],
  [{ privilegeLevel: 0 }, ["privilege-too-low"]],
] as const)("%j: %j", (parts, expected) => {
  expect(codes(parts)).toEqual(expected);
});

describe("replication", () => {
  const row = (server: string, isSetupCompleted: boolean) => ({
    ...{
      server,
      address: "10.1.1.2",
      isSetupCompleted,
      text: isSetupCompleted ? "(2) Setup Completed" : " (4) Setup Failed ",
    },
  });
  const alone = { ...healthy, nodes: healthy.nodes.slice(0, 1) };
  const own = network.filter(({ hostName }) => hostName === "pub");

  test("is told of the servers where it is not complete, and only of those", () => {
    const [finding] = judge({ replication: [row("pub", true), row("tftp2", false), row("cm3", false)] });
    expect(finding?.message).toBe(
      "Database replication is not complete: tftp2: (4) Setup Failed; cm3: (4) Setup Failed",
    );
    expect(codes({ replication: [row("pub", true), row("tftp2", true)] })).toEqual([]);
    expect(codes({ replication: null })).toEqual([]);
  });

  test("counts where either the inventory or the platform knows two servers", () => {
    expect(codes({ replication: [row("pub", false)] })).toEqual(["replication-unhealthy"]);
    expect(codes({ network: own, replication: [row("pub", false)] }, alone)).toEqual([]);
    const two = [row("pub", true), row("tftp2", false)];
    expect(codes({ network: own, replication: two }, alone)).toEqual(["replication-unhealthy"]);
  });
});
