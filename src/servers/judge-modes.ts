// A certificate under the rules of FIPS and of Common Criteria mode → what would not work there. TLS versions are judged for every server.
import { kindText, isForPhones, type ShownCertificate } from "./presentations.ts";
import { complain, type Complaint } from "./server-findings.ts";
import { isDigestWeak, isKeyWeak } from "./judge-strength.ts";

export interface Modes {
  readonly isFips: boolean;
  readonly isCommonCriteria: boolean;
}

export function judgeModes(shown: ShownCertificate, { isFips, isCommonCriteria }: Modes): Complaint[] {
  return [...(isFips ? judgeFips(shown) : []), ...(isCommonCriteria ? judgeCommonCriteria(shown) : [])];
}

/** Clients in FIPS mode ask nobody: what is not trusted gives no service. */
function judgeFips({ certificate, chain, targets }: ShownCertificate): Complaint[] {
  const isUntrusted = chain.isTrustKnown ? chain.end !== "trusted" : certificate.isSelfSigned;
  const reasons = [
    ...(isDigestWeak(certificate) ? ["it is not signed over SHA-256 or better"] : []),
    ...(isUntrusted && !targets.every(isForPhones)
      ? ["clients do not know its authority, and in FIPS mode they do not ask: no service"]
      : []),
  ];
  return reasons.map((reason) =>
    complain(
      ["fips", "warn"],
      targets,
      `FIPS mode: ${kindText(certificate)} will not do: ${reason}`,
      "Renew it before clients or servers are set to FIPS mode.",
    ),
  );
}

function judgeCommonCriteria({ certificate, targets }: ShownCertificate): Complaint[] {
  const uses = certificate.extendedKeyUsage ?? [];
  const reasons = [
    ...(isKeyWeak(certificate) ? ["its key is too short"] : []),
    ...(uses.includes("serverAuth") ? [] : ["it lacks the extended key usage serverAuth"]),
  ];
  return reasons.map((reason) =>
    complain(
      ["common-criteria", "warn"],
      targets,
      `Common Criteria mode: ${kindText(certificate)} will not do: ${reason}`,
      "Renew it before the cluster is set to Common Criteria mode.",
    ),
  );
}
