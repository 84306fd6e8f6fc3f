// A cluster as the inventory has it → the ports that are looked at, by the names that clients come by.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import type { Cluster } from "../../src/inventory/cluster.ts";
import { loadInventory } from "../../src/inventory/load-inventory.ts";
import { targetsOfCluster } from "../../src/servers/targets-of-cluster.ts";

const folder = mkdtempSync(join(tmpdir(), "itlctl-targets-"));
afterAll(() => rmSync(folder, { recursive: true }));

function clusterOf(more: string, nodes = ["{ name: pub, address: 10.20.0.11, role: publisher }"]): Cluster {
  const file = join(folder, "east.yaml");
  writeFileSync(
    file,
    `clusters:
  east:
    nodes:
${nodes.map((node) => `      - ${node}\n`).join("")}    credentials: { platform: { username: a, password: "env:A" } }
${more}`,
  );
  const [cluster] = loadInventory(file).clusters;
  if (cluster === undefined) throw new Error("no cluster was loaded");
  return cluster;
}

const subscriber = "{ name: sub, address: 10.20.0.12, role: subscriber }";
const pub = "{ name: pub, address: 10.20.0.11, role: publisher }";
const told = (cluster: Cluster) =>
  targetsOfCluster(cluster).map(
    ({ kind, host, port, node, isRequired }) =>
      `${node} ${kind} ${host}:${port}${isRequired ? " required" : ""}`,
  );

test("every node is met on its ports, and the publisher at its CAPF; only 8443 must be there", () => {
  expect(told(clusterOf("", [pub, subscriber]))).toEqual([
    "pub https 10.20.0.11:443",
    "pub https 10.20.0.11:8443 required",
    "pub xmpp 10.20.0.11:5222",
    "pub sip 10.20.0.11:5061",
    "pub tvs 10.20.0.11:2445",
    "pub capf 10.20.0.11:3804",
    "sub https 10.20.0.12:443",
    "sub https 10.20.0.12:8443 required",
    "sub xmpp 10.20.0.12:5222",
    "sub sip 10.20.0.12:5061",
    "sub tvs 10.20.0.12:2445",
  ]);
});

test("ports are those of the inventory; HTTPS that is nowhere on 8443 must be where it is written", () => {
  const ports = "    ports: { https: [9443, 9444], xmpp: [], sip: [], tvs: [], capf: 13804 }\n";
  expect(told(clusterOf(ports))).toEqual([
    "pub https 10.20.0.11:9443 required",
    "pub https 10.20.0.11:9444 required",
    "pub capf 10.20.0.11:13804",
  ]);
});

describe("the name that clients come by", () => {
  const named = (node: string, more = "") => targetsOfCluster(clusterOf(more, [node]))[0]?.name;
  const domain = "    servers: { domain: example.com }\n";

  test("is the node's own where it is a full one", () => {
    expect(named("{ name: a.example.net, address: 10.0.0.1, role: publisher }", domain)).toBe(
      "a.example.net",
    );
  });
  test("is completed by the domain", () => {
    expect(named("{ name: a, address: b.example.net, role: publisher }", domain)).toBe("a.example.com");
  });
  test("is the address where that is a name", () => {
    expect(named("{ name: a, address: b.example.net, role: publisher }")).toBe("b.example.net");
  });
  test("is the bare one where nothing else is known", () => {
    expect(named("{ name: a, address: 10.0.0.1, role: publisher }")).toBe("a");
    expect(named('{ name: a, address: "2001:db8::1", role: publisher }')).toBe("a");
  });
});

test("hosts by hand come last, once, and are required; the XMPP domain is for XMPP", () => {
  const hosts = '["xmpp://imp.example.com:5222", "edge.example.com:8443", "EDGE.example.com:8443"]';
  const servers = `    servers: { xmppDomain: example.com, hosts: ${hosts} }\n`;
  const targets = targetsOfCluster(clusterOf(servers));
  expect(targets.slice(-2)).toMatchObject([
    { kind: "xmpp", host: "imp.example.com", xmppDomain: "example.com", cluster: "east", node: null },
    { kind: "https", name: "edge.example.com", xmppDomain: null, isRequired: true },
  ]);
  expect(targets.length).toBe(8);
  const domains = targets.filter(({ kind }) => kind !== "xmpp").map(({ xmppDomain }) => xmppDomain);
  expect(new Set(domains)).toEqual(new Set([null]));
});

test("a port of a node that is named by hand as well must be there", () => {
  const nodes = ["{ name: a.example.com, address: a.example.com, role: publisher }"];
  const targets = targetsOfCluster(clusterOf('    servers: { hosts: ["a.example.com:2445"] }\n', nodes));
  expect(targets.filter(({ kind }) => kind === "tvs")).toMatchObject([
    { node: "a.example.com", isRequired: true },
  ]);
});

test.each([
  ["edge:99999", 'servers.hosts: "edge:99999" names no server: the port is no number from 1 to 65535'],
  ["10.1.2:443", 'servers.hosts: "10.1.2:443" names no server: 10.1.2 is no IP address'],
  ["edge", 'servers.hosts: "edge" names no server: the port is missing'],
])("%s by hand is a mistake in the inventory", (word, message) => {
  const known = clusterOf("");
  const cluster = { ...known, servers: { ...known.servers, hosts: [word] } };
  const place = { cluster: "east", ...known.source };
  expect(() => targetsOfCluster(cluster)).toThrow(
    expect.objectContaining({ code: "inventory-invalid", message, place }),
  );
});
