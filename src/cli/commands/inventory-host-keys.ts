// inventory host-keys: the host keys that a cluster's nodes show, as lines to paste into the inventory.
import { OperatorError } from "../../base/errors.ts";
import type { Cluster, ClusterNode } from "../../inventory/cluster.ts";
import type { Command, CommandContext } from "../command.ts";
import { exitOfError } from "../exit-codes.ts";
import { type ErrorDocument, errorDocument, errorWidthOf, renderError } from "../print-error.ts";
import { openTurnstile } from "../turnstile.ts";

interface NodeKey {
  readonly node: string;
  readonly address: string;
  readonly port: number;
  readonly type: string | null;
  readonly sha256: string | null;
  readonly md5: string | null;
  /** The inventory's hostKeys has it already. */
  readonly isListed: boolean;
  readonly error: ErrorDocument | null;
}

export const inventoryHostKeys: Command = {
  name: "inventory host-keys",
  summary: "the hostKeys: lines of a cluster, to paste into the inventory",
  description: [
    "Connects to every node of the cluster, learns the host key that its SSH server shows, and prints the `hostKeys:` lines for the inventory. No user name and no password is sent.",
    "The keys come over the network and are not proven by that: compare them with what the nodes' own consoles or an earlier known_hosts file say before you rely on them.",
  ],
  arguments: [{ name: "<cluster>", description: "a name of the inventory" }],
  options: [],
  examples: ["itlctl inventory host-keys east", "itlctl inventory host-keys east --json"],
  exits: [10, 13],
  async run(context, input) {
    const { findCluster } = await import("../../inventory/select-nodes.ts");
    const cluster = findCluster(await context.loadInventory(), input.words[0] ?? "");
    const throughTurnstile = openTurnstile(context.settings.parallel);
    const keys = await Promise.all(cluster.nodes.map((node) => throughTurnstile(() => keyOf(node, context))));
    return tell(cluster, keys, context);
  },
};

async function keyOf(node: ClusterNode, { signal }: CommandContext): Promise<NodeKey> {
  const { fetchHostKey } = await import("../../session/host-key.ts");
  const about = { node: node.name, address: node.address, port: node.ssh.port };
  try {
    const { type, sha256, md5 } = await fetchHostKey(node, { signal });
    return { ...about, type, sha256, md5, isListed: node.ssh.hostKeys.includes(sha256), error: null };
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    const told = errorDocument(error.at({ cluster: node.cluster, node: node.name }));
    return { ...about, type: null, sha256: null, md5: null, isListed: false, error: told };
  }
}

function tell(
  { name }: Cluster,
  nodes: readonly NodeKey[],
  { output, settings, world }: CommandContext,
): number {
  const error = nodes.find((node) => node.error !== null)?.error ?? null;
  const exit = error === null ? 0 : exitOfError(error.code);
  const hostKeys = [...new Set(nodes.flatMap(({ sha256 }) => sha256 ?? []))];
  if (settings.isJson) {
    output.answerJson({ cluster: name, hostKeys, nodes, error });
    return exit;
  }
  const width = errorWidthOf(world);
  for (const { error } of nodes) if (error !== null) output.note(renderError(error, width));
  if (hostKeys.length > 0) output.answer(renderLines(hostKeys, nodes));
  return exit;
}

/** Indented as they stand below `ssh:` of a cluster. */
function renderLines(hostKeys: readonly string[], nodes: readonly NodeKey[]): string {
  const lines = hostKeys.map((key) => {
    const [first] = nodes.filter(({ sha256 }) => sha256 === key);
    const names = nodes.filter(({ sha256 }) => sha256 === key).map(({ node }) => node);
    return `        - "${key}"  # ${names.join(", ")} ${first?.type ?? ""}`.trimEnd();
  });
  return ["      hostKeys:", ...lines].join("\n");
}
