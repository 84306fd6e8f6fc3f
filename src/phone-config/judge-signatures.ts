// How each file's signature stands to the list of its own node → would the phone believe it.
import { commonName } from "../base/subject-name.ts";
import { type PhoneConfigFinding, finding } from "./check-findings.ts";
import type { CheckStep, Part } from "./check-step.ts";
import type { NodeView } from "./node-view.ts";
import type { FileSignature, SignedFacts } from "./phone-look.ts";
import type { PhoneSigns } from "./phone-signs.ts";

type Word = PhoneSigns["signatures"];

const words: Readonly<Record<FileSignature, { readonly word: Word; readonly text: string }>> = {
  valid: { word: "valid", text: "it verifies with the TFTP record of the ITL" },
  invalid: { word: "invalid", text: "it does not verify with the TFTP record of the ITL" },
  "signer-not-in-itl": { word: "signer-not-in-itl", text: "the ITL has no TFTP record of that signer" },
  unsupported: { word: "unknown", text: "its kind of signature cannot be checked here" },
  "no-key": { word: "unknown", text: "the ITL has only a hash of that signer's certificate" },
  "no-itl": { word: "unknown", text: "the ITL of this node was not read" },
};

/** Files that were not read have no line; a configuration without any signature is as bad as a wrong one. */
export function judgeSignatures(
  views: readonly NodeView[],
  device: string,
): Part<Pick<PhoneSigns, "signatures">> {
  const steps: CheckStep[] = [];
  const findings: PhoneConfigFinding[] = [];
  const seen: Word[] = [];
  const judge = (step: CheckStep["step"], node: string, name: string, signed: SignedFacts | null) => {
    const word = signed === null ? "invalid" : words[signed.signature].word;
    const evidence = signed === null ? `${name} has no signature at all` : evidenceOf(name, signed);
    seen.push(word);
    const outcome = word === "valid" ? "good" : word === "unknown" ? "unknown" : "bad";
    steps.push({ step, node, outcome, evidence });
    if (word !== "valid") findings.push(findingOf(word, node, evidence));
  };
  for (const { files, signed } of views) {
    if (files.signedFile.kind === "read")
      judge("signed-file-signature", files.node, `${device}.cnf.xml.sgn`, signed);
  }
  for (const { files } of views) {
    const { encryptedFile, node } = files;
    if (encryptedFile.kind === "read")
      judge("encrypted-file-signature", node, `${device}.cnf.xml.enc.sgn`, encryptedFile.signed);
  }
  return { steps, findings, signs: { signatures: worstWord(seen) } };
}

function evidenceOf(name: string, { signer, signature }: SignedFacts): string {
  return `${name}, signed by ${commonName(signer.name)} (serial ${signer.serial}): ${words[signature].text}`;
}

function findingOf(word: Exclude<Word, "valid">, node: string, evidence: string): PhoneConfigFinding {
  const message = `${node}: the signature of ${evidence}`;
  if (word === "invalid") return finding("file-signature-invalid", "block", node, message);
  if (word === "signer-not-in-itl") return finding("file-signer-not-in-itl", "block", node, message);
  return finding("file-signature-not-checked", "warn", node, message);
}

function worstWord(seen: readonly Word[]): Word {
  const order = ["invalid", "signer-not-in-itl", "unknown"] as const;
  return order.find((word) => seen.includes(word)) ?? (seen.length === 0 ? "unknown" : "valid");
}
