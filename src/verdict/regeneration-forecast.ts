// Regenerations to come, and what is served now, to what the phones of each TFTP node will do with the next list.
import type { CertificateFacts } from "../facts/list-facts.ts";
import type { ClusterFacts, NodeFacts } from "../facts/node-facts.ts";
import { publisherOf } from "./expected-signer.ts";
import { forecastTake, type Take, type TvsView } from "./phone-trust.ts";
import { isRegenerationUnit, makesNewLists } from "./regeneration-units.ts";
import { normalSigner, type SignerRole } from "./release-rules.ts";
import { listFileOfNode } from "./shown-list.ts";
import { signedBy } from "./signed-by.ts";
import { identityOfCertificate, identityOfSigner, type SignerIdentity } from "./signer-identity.ts";
import { tvsViewOf } from "./tvs-view.ts";
import type { Finding } from "./verdict.ts";

/**
 * `via` `restart`: the list that the TFTP restarts after the regeneration make. `reset`: that of the localkey reset which
 * follows a new ITLRecovery where ITLRecovery signs; that reset's own preflight judges it again before it is sent.
 */
export interface RegenerationForecast {
  readonly node: string;
  readonly take: Take;
  readonly via: "restart" | "reset";
}

/** One certificate that will be another one. */
export interface CertificateChange {
  readonly unit: string;
  readonly node: string;
}

/** One forecast for each of `tftpNodes`; none where the change makes no new list. See `forecastChanges`. */
export function forecastRegeneration(input: {
  readonly unit: string;
  readonly node: string;
  readonly facts: ClusterFacts;
  readonly tftpNodes: readonly string[];
  readonly hasResetAfter?: boolean;
}): RegenerationForecast[] {
  const { unit, node, facts, tftpNodes } = input;
  return forecastChanges({ ...input, changes: [{ unit, node }], facts, tftpNodes });
}

/**
 * What a phone that holds what is served now, and is away until all of `changes` are done, does with the list then: in
 * the tongue of the list's own signer, and where that is not the release's normal one, of the worse of the two. A node
 * whose list is not known counts as `not`. `hasResetAfter`: a localkey reset follows a new ITLRecovery.
 */
export function forecastChanges(input: {
  readonly changes: readonly CertificateChange[];
  readonly facts: ClusterFacts;
  readonly tftpNodes: readonly string[];
  readonly hasResetAfter?: boolean;
}): RegenerationForecast[] {
  const { changes, facts } = input;
  if (!changes.some(({ unit }) => isRegenerationUnit(unit) && makesNewLists(unit))) return [];
  const tvs = tvsAfter(facts, changes);
  return input.tftpNodes.map((name): RegenerationForecast => {
    const node = facts.nodes.find((each) => each.node === name) ?? null;
    const held = node === null ? null : listFileOfNode(node);
    if (node === null || held === null) {
      return {
        node: name,
        via: "restart",
        take: { kind: "not", reason: "no list is known that they could hold" },
      };
    }
    const roles = rolesOf(signedBy(held), facts);
    const isReset =
      input.hasResetAfter === true && roles.includes("ITLRecovery") && hasNewRecovery(facts, changes);
    if (isReset) {
      const signer = signerAfter("CallManager", publisherOf(facts) ?? node, facts, changes);
      const take = forecastTake({ held, signer, tvs });
      return { node: name, via: "reset", take: { ...take, reason: `${ofReset}: ${take.reason}` } };
    }
    const takes = roles.map((role): Take => {
      if (role === "other")
        return {
          kind: "not",
          reason: `nobody knows ${identityOfSigner(held)?.subject ?? "who"} to sign again`,
        };
      return forecastTake({
        held,
        signer: signerAfter(role, node, facts, changes, identityOfSigner(held)),
        tvs,
      });
    });
    return { node: name, via: "restart", take: worstTake(takes) };
  });
}

/** `phones-would-be-lost` for each TFTP node whose phones would not take the next list. */
export function judgeForecasts(
  forecasts: readonly RegenerationForecast[],
  changes: readonly CertificateChange[],
): Finding[] {
  const what = changes.map(({ unit, node }) => `${unit} of ${node}`).join(", ");
  return forecasts
    .filter(({ take }) => take.kind === "not")
    .map(
      ({ node, take }): Finding => ({
        code: "phones-would-be-lost",
        severity: "block",
        node,
        message: `${node}: its phones would reject the list that follows a new ${what}: ${take.reason}`,
        advice: adviceFor(take),
      }),
    );
}

const ofReset = "the list of the localkey reset that follows";

function adviceFor({ reason }: Take): string {
  if (reason.includes("running TVS")) {
    return "Start Cisco Trust Verification Service on a node whose TVS certificate is in the served lists; where none has it any more, recover the phones first with `itlctl recover`.";
  }
  return "Bring every phone to trust what is served first (`itlctl status`, then `itlctl recover --dry-run`), and plan again.";
}

/** Who may sign next: whoever does now, and the normal signer of the release. */
function rolesOf(role: SignerRole, facts: ClusterFacts): SignerRole[] {
  const release = publisherOf(facts)?.release ?? null;
  const roles: SignerRole[] = release === null ? [role] : [role, normalSigner(release)];
  return [...new Set(roles)];
}

function hasNewRecovery(facts: ClusterFacts, changes: readonly CertificateChange[]): boolean {
  return changes.some(({ unit, node }) => unit === "ITLRecovery" && node === publisherOf(facts)?.node);
}

/** The certificate that will sign: an unheard-of one where it is to be regenerated, the one on disk, else the present signer. */
function signerAfter(
  role: "CallManager" | "ITLRecovery",
  node: NodeFacts,
  facts: ClusterFacts,
  changes: readonly CertificateChange[],
  now: SignerIdentity | null = null,
): SignerIdentity {
  const holder = role === "ITLRecovery" ? (publisherOf(facts) ?? node) : node;
  if (changes.some((change) => change.unit === role && change.node === holder.node)) return unheardOf;
  const certificate: CertificateFacts | undefined = holder.certificates[role];
  if (certificate !== undefined) return identityOfCertificate(certificate);
  return now ?? unheardOf;
}

/** The services that answer when the changes are done: those with a new certificate are no longer those of the held lists. */
function tvsAfter(facts: ClusterFacts, changes: readonly CertificateChange[]): TvsView {
  const isSame = (node: NodeFacts) =>
    !changes.some((change) => change.unit === "TVS" && change.node === node.node);
  return tvsViewOf({ ...facts, nodes: facts.nodes.filter(isSame) });
}

const order: readonly Take["kind"][] = ["first", "direct", "by-tvs", "not"];

function worstTake(takes: readonly Take[]): Take {
  const [worst] = takes.toSorted((one, other) => order.indexOf(other.kind) - order.indexOf(one.kind));
  return worst ?? { kind: "not", reason: "nobody knows who will sign" };
}

const unheardOf: SignerIdentity = {
  subject: "a certificate that is not made yet",
  issuer: "",
  serial: "",
  certificate: null,
  publicKey: null,
};
