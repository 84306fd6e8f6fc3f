// certHash of every node's file against the database → equal, different, or CAPF has not seen the phone.
import { type PhoneConfigFinding, finding } from "./check-findings.ts";
import type { CheckStep, Part } from "./check-step.ts";
import type { NodeView } from "./node-view.ts";
import type { DeviceAnswer } from "./phone-look.ts";
import type { PhoneSigns } from "./phone-signs.ts";

type Word = PhoneSigns["certHash"];

/** Only partial files are compared: in a full one the hash means nothing to the phone. */
export function judgeHash(
  views: readonly NodeView[],
  database: DeviceAnswer,
): Part<Pick<PhoneSigns, "certHash">> {
  const partial = views.filter(({ file }) => file === "partial");
  const known = database.kind === "row" ? database.md5hash : null;
  if (partial.length === 0) {
    const evidence = `no TFTP node serves a partial file; device.md5hash is ${hashText(known)}`;
    const step: CheckStep = { step: "certificate-hash", node: null, outcome: "not-applicable", evidence };
    return { steps: [step], findings: [], signs: { certHash: "unknown" } };
  }
  const words = new Set<Word>();
  const findings: PhoneConfigFinding[] = [];
  const steps = partial.map(({ files: { node }, config }): CheckStep => {
    const served = config?.certHash ?? "";
    const word = wordOf(served, known);
    words.add(word);
    const evidence = `certHash is ${hashText(served)}, device.md5hash is ${hashText(known)}`;
    if (word === "different") findings.push(finding("hash-mismatch", "block", node, `${node}: ${evidence}`));
    const outcome = word === "equal" ? "good" : word === "unknown" ? "unknown" : "bad";
    return { step: "certificate-hash", node, outcome, evidence };
  });
  const [only = "unknown", ...others] = words;
  return { steps, findings, signs: { certHash: others.length > 0 ? "unknown" : only } };
}

function wordOf(served: string, known: string | null): Word {
  if (known === null) return "unknown";
  if (served !== known) return "different";
  return served === "" ? "empty" : "equal";
}

function hashText(hash: string | null): string {
  return hash === null ? "not known" : hash === "" ? "empty" : hash;
}
