// One node as it was seen → how it stood before the first write; the publisher → the release that rules go by.
import { OperatorError } from "../base/errors.ts";
import type { NodeFacts } from "../facts/node-facts.ts";
import { signedBy } from "../verdict/signed-by.ts";
import type { NodeBaseline } from "./recovery-basis.ts";
import type { RunTools } from "./step-kind.ts";
import { listSha1 } from "./steps/standing.ts";

/** How a node stood when it was looked at. */
export function baselineOf(node: NodeFacts | undefined, name: string): NodeBaseline {
  const list =
    node?.served?.kind === "fetched" ? node.served.file : node?.itl?.kind === "shown" ? node.itl : null;
  return {
    node: name,
    sha1: listSha1(node),
    signerSerial:
      list?.kind === "shown" || list === null ? (list?.signer?.serial ?? null) : list.header.signer.serial,
    signedBy: list === null ? null : signedBy(list),
  };
}

/** The publisher's release; throws why it could not be read. */
export function releaseOf(tools: RunTools, publisher: string, node: NodeFacts | undefined): string {
  const release = node?.release ?? null;
  if (release !== null) return release;
  const trouble = node?.trouble[0];
  const message = trouble?.message ?? "the release could not be read";
  throw new OperatorError(
    trouble?.code === "node-unreachable" ? "session-lost" : "answer-not-understood",
    message,
    {
      hint: "Log in by hand and try `show version active`; nothing was changed.",
      place: { cluster: tools.cluster.name, node: publisher, step: "preflight" },
    },
  );
}
