// Bytes of a file that says it is a recovery key, the passwords of its cluster, and ITLRecovery records → what is proven of it.
import { OperatorError } from "../../base/errors.ts";
import type { Secret } from "../../base/secret.ts";
import type { ItlRecord } from "../../facts/itl-record.ts";
import type { CertificateFacts } from "../../facts/list-facts.ts";
import type { Cluster, SecretReference } from "../../inventory/cluster.ts";
import { judgeRecoveryKey } from "../../verdict/recovery-key-match.ts";
import type { BackupProof } from "../../vault/vault.ts";

/** `certificate` null: not opened. */
export interface ProvenKey {
  readonly proof: BackupProof;
  readonly proofNote: string | null;
  readonly certificate: CertificateFacts | null;
  readonly ciphers: readonly string[];
}

type ResolveSecret = (reference: SecretReference, what: string) => Promise<Secret>;

/** The passwords that may open a cluster's recovery key, as far as its inventory names them; one that is named and cannot be had throws. */
export async function openingPasswords(cluster: Cluster, resolve: ResolveSecret): Promise<readonly Secret[]> {
  const named = [
    { reference: cluster.recoveryKey.password, what: `password of the recovery key of ${cluster.name}` },
    {
      reference: cluster.credentials.security?.password ?? null,
      what: `security password of ${cluster.name}`,
    },
  ];
  const passwords: Secret[] = [];
  for (const { reference, what } of named) {
    if (reference !== null) passwords.push(await resolve(reference, what));
  }
  return passwords;
}

/** Throws `recovery-key-unusable` for anything but a whole PKCS#12 file. */
export function proveKey(
  bytes: Uint8Array,
  passwords: readonly Secret[],
  records: readonly ItlRecord[],
): ProvenKey {
  const judged = judgeRecoveryKey(
    bytes,
    passwords.map((password) => password.reveal()),
    records,
  );
  const { proof, proofNote, certificate, ciphers } = judged;
  if (proof !== null) return { proof, proofNote, certificate, ciphers };
  throw new OperatorError(
    "recovery-key-unusable",
    `it is no recovery key: ${proofNote ?? "it is not a whole PKCS#12 file"}`,
    {
      hint: "Use the ITLRecovery.p12 that `file get tftp ITLRecovery.p12` delivered, whole and unchanged.",
    },
  );
}
