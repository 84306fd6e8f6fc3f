// The phone's row in the database → the first two lines of the list: is it known, and what does its profile ask for.
import { type PhoneConfigFinding, finding } from "./check-findings.ts";
import type { CheckStep, Part } from "./check-step.ts";
import type { DeviceRow, PhoneLook } from "./phone-look.ts";
import type { PhoneSigns } from "./phone-signs.ts";

/** `encryption` here is the profile's word alone. */
export function judgeDatabase({
  database,
  device,
  publisher,
}: PhoneLook): Part<Pick<PhoneSigns, "device" | "encryption" | "oauth">> {
  const { node } = publisher;
  const nothing = { encryption: "unknown", oauth: "unknown" } as const;
  if (database.kind === "unread") {
    const evidence = `run sql gave no answer that could be read: ${database.reason}`;
    const steps: CheckStep[] = [
      { step: "device", node, outcome: "unknown", evidence },
      { step: "profile", node, outcome: "unknown", evidence: "the phone's row was not read" },
    ];
    return { steps, findings: [], signs: { device: "unknown", ...nothing } };
  }
  const asked = `run sql ${database.query}`;
  if (database.kind === "none") {
    const steps: CheckStep[] = [
      { step: "device", node, outcome: "bad", evidence: `${asked}: a table without a row` },
      { step: "profile", node, outcome: "unknown", evidence: "there is no row to read it from" },
    ];
    const message = `${node}: the database has no device ${device}`;
    const findings = [finding("device-not-in-database", "block", node, message)];
    return { steps, findings, signs: { device: "absent", ...nothing } };
  }
  const profile = judgeProfile(database, node, device);
  const steps: CheckStep[] = [
    { step: "device", node, outcome: "good", evidence: `${asked}: one row${modelText(database)}` },
    profile.step,
  ];
  return { steps, findings: profile.findings, signs: { device: "known", ...profile.signs } };
}

function modelText({ model }: DeviceRow): string {
  return model === null ? ", which does not tell the model" : `, model ${model}`;
}

function judgeProfile(
  row: DeviceRow,
  node: string,
  device: string,
): {
  step: CheckStep;
  findings: PhoneConfigFinding[];
  signs: Pick<PhoneSigns, "encryption" | "oauth">;
} {
  const name = row.profile === null ? "the security profile" : `security profile "${row.profile}"`;
  const signs = { encryption: wordOf(row.isTftpEncrypted), oauth: wordOf(row.isSipOauth) } as const;
  const evidence = `${name}: tftpencryptedflag ${flagText(row.isTftpEncrypted)}, sipoauthflag ${flagText(row.isSipOauth)}`;
  const step = (outcome: CheckStep["outcome"], why = ""): CheckStep => ({
    ...{ step: "profile", node, outcome },
    evidence: evidence + why,
  });
  if (row.isSipOauth === true) {
    const why =
      "; a phone with SIP OAuth fetches its configuration over HTTPS (port 6971), and the option has no effect";
    return { step: step("not-applicable", why), findings: [], signs };
  }
  if (row.isTftpEncrypted === null) {
    const message = `${node}: the database did not tell what the security profile of ${device} says; what its files say stands for it`;
    return { step: step("unknown"), findings: [finding("profile-not-read", "warn", node, message)], signs };
  }
  if (row.isTftpEncrypted) return { step: step("good"), findings: [], signs };
  const message = `${name} of ${device} does not have TFTP Encrypted Config set`;
  return { step: step("bad"), findings: [finding("profile-not-encrypted", "warn", null, message)], signs };
}

function wordOf(flag: boolean | null): "on" | "off" | "unknown" {
  return flag === null ? "unknown" : flag ? "on" : "off";
}

function flagText(flag: boolean | null): string {
  return flag === null ? "not read" : flag ? "t" : "f";
}
