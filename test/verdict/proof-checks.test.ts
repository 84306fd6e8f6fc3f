// Each single check of a proof in all its answers: met, refuted, and not to be had; and what is told of it.
import { describe, expect, test } from "vitest";
import type { Take } from "../../src/verdict/phone-trust.ts";
import {
  checkPhones,
  checkServed,
  checkSignature,
  checkSigner,
  checkVerified,
  type ProofCheck,
} from "../../src/verdict/proof-checks.ts";
import { tvsViewOf } from "../../src/verdict/tvs-view.ts";
import { factsOf, fetched, listOf, makeLab, nodeOf, replace, signerOf } from "../support/lab-facts.ts";

const lab = makeLab("11.5");
const signer = signerOf(lab, "pub", "CallManager");
const stranger = signerOf(lab, "tftp2", "CallManager");
const { itl: shown, served } = nodeOf(factsOf(lab), "pub");
if (shown?.kind !== "shown" || served?.kind !== "fetched") throw new Error("no list");
const gone = { kind: "unreachable", reason: "timed out" } as const;
const odd = { kind: "unreadable", sha1: "0f0f", reason: "it is HTML" } as const;
const told = ({ isMet, detail }: ProofCheck) => [isMet, detail];
const notFetched = "the served file could not be fetched from here";

describe("the signer", () => {
  test("is the named certificate, another one, or one of its serial with another key", () => {
    expect(told(checkSigner(shown, signer))).toEqual([
      true,
      `signed by pub.lab.example.net, serial ${signer.serial}`,
    ]);
    const expected = `signed by pub.lab.example.net, serial ${signer.serial}; expected was serial ${stranger.serial}`;
    expect(told(checkSigner(shown, stranger))).toEqual([false, expected]);
    expect(told(checkSigner(shown, { ...stranger, serial: signer.serial }))).toEqual([
      false,
      `signed by pub.lab.example.net, serial ${signer.serial}, which has that serial and another key; expected was serial ${signer.serial}`,
    ]);
  });

  test("is not to be had from a list that names none, and that refutes", () => {
    const nameless = checkSigner({ ...shown, signer: null }, signer);
    expect(told(nameless)).toEqual([false, "`show itl` names no signer"]);
  });
});

describe("the served file", () => {
  test.each([
    ["it is", served, true, "phones are served the file that `show itl` describes"],
    ["it is another", odd, false, "phones are served another file (SHA-1 0f0f) than `show itl` describes"],
    ["it could not be fetched", gone, null, `${notFetched} (timed out)`],
    ["it was not asked for", null, null, notFetched],
  ] as const)("is the one that show itl describes: %s", (_, file, isMet, detail) => {
    expect(told(checkServed(file, shown))).toEqual([isMet, detail]);
  });

  test("is not compared where no checksum was printed", () => {
    const bare = checkServed(served, { ...shown, checksums: {} });
    expect(told(bare)).toEqual([null, "`show itl` printed no checksum to compare with"]);
  });
});

describe("the signature", () => {
  const unknown = "the signature is of a kind that cannot be checked here, or its certificate is not known";

  test.each([
    ["verifies", served, true, `the signature verifies with serial ${signer.serial}`],
    ["is in no list", odd, false, "the served file cannot be read: it is HTML"],
    ["could not be fetched", gone, null, `${notFetched} (timed out)`],
    ["was not asked for", null, null, notFetched],
  ] as const)("%s", (_, file, isMet, detail) => {
    expect(told(checkSignature(file, signer))).toEqual([isMet, detail]);
  });

  test("is held against the named key, whatever a record in the file vouches for", () => {
    const wrong = checkSignature(served, stranger);
    expect(told(wrong)).toEqual([false, `the signature does not verify with serial ${stranger.serial}`]);
  });

  test.each([
    ["valid", true],
    ["invalid", false],
    ["no-signer-certificate", null],
    ["unsupported", null],
  ] as const)("of a signer without known key is what the file itself shows: %s", (signature, isMet) => {
    const keyless = { ...signer, certificate: null, publicKey: null };
    const check = checkSignature({ ...served, signature }, keyless);
    expect(check.isMet).toBe(isMet);
    if (isMet === null) expect(check.detail).toBe(unknown);
  });
});

describe("phones", () => {
  const held = listOf(lab, "pub").file;
  const other = makeLab("11.5");
  replace(other, ["CallManager"]);
  const tvs = tvsViewOf(factsOf(other));
  const silent = { ...tvs, runningTvs: [] };
  const regenerated = {
    served: nodeOf(factsOf(other), "pub").served,
    signer: signerOf(other, "pub", "CallManager"),
  };
  const plan = (kind: Take["kind"]) => ({ kind, reason: "" });
  const unseen = { served: gone, signer: regenerated.signer };

  test.each([
    ["no plan", null, true, /^phones take it by asking TVS: /],
    ["a plan that counted on it", plan("by-tvs"), true, /^phones take it by asking TVS: /],
    [
      "a plan that they take it by themselves",
      plan("direct"),
      false,
      /^phones take it only by asking TVS, the plan/,
    ],
    ["a plan that they will not", plan("not"), null, /^as the plan said, its phones may not take it: /],
  ] as const)(
    "take it by asking TVS, with %s; also where only show itl tells of it",
    (_, forecast, isMet, text) => {
      for (const seen of [regenerated, unseen]) {
        const check = checkPhones({ ...seen, held, forecast, tvs });
        expect(check.isMet).toBe(isMet);
        expect(check.detail).toMatch(text);
      }
    },
  );

  test.each([
    ["no plan", null, false, /^phones would not take it: /],
    ["a plan that counted on TVS", plan("by-tvs"), false, /^phones would not take it: /],
    ["a plan that they will not", plan("not"), null, /^as the plan said/],
  ] as const)("do not take it where no TVS answers, with %s", (_, forecast, isMet, text) => {
    for (const seen of [regenerated, unseen]) {
      const check = checkPhones({ ...seen, held, forecast, tvs: silent });
      expect(check.isMet).toBe(isMet);
      expect(check.detail).toMatch(text);
    }
  });

  test("take by themselves what a token of their list signed, also against a plan that they will not", () => {
    for (const seen of [
      { served, signer },
      { served: null, signer },
    ]) {
      const check = checkPhones({ ...seen, held, forecast: plan("not"), tvs: silent });
      expect(check.isMet).toBe(true);
      expect(check.detail).toMatch(/^phones take it by themselves: /);
    }
  });

  test("of a TVS that was not looked at are believed to be answered only where the plan counted on it", () => {
    expect(checkPhones({ ...regenerated, held, forecast: plan("by-tvs"), tvs: null }).isMet).toBe(true);
    expect(checkPhones({ ...regenerated, held, forecast: plan("direct"), tvs: null }).isMet).toBe(false);
    expect(checkPhones({ ...regenerated, held, forecast: null, tvs: null }).isMet).toBe(false);
  });

  test("whose list is not known are not asked", () => {
    const check = checkPhones({ served, signer, held: null, forecast: null, tvs });
    expect(told(check)).toEqual([null, "the list that its phones hold is not known"]);
  });

  test("are offered the bytes that are served, not what the plan hoped for", () => {
    const bytes = Buffer.from(served.bytes, "base64");
    bytes.writeUInt8(bytes.readUInt8(bytes.length - 1) ^ 1, bytes.length - 1);
    expect(checkPhones({ served: fetched(bytes), signer, held, forecast: null, tvs: silent }).isMet).toBe(
      false,
    );
  });
});

describe("the node's own verification", () => {
  const failed = { ...shown, isVerified: false, verdictText: "Verification failed" };

  test("is met, or refuted in the node's words", () => {
    expect(told(checkVerified(shown))).toEqual([true, "`show itl` verified it"]);
    expect(told(checkVerified(failed))).toEqual([false, "`show itl` did not verify it: Verification failed"]);
    const silent = checkVerified({ ...failed, verdictText: null, signer: null });
    expect(told(silent)).toEqual([false, "`show itl` did not verify it: it says nothing"]);
  });

  test("is not to be had of a list that carries no record of its signer", () => {
    const records = shown.records.filter((record) => record.serial !== signer.serial);
    expect(told(checkVerified({ ...failed, records }))).toEqual([
      null,
      "the list carries no certificate of its signer, so the node itself cannot verify it",
    ]);
  });
});
