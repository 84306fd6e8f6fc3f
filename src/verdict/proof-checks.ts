// One node's list after a write to the single checks that a proof is made of.
import { commonName } from "../base/subject-name.ts";
import { verifyWithKey } from "../facts/itl-file.ts";
import type { ListFile, ShownList } from "../facts/list-facts.ts";
import type { ServedFact } from "../facts/node-facts.ts";
import { isServedAsShown, sha1Of } from "./judge-served.ts";
import { forecastTake, judgeTake, type Take, type TvsView, tvsHashesOf } from "./phone-trust.ts";
import { signerRecordOf } from "./signed-by.ts";
import { identityOfSigner, keyOf, type SignerIdentity, sameSigner } from "./signer-identity.ts";

export type ProofName =
  | "signer"
  | "served-matches"
  | "signature"
  | "changed"
  | "phones-accept"
  | "verified-by-node"
  | "carries";

/** One thing a proof rests on; null: it could not be checked, and `detail` says why. */
export interface ProofCheck {
  readonly name: ProofName;
  readonly isMet: boolean | null;
  readonly detail: string;
}

type Shown = Extract<ShownList, { kind: "shown" }>;

/** The signer is the certificate that was named: by serial and key, not by role. */
export function checkSigner(shown: Shown, signer: SignerIdentity): ProofCheck {
  const name = "signer";
  const seen = identityOfSigner(shown);
  if (seen === null) return { name, isMet: false, detail: "`show itl` names no signer" };
  if (sameSigner(seen, signer))
    return { name, isMet: true, detail: `signed by ${commonName(seen.subject)}, serial ${seen.serial}` };
  const same = seen.serial === signer.serial ? ", which has that serial and another key" : "";
  return {
    name,
    isMet: false,
    detail: `signed by ${commonName(seen.subject)}, serial ${seen.serial}${same}; expected was serial ${signer.serial}`,
  };
}

/** The file served is the file that `show itl` describes. */
export function checkServed(served: ServedFact | null, shown: Shown): ProofCheck {
  const name = "served-matches";
  if (served === null || served.kind === "unreachable")
    return { name, isMet: null, detail: notFetched(served) };
  const isSame = isServedAsShown(served, shown);
  if (isSame === null) return { name, isMet: null, detail: "`show itl` printed no checksum to compare with" };
  return isSame
    ? { name, isMet: true, detail: "phones are served the file that `show itl` describes" }
    : {
        name,
        isMet: false,
        detail: `phones are served another file (SHA-1 ${sha1Of(served)}) than \`show itl\` describes`,
      };
}

/** The signature verifies with the named certificate, also where the file carries no record of it. */
export function checkSignature(served: ServedFact | null, signer: SignerIdentity): ProofCheck {
  const name = "signature";
  if (served === null || served.kind === "unreachable")
    return { name, isMet: null, detail: notFetched(served) };
  if (served.kind === "unreadable") {
    return { name, isMet: false, detail: `the served file cannot be read: ${served.reason}` };
  }
  const key = keyOf(signer);
  const state = key === null ? served.signature : verifyWithKey(Buffer.from(served.bytes, "base64"), key);
  if (state === "valid")
    return { name, isMet: true, detail: `the signature verifies with serial ${signer.serial}` };
  if (state === "invalid") {
    return { name, isMet: false, detail: `the signature does not verify with serial ${signer.serial}` };
  }
  return {
    name,
    isMet: null,
    detail: "the signature is of a kind that cannot be checked here, or its certificate is not known",
  };
}

/**
 * A phone that holds `held` takes the list: by itself, or after asking a TVS where the plan (`forecast`; null: any way
 * will do) said so. `tvs` null: not looked at. Where the plan said that they will not, nothing is required.
 */
export function checkPhones(input: {
  readonly served: ServedFact | null;
  readonly signer: SignerIdentity;
  readonly held: ListFile | null;
  readonly forecast: Take | null;
  readonly tvs: TvsView | null;
}): ProofCheck {
  const name = "phones-accept";
  const { served, held, forecast, signer } = input;
  if (held === null) return { name, isMet: null, detail: "the list that its phones hold is not known" };
  const tvs = input.tvs ?? tvsAsPlanned(held, forecast);
  const take =
    served?.kind === "fetched"
      ? judgeTake({ held, offered: { bytes: Buffer.from(served.bytes, "base64"), file: served.file }, tvs })
      : forecastTake({ held, signer, tvs });
  if (take.kind === "first" || take.kind === "direct") {
    return { name, isMet: true, detail: `phones take it by themselves: ${take.reason}` };
  }
  if (take.kind === "by-tvs" && (forecast === null || forecast.kind === "by-tvs")) {
    return { name, isMet: true, detail: `phones take it by asking TVS: ${take.reason}` };
  }
  if (forecast?.kind === "not") {
    return { name, isMet: null, detail: `as the plan said, its phones may not take it: ${take.reason}` };
  }
  return take.kind === "by-tvs"
    ? {
        name,
        isMet: false,
        detail: `phones take it only by asking TVS, the plan said by themselves: ${take.reason}`,
      }
    : { name, isMet: false, detail: `phones would not take it: ${take.reason}` };
}

/** The platform's own sentence of success; not to be had for a list that carries no record of its signer. */
export function checkVerified(shown: Shown): ProofCheck {
  const name = "verified-by-node";
  if (shown.isVerified) return { name, isMet: true, detail: "`show itl` verified it" };
  if (shown.signer !== null && signerRecordOf(shown) === null) {
    return {
      name,
      isMet: null,
      detail: "the list carries no certificate of its signer, so the node itself cannot verify it",
    };
  }
  return {
    name,
    isMet: false,
    detail: `\`show itl\` did not verify it: ${shown.verdictText ?? "it says nothing"}`,
  };
}

/** Where TVS was not looked at: those that the phones trust answered when the plan was made, if it counted on them. */
function tvsAsPlanned(held: ListFile, forecast: Take | null): TvsView {
  return { runningTvs: forecast?.kind === "by-tvs" ? tvsHashesOf(held) : [], storeSerials: "any-of-cluster" };
}

function notFetched(served: ServedFact | null): string {
  return `the served file could not be fetched from here${served?.kind === "unreachable" ? ` (${served.reason})` : ""}`;
}
