// What every node's file tells the phone about CAPF → is that the publisher, and must somebody type a string.
import { capfAuthModeWords } from "./capf-auth-mode.ts";
import { type PhoneConfigFinding, finding } from "./check-findings.ts";
import type { CheckStep, Part } from "./check-step.ts";
import type { PhoneConfigFacts } from "./config-facts.ts";
import { type CapfNeed, outcomeFor, severityFor } from "./capf-need.ts";
import type { NodeView } from "./node-view.ts";
import type { PhoneLook } from "./phone-look.ts";
import type { PhoneSigns } from "./phone-signs.ts";

/** A name that is none of the publisher's may still lead there, so it only warns; an address or a port cannot. */
export function judgeCapfNamed(
  look: PhoneLook,
  views: readonly NodeView[],
  need: CapfNeed,
): Part<Pick<PhoneSigns, "authentication" | "capfAddress">> {
  const read = views.flatMap(({ files, config }) => (config === null ? [] : [{ node: files.node, config }]));
  const findings: PhoneConfigFinding[] = [];
  const addresses = read.map(({ node, config }): CheckStep => {
    const { isRight, isName, evidence } = addressOf(look, config);
    if (!isRight && need !== "no") {
      const severity = isName ? "warn" : severityFor(need);
      findings.push(finding("capf-address-differs", severity, node, `${node}: ${evidence}`));
    }
    return { step: "capf-address", node, outcome: outcomeFor(need, isRight ? "good" : "bad"), evidence };
  });
  const authentication = read.map(({ node, config: { capfAuthMode: mode } }): CheckStep => {
    const words = capfAuthModeWords(mode ?? "");
    const evidence =
      (mode ?? "") === ""
        ? "the file has no capfAuthMode"
        : `capfAuthMode ${mode}: ${words ?? "a value that is on no record"}`;
    return { step: "authentication-mode", node, outcome: words === null ? "unknown" : "good", evidence };
  });
  const seen = new Set(read.map(({ config }) => config.capfAuthMode ?? ""));
  const [only = ""] = seen;
  const isKnown = seen.size === 1 && capfAuthModeWords(only) !== null;
  return {
    steps: [...addresses, ...authentication],
    findings,
    signs: {
      capfAddress:
        read.length === 0
          ? "unknown"
          : addresses.some(({ outcome }) => outcome !== "good")
            ? "other"
            : "right",
      authentication: !isKnown ? "unknown" : only === "1" ? "string" : "other",
    },
  };
}

function addressOf(
  { publisher }: PhoneLook,
  { capf }: PhoneConfigFacts,
): { isRight: boolean; isName: boolean; evidence: string } {
  const expected = `${publisher.node} is ${publisher.names.join(" or ")}, port ${publisher.capfPort}`;
  if (capf.length === 0)
    return { isRight: false, isName: false, evidence: `the file names no CAPF; ${expected}` };
  const named = capf.map(({ host, port }) => `${host === "" ? "(empty)" : host} port ${port ?? "(none)"}`);
  const isRight = capf.some(
    ({ host, port }) => port === publisher.capfPort && isPublisher(host, publisher.names),
  );
  const isName = capf.some(
    ({ host, port }) => port === publisher.capfPort && host !== "" && !isAddress(host),
  );
  return { isRight, isName, evidence: `the file names ${named.join(", ")}; ${expected}` };
}

/** A full name fits the bare one that the inventory has. */
function isPublisher(host: string, names: readonly string[]): boolean {
  const name = host.toLowerCase();
  if (names.includes(name)) return true;
  return !isAddress(name) && names.includes(name.split(".")[0] ?? "");
}

function isAddress(host: string): boolean {
  return /^[\d.]+$/.test(host) || host.includes(":");
}
