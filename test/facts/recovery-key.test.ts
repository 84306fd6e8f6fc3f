// ITLRecovery.p12 in every form that platforms and tools write: whole or not, opened or not, its key its own or not.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import forge from "node-forge";
import { describe, expect, test } from "vitest";
import { parseRecoveryKey } from "../../src/facts/recovery-key.ts";
import { needs } from "../support/needs.ts";
import { makeCertificate } from "./made-certificate.ts";
import { readQuickly } from "./refusal.ts";

const password = "derived by the platform";
const own = makeCertificate("ITLRECOVERY_test10pub", "00c1f2");
const other = makeCertificate("ITLRECOVERY_other", "17");

type Made = typeof own;
function p12(
  certificates: readonly Made[],
  key: Made | null,
  options: object = { algorithm: "3des" },
): Buffer {
  const keyOf = key === null ? null : forge.pki.privateKeyFromPem(key.keyPem);
  const chain = certificates.map(({ pem }) => forge.pki.certificateFromPem(pem));
  const node = forge.pkcs12.toPkcs12Asn1(keyOf, chain, password, {
    generateLocalKeyId: chain.length > 0,
    ...options,
  });
  return Buffer.from(forge.asn1.toDer(node).getBytes(), "latin1");
}
const sound = p12([own], own);

test("a 3DES file is opened, and its key is the certificate's", () => {
  const key = parseRecoveryKey(sound, password);
  expect(key).toMatchObject({ isWhole: true, ciphers: ["3des-cbc"], reason: null });
  expect(key.opened?.keyMatchesCertificate).toBe(true);
  expect(key.opened?.certificate).toMatchObject({ serial: "C1:F2", der: own.der.toString("base64") });
});

test.each(["aes128", "aes192", "aes256"])("an %s file is opened", (algorithm) => {
  const key = parseRecoveryKey(p12([own], own, { algorithm }), password);
  expect(key).toMatchObject({ isWhole: true, ciphers: [`aes-${algorithm.slice(3)}-cbc`], reason: null });
  expect(key.opened?.keyMatchesCertificate).toBe(true);
});

test.each(["", "wrong", `${password} `])(
  "the wrong password %j does not open it, and is not told",
  (wrong) => {
    const key = parseRecoveryKey(sound, wrong);
    expect(key).toEqual({
      isWhole: true,
      isUnlocked: false,
      hasMac: true,
      ciphers: ["3des-cbc"],
      opened: null,
      reason: "the password does not open it",
    });
  },
);

test("an EC key is matched too", ({ skip }) => {
  if (!needs("openssl")) skip();
  const folder = mkdtempSync(join(tmpdir(), "itlctl-p12-"));
  try {
    const run = (...words: string[]) => execFileSync("openssl", words, { cwd: folder, stdio: "pipe" });
    run("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", "key");
    run("req", "-x509", "-new", "-key", "key", "-subj", "/CN=EC", "-days", "1", "-out", "certificate");
    run("pkcs12", "-export", "-inkey", "key", "-in", "certificate", "-out", "p12", "-passout", "pass:x");
    const { opened } = parseRecoveryKey(readFileSync(join(folder, "p12")), "x");
    expect(opened).toMatchObject({
      keyMatchesCertificate: true,
      certificate: { keyKind: "ec", subject: "CN=EC" },
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
});

describe("what is inside", () => {
  test("another certificate's key is not taken for its own", () => {
    expect(parseRecoveryKey(p12([own], other), password).opened).toMatchObject({
      keyMatchesCertificate: false,
      certificate: { serial: "C1:F2" },
    });
  });

  test("among several certificates the key's own is told", () => {
    expect(parseRecoveryKey(p12([other, own], own), password).opened).toMatchObject({
      keyMatchesCertificate: true,
      certificate: { serial: "C1:F2" },
    });
  });

  test("a file without key or without certificate is not a recovery key", () => {
    expect(parseRecoveryKey(p12([own], null), password)).toMatchObject({
      isUnlocked: true,
      opened: null,
      reason: expect.stringMatching(/no private key/) as string,
    });
    expect(parseRecoveryKey(p12([], own), password)).toMatchObject({
      isUnlocked: true,
      opened: null,
      reason: expect.stringMatching(/no certificate/) as string,
    });
  });

  test("parts without end are not tried", () => {
    const pfx = forge.asn1.fromDer(forge.util.createBuffer(sound.toString("latin1")));
    expect(parseRecoveryKey(manyLocks(pfx), password)).toMatchObject({
      isWhole: true,
      opened: null,
      reason: "it is locked in 17 parts, too many to try",
    });
  });

  test("rounds without end are not tried", () => {
    const huge = hugeRounds(sound);
    const start = performance.now();
    expect(parseRecoveryKey(huge, password)).toMatchObject({
      isWhole: true,
      opened: null,
      reason: expect.stringMatching(/2147483647 rounds/) as string,
    });
    expect(performance.now() - start).toBeLessThan(1000);
  });
});

/** The same file with its encrypted key seventeen times. */
function manyLocks(pfx: forge.asn1.Asn1): Buffer {
  const partOf = (node: forge.asn1.Asn1, at: number): forge.asn1.Asn1 => {
    const part = (node.value as forge.asn1.Asn1[])[at];
    if (part === undefined) throw new Error("a part is absent");
    return part;
  };
  const octets = partOf(partOf(partOf(pfx, 1), 1), 0);
  const safe = forge.asn1.fromDer(forge.util.createBuffer(octets.value as string));
  const last = (safe.value as forge.asn1.Asn1[]).at(-1);
  if (last === undefined) throw new Error("no safe");
  safe.value = Array.from({ length: 17 }, () => last);
  octets.value = forge.asn1.toDer(safe).getBytes();
  return Buffer.from(forge.asn1.toDer(pfx).getBytes(), "latin1");
}

/** The same file with the MAC's rounds set to the largest positive 32-bit number. */
function hugeRounds(bytes: Buffer): Buffer {
  const pfx = forge.asn1.fromDer(forge.util.createBuffer(bytes.toString("latin1")));
  const mac = (pfx.value as forge.asn1.Asn1[])[2];
  const rounds = mac === undefined ? undefined : (mac.value as forge.asn1.Asn1[])[2];
  if (rounds === undefined) throw new Error("no rounds");
  rounds.value = "\x7f\xff\xff\xff";
  return Buffer.from(forge.asn1.toDer(pfx).getBytes(), "latin1");
}

type Part = forge.asn1.Asn1 & { value: forge.asn1.Asn1[] };
const set = (node: forge.asn1.Asn1 | undefined, value: string) => node && Object.assign(node, { value });
const shape = (node: forge.asn1.Asn1 | undefined, value: string | forge.asn1.Asn1[]) => {
  const isList = Array.isArray(value);
  if (node) Object.assign(node, { value, constructed: isList, composed: isList });
};
const derOid = (oid: string | undefined) => forge.asn1.oidToDer(oid ?? "").getBytes();
function part(node: forge.asn1.Asn1 | undefined, at: number): Part {
  const child = (node?.value as forge.asn1.Asn1[] | undefined)?.[at];
  if (child === undefined) throw new Error("a part is absent");
  return child as Part;
}

describe("what is not whole is told so, with or without a password", () => {
  const isNot = {
    isWhole: false,
    isUnlocked: false,
    hasMac: false,
    ciphers: [],
    opened: null,
    reason: "it is not a whole PKCS#12 file",
  };

  test("cut at any byte", () => {
    for (let cut = 0; cut < sound.length; cut += 1)
      expect(parseRecoveryKey(sound.subarray(0, cut), null)).toEqual(isNot);
  });

  test("a checksum without its parts", () => {
    const broken = (change: (mac: forge.asn1.Asn1[]) => void) => {
      const pfx = forge.asn1.fromDer(forge.util.createBuffer(sound.toString("latin1")));
      const mac = (pfx.value as forge.asn1.Asn1[])[2]?.value;
      if (!Array.isArray(mac)) throw new Error("no MAC");
      change(mac);
      return Buffer.from(forge.asn1.toDer(pfx).getBytes(), "latin1");
    };
    expect(
      parseRecoveryKey(
        broken(() => undefined),
        null,
      ),
    ).toMatchObject({ isWhole: true, hasMac: true });
    for (const change of [
      (mac: forge.asn1.Asn1[]) => mac.splice(0),
      (mac: forge.asn1.Asn1[]) => mac.splice(1),
      (mac: forge.asn1.Asn1[]) => {
        const digest = (mac[0]?.value as forge.asn1.Asn1[] | undefined)?.[1];
        if (digest !== undefined) digest.value = "";
      },
    ])
      expect(parseRecoveryKey(broken(change), null)).toEqual(isNot);
  });

  test.each<[string, (pfx: forge.asn1.Asn1[]) => void]>([
    ["another version than 3", ([version]) => set(version, "\x04")],
    ["no version", (pfx) => pfx.shift()],
    ["nothing behind its version", (pfx) => pfx.splice(1)],
    [
      "contents of another kind",
      ([, content]) => set(part(content, 0), derOid(forge.pki.oids["encryptedData"])),
    ],
    ["contents that are empty", ([, content]) => part(content, 1).value.splice(0)],
    ["no safes in it", ([, content]) => set(part(part(content, 1), 0), "\x30\x00")],
    ["a value where its contents should stand", ([, content]) => shape(content, "x")],
    ["a structure where the version should stand", ([version]) => shape(version, [])],
  ])("%s", (_, change) => {
    const pfx = forge.asn1.fromDer(forge.util.createBuffer(sound.toString("latin1")));
    change(pfx.value as forge.asn1.Asn1[]);
    const bytes = Buffer.from(forge.asn1.toDer(pfx).getBytes(), "latin1");
    expect(parseRecoveryKey(bytes, null)).toEqual(isNot);
  });

  test.each<[string, Uint8Array]>([
    ["bytes behind it", Buffer.concat([sound, Buffer.from([0])])],
    ["a certificate", own.der],
    ["a web page", Buffer.from("<html>")],
    ["more than 256 KiB", Buffer.concat([sound, Buffer.alloc(256 * 1024)])],
    ["nested without end", Buffer.alloc(60_000, 0x30)],
    ["nested without end and length", Buffer.from("3080".repeat(30_000), "hex")],
  ])("%s", (_, bytes) => {
    expect(parseRecoveryKey(bytes, password)).toEqual(isNot);
  });
});

test("contents written in several pieces are one, as some writers have them", () => {
  const pfx = forge.asn1.fromDer(forge.util.createBuffer(sound.toString("latin1")));
  const octets = part(part((pfx.value as Part[])[1], 1), 0);
  const whole = octets.value as unknown as string;
  const { OCTETSTRING } = forge.asn1.Type;
  const pieces = [whole.slice(0, 100), whole.slice(100)].map((value) =>
    forge.asn1.create(forge.asn1.Class.UNIVERSAL, OCTETSTRING, false, value),
  );
  shape(octets, pieces);
  const bytes = Buffer.from(forge.asn1.toDer(pfx).getBytes(), "latin1");
  expect(parseRecoveryKey(bytes, null)).toMatchObject({ isWhole: true, ciphers: ["3des-cbc"] });
});

test("a MAC that does not say its rounds has one", () => {
  const pfx = forge.asn1.fromDer(forge.util.createBuffer(sound.toString("latin1")));
  (pfx.value as Part[])[2]?.value.splice(2);
  const bytes = Buffer.from(forge.asn1.toDer(pfx).getBytes(), "latin1");
  expect(parseRecoveryKey(bytes, null)).toMatchObject({ isWhole: true, hasMac: true });
});

test("random and mutated bytes are facts, quickly", () => {
  const change = fc.tuple(fc.nat(sound.length - 1), fc.nat(255));
  fc.assert(
    fc.property(
      fc.array(change, { minLength: 1, maxLength: 4 }),
      fc.uint8Array({ maxLength: 200 }),
      (changes, random) => {
        const copy = Buffer.from(sound);
        for (const [at, value] of changes) copy[at] = value;
        for (const bytes of [copy, random])
          expect(readQuickly(() => parseRecoveryKey(bytes, null))).toHaveProperty("isWhole");
      },
    ),
  );
});

test("a mutated file with its password never throws", () => {
  const change = fc.tuple(fc.nat(sound.length - 1), fc.nat(255));
  fc.assert(
    fc.property(change, ([at, value]) => {
      const copy = Buffer.from(sound);
      copy[at] = value;
      const key = parseRecoveryKey(copy, password);
      if (key.opened !== null && value !== sound[at])
        expect(key.opened.certificate.der).toBe(own.der.toString("base64"));
    }),
    { numRuns: 60 },
  );
});
