// Any signs at all → one state, and `unknown` with its reason wherever the evidence does not carry another word.
import fc from "fast-check";
import { expect, test } from "vitest";
import { decideState, phoneStates, stateTable } from "../../src/phone-config/decide-state.ts";
import type { PhoneSigns } from "../../src/phone-config/phone-signs.ts";

const signs: fc.Arbitrary<PhoneSigns> = fc.record({
  device: fc.constantFrom("known", "absent", "unknown"),
  encryption: fc.constantFrom("on", "off", "unknown"),
  oauth: fc.constantFrom("on", "off", "unknown"),
  model: fc.constantFrom("supported", "not-supported", "unknown"),
  file: fc.constantFrom("partial", "full", "missing", "damaged", "odd", "unknown"),
  nodes: fc.constantFrom("alike", "differ", "unknown"),
  certHash: fc.constantFrom("equal", "different", "empty", "unknown"),
  encryptedFile: fc.constantFrom("served", "missing", "damaged", "unknown"),
  signatures: fc.constantFrom("valid", "invalid", "signer-not-in-itl", "unknown"),
  capfAddress: fc.constantFrom("right", "other", "unknown"),
  authentication: fc.constantFrom("string", "other", "unknown"),
  capfService: fc.constantFrom("started", "stopped", "unknown"),
  capfPort: fc.constantFrom("good", "bad", "unknown"),
  capfCertificate: fc.constantFrom("in-itl", "not-in-itl", "unknown"),
  phoneCertificate: fc.constantFrom("equal", "different", "unknown"),
});
const runs = { numRuns: 5_000 };

test("every combination has one known state, with a reason exactly where it is unknown", () => {
  fc.assert(
    fc.property(signs, (each) => {
      const { state, why } = decideState(each);
      expect(phoneStates).toContain(state);
      expect(why !== null).toBe(state === "unknown");
    }),
    runs,
  );
});

test("encrypted is said only where nothing speaks against it", () => {
  fc.assert(
    fc.property(signs, (each) => {
      if (decideState(each).state !== "encrypted") return;
      expect(each).toMatchObject({
        encryption: "on",
        file: "partial",
        certHash: "equal",
        encryptedFile: "served",
      });
      expect(["device absent", "oauth on", "model not-supported", "nodes differ"]).not.toContain(
        Object.entries(each)
          .map((pair) => pair.join(" "))
          .find((said) => /^(device absent|oauth on|model not-supported|nodes differ)$/.test(said)),
      );
      expect(["invalid", "signer-not-in-itl"]).not.toContain(each.signatures);
      expect(each.phoneCertificate).not.toBe("different");
    }),
    { numRuns: 50_000 },
  );
});

test("nothing known is unknown, and so is evidence that contradicts itself", () => {
  const nothing: PhoneSigns = {
    ...{ device: "unknown", encryption: "unknown", oauth: "unknown", model: "unknown", file: "unknown" },
    ...{ nodes: "unknown", certHash: "unknown", encryptedFile: "unknown", signatures: "unknown" },
    ...{ capfAddress: "unknown", authentication: "unknown", capfService: "unknown", capfPort: "unknown" },
    ...{ capfCertificate: "unknown", phoneCertificate: "unknown" },
  };
  const good: PhoneSigns = {
    ...{ device: "known", encryption: "on", oauth: "off", model: "supported", file: "partial" },
    ...{ nodes: "alike", certHash: "equal", encryptedFile: "served", signatures: "valid" },
    ...{ capfAddress: "right", authentication: "other", capfService: "started", capfPort: "good" },
    ...{ capfCertificate: "in-itl", phoneCertificate: "equal" },
  };
  expect(decideState(good)).toEqual({ state: "encrypted", why: null });
  const contradictions: readonly Partial<PhoneSigns>[] = [
    nothing,
    { device: "absent" },
    { file: "odd" },
    { encryption: "unknown" },
    { certHash: "empty", phoneCertificate: "equal" },
    { certHash: "empty", phoneCertificate: "unknown", capfService: "stopped" },
    { certHash: "unknown" },
    { encryptedFile: "unknown" },
    { file: "unknown" },
    { file: "full", oauth: "unknown" },
    { file: "missing", device: "unknown" },
  ];
  for (const parts of contradictions) {
    expect([parts, decideState({ ...good, ...parts }).state]).toEqual([parts, "unknown"]);
  }
});

test("every row of the table decides something", () => {
  const used = new Set<string>();
  fc.assert(
    fc.property(signs, (each) => {
      const { state, why } = decideState(each);
      used.add(`${state} ${why}`);
    }),
    { numRuns: 200_000 },
  );
  expect(new Set(stateTable.map(({ state, why }) => `${state} ${why ?? null}`))).toEqual(used);
});
