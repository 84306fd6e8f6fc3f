// Model, LSC and the phone's own certificate, each as it may be read → the step's word and its finding; where too little is known, unknown.
import { expect, test } from "vitest";
import { judgeLsc, judgeModel, judgePhoneCertificate } from "../../src/phone-config/judge-certificates.ts";
import type { NodeView } from "../../src/phone-config/node-view.ts";
import type { DeviceAnswer, PhoneLook } from "../../src/phone-config/phone-look.ts";
import { smallCertificate } from "../verdict/small-facts.ts";

const nowMs = Date.UTC(2026, 10, 20);
const done = (protocol: string) => ({ kind: "done", protocol });
const failed = (stage: string) => ({ kind: "failed", stage, reason: `no answer (${stage})` });
const row = (parts: object) => ({ kind: "row", ...parts }) as DeviceAnswer;
const noRow: DeviceAnswer = { kind: "none", query: "select" };

function look(database: DeviceAnswer, capf: object = { modern: done("TLSv1.2"), old: null }): PhoneLook {
  return { database, capf, nowMs, publisher: { node: "pub" } } as unknown as PhoneLook;
}

type Part = Pick<ReturnType<typeof judgeModel>, "steps" | "findings">;
const told = ({ steps, findings }: Part) => [
  ...steps.map(({ outcome }) => outcome),
  ...findings.map(({ code, severity }) => `${severity} ${code}`),
];
const evidence = ({ steps }: Part) => steps[0]?.evidence;

test.each<[string, DeviceAnswer, object, string, string, RegExp]>([
  ["no row", noRow, {}, "unknown", "unknown", /^the model is not known$/],
  ["a row without it", row({ model: null }), {}, "unknown", "unknown", /^the model is not known$/],
  ["a model of today", row({ model: "Cisco 8841" }), {}, "good", "supported", /none of the models/],
  [
    "an old one, and a CAPF that still takes old TLS",
    row({ model: "Cisco 7945" }),
    { modern: done("TLSv1.2"), old: done("TLSv1") },
    ...(["good", "supported", /CAPF still takes TLSv1$/] as const),
  ],
  [
    "one that takes no ITL: not said to be good",
    row({ model: "Cisco 6911" }),
    { modern: done("TLSv1.2"), old: done("TLSv1") },
    ...(["unknown", "supported", /CAPF still takes TLSv1; it takes no ITL and needs mixed mode/] as const),
  ],
  [
    "an old one, and a CAPF that was not asked with old TLS",
    row({ model: "Cisco 7945" }),
    { modern: done("TLSv1.2"), old: null },
    ...(["unknown", "unknown", /what the least is could not be seen$/] as const),
  ],
  [
    "an old one, and a CAPF that does not answer at all",
    row({ model: "Cisco IP Communicator" }),
    { modern: failed("closed"), old: failed("tls") },
    ...(["unknown", "unknown", /what the least is could not be seen$/] as const),
  ],
  [
    "an old one, and old TLS that failed for another reason",
    row({ model: "Cisco 7945" }),
    { modern: done("TLSv1.2"), old: failed("silent") },
    ...(["unknown", "unknown", /what the least is could not be seen$/] as const),
  ],
])("model: %s", (_what, database, capf, outcome, sign, why) => {
  const part = judgeModel(look(database, capf), true);
  expect([told(part), part.signs.model]).toEqual([[outcome], sign]);
  expect(evidence(part)).toMatch(why);
});

test("model: an old one where old TLS is refused blocks encryption, and is nothing where it is off", () => {
  const refused = look(row({ model: "Cisco 7945" }), { modern: done("TLSv1.3"), old: failed("tls") });
  const [on, off] = [judgeModel(refused, true), judgeModel(refused, false)];
  expect(told(on)).toEqual(["bad", "block model-not-supported"]);
  expect(told(off)).toEqual(["not-applicable"]);
  expect([on.signs.model, off.signs.model]).toEqual(["not-supported", "not-supported"]);
  expect(evidence(on)).toContain("CAPF speaks TLSv1.3 and refuses TLS 1.0 and 1.1 (no answer (tls))");
});

const lsc = (lscValidUntil: string | null, isOn = true) =>
  judgeLsc(look(row({ model: null, lscValidUntil })), isOn);
const seconds = (ms: number) => String(ms / 1000);

test.each<[string | null, readonly string[], RegExp]>([
  [null, ["not-applicable"], /has no end of an LSC/],
  ["", ["not-applicable"], /has no end of an LSC/],
  ["0", ["not-applicable"], /has no end of an LSC/],
  [seconds(nowMs), ["good"], /read as 2026-11-20T00:00:00\.000Z$/],
  [seconds(nowMs - 1000), ["bad", "warn lsc-expired"], /read as 2026-11-19T23:59:59\.000Z$/],
  ["2027-01-01", ["good"], /read as 2027-01-01T/],
  ["2020-01-01", ["bad", "warn lsc-expired"], /read as 2020-01-01T/],
  ["20 Nov 2027", ["unknown"], /a form that is on no record$/],
  ["2027-99-99", ["unknown"], /a form that is on no record$/],
  ["12345678", ["unknown"], /a form that is on no record$/],
])("LSC until %j", (text, words, why) => {
  const part = lsc(text);
  expect(told(part)).toEqual(words);
  expect(evidence(part)).toMatch(why);
});

test("LSC: one that has ended is nothing where encryption is off, and nothing is said without a row", () => {
  expect(told(lsc("2020-01-01", false))).toEqual(["not-applicable"]);
  const blind = judgeLsc(look(noRow), true);
  expect([told(blind), evidence(blind)]).toEqual([["not-applicable"], "the phone's row was not read"]);
});

const own = { ...smallCertificate("phone", "61:40"), notAfter: "2030-01-01T00:00:00Z" };
const md5 = "0123456789abcdef0123456789abcdef";
const view = (certHash: string | null, file = "partial") =>
  ({ file, config: certHash === null ? null : { certHash } }) as unknown as NodeView;

function phone(views: readonly NodeView[], change: object = {}, certificate: object = {}) {
  const phoneCertificate = { file: "lsc.pem", md5, certificate: { ...own, ...certificate }, ...change };
  return judgePhoneCertificate({ phoneCertificate, nowMs } as unknown as PhoneLook, views);
}

test("phone certificate: none was given", () => {
  const part = judgePhoneCertificate({ phoneCertificate: null, nowMs } as PhoneLook, [view(md5)]);
  expect([told(part), part.signs]).toEqual([["not-applicable"], { phoneCertificate: "unknown" }]);
});

test.each<[string, readonly NodeView[]]>([
  ["no partial file", [view(md5, "full")]],
  ["a partial file that cannot be read", [view(null)]],
  ["two hashes on two nodes", [view(md5), view("f".repeat(32))]],
  ["a hash on one node only", [view(""), view(md5)]],
])("phone certificate: %s to compare it with", (_what, views) => {
  const part = phone(views);
  expect([told(part), part.signs.phoneCertificate]).toEqual([["not-applicable"], "unknown"]);
  expect(evidence(part)).toMatch(/there is no one certHash to compare it with$/);
});

test("phone certificate: the one of the hash, on every node", () => {
  const part = phone([view(md5), view(md5), view("x", "full")]);
  expect([told(part), part.signs.phoneCertificate]).toEqual([["good"], "equal"]);
});

test("phone certificate: another one blocks", () => {
  const part = phone([view("f".repeat(32))]);
  expect(told(part)).toEqual(["bad", "block phone-certificate-differs"]);
  expect(part.signs.phoneCertificate).toBe("different");
  expect(evidence(part)).toContain(`its MD5 is ${md5}, and certHash is ${"f".repeat(32)}`);
});

test.each<[string, string, object, object, RegExp]>([
  ["without MD5 on this machine", md5, { md5: null }, {}, /has no MD5 \(FIPS mode\)/],
  [
    "with a hash that is no MD5",
    "f".repeat(40),
    {},
    {},
    /is no MD5, and what else it can be is on no record/,
  ],
  ["that is not RSA", "f".repeat(32), {}, { keyKind: "ec" }, /not RSA is hashed is on no record/],
])("phone certificate: %s it is not compared, and not called another", (_what, hash, change, facts, why) => {
  const part = phone([view(hash)], change, facts);
  expect(told(part)).toEqual(["unknown", "warn phone-certificate-not-compared"]);
  expect(part.signs.phoneCertificate).toBe("unknown");
  expect(evidence(part)).toMatch(why);
});

test("phone certificate: one that has ended is told beside the comparison", () => {
  const part = phone([view(md5)], {}, { notAfter: "2026-11-19T23:59:59Z" });
  expect(told(part)).toEqual(["bad", "warn phone-certificate-expired"]);
  expect(part.signs.phoneCertificate).toBe("equal");
  expect(told(phone([view(md5)], {}, { notAfter: "2026-11-20T00:00:00Z" }))).toEqual(["good"]);
});
