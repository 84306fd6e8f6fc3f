// A cluster of the inventory → every port where clients and phones meet its certificates.
import { isIP } from "node:net";
import { OperatorError } from "../base/errors.ts";
import type { Cluster, ClusterNode } from "../inventory/cluster.ts";
import { parseServerWord } from "./parse-target.ts";
import type { ServerKind, ServerTarget } from "./server-target.ts";
import { uniqueTargets } from "./unique-targets.ts";

/** Node by node as the inventory has them, then `servers.hosts`. Throws `inventory-invalid` where a word there names no server. */
export function targetsOfCluster(cluster: Cluster): ServerTarget[] {
  const hosts = cluster.servers.hosts.map((word) => ({
    ...targetOfWord(word, cluster),
    cluster: cluster.name,
  }));
  return uniqueTargets([...cluster.nodes.flatMap((node) => targetsOfNode(node, cluster)), ...hosts]);
}

function targetsOfNode(node: ClusterNode, { servers }: Cluster): ServerTarget[] {
  const { https, xmpp, sip, tvs, capf } = node.ports;
  const target = (kind: ServerKind, port: number, isRequired: boolean): ServerTarget => ({
    ...{ kind, host: node.address, port, cluster: node.cluster, node: node.name, isRequired },
    name: nameOfNode(node, servers.domain),
    xmppDomain: kind === "xmpp" ? servers.xmppDomain : null,
  });
  // Every node has HTTPS on 8443; where it is written otherwise, what is written is what is there.
  const isUsual = https.includes(8443);
  return [
    ...https.map((port) => target("https", port, !isUsual || port === 8443)),
    ...xmpp.map((port) => target("xmpp", port, false)),
    ...sip.map((port) => target("sip", port, false)),
    ...tvs.map((port) => target("tvs", port, false)),
    ...(node.role === "publisher" ? [target("capf", capf, false)] : []),
  ];
}

/** The full name where the inventory gives one away; else the name as it is, which clients cannot come by. */
function nameOfNode({ name, address }: ClusterNode, domain: string | null): string {
  if (name.includes(".")) return name;
  if (domain !== null) return `${name}.${domain}`;
  return isIP(address) === 0 ? address : name;
}

function targetOfWord(word: string, { name, servers, source }: Cluster): ServerTarget {
  try {
    const parsed = parseServerWord(word, servers.xmppDomain);
    if (parsed.kind === "host") return parsed.target;
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    throw invalid(error.message);
  }
  throw invalid(`"${word}" names no server: the port is missing`);

  function invalid(message: string): OperatorError {
    return new OperatorError("inventory-invalid", `servers.hosts: ${message}`, {
      hint: "Write HOST:PORT, or KIND://HOST:PORT with https, xmpp, sip, tvs, capf or tls",
      place: { cluster: name, ...source },
    });
  }
}
