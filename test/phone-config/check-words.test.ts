// What `phone-config check` says: never without end, never more than was seen, and in an order that harms nobody.
import { expect, test } from "vitest";
import { OperatorError } from "../../src/base/errors.ts";
import { judgePhoneConfig } from "../../src/phone-config/judge-phone-config.ts";
import { stateWords } from "../../src/phone-config/state-words.ts";
import { capfAnswer, type Fakes, openScene, sharedScene } from "./scene.ts";

const served = (xml: string): Fakes => ({
  fetch: ({ path }) =>
    path?.endsWith(".cnf.xml.sgn") === true
      ? { kind: "fetched", bytes: Buffer.from(`<device>${xml}</device>`), lastModified: null }
      : null,
});

test("a file that says too much does not flood the screen", async () => {
  const long = "9".repeat(50_000);
  const capf = "<capf><processNodeName>h</processNodeName></capf>".repeat(1_000);
  const xml = `<fullConfig>false</fullConfig><encrConfig>true</encrConfig><certHash>${long}</certHash>`;
  const file = served(`${xml}<capfAuthMode>${long}</capfAuthMode><capfList>${capf}</capfList>`);
  const { steps, findings } = judgePhoneConfig(await sharedScene().look(file));
  const said = [...steps.map(({ evidence }) => evidence), ...findings.map(({ message }) => message)];
  expect(Math.max(...said.map(({ length }) => length))).toBe(1_001);
  expect(said.filter((text) => text.length > 1_000 && !text.endsWith("…"))).toEqual([]);
});

test("another phone's file is called that", async () => {
  const scene = sharedScene({ faults: [{ kind: "other-filename", file: "sgn" }] });
  const { findings } = judgePhoneConfig(await scene.look());
  const [first] = findings.filter(({ code }) => code === "phone-file-of-another");
  expect(first?.message).toMatch(/cnf\.xml\.sgn is another's file: its header names it SEP/);
});

test("a full file alone is not told as what the profile says", async () => {
  const sessionError = new OperatorError("node-unreachable", "pub is down", { hint: "Look at it." });
  const scene = sharedScene({ isTftpEncrypted: false });
  const { state, verdict } = judgePhoneConfig(await scene.look({ sessionError }));
  expect([state, verdict]).toEqual(["profile-without-encryption", "block"]);
  expect(stateWords[state].meaning).toContain("where that was not read, by the file");
});

test("a renewed CAPF certificate: Trust Verification Service, then Cisco Tftp, then the phone", async () => {
  const renew = openScene({ databaseHash: "none" });
  renew.lab.replaceCertificate(renew.lab.publisher, "CAPF");
  const judged = judgePhoneConfig(await renew.look());
  expect(judged.state).toBe("capf-certificate-not-in-itl");
  const { advice = "" } = judged.findings.find(({ code }) => code === judged.state) ?? {};
  const words = ["itlctl status", "utils ctl update", "Trust Verification", "Cisco Tftp", "reset the phone"];
  const places = words.map((word) => advice.indexOf(word));
  expect(places).toEqual(places.toSorted((a, b) => a - b));
  expect(places[0]).toBeGreaterThan(0);
});

test("where only the certificate that was given differs, a reset comes before any restart", () => {
  expect(stateWords["hash-mismatch"].next).toMatch(/^Reset the phone if only .*restart Cisco Tftp/);
  expect(stateWords["hash-mismatch"].meaning).toContain("in authentication mode 1, waits for a string");
});

test("what could not be judged on the way of a waiting phone is named", async () => {
  const scene = sharedScene({ databaseHash: "none", model: "Cisco 6911" });
  const handshake: Fakes["handshake"] = (request) => ({
    ...capfAnswer(scene.lab, request),
    hello: Buffer.alloc(0),
  });
  const [first] = judgePhoneConfig(await scene.look({ handshake })).findings;
  expect(first?.message).toMatch(/keeps it away \(not settled: capf-hello, tls-minimum\)$/);
  const plain = sharedScene({ databaseHash: "none" });
  const [other] = judgePhoneConfig(await plain.look()).findings;
  expect(other?.message).toMatch(/nothing that was seen keeps it away$/);
});

test("another CAPF port is not called a matter of names", async () => {
  const scene = sharedScene({ databaseHash: "none", capfPort: 3805 });
  const { findings } = judgePhoneConfig(await scene.look());
  const found = findings.find(({ code }) => code === "capf-address-differs");
  expect(found?.advice).toMatch(/host and port .* ports\.capf of the inventory/);
});
