// What a certificate says it may be used for → uses that are missing, revocation data, and characters in its subject.
import { kindText, isForPhones, type ShownCertificate } from "./presentations.ts";
import { complain, type Complaint } from "./server-findings.ts";

const refused = /[@&!,]/;

export function judgeUses(shown: ShownCertificate): Complaint[] {
  return [
    ...judgePurposes(shown),
    ...judgeKeyUsage(shown),
    ...judgeCapf(shown),
    ...judgeRevocation(shown),
    ...judgeSubject(shown),
  ];
}

function judgePurposes({ certificate, targets }: ShownCertificate): Complaint[] {
  const uses = certificate.extendedKeyUsage;
  const asked = targets.filter(({ kind }) => kind !== "capf");
  if (asked.length === 0 || uses === null || uses.includes("serverAuth") || uses.includes("any")) return [];
  return [
    complain(
      ["server-auth-missing", "block"],
      asked,
      `${kindText(certificate)} is not for servers: its extended key usage is ${uses.join(", ")}`,
      "Get a certificate with the extended key usage of the CSR, serverAuth among it.",
    ),
  ];
}

/** What TLS with forward secrecy needs; and what the platform's CSRs ask for, which an authority must not remove. */
function judgeKeyUsage({ certificate, targets }: ShownCertificate): Complaint[] {
  const { keyUsage, keyKind, isSelfSigned } = certificate;
  if (keyUsage === null) return [];
  const text = `${kindText(certificate)} is for ${keyUsage.length === 0 ? "nothing" : keyUsage.join(", ")}`;
  if (!keyUsage.includes("digitalSignature")) {
    return [
      complain(
        ["key-usage-missing", "block"],
        targets,
        `${text}; without digitalSignature clients of today refuse it`,
        "Get a certificate with the key usage of the CSR.",
      ),
    ];
  }
  const nodes = targets.filter(({ node, kind }) => node !== null && kind !== "capf");
  if (nodes.length === 0 || isSelfSigned || keyKind !== "rsa" || keyUsage.includes("dataEncipherment"))
    return [];
  return [
    complain(
      ["key-usage-missing", "warn"],
      nodes,
      `${text}; the platform's CSR asks for dataEncipherment too, and the authority removed it`,
      "Ask the authority to keep the key usage of the CSR when it is renewed.",
    ),
  ];
}

function judgeCapf({ certificate, targets }: ShownCertificate): Complaint[] {
  const capf = targets.filter(({ kind }) => kind === "capf");
  const maySign = certificate.keyUsage === null || certificate.keyUsage.includes("keyCertSign");
  if (capf.length === 0 || (certificate.isAuthority && maySign)) return [];
  return [
    complain(
      ["capf-not-authority", "block"],
      capf,
      `${kindText(certificate)} may not sign certificates (CA:TRUE and keyCertSign); phones get no certificate of it`,
      "Get a CAPF certificate with the extensions of its CSR.",
    ),
  ];
}

/** A self-signed certificate has no authority that could revoke it. */
function judgeRevocation({ certificate, targets }: ShownCertificate): Complaint[] {
  const clients = targets.filter((target) => !isForPhones(target));
  const urls = [...certificate.crlUrls, ...certificate.ocspUrls];
  if (clients.length === 0 || certificate.isSelfSigned || urls.some((url) => /^http:\/\//i.test(url)))
    return [];
  const [other] = urls;
  return [
    complain(
      ["revocation-data-missing", "warn"],
      clients,
      `${kindText(certificate)} has no HTTP address of a revocation list (CDP) or OCSP server (AIA)${other === undefined ? "" : `, only ${other}`}; Jabber may refuse it and tells its user nothing`,
      "Ask the authority for certificates with a CDP or AIA that clients can reach over HTTP.",
    ),
  ];
}

/** An e-mail address has its `@` by nature. */
function judgeSubject({ certificate, targets }: ShownCertificate): Complaint[] {
  const odd = certificate.subjectFields.filter(
    ({ field, value }) => field !== "emailAddress" && refused.test(value),
  );
  if (odd.length === 0) return [];
  const fields = odd.map(({ field, value }) => `${field} "${value}"`).join(", ");
  return [
    complain(
      ["csr-characters", "warn"],
      targets,
      `the subject of ${kindText(certificate)} has one of @ & ! , in it (${fields}); public authorities refuse a CSR with that`,
      "Write the organization fields without them before the next CSR.",
    ),
  ];
}
