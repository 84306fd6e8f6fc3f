// inventory check: every problem of the inventory's files; with --connect one login per node as well.
import { OperatorError } from "../../base/errors.ts";
import type { Cluster, ClusterNode } from "../../inventory/cluster.ts";
import { renderCheckText } from "../../report/inventory-check-as-text.ts";
import type { SessionLogin } from "../../session/connect.ts";
import { answer } from "../answer.ts";
import type { Command, CommandContext } from "../command.ts";
import { exitOfError } from "../exit-codes.ts";
import { platformLogin } from "../platform-login.ts";
import { type ErrorDocument, errorDocument } from "../print-error.ts";
import { openTurnstile } from "../turnstile.ts";
import { type PasswordWarning, unmaskablePasswords } from "../unmaskable-passwords.ts";

interface NodeCheck {
  readonly node: string;
  readonly address: string;
  readonly role: ClusterNode["role"];
  /** Null: not tried. */
  readonly login: "ok" | "failed" | null;
  readonly error: ErrorDocument | null;
}

interface ClusterCheck {
  readonly cluster: string;
  readonly nodes: readonly NodeCheck[];
}

export const inventoryCheck: Command = {
  name: "inventory check",
  summary: "every problem in the inventory; tries the logins on request",
  description: [
    "Reads the inventory and prints all its problems at once, each with file, line, column and path. Nothing is asked of any node or person, and no program is run. A password that env: or file: gives here, and that is too short to be masked by its value, is warned of.",
    "With --connect it also logs in once to every node, side by side, and leaves again: address, port, host key, user and password are proven. A refused login is never tried a second time. The exit code is the highest of all nodes.",
  ],
  arguments: [],
  options: [{ flags: "--connect", description: "log in once to every node" }],
  examples: ["itlctl inventory check", "itlctl inventory check --connect --json"],
  exits: [10, 12, 13, 15],
  async run(context, input) {
    const { clusters } = await context.loadInventory();
    const isConnecting = input.isSet("connect");
    // One after another: each may ask at the terminal.
    const logins: (SessionLogin | OperatorError | null)[] = [];
    for (const cluster of clusters) logins.push(isConnecting ? await loginOrTrouble(cluster, context) : null);
    const checked = isConnecting ? await connectAll(clusters, logins, context) : clusters.map(untried);
    const warnings: PasswordWarning[] = [];
    for (const [at, cluster] of clusters.entries()) {
      const login = logins[at];
      const platform = login instanceof OperatorError ? null : (login?.password ?? null);
      warnings.push(...(await unmaskablePasswords(cluster, platform, context)));
    }
    return tell(checked, warnings, context);
  },
};

function nodeCheck(
  { name, address, role }: ClusterNode,
  login: NodeCheck["login"],
  error: unknown = null,
): NodeCheck {
  return { node: name, address, role, login, error: error === null ? null : errorDocument(error) };
}

function untried(cluster: Cluster): ClusterCheck {
  return { cluster: cluster.name, nodes: cluster.nodes.map((node) => nodeCheck(node, null)) };
}

async function connectAll(
  clusters: readonly Cluster[],
  logins: readonly (SessionLogin | OperatorError | null)[],
  context: CommandContext,
): Promise<ClusterCheck[]> {
  const throughTurnstile = openTurnstile(context.settings.parallel);
  return Promise.all(
    clusters.map(async (cluster, at) => {
      const login = logins[at];
      const nodes = cluster.nodes.map(async (node) => {
        if (!login || login instanceof OperatorError) return nodeCheck(node, "failed", login);
        return throughTurnstile(() => tryLogin(node, login, context));
      });
      return { cluster: cluster.name, nodes: await Promise.all(nodes) };
    }),
  );
}

/** Nobody at the terminal, or a question left with Ctrl-C, ends the whole check; any other trouble is the cluster's. */
async function loginOrTrouble(
  cluster: Cluster,
  context: CommandContext,
): Promise<SessionLogin | OperatorError> {
  try {
    return await platformLogin(cluster, context);
  } catch (error) {
    if (error instanceof OperatorError && error.code === "secret-unresolved") return error;
    throw error;
  }
}

async function tryLogin(node: ClusterNode, login: SessionLogin, context: CommandContext): Promise<NodeCheck> {
  const [{ connectSession }, { nullTranscript }] = await Promise.all([
    import("../../session/connect.ts"),
    import("../../session/transcript.ts"),
  ]);
  const { world, masker, signal } = context;
  const tools = { ...world.session, masker, clock: world.clock, transcript: nullTranscript, signal };
  try {
    const session = await connectSession({ node, login, ...tools });
    await session.close();
    return nodeCheck(node, "ok");
  } catch (error) {
    if (!(error instanceof OperatorError) || signal.aborted) throw error;
    return nodeCheck(node, "failed", error.at({ cluster: node.cluster, node: node.name }));
  }
}

/** An error of the document's own is the one behind the exit code. */
async function tell(
  clusters: readonly ClusterCheck[],
  warnings: readonly PasswordWarning[],
  context: CommandContext,
): Promise<number> {
  const errors = clusters.flatMap(({ nodes }) =>
    nodes.flatMap(({ error }) => (error === null ? [] : [error])),
  );
  const worst = errors.toSorted((a, b) => exitOfError(b.code) - exitOfError(a.code))[0] ?? null;
  const document = { inventory: context.settings.inventoryPath, clusters, warnings, error: worst };
  await answer(context, document, (look) => renderCheckText(clusters, warnings, look));
  return worst === null ? 0 : exitOfError(worst.code);
}
