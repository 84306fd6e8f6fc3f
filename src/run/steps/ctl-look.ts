// The publisher's `show ctl` → its checksum, who signed it, and whether that is the certificate that should have.
import { commonName } from "../../base/subject-name.ts";
import { OperatorError } from "../../base/errors.ts";
import { parseShownCertificate } from "../../facts/certificate.ts";
import { parseShownList } from "../../facts/show-itl.ts";
import { showCertOwn, showCtl } from "../../session/read-commands.ts";
import type { CtlUnit } from "../../verdict/ctl-forecast.ts";
import {
  identityOfCertificate,
  identityOfSigner,
  type SignerIdentity,
  sameSigner,
} from "../../verdict/signer-identity.ts";
import { readAnswer } from "../../session/read-answer.ts";
import type { RunContext } from "../step-kind.ts";

/** The publisher's units whose certificates sign a CTL. */
export type CtlSigner = CtlUnit;

/** One look; `sha1` null: there is no CTL. */
export interface CtlLook {
  readonly sha1: string | null;
  /** Signed by the publisher's present certificate of a unit that should sign it, and verified by the platform. */
  readonly isSignedAsIntended: boolean;
  /** What stands there now, for sentences: `is signed by pub.example.net`. */
  readonly about: string;
}

/** Throws an OperatorError where the publisher cannot be read. Never interrupted: it is asked after a write too. */
export async function lookAtCtl(context: RunContext, signers: readonly CtlSigner[]): Promise<CtlLook> {
  const { publisher } = context.ground();
  const node = context.cluster.nodes.find(({ name }) => name === publisher);
  if (node === undefined) throw new Error(`${publisher} is not in the inventory`);
  const session = await context.pool.session(node);
  const ctl = readAnswer((await session.read(showCtl())).text, parseShownList, session.mask);
  if (ctl.kind === "missing") return { sha1: null, isSignedAsIntended: false, about: "has no CTL" };
  const sha1 = ctl.checksums["sha1"];
  if (sha1 === undefined) {
    throw new OperatorError("answer-not-understood", `${publisher} shows no SHA-1 of its CTL`, {
      hint: "Run `show ctl` on the node by hand and compare its answer.",
      place: { cluster: context.cluster.name, node: publisher },
    });
  }
  const wanted: SignerIdentity[] = [];
  for (const unit of signers) {
    const { text } = await session.read(showCertOwn(unit));
    wanted.push(identityOfCertificate(readAnswer(text, parseShownCertificate, session.mask)));
  }
  const actual = identityOfSigner(ctl);
  const name = actual === null ? "an unknown signer" : commonName(actual.subject);
  const isWanted = actual !== null && wanted.some((one) => sameSigner(actual, one));
  const other = isWanted ? "" : `, which is not the present ${signers.join(" or ")}`;
  const verified = ctl.isVerified ? "" : "; the platform does not call it verified";
  const about = `has a CTL signed by ${name} (serial ${actual?.serial ?? "unknown"}${other})${verified}`;
  return { sha1, isSignedAsIntended: isWanted && ctl.isVerified, about };
}

/** The look, or in one sentence why there is none. */
export async function lookAtCtlIfReadable(
  context: RunContext,
  signers: readonly CtlSigner[],
): Promise<{ readonly look: CtlLook } | { readonly look: null; readonly why: string }> {
  try {
    return { look: await lookAtCtl(context, signers) };
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    return { look: null, why: error.message };
  }
}
