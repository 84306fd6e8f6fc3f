// Held lists and a coming signer to what the phones of each TFTP node will do.
import type { ListFile } from "../facts/list-facts.ts";
import type { ClusterFacts } from "../facts/node-facts.ts";
import { expectedNormalSigner, publisherOf } from "./expected-signer.ts";
import type { HeldList } from "./held-list.ts";
import type { KeyChoice } from "./key-choice.ts";
import { forecastTake, type Take } from "./phone-trust.ts";
import { isFrom12 } from "./release-rules.ts";
import { listFileOfNode } from "./shown-list.ts";
import type { SignerIdentity } from "./signer-identity.ts";
import { tvsViewOf } from "./tvs-view.ts";

/** What phones of one TFTP node do with a list; `heldSource` null: nothing is known of what they hold. */
export interface Forecast {
  readonly node: string;
  readonly take: Take;
  readonly heldSource: HeldList["source"] | null;
}

/** What phones do with the list of a reset, node by node; a node whose phones' list is unknown counts as `not`. */
export function forecastReset(
  facts: ClusterFacts,
  tftpNodes: readonly string[],
  held: readonly HeldList[],
  signer: SignerIdentity,
): Forecast[] {
  const tvs = tvsViewOf(facts);
  return tftpNodes.map((node) => {
    const list = held.find((each) => each.node === node);
    const take: Take =
      list === undefined
        ? { kind: "not", reason: "no list is known that they could hold" }
        : forecastTake({ held: list.file, signer, tvs });
    return { node, take, heldSource: list?.source ?? null };
  });
}

/** What phones that took the reset list (the publisher's records) do at the TFTP restart, when the normal signer is back. */
export function forecastNormal(
  facts: ClusterFacts,
  tftpNodes: readonly string[],
  choice: KeyChoice,
  release: string,
): Forecast[] {
  const publisher = publisherOf(facts);
  const reset: ListFile | null = publisher === null ? null : listFileOfNode(publisher);
  const tvs = tvsViewOf(facts);
  return tftpNodes.map((node) => {
    // remotekey replaces the key on the publisher's disk, which is the normal signer from 12.0.
    const isReplaced = isFrom12(release) && choice.key === "remote";
    const signer = isReplaced ? choice.signer : expectedNormalSigner(facts, node, release);
    const take: Take =
      reset === null || signer === null
        ? {
            kind: "not",
            reason: "the publisher's list or the certificate of the normal signer could not be read",
          }
        : forecastTake({ held: reset, signer, tvs });
    return { node, take, heldSource: null };
  });
}
