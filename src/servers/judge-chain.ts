// A certificate with what was sent beside it, and the authorities that clients trust → whether clients can believe it.
import { certificateText, isForPhones, kindText, type ShownCertificate } from "./presentations.ts";
import type { ServerCertificate } from "./server-certificate.ts";
import { complain, type Complaint, type ServerFindingCode } from "./server-findings.ts";

/** Ports that only phones come to are left out: phones go by their lists. */
export function judgeChain(shown: ShownCertificate, nowMs: number): Complaint[] {
  const targets = shown.targets.filter((target) => !isForPhones(target));
  if (targets.length === 0) return [];
  const { certificate, chain } = shown;
  const told = (code: ServerFindingCode, severity: Complaint["severity"], what: string, advice: string) =>
    complain([code, severity], targets, what, advice);
  const text = certificateText(certificate);
  const findings: Complaint[] = [];
  if (certificate.isSelfSigned && (chain.end === "trusted" || !chain.isTrustKnown)) {
    findings.push(
      told(
        "self-signed",
        "warn",
        `${kindText(certificate)} is self-signed: clients ask their users, unless it was given to each of them`,
        "Get a certificate of an authority that clients trust; Android 7 and newer takes no other.",
      ),
    );
  }
  const last = chain.path.at(-1) ?? certificate;
  if (chain.end === "signature-wrong") {
    findings.push(
      told(
        "chain-broken",
        "block",
        `the signature of ${last.subject} was not made by the ${last.issuer} that is known here`,
        "Look whether the authority has a new key: give the server its present certificate, and then its own anew.",
      ),
    );
  }
  if (chain.end === "issuer-missing" && (chain.isTrustKnown || chain.path.length === 1)) {
    findings.push(
      chain.isTrustKnown
        ? told(
            "chain-incomplete",
            "block",
            `the issuer of ${last.subject} was neither sent nor is it in the file of authorities: ${last.issuer}`,
            "Give the server the missing authority (a node: into the -trust store, then restart the service); or add it to the file.",
          )
        : told(
            "chain-incomplete",
            "warn",
            `only ${text} itself was sent; unless ${last.issuer} is a root that clients have, they cannot build the path`,
            "Give the server the authorities in between (a node: into the -trust store, then restart the service).",
          ),
    );
  }
  if (chain.end === "self-signed" && chain.isTrustKnown) {
    findings.push(
      told(
        "issuer-not-trusted",
        "block",
        chain.path.length === 1
          ? `${kindText(certificate)} is self-signed, and not in the file of authorities`
          : `${text} leads to ${last.subject}, which is not in the file of authorities`,
        chain.path.length === 1
          ? "Get a certificate of an authority that clients trust; or give this one to every client, and add it to the file."
          : "Check that clients have this authority in their stores, then add it to the file; else get a certificate of one they have.",
      ),
    );
  }
  if (!chain.isInOrder && chain.end !== "signature-wrong") {
    findings.push(
      told(
        "chain-out-of-order",
        "warn",
        `what was sent with ${text} is not its path in order, each signed by the next, or holds certificates that are not part of it`,
        "Give the server its path in that order and nothing else; on a node look who else needs a -trust certificate before it is removed.",
      ),
    );
  }
  const faults = chain.path.slice(1).flatMap((issuer) => {
    const fault = issuerFault(issuer, nowMs, chain.end === "trusted" && issuer === last);
    return fault === null ? [] : [{ ...fault, what: `${issuer.subject}, above ${text}, ${fault.what}` }];
  });
  return [...findings, ...faults.map(({ code, what, advice }) => told(code, "block", what, advice))];
}

/** A root from before extensions is an authority by the word of the file that it is in. */
function issuerFault(
  issuer: ServerCertificate,
  nowMs: number,
  isInFile: boolean,
): { code: ServerFindingCode; what: string; advice: string } | null {
  if (Date.parse(issuer.notAfter) < nowMs || Date.parse(issuer.notBefore) > nowMs) {
    const when =
      Date.parse(issuer.notAfter) < nowMs
        ? `expired on ${issuer.notAfter}`
        : `is valid only from ${issuer.notBefore} on`;
    return {
      code: "chain-expired",
      what: when,
      advice: "Give the server the authority's present certificate, and get a new one of that authority.",
    };
  }
  const maySign = issuer.keyUsage === null || issuer.keyUsage.includes("keyCertSign");
  const isOldRoot = isInFile && issuer.isSelfSigned && issuer.keyUsage === null && !issuer.extendedKeyUsage;
  if ((issuer.isAuthority || isOldRoot) && maySign) return null;
  return {
    code: "chain-broken",
    what: "may not sign certificates: it is no authority",
    advice: "Get a certificate of a real authority.",
  };
}
