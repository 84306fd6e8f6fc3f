// Certificates that mean no good, or that nobody would write: each with the key that a server needs to present it.
import { generateKeyPairSync } from "node:crypto";
import {
  alternativeNames,
  type CertificateWish,
  der,
  keyOf,
  nameOf,
  oid,
  writeCertificate,
} from "./certificate-writer.ts";
import type { Identity } from "./tls-server.ts";

const key = keyOf("ecdsa", "hostile");
const make = (wish: Partial<CertificateWish>): Identity => ({
  key,
  chain: [writeCertificate({ key, ...wish })],
});
const bytes = (...values: readonly number[]) => Buffer.from(values);
const dns = (name: string | Buffer) =>
  der(0x82, typeof name === "string" ? Buffer.from(name, "latin1") : name);
const other = (type: string, value: Buffer) => der(0xa0, oid(type), der(0xa0, value));
const xmppAddr = "1.3.6.1.5.5.7.8.5";
const srvName = "1.3.6.1.5.5.7.8.7";

/** A name of so many attributes, each in a set of its own. */
function longName(count: number): Buffer {
  const one = der(0x31, der(0x30, oid("2.5.4.11"), der(0x0c, Buffer.from("unit"))));
  return der(0x30, ...Array<Buffer>(count).fill(one));
}

function nested(depth: number): Buffer {
  let inner = der(0x05);
  for (let at = 0; at < depth; at += 1) inner = der(0x30, inner);
  return inner;
}

const san = (...names: readonly Buffer[]) => ({ extensions: [alternativeNames(...names)] });
const extension = (type: string, value: Uint8Array, isCritical = false) => ({
  extensions: [{ oid: type, value, isCritical }],
});

/** All of these come through a TLS 1.3 handshake as they are; a server of TLS 1.2 will not present some of them. */
export const hostileCertificates: Readonly<Record<string, () => Identity>> = {
  "NUL in the common name": () => make({ subject: nameOf("good.example\0.evil.example") }),
  "NUL in a DNS name": () => make(san(dns("good.example\0.evil.example"))),
  "NUL in XmppAddr": () => make(san(other(xmppAddr, der(0x0c, Buffer.from("example.com\0.evil"))))),
  "terminal controls in every name": () =>
    make({
      subject: nameOf("\x1b]0;root\x07\u009b2J\u202e"),
      ...san(dns("\x1b[2J\r\n"), der(0x86, Buffer.from("http://\x1b[31m"))),
    }),
  "non-ASCII in the common name": () => make({ subject: nameOf("bücher.例え.example") }),
  "non-ASCII in a DNS name": () =>
    make(san(dns(Buffer.from("bücher.example", "utf8")), dns("\xfc\xff.example"))),
  "a common name of 40 000 bytes": () => make({ subject: nameOf("x".repeat(40_000)) }),
  "an empty common name": () => make({ subject: nameOf("") }),
  "no subject at all": () => make({ subject: der(0x30) }),
  "a thousand subject attributes": () => make({ subject: longName(1_000) }),
  "names in quotes and commas": () =>
    make({ subject: nameOf('a", CN=b+OU=c\\,DNS:evil'), ...san(dns('a, DNS:evil.example"')) }),
  "four thousand DNS names": () =>
    make(san(...Array.from({ length: 4_000 }, (_, at) => dns(`n${at}.example.com`)))),
  "one DNS name of 80 000 bytes": () => make(san(dns("a.".repeat(40_000)))),
  "a wildcard of nothing but wildcards": () =>
    make(san(dns("*"), dns("*.*.*"), dns("**.example"), dns("a*b.example.com"))),
  "an empty SAN": () => make(san()),
  "a SAN that is no sequence": () => make(extension("2.5.29.17", bytes(0x04, 0x01, 0x00))),
  "a SAN that is cut": () => make(extension("2.5.29.17", bytes(0x30, 0x20, 0x82, 0x10, 0x61))),
  "a SAN that is nothing": () => make(extension("2.5.29.17", bytes())),
  "two SANs": () =>
    make({ extensions: [alternativeNames(dns("a.example")), alternativeNames(dns("b.example"))] }),
  "otherNames of wrong strings": () =>
    make(
      san(
        other(xmppAddr, der(0x16, Buffer.from("example.com"))),
        other(srvName, der(0x0c, Buffer.from("_xmpp-client.example.com"))),
      ),
    ),
  "otherNames of no string": () =>
    make(
      san(
        other(xmppAddr, der(0x30, der(0x05))),
        other(srvName, der(0x02, bytes(1))),
        other("1.2.3.4.5", der(0x05)),
      ),
    ),
  "an otherName without a value": () => make(san(der(0xa0, oid(xmppAddr)))),
  "IP addresses of odd lengths": () =>
    make(san(der(0x87, bytes(1, 2, 3)), der(0x87), der(0x87, Buffer.alloc(17)))),
  "a negative serial": () => make({ serial: bytes(0xff, 0x01) }),
  "serial zero": () => make({ serial: bytes(0) }),
  "a serial of 1000 bytes": () => make({ serial: Buffer.alloc(1_000, 0x7f) }),
  "the year 9999": () => make({ notBefore: "00010101000000Z", notAfter: "99991231235959Z" }),
  "dates the wrong way round": () => make({ notBefore: "20490101000000Z", notAfter: "20200101000000Z" }),
  "an unknown critical extension": () => make(extension("1.2.3.4.5.6", der(0x05), true)),
  "extensions nested deeply": () => make(extension("2.5.29.31", nested(400))),
  "an extended key usage of nonsense": () => make(extension("2.5.29.37", der(0x30, der(0x02, bytes(1))))),
  "a key usage that is too long": () => make(extension("2.5.29.15", der(0x03, Buffer.alloc(200, 0xff)))),
  "basic constraints with a huge path length": () =>
    make(extension("2.5.29.19", der(0x30, der(0x01, bytes(0xff)), der(0x02, Buffer.alloc(64, 0x7f))), true)),
  "revocation points of nonsense": () =>
    make({
      extensions: [
        {
          oid: "2.5.29.31",
          value: der(0x30, der(0x30, der(0xa0, der(0xa0, der(0x86, Buffer.from("javascript:\0alert(1)")))))),
        },
        {
          oid: "1.3.6.1.5.5.7.1.1",
          value: der(0x30, der(0x30, oid("1.2.3"), der(0x86, bytes(0x80, 0x1b))), der(0x30)),
        },
      ],
    }),
  "a key on an unusual curve": () => {
    const { privateKey } = generateKeyPairSync("ec", { namedCurve: "secp521r1" });
    return { key: privateKey, chain: [writeCertificate({ key: privateKey })] };
  },
  "a chain that goes round": () => {
    const [a, b] = [keyOf("ecdsa", "round a"), keyOf("ecdsa", "round b")];
    const [nameA, nameB] = [nameOf("round a"), nameOf("round b")];
    return {
      key: a,
      chain: [
        writeCertificate({ key: a, subject: nameA, issuer: { key: b, subject: nameB } }),
        writeCertificate({ key: b, subject: nameB, issuer: { key: a, subject: nameA } }),
      ],
    };
  },
  "a hundred certificates": () => {
    const one = writeCertificate({ key });
    return { key, chain: Array<Buffer>(100).fill(one) };
  },
};
