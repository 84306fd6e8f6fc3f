// One inventory file as parsed YAML → what contradicts itself between fields. It works on half-wrong files too, so that all problems come at once.
import { parseDuration } from "../base/duration.ts";

/** A contradiction and where it stands. */
export interface Contradiction {
  readonly path: readonly PropertyKey[];
  readonly message: string;
  readonly at?: "key" | "value";
}

type Fields = Readonly<Record<string, unknown>>;

/** Rules between fields of every cluster of one file: one publisher, names and addresses once, host keys in one way, usable vault logins. */
export function findContradictions(value: unknown): readonly Contradiction[] {
  const clusters = fields(fields(value)?.clusters);
  if (clusters === null) return [];
  if (Object.keys(clusters).length === 0)
    return [{ path: ["clusters"], message: "names no cluster", at: "key" }];
  return Object.entries(clusters).flatMap(([name, cluster]) =>
    clusterRules(fields(cluster) ?? {}).map((found) => ({
      ...found,
      path: ["clusters", name, ...found.path],
    })),
  );
}

function clusterRules(cluster: Fields): Contradiction[] {
  const nodes = Array.isArray(cluster.nodes) ? cluster.nodes.map((node) => fields(node) ?? {}) : [];
  return [
    ...publisherRules(nodes),
    ...twiceRules(nodes, fields(cluster.ssh)?.port),
    ...hostKeyRules(cluster.ssh, ["ssh"]),
    ...nodes.flatMap((node, index) => hostKeyRules(node.ssh, ["nodes", index, "ssh"])),
    ...vaultRules(fields(cluster.vault) ?? {}),
    ...keepRules(fields(cluster.keep)),
    ...hookRules(fields(cluster.hooks)),
  ];
}

function publisherRules(nodes: readonly Fields[]): Contradiction[] {
  const publishers = nodes.flatMap((node, index) => (node.role === "publisher" ? [index] : []));
  const isEveryRoleKnown = nodes.every(({ role }) => role === "publisher" || role === "subscriber");
  if (publishers.length === 0 && nodes.length > 0 && isEveryRoleKnown) {
    return [
      { path: ["nodes"], message: "no node has role: publisher; a cluster has exactly one", at: "key" },
    ];
  }
  const first = nodes[publishers[0] ?? 0]?.name;
  return publishers.slice(1).map((index) => ({
    path: ["nodes", index, "role"],
    message: `a second publisher; a cluster has exactly one${isWord(first) ? `, and ${first} is it` : ""}`,
  }));
}

function twiceRules(nodes: readonly Fields[], clusterPort: unknown): Contradiction[] {
  const found: Contradiction[] = [];
  const names = new Set<string>();
  const addresses = new Map<string, unknown>();
  for (const [index, node] of nodes.entries()) {
    if (isWord(node.name)) {
      const name = node.name.toLowerCase();
      if (names.has(name))
        found.push({ path: ["nodes", index, "name"], message: `a second node named ${node.name}` });
      names.add(name);
    }
    if (isWord(node.address)) {
      const port = fields(node.ssh)?.port ?? clusterPort ?? 22;
      const address = `${node.address.toLowerCase()} port ${JSON.stringify(port)}`;
      if (addresses.has(address)) {
        const other = addresses.get(address);
        const whose = isWord(other) ? ` of node ${other}` : " of another node";
        found.push({
          path: ["nodes", index, "address"],
          message: `the same address and SSH port as those${whose}`,
        });
      } else {
        addresses.set(address, node.name);
      }
    }
  }
  return found;
}

function hostKeyRules(ssh: unknown, path: readonly PropertyKey[]): Contradiction[] {
  const given = fields(ssh);
  if (given?.hostKeys === undefined || given.knownHosts === undefined) return [];
  return [
    { path: [...path, "knownHosts"], message: "hostKeys is given as well; keep one of the two", at: "key" },
  ];
}

function vaultRules(vault: Fields): Contradiction[] {
  if (vault.kind !== "sftp" || vault.password !== undefined) return [];
  // With neither, itlctl logs in with the keys of an SSH agent.
  if (vault.delivery !== undefined) return [];
  if (vault.privateKey === undefined)
    return [{ path: ["vault"], message: "needs password: or privateKey:", at: "key" }];
  return [
    {
      path: ["vault", "privateKey"],
      message: "the publisher logs in with a password only: add delivery: with a user and a password",
      at: "key",
    },
  ];
}

function keepRules(keep: Fields | null): Contradiction[] {
  if (keep === null) return [];
  const isNothing =
    ["last", "daily", "monthly"].every((rule) => keep[rule] === 0) && (keep.weekly ?? 0) === 0;
  return isNothing ? [{ path: ["keep"], message: "would keep no backup at all", at: "key" }] : [];
}

function hookRules(hooks: Fields | null): Contradiction[] {
  if (typeof hooks?.timeLimit !== "string" || parseDuration(hooks.timeLimit) !== 0) return [];
  return [{ path: ["hooks", "timeLimit"], message: "would end every hook before it begins" }];
}

function fields(value: unknown): Fields | null {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : null;
}

function isWord(value: unknown): value is string {
  return typeof value === "string" && /^[\w.:-]{1,128}$/.test(value);
}
