// The RSA and the ECDSA certificate of one port → where the one is weaker than the other, and the cipher decides which a client gets.
import { isForPhones, type Presentation } from "./presentations.ts";
import type { ServerCertificate } from "./server-certificate.ts";
import { complain, type Complaint } from "./server-findings.ts";
import { isDigestWeak, isKeyWeak } from "./judge-strength.ts";

/** Ports with the same difference are told together. */
export function judgeKinds(presentations: readonly Presentation[]): Complaint[] {
  const alike = new Map<string, Presentation[]>();
  for (const presentation of presentations) {
    const difference = differenceOf(presentation, presentations);
    if (difference === null) continue;
    alike.set(difference, [...(alike.get(difference) ?? []), presentation]);
  }
  return [...alike].map(([difference, shown]) =>
    complain(
      ["kinds-differ", "warn"],
      shown.map(({ target }) => target),
      `${difference}; which of the two a client gets is up to the cipher`,
      "Renew the weaker certificate as the other was renewed.",
    ),
  );
}

function differenceOf(
  { target, certificate: one }: Presentation,
  all: readonly Presentation[],
): string | null {
  if (one.kind !== "read" || one.keyKind !== "rsa") return null;
  const other = all.find(
    (each) => each.target === target && each.certificate.kind === "read" && each.certificate.keyKind === "ec",
  )?.certificate;
  if (other?.kind !== "read") return null;
  const forPhones = isForPhones(target);
  for (const [fault, otherwise, has] of faults) {
    if (forPhones && fault === "is self-signed") continue;
    if (has(one) !== has(other)) {
      const [weak, strong] = has(one) ? ["RSA", "ECDSA"] : ["ECDSA", "RSA"];
      return `the ${weak} certificate ${fault}, the ${strong} certificate ${otherwise}`;
    }
  }
  return null;
}

const faults: readonly (readonly [string, string, (certificate: ServerCertificate) => boolean])[] = [
  ["is self-signed", "is not", ({ isSelfSigned }) => isSelfSigned],
  ["is signed over an old digest", "is not", isDigestWeak],
  ["has a weak key", "has not", isKeyWeak],
];
