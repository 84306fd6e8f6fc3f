// Certificates on disk beside the records of the served lists to anchors that changed and that no list shows phones yet.
import type { ItlRecord } from "../facts/itl-record.ts";
import type { ClusterFacts, NodeFacts } from "../facts/node-facts.ts";
import { type AnchorUnit, anchorUnits } from "./cert-order.ts";
import { publisherOf } from "./expected-signer.ts";
import { listOfNode } from "./shown-list.ts";
import { isTftpRecord, isTvsRecord, recoveryRecordOf } from "./signed-by.ts";
import {
  identityOfCertificate,
  identityOfRecord,
  type SignerIdentity,
  sameSigner,
} from "./signer-identity.ts";
import { tvsState } from "./tftp-state.ts";
import type { Finding } from "./verdict.ts";

/** An anchor whose certificate on `node` is not the one in the list of `list`. */
export interface MovedAnchor {
  readonly unit: AnchorUnit;
  readonly node: string;
  readonly list: string;
}

/** In the order of `tftpNodes`; what could not be read is not told. */
export function movedAnchors(facts: ClusterFacts, tftpNodes: readonly string[]): MovedAnchor[] {
  return tftpNodes.flatMap((name) => {
    const node = facts.nodes.find((each) => each.node === name);
    const list = node === undefined ? null : listOfNode(node);
    if (node === undefined || list === null) return [];
    const recovery = recoveryRecordOf(list);
    const publisher = publisherOf(facts);
    return [
      ...movedCallManager(node, publisher, list.records.filter(isTftpRecord)),
      ...movedTvs(facts, list.records.filter(isTvsRecord), name),
      ...(publisher === null
        ? []
        : moved("ITLRecovery", publisher, recovery === null ? [] : [recovery], name)),
    ];
  });
}

/**
 * `anchor-moved-lately` where an anchor changed that no served list shows yet, and another one changed as well or is
 * planned to: phones have not followed the first. Where nobody asks first whether phones hold what is served
 * (`isGated` false), one is enough: the plan's restarts would bring it to phones that may hold a list of before that.
 */
export function judgeMovedAnchors(
  facts: ClusterFacts,
  tftpNodes: readonly string[],
  planned: readonly AnchorUnit[],
  isGated = true,
): Finding[] {
  const moves = movedAnchors(facts, tftpNodes);
  const has = (unit: AnchorUnit) => moves.some((move) => move.unit === unit);
  const changed = anchorUnits.filter(has);
  const together = anchorUnits.filter((unit) => has(unit) || planned.includes(unit));
  if (changed.length === 0 || (together.length < 2 && isGated)) return [];
  const others = together.filter((unit) => !has(unit)).join(" and ");
  const words = changed.map((unit) => `${unit} of ${nodesOf(moves, unit).join(", ")}`).join(", and ");
  const lists = [...new Set(moves.map(({ list }) => list))].join(", ");
  const rest = others === "" ? "" : `; ${others} must not change before they have`;
  return [
    {
      code: "anchor-moved-lately",
      severity: "block",
      node: null,
      message: `The certificate of ${words} is not the one in the list served by ${lists}: it was changed, and phones have not followed yet${rest}`,
      advice:
        "Restart Cisco Tftp on those nodes once phones are sure to take the list, let every phone follow, and plan again.",
    },
  ];
}

/** Nothing where there is no certificate, or no record to compare it with. */
function moved(
  unit: AnchorUnit,
  node: NodeFacts,
  records: readonly ItlRecord[],
  list: string,
): MovedAnchor[] {
  const certificate = node.certificates[unit];
  if (certificate === undefined || records.length === 0) return [];
  const own: SignerIdentity = identityOfCertificate(certificate);
  if (records.some((record) => sameSigner(identityOfRecord(record), own))) return [];
  return [{ unit, node: node.node, list }];
}

/** After a reset every node serves the publisher's list, which names the publisher's CallManager only: nothing has moved. */
function movedCallManager(
  node: NodeFacts,
  publisher: NodeFacts | null,
  records: readonly ItlRecord[],
): MovedAnchor[] {
  const isPublishers = publisher !== null && moved("CallManager", publisher, records, node.node).length === 0;
  if (isPublishers && publisher.certificates["CallManager"] !== undefined) return [];
  return moved("CallManager", node, records, node.node);
}

/**
 * Names are spelled in several ways, and a list need not name every service: those that it does not name have changed
 * only where it names others that no node has any more.
 */
function movedTvs(facts: ClusterFacts, records: readonly ItlRecord[], list: string): MovedAnchor[] {
  const active = facts.nodes.filter((node) => tvsState(node) !== "inactive");
  const present = active.flatMap((node) => node.certificates["TVS"] ?? []).map(identityOfCertificate);
  const orphans = records.filter(
    (record) => !present.some((identity) => sameSigner(identityOfRecord(record), identity)),
  );
  const unreadCount = facts.nodes.filter((node) => node.certificates["TVS"] === undefined).length;
  if (orphans.length <= unreadCount) return [];
  return active.flatMap((node) => moved("TVS", node, records, list));
}

function nodesOf(moves: readonly MovedAnchor[], unit: AnchorUnit): string[] {
  return [...new Set(moves.filter((move) => move.unit === unit).map(({ node }) => node))];
}
