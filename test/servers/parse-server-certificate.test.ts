// Certificates made with OpenSSL and by hand → their facts; broken and hostile ones too.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parseServerCertificate } from "../../src/servers/parse-server-certificate.ts";
import type { ServerCertificate } from "../../src/servers/server-certificate.ts";
import { der, keyOf, oid } from "../support/certificate-writer.ts";
import { needs } from "../support/needs.ts";
import {
  dnsName,
  makeServerCertificate,
  otherName,
  type ServerCertificateWish,
  srvName,
  xmppAddr,
} from "./server-material.ts";

const request = `[req]
distinguished_name = name
x509_extensions = extensions
prompt = no
utf8 = yes
[name]
CN = im1.example.com
O = Müller & Söhne
[extensions]
subjectAltName = @names
crlDistributionPoints = URI:http://crl.example.com/a.crl, URI:ldap://ldap.example.com/cn=a
authorityInfoAccess = OCSP;URI:http://ocsp.example.com, caIssuers;URI:http://ca.example.com/ca.crt
keyUsage = digitalSignature, dataEncipherment, decipherOnly
extendedKeyUsage = serverAuth, clientAuth, 1.2.3.4
basicConstraints = CA:false
[names]
otherName.0 = 1.3.6.1.5.5.7.8.5;UTF8:example.com
otherName.1 = 1.3.6.1.5.5.7.8.7;IA5STRING:_xmpp-client.example.com
otherName.2 = 1.3.6.1.5.5.7.8.5;IA5STRING:wrong.example.com
otherName.3 = 1.3.6.1.4.1.311.20.2.3;UTF8:user@example.com
DNS.0 = im1.example.com
DNS.1 = *.im.example.com
IP.0 = 10.20.0.11
IP.1 = 2001:db8::11
URI.0 = https://example.com
email.0 = admin@example.com
`;

/** DER of a self-signed certificate. */
function openSsl(configuration: string, ...more: readonly string[]): Buffer {
  const folder = mkdtempSync(join(tmpdir(), "itlctl-names-"));
  try {
    const [file, key] = [join(folder, "request.cnf"), join(folder, "key.pem")];
    writeFileSync(file, configuration);
    writeFileSync(key, keyOf("rsa").export({ type: "pkcs8", format: "pem" }), { mode: 0o600 });
    const words = [
      "req",
      "-x509",
      "-new",
      "-key",
      key,
      "-config",
      file,
      "-outform",
      "DER",
      "-set_serial",
      "0x8001",
    ];
    const out = join(folder, "certificate.der");
    execFileSync("openssl", [...words, "-out", out, ...more], { stdio: "pipe" });
    return readFileSync(out);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function read(bytes: Uint8Array): ServerCertificate {
  const certificate = parseServerCertificate(bytes);
  if (certificate.kind !== "read") throw new Error(certificate.reason);
  return certificate;
}
const made = (wish: ServerCertificateWish) => read(makeServerCertificate(wish).der);

describe.runIf(needs("openssl"))("a certificate made with OpenSSL", () => {
  test("gives all its names, by the type of their strings", () => {
    expect(read(openSsl(request))).toMatchObject({
      names: {
        xmppAddrs: ["example.com"],
        srvNames: ["_xmpp-client.example.com"],
        dnsNames: ["im1.example.com", "*.im.example.com"],
        ipAddresses: ["10.20.0.11", "2001:db8::11"],
        mistyped: [{ field: "XmppAddr", stringType: "IA5String", value: "wrong.example.com" }],
      },
      commonNames: ["im1.example.com"],
      subjectFields: [
        { field: "CN", value: "im1.example.com" },
        { field: "O", value: "Müller & Söhne" },
      ],
      unread: [],
    });
  });

  test("gives its uses, its revocation addresses, its key and its serial as the house spells it", () => {
    expect(read(openSsl(request))).toMatchObject({
      crlUrls: ["http://crl.example.com/a.crl", "ldap://ldap.example.com/cn=a"],
      ocspUrls: ["http://ocsp.example.com"],
      keyUsage: ["digitalSignature", "dataEncipherment", "decipherOnly"],
      extendedKeyUsage: ["serverAuth", "clientAuth", "1.2.3.4"],
      isAuthority: false,
      isSelfSigned: true,
      ...{ keyKind: "rsa", keyBits: 2048, curve: null, digest: "sha256", serial: "80:01" },
    });
  });

  test("tells the digest of a signature whose algorithm does not name it", () => {
    const pss = ["-sigopt", "rsa_padding_mode:pss", "-sha384"];
    expect(read(openSsl(request, ...pss))).toMatchObject({
      digest: "sha384",
      signatureAlgorithm: "rsassaPss",
    });
  });
});

describe("a certificate", () => {
  test("without extensions has none, which is not the same as empty ones", () => {
    const bare = made({ names: null, keyUsage: null, purposes: null, crl: [] });
    expect(bare).toMatchObject({
      keyUsage: null,
      extendedKeyUsage: null,
      crlUrls: [],
      isAuthority: false,
      unread: [],
    });
    expect(made({ keyUsage: 0 }).keyUsage).toEqual([]);
  });

  test("on a curve tells which, and whether it signed itself", () => {
    const own = { key: keyOf("ecdsa"), issuer: null };
    expect(made(own)).toMatchObject({ keyKind: "ec", keyBits: 256, curve: "prime256v1", isSelfSigned: true });
    expect(made({ key: keyOf("ecdsa") })).toMatchObject({
      keyKind: "ec",
      digest: "sha256",
      isSelfSigned: false,
    });
  });

  test("that names itself as its issuer, but was signed by another key, is not self-signed", () => {
    const one = makeServerCertificate({ issuer: null });
    const other = made({ key: keyOf("ecdsa"), issuer: { ...one, key: keyOf("rsa", "impostor") } });
    expect(other.subject).toBe(other.issuer);
    expect(other.isSelfSigned).toBe(false);
  });
});

describe("what cannot be read", () => {
  const sans = (...names: readonly Uint8Array[]) => made({ names });

  test("of one name spoils no other", () => {
    const { names, unread } = sans(
      dnsName("a.example.com"),
      Buffer.from([0x87, 1, 10]),
      der(0xa0, der(0x0c, Buffer.from("x"))),
      otherName("1.3.6.1.5.5.7.8.5", 0x02, "\u0001"),
      srvName("_xmpp-client.example.com", 0x0c),
      dnsName("b.example.com"),
    );
    expect(names.dnsNames).toEqual(["a.example.com", "b.example.com"]);
    expect(names.mistyped).toEqual([
      { field: "SRVName", stringType: "UTF8String", value: "_xmpp-client.example.com" },
    ]);
    expect(unread.map(({ part, reason }) => `${part}: ${reason}`)).toEqual([
      expect.stringContaining("subjectAltName: its name 2"),
      expect.stringContaining("subjectAltName: its name 3"),
      expect.stringContaining("subjectAltName: its name 4"),
    ]);
  });

  test.each([
    ["2.5.29.15", "keyUsage", der(0x04, Buffer.from([1]))],
    ["2.5.29.37", "extKeyUsage", der(0x30, der(0x0c, Buffer.from("x")))],
    ["2.5.29.19", "basicConstraints", der(0x30, der(0x0c, Buffer.from("x")))],
    ["2.5.29.31", "cRLDistributionPoints", Buffer.from([0x30, 0x7f, 1])],
    ["1.3.6.1.5.5.7.1.1", "authorityInfoAccess", der(0x02, Buffer.from([1]))],
    ["2.5.29.17", "subjectAltName", Buffer.alloc(70_000, 0x30)],
    ["2.5.29.17", "subjectAltName", Buffer.from("00ff", "hex")],
  ])("in extension %s is told as %s", (objectId, part, value) => {
    const certificate = made({
      names: null,
      keyUsage: null,
      purposes: null,
      crl: [],
      more: [{ oid: objectId, value }],
    });
    expect(certificate.unread.map((each) => each.part)).toEqual([part]);
  });

  test("because it stands there twice is told", () => {
    expect(made({ more: [{ oid: "2.5.29.15", value: der(0x03, Buffer.from([0, 0x80])) }] }).unread).toEqual([
      { part: "keyUsage", reason: "it stands there 2 times" },
    ]);
  });

  test("deep nesting and thousands of names cost no time and no stack", () => {
    let deep: Buffer = Buffer.from([0x30, 0]);
    for (let at = 0; at < 5000; at += 1) deep = der(0x30, deep);
    const startedAt = performance.now();
    const nested = made({ names: [der(0xa0, oid("1.3.6.1.5.5.7.8.5"), der(0xa0, deep))] });
    expect(nested.unread).toHaveLength(1);
    const many = sans(...Array.from({ length: 1500 }, (_, at) => dnsName(`n${at}.example.com`)));
    expect(many.unread[0]?.reason).toBe("it has more than 1000 names");
    expect(performance.now() - startedAt).toBeLessThan(5000);
  });

  test.each([
    ["nothing", Buffer.alloc(0), "nothing was sent"],
    ["garbage", Buffer.from("garbage"), "it is no X.509 certificate, or is broken"],
    [
      "a certificate cut short",
      makeServerCertificate().der.subarray(0, 300),
      "it is no X.509 certificate, or is broken",
    ],
    [
      "one with no date that exists",
      makeServerCertificate({ writtenFrom: "26NOV1000000Z" }).der,
      "it is no X.509 certificate, or is broken",
    ],
    ["two megabytes", Buffer.alloc(2_000_000, 0x30), "it is no X.509 certificate, or is broken"],
  ])("as a whole is a fact: %s", (_, bytes, reason) => {
    expect(parseServerCertificate(bytes)).toEqual({
      kind: "unreadable",
      sha1: expect.stringMatching(/^([0-9A-F]{2}:){19}[0-9A-F]{2}$/) as string,
      reason,
    });
  });
});

test("names with zero bytes, controls and other alphabets come as they are", () => {
  const certificate = made({
    subject: [
      ["CN", "pub.example.com\u0000.evil.com"],
      ["O", "\u001b[2J東京"],
    ],
    names: [dnsName("a\u0000b.example.com"), xmppAddr("東京.example")],
  });
  expect(certificate.commonNames).toEqual(["pub.example.com\u0000.evil.com"]);
  expect(certificate.subjectFields[1]).toEqual({ field: "O", value: "\u001b[2J東京" });
  expect(certificate.names).toMatchObject({
    dnsNames: ["a\u0000b.example.com"],
    xmppAddrs: ["東京.example"],
  });
});
