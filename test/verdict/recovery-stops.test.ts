// Facts of a publisher and findings in, what stops a recovery and what nobody can accept out.
import { describe, expect, test } from "vitest";
import type { ClusterFacts } from "../../src/facts/node-facts.ts";
import {
  isNeverAccepted,
  judgePublisherStops,
  withRecoverySeverity,
} from "../../src/verdict/recovery-stops.ts";
import type { Finding, FindingCode } from "../../src/verdict/verdict.ts";
import { factsOf, makeLab, withNode } from "../support/lab-facts.ts";
import { withoutRecovery } from "../support/preflight-of.ts";

const healthy = factsOf(makeLab("12.5"));
const finding = (
  code: FindingCode,
  node: string | null = "pub",
  severity: Finding["severity"] = "block",
): Finding => ({ code, severity, node, message: "what was seen", advice: "" });
const codesOf = (facts: ClusterFacts, seen: readonly Finding[] = []) =>
  judgePublisherStops(facts, seen).map(({ code, severity, node }) => `${severity} ${code} ${node}`);
const trouble = (command: string | null) =>
  [{ code: "answer-not-understood", command, message: "" }] as const;

describe("the publisher", () => {
  test("that was read stops nothing, and without one there is nothing to stop", () => {
    expect(codesOf(healthy)).toEqual([]);
    expect(codesOf({ ...healthy, nodes: healthy.nodes.filter(({ node }) => node !== "pub") })).toEqual([]);
  });

  test("whose list was not read, or is missing, stops once", () => {
    const unread = withNode(healthy, "pub", { itl: null, served: null });
    const missing = withNode(healthy, "pub", { itl: { kind: "missing", text: "" }, served: null });
    expect(codesOf(unread)).toEqual(["block answer-not-understood pub"]);
    expect(codesOf(missing)).toEqual(["block itl-missing pub"]);
    expect(codesOf(missing, [finding("itl-missing")])).toEqual([]);
    expect(codesOf(missing, [finding("itl-missing", "tftp2")])).toEqual(["block itl-missing pub"]);
  });

  test("of which trouble with that very command is told already is not told again", () => {
    const unread = { itl: null, served: null };
    expect(codesOf(withNode(healthy, "pub", { ...unread, trouble: trouble("show itl") }))).toEqual([]);
    expect(codesOf(withNode(healthy, "pub", { ...unread, trouble: trouble("show status") }))).toEqual([
      "block answer-not-understood pub",
    ]);
  });

  test("whose list has no recovery record stops once", () => {
    const without = withoutRecovery(healthy, "pub");
    const bare = withNode(without, "pub", { served: null });
    expect(codesOf(bare)).toEqual(["block recovery-record-missing pub"]);
    expect(codesOf(bare, [finding("recovery-record-missing")])).toEqual([]);
  });

  test("whose release was not read stops, unless that is told already", () => {
    expect(codesOf(withNode(healthy, "pub", { release: null }))).toEqual(["block answer-not-understood pub"]);
    const told = withNode(healthy, "pub", { release: null, trouble: trouble("show version active") });
    expect(codesOf(told)).toEqual([]);
  });

  test.each(["node-unreachable", "login-refused", "host-key-refused"] as const)(
    "with %s has no more to say; another node's does not count",
    (code) => {
      const unread = withNode(healthy, "pub", { itl: null, served: null, release: null });
      expect(codesOf(unread, [finding(code)])).toEqual([]);
      expect(codesOf(unread, [finding(code, "tftp2")])).toHaveLength(2);
    },
  );
});

describe("in a recovery", () => {
  const ctl = { kind: "left", reason: "nobody looked" } as const;
  const settled = { key: "local", release: "11.5.1", mustKnowHeld: false, doubt: null, ctl } as const;

  test.each(["mixed-mode", "tftp-node-not-in-inventory", "privilege-too-low"] as const)(
    "%s blocks",
    (code) => {
      expect(withRecoverySeverity(finding(code, null, "warn"), settled).severity).toBe("block");
    },
  );

  test.each([
    ["local", "11.5.1", "block"],
    ["local", "12.5.1", "warn"],
    ["remote", "11.5.1", "warn"],
    ["local", null, "warn"],
    [null, "11.5.1", "warn"],
  ] as const)("a replaced recovery certificate with key %s and release %s: %s", (key, release, severity) => {
    const replaced = finding("recovery-certificate-replaced", "pub", "warn");
    expect(withRecoverySeverity(replaced, { ...settled, key, release }).severity).toBe(severity);
  });

  test("mixed mode stops only where the CTL is left to people, and says why", () => {
    const mixed = finding("mixed-mode", null, "warn");
    expect(withRecoverySeverity(mixed, settled).message).toMatch(/leaves the CTL to you: nobody looked$/);
    const written = withRecoverySeverity(mixed, { ...settled, ctl: { kind: "written", forecasts: [] } });
    expect(written).toMatchObject({ severity: "warn", message: expect.stringContaining("writes it too") });
    expect(withRecoverySeverity(mixed, { ...settled, ctl: { kind: "around" } })).toEqual(mixed);
  });

  test("what else warns goes on warning", () => {
    const other = finding("clock-skew", "pub", "warn");
    expect(withRecoverySeverity(other, { ...settled, mustKnowHeld: true })).toEqual(other);
  });

  test("an assumed held list blocks only where it must be known, and says why", () => {
    const assumed = finding("held-list-assumed", "pub", "warn");
    expect(withRecoverySeverity(assumed, settled)).toEqual(assumed);
    expect(withRecoverySeverity(assumed, { ...settled, mustKnowHeld: true })).toMatchObject({
      ...{ severity: "block", message: "what was seen; nobody is asked, and no key was named" },
      advice: expect.stringContaining("--held FILE"),
    });
    const doubted = { ...settled, mustKnowHeld: true, doubt: "something speaks against it" };
    expect(withRecoverySeverity(assumed, doubted).message).toBe("what was seen; something speaks against it");
  });
});

describe("nobody can accept", () => {
  const never = (each: Finding, facts = healthy, isHeldAssumed = false) =>
    isNeverAccepted(each, facts, isHeldAssumed);

  test.each(["publisher-mismatch", "privilege-too-low", "key-not-held"] as const)(
    "%s of any node",
    (code) => {
      expect(never(finding(code, "tftp2"))).toBe(true);
      expect(never(finding(code, null))).toBe(true);
    },
  );

  test("a key that phones do not hold, unless what they hold is only assumed", () => {
    expect(never(finding("key-not-held"), healthy, true)).toBe(false);
    expect(never(finding("privilege-too-low"), healthy, true)).toBe(true);
  });

  test.each([
    ...(["node-unreachable", "login-refused", "host-key-refused"] as const),
    ...(["itl-missing", "recovery-record-missing"] as const),
  ])("%s of the publisher; of another node it may pass", (code) => {
    expect(never(finding(code))).toBe(true);
    expect(never(finding(code, "tftp2"))).toBe(false);
    const nobody = { ...healthy, nodes: healthy.nodes.filter(({ node }) => node !== "pub") };
    expect(never(finding(code), nobody)).toBe(false);
  });

  test("an answer of the publisher, where its list or its release is not known", () => {
    const odd = finding("answer-not-understood");
    expect(never(odd)).toBe(false);
    expect(never(odd, withNode(healthy, "pub", { itl: null }))).toBe(true);
    expect(never(odd, withNode(healthy, "pub", { release: null }))).toBe(true);
    expect(never(finding("clock-skew"), withNode(healthy, "pub", { itl: null }))).toBe(false);
  });

  test("what only warns needs no acceptance", () => {
    expect(never(finding("publisher-mismatch", "pub", "warn"))).toBe(false);
  });
});
