// Model, LSC and the phone's own certificate → could this phone use an encrypted file at all.
import { type PhoneConfigFinding, finding } from "./check-findings.ts";
import type { CheckStep, Part, StepOutcome } from "./check-step.ts";
import { isLegacyModel, takesNoItl } from "./legacy-model.ts";
import type { NodeView } from "./node-view.ts";
import type { PhoneLook } from "./phone-look.ts";
import type { PhoneSigns } from "./phone-signs.ts";

/** `isOn`: the configuration is meant to be encrypted; else nothing of this is wrong. */
export function judgeModel(look: PhoneLook, isOn: boolean): Part<Pick<PhoneSigns, "model">> {
  const model = look.database.kind === "row" ? look.database.model : null;
  const step = (outcome: StepOutcome, evidence: string): CheckStep[] => [
    { step: "tls-minimum", node: look.publisher.node, outcome, evidence },
  ];
  if (model === null) {
    return { steps: step("unknown", "the model is not known"), findings: [], signs: { model: "unknown" } };
  }
  const noItl = takesNoItl(model)
    ? "; it takes no ITL and needs mixed mode, which is not looked at here"
    : "";
  const passed = takesNoItl(model) ? "unknown" : "good";
  if (!isLegacyModel(model)) {
    const evidence = `${model} is none of the models that need TLS below 1.2${noItl}`;
    return { steps: step(passed, evidence), findings: [], signs: { model: "supported" } };
  }
  const { modern, old } = look.capf;
  const legacy = `${model} cannot have encrypted files where TLS 1.2 is the least`;
  if (old?.kind === "done") {
    const evidence = `${legacy}; CAPF still takes ${old.protocol}${noItl}`;
    return { steps: step(passed, evidence), findings: [], signs: { model: "supported" } };
  }
  if (modern.kind === "done" && old?.stage === "tls") {
    const evidence = `${legacy}; CAPF speaks ${modern.protocol} and refuses TLS 1.0 and 1.1 (${old.reason})`;
    const findings = isOn ? [finding("model-not-supported", "block", null, evidence)] : [];
    const outcome = isOn ? "bad" : "not-applicable";
    return { steps: step(outcome, evidence), findings, signs: { model: "not-supported" } };
  }
  const evidence = `${legacy}; what the least is could not be seen`;
  return { steps: step("unknown", evidence), findings: [], signs: { model: "unknown" } };
}

/** How the database prints that time is not on record: seconds since 1970 and ISO dates are read, nothing else is guessed. */
export function judgeLsc({ database, publisher, nowMs }: PhoneLook, isOn: boolean): Part<object> {
  const text = database.kind === "row" ? (database.lscValidUntil ?? "") : "";
  const step = (outcome: StepOutcome, evidence: string): CheckStep[] => [
    { step: "lsc", node: publisher.node, outcome, evidence },
  ];
  if (text === "" || text === "0") {
    const why =
      database.kind === "row" ? "the database has no end of an LSC" : "the phone's row was not read";
    return { steps: step("not-applicable", why), findings: [], signs: {} };
  }
  const endMs = /^\d{9,10}$/.test(text)
    ? Number(text) * 1000
    : /^\d{4}-\d\d-\d\d/.test(text)
      ? Date.parse(text)
      : NaN;
  if (Number.isNaN(endMs)) {
    const evidence = `device.lscvaliduntil is ${text}, a form that is on no record`;
    return { steps: step("unknown", evidence), findings: [], signs: {} };
  }
  const evidence = `device.lscvaliduntil is ${text}, read as ${new Date(endMs).toISOString()}`;
  if (endMs >= nowMs) return { steps: step("good", evidence), findings: [], signs: {} };
  const findings = isOn ? [finding("lsc-expired", "warn", null, `the LSC has ended: ${evidence}`)] : [];
  return { steps: step(isOn ? "bad" : "not-applicable", evidence), findings, signs: {} };
}

/** Compared with the hash of the partial files, where they have one and the same. */
export function judgePhoneCertificate(
  { phoneCertificate, nowMs }: PhoneLook,
  views: readonly NodeView[],
): Part<Pick<PhoneSigns, "phoneCertificate">> {
  const step = (outcome: StepOutcome, evidence: string): CheckStep[] => [
    { step: "phone-certificate", node: null, outcome, evidence },
  ];
  const unknown = { phoneCertificate: "unknown" } as const;
  if (phoneCertificate === null) {
    const evidence = "no --phone-certificate was given";
    return { steps: step("not-applicable", evidence), findings: [], signs: unknown };
  }
  const { certificate, md5, file } = phoneCertificate;
  const name = `${file} is ${certificate.subject}, ${certificate.keyKind}, until ${certificate.notAfter}`;
  const ended: PhoneConfigFinding[] =
    Date.parse(certificate.notAfter) < nowMs
      ? [finding("phone-certificate-expired", "warn", null, `the phone's certificate has ended: ${name}`)]
      : [];
  const part = (
    outcome: StepOutcome,
    answer: string,
    findings: readonly PhoneConfigFinding[] = [],
    word: PhoneSigns["phoneCertificate"] = "unknown",
  ) => ({
    steps: step(ended.length > 0 ? "bad" : outcome, `${name}; ${answer}`),
    findings: [...findings, ...ended],
    signs: { phoneCertificate: word },
  });
  const notCompared = (why: string) =>
    part("unknown", why, [finding("phone-certificate-not-compared", "warn", null, `${name}; ${why}`)]);
  const hashes = new Set(
    views.flatMap(({ file: kind, config }) => (kind === "partial" ? [config?.certHash ?? ""] : [])),
  );
  const [hash = "", ...others] = hashes;
  if (hash === "" || others.length > 0)
    return part("not-applicable", "there is no one certHash to compare it with");
  if (md5 === null) return notCompared("this machine's Node has no MD5 (FIPS mode) to compare with certHash");
  if (md5 === hash) return part("good", `its MD5 is certHash ${hash}`, [], "equal");
  if (!/^[0-9a-f]{32}$/.test(hash)) {
    return notCompared(`certHash ${hash} is no MD5, and what else it can be is on no record`);
  }
  if (certificate.keyKind !== "rsa") {
    return notCompared(
      `its MD5 ${md5} is not certHash ${hash}, but how a certificate that is not RSA is hashed is on no record`,
    );
  }
  const answer = `its MD5 is ${md5}, and certHash is ${hash}`;
  return part(
    "bad",
    answer,
    [finding("phone-certificate-differs", "block", null, `${name}; ${answer}`)],
    "different",
  );
}
