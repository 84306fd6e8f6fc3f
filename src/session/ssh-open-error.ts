// A node and why no shell could be opened on it in; the expected trouble it is, with what to do about it, out.
import { OperatorError } from "../base/errors.ts";
import type { ClusterNode } from "../inventory/cluster.ts";
import type { HostKey } from "../base/host-key.ts";
import type { HostKeyVerdict } from "./host-key.ts";

/** The errors of opening a shell on `node`, each with its place. */
export function describeOpening(node: ClusterNode) {
  const place = { cluster: node.cluster, node: node.name };
  const where = `${node.name} (${node.address}:${node.ssh.port})`;
  return {
    unreachable: (why: string, cause?: unknown) =>
      new OperatorError("node-unreachable", `${where} cannot be reached: ${why}`, {
        hint: /no matching|algorithm/i.test(why)
          ? `Set algorithms: legacy under ssh: of cluster ${node.cluster}`
          : "Check the address, the network, and that the node is up",
        place,
        ...(cause === undefined ? {} : { cause }),
      }),
    /** Once the password was sent, everything but success counts as refused: trying again could lock the account. */
    refusedLogin: (username: string, why: string) =>
      new OperatorError("login-refused", `${where} did not let ${username} in: ${why}`, {
        hint: "Check the platform user and password before trying again: the node locks the account after three tries",
        place,
      }),
    refusedKey: (key: HostKey, verdict: Exclude<HostKeyVerdict, { kind: "known" }>) =>
      verdict.kind === "unknown"
        ? new OperatorError(
            "host-key-unknown",
            `${where} shows the host key ${key.sha256} (${key.type}), which is not known`,
            {
              hint: `Compare it with the node's own, then add under ssh: of cluster ${node.cluster}: hostKeys: ["${key.sha256}"]`,
              place,
            },
          )
        : new OperatorError(
            "host-key-changed",
            `${where} shows the host key ${key.sha256} (${key.type}), and another one is expected: ${verdict.reason}`,
            {
              hint: "Find out why it changed before trusting it; only then replace the old one in the inventory",
              place,
            },
          ),
    cancelled: () =>
      new OperatorError("cancelled", `opening a session on ${where} was cancelled`, {
        hint: "Run it again when wanted; nothing was changed",
        place,
      }),
  };
}
