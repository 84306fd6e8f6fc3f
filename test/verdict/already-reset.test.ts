// Which TFTP nodes a reset would bring nothing new: only those whose list that signer is seen to have signed.
import { beforeAll, expect, test } from "vitest";
import type { ClusterFacts, NodeFacts } from "../../src/facts/node-facts.ts";
import { alreadyReset } from "../../src/verdict/already-reset.ts";
import type { SignerIdentity } from "../../src/verdict/signer-identity.ts";
import { factsOf, fetched, makeLab, nodeOf, signerOf, withNode } from "../support/lab-facts.ts";

let facts: ClusterFacts;
let signer: SignerIdentity;
beforeAll(async () => {
  const lab = makeLab("12.5");
  await lab.resetLocalkey();
  facts = factsOf(lab);
  signer = signerOf(lab, "pub", "CallManager");
});

const named = (parts: Partial<NodeFacts>, by = signer) =>
  alreadyReset(withNode(facts, "tftp2", parts), ["pub", "tftp2"], by);
const own = () => {
  const { itl, served } = nodeOf(facts, "tftp2");
  if (itl?.kind !== "shown" || served?.kind !== "fetched") throw new Error("no list");
  return { itl, served };
};

test("both nodes that the reset reached, and of those only the ones that are asked for", () => {
  expect(named({})).toEqual(["pub", "tftp2"]);
  expect(alreadyReset(facts, ["tftp2"], signer)).toEqual(["tftp2"]);
});

test("a node whose list was not read, is missing or names no signer is none of them, whatever it serves", () => {
  expect(named({ itl: null })).toEqual(["pub"]);
  expect(named({ itl: { kind: "missing", text: "" } })).toEqual(["pub"]);
  expect(named({ itl: { ...own().itl, signer: null } })).toEqual(["pub"]);
});

test.each([
  ["was not asked for", null],
  ["could not be fetched", { kind: "unreachable", reason: "timed out" } as const],
])("where the served file %s, the node's own verification decides", (_, served) => {
  expect(named({ served })).toEqual(["pub", "tftp2"]);
  expect(named({ served, itl: { ...own().itl, isVerified: false } })).toEqual(["pub"]);
});

test("a served file that cannot be read proves nothing, not even with the checksum of show itl", () => {
  const sha1 = own().itl.checksums["sha1"] ?? "";
  const itl = { ...own().itl, checksums: { sha1 } };
  expect(named({ itl, served: { kind: "unreadable", sha1, reason: "HTML" } })).toEqual(["pub"]);
});

test("a damaged signature under the right names is no reset, whatever a record in the file itself vouches for", () => {
  const bytes = Buffer.from(own().served.bytes, "base64");
  bytes.writeUInt8(bytes.readUInt8(bytes.length - 1) ^ 1, bytes.length - 1);
  const itl = { ...own().itl, checksums: {} };
  expect(named({ itl })).toEqual(["pub", "tftp2"]);
  const damaged = fetched(bytes);
  expect(named({ itl, served: damaged })).toEqual(["pub"]);
  expect(named({ itl, served: { ...damaged, signature: "valid" } })).toEqual(["pub"]);
});

test("of a signer without a known key the file has to verify with the record that it carries", () => {
  const keyless = { ...signer, certificate: null, publicKey: null };
  const { served } = own();
  expect(named({}, keyless)).toEqual(["pub", "tftp2"]);
  for (const signature of ["invalid", "no-signer-certificate", "unsupported"] as const) {
    expect(named({ served: { ...served, signature } }, keyless)).toEqual(["pub"]);
  }
});
