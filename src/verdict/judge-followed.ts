// What TFTP nodes serve after a regeneration to whether phones that hold the list from before follow: trust-rules.md 5.
import { commonName } from "../base/subject-name.ts";
import type { ListFile, ShownList } from "../facts/list-facts.ts";
import type { ClusterFacts, NodeFacts } from "../facts/node-facts.ts";
import { checkCarries, type ExpectedCertificate } from "./carries-check.ts";
import { publisherOf } from "./expected-signer.ts";
import type { TvsView } from "./phone-trust.ts";
import { type NodeProof, proofOf, unreadable } from "./proof.ts";
import {
  checkPhones,
  checkServed,
  checkSignature,
  checkSigner,
  checkVerified,
  type ProofCheck,
} from "./proof-checks.ts";
import { touchesAnchor } from "./regeneration-units.ts";
import { signedBy } from "./signed-by.ts";
import {
  identityOfCertificate,
  identityOfSigner,
  type SignerIdentity,
  sameSigner,
} from "./signer-identity.ts";
import { tvsSeen } from "./tvs-view.ts";

export type { ExpectedCertificate } from "./carries-check.ts";

/**
 * `before`: what each TFTP node served before the regeneration, which its phones hold; null where it is not known, and
 * then nothing is proven of an anchor. `tvs` as this look saw it unless given.
 */
export interface FollowedInput {
  readonly facts: ClusterFacts;
  readonly tftpNodes: readonly string[];
  readonly before: Readonly<Record<string, { readonly file: ListFile } | null>>;
  readonly expected: readonly ExpectedCertificate[];
  readonly tvs?: TvsView | null;
}

type Shown = Extract<ShownList, { kind: "shown" }>;

/** One proof for each of `tftpNodes`, in their order: the gate between two trust anchors. */
export function judgeFollowed(input: FollowedInput): NodeProof[] {
  const { facts, expected } = input;
  const tvs = input.tvs === undefined ? tvsSeen(facts) : input.tvs;
  const mustKnowHeld = expected.some(({ unit }) => touchesAnchor(unit));
  return input.tftpNodes.map((name) => {
    const node = facts.nodes.find((each) => each.node === name);
    if (node?.itl?.kind !== "shown") return unreadable(name, node ?? null);
    const { signer, check } = judgeSigner(node, node.itl, facts);
    const held = input.before[name]?.file ?? null;
    const phones = checkPhones({ served: node.served, signer, held, forecast: null, tvs });
    return proofOf(node, [
      check,
      ...expected.flatMap((each) => checkCarries(node, each, facts)),
      checkServed(node.served, node.itl),
      checkSignature(node.served, signer),
      mustKnowHeld && phones.isMet === null ? { ...phones, isMet: false } : phones,
      checkVerified(node.itl),
    ]);
  });
}

/** Whoever signs, it has to be a certificate that the cluster has now; where none of its role was read, the role will do. */
function judgeSigner(
  node: NodeFacts,
  shown: Shown,
  facts: ClusterFacts,
): { readonly signer: SignerIdentity; readonly check: ProofCheck } {
  const seen = identityOfSigner(shown);
  const role = signedBy(shown);
  const present = presentSigners(node, role, facts);
  const match = present.find((identity) => seen !== null && sameSigner(identity, seen));
  const expected = match ?? present[0];
  if (expected !== undefined) return { signer: expected, check: checkSigner(shown, expected) };
  const signer = seen ?? nobody;
  const isKnown = seen !== null && role !== "other";
  const detail = isKnown
    ? `signed by ${role}, serial ${signer.serial} (its certificate was not read)`
    : `signed by ${commonName(signer.subject)}, serial ${signer.serial}, which is no certificate of this cluster`;
  return { signer, check: { name: "signer", isMet: isKnown, detail } };
}

/** After a localkey reset from 12.0 the publisher's CallManager signs every node's list; after remotekey anything may. */
function presentSigners(
  node: NodeFacts,
  role: ReturnType<typeof signedBy>,
  facts: ClusterFacts,
): SignerIdentity[] {
  const publisher = publisherOf(facts);
  const certificates =
    role === "CallManager"
      ? [node.certificates["CallManager"], publisher?.certificates["CallManager"]]
      : [publisher?.certificates["ITLRecovery"]];
  return certificates.flatMap((certificate) =>
    certificate === undefined ? [] : [identityOfCertificate(certificate)],
  );
}

const nobody: SignerIdentity = {
  subject: "nobody",
  issuer: "",
  serial: "",
  certificate: null,
  publicKey: null,
};
