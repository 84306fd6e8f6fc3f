// The documented order of fields, for XMPP and for HTTP.
import { describe, expect, test } from "vitest";
import { matchHost, matchXmppDomain } from "../../src/servers/match-identity.ts";
import { parseServerCertificate } from "../../src/servers/parse-server-certificate.ts";
import type { ServerCertificate } from "../../src/servers/server-certificate.ts";
import {
  dnsName,
  makeServerCertificate,
  type ServerCertificateWish,
  srvName,
  xmppAddr,
} from "./server-material.ts";

function read(wish: ServerCertificateWish): ServerCertificate {
  const certificate = parseServerCertificate(makeServerCertificate(wish).der);
  if (certificate.kind !== "read") throw new Error(certificate.reason);
  return certificate;
}

const all = {
  xmppAddr: xmppAddr("example.com"),
  srvName: srvName("_xmpp-client.example.com"),
  dns: dnsName("example.com"),
};
const subject = [["CN", "example.com"]] as const;

describe("an XMPP certificate", () => {
  test.each([
    [[all.dns, all.srvName, all.xmppAddr], "XmppAddr", "example.com"],
    [[all.dns, all.srvName], "SRVName", "_xmpp-client.example.com"],
    [[all.dns], "DNS", "example.com"],
    [[], "CN", "example.com"],
  ] as const)("is known by the first field that fits (%#)", (names, field, value) => {
    const certificate = read({ subject, names: names.length === 0 ? null : names });
    expect(matchXmppDomain(certificate, "Example.com", false)).toEqual({ field, value, isWildcard: false });
  });

  test("goes on to the next field where one is for another domain", () => {
    const certificate = read({
      names: [xmppAddr("other.com"), srvName("_xmpp-server.example.com"), all.dns],
    });
    expect(matchXmppDomain(certificate, "example.com", false)?.field).toBe("DNS");
  });

  test("is not known by the name of its node", () => {
    const certificate = read({ dns: ["im1.example.com"], subject: [["CN", "im1.example.com"]] });
    expect(matchXmppDomain(certificate, "example.com", false)).toBeNull();
  });

  test("of an international domain is known in either spelling", () => {
    const certificate = read({ names: [xmppAddr("münchen.example")] });
    expect(matchXmppDomain(certificate, "xn--mnchen-3ya.example", false)?.field).toBe("XmppAddr");
    expect(matchXmppDomain(certificate, "MÜNCHEN.example.", false)?.field).toBe("XmppAddr");
  });

  test("of an Expressway-E may have collab-edge, or its SRV name, instead", () => {
    const asDns = read({ dns: ["edge.example.com", "collab-edge.example.com"] });
    const asSrv = read({ names: [srvName("_collab-edge._tls.example.com")] });
    expect(matchXmppDomain(asDns, "example.com", true)?.value).toBe("collab-edge.example.com");
    expect(matchXmppDomain(asSrv, "example.com", true)?.value).toBe("_collab-edge._tls.example.com");
    expect(matchXmppDomain(asDns, "example.com", false)).toBeNull();
    expect(matchXmppDomain(asSrv, "example.com", false)).toBeNull();
  });

  test("does not stand for a domain by a wildcard above it", () => {
    expect(matchXmppDomain(read({ dns: ["*.com"], subject: [["CN", "x"]] }), "example.com", true)).toBeNull();
    const edge = read({ dns: ["*.example.com"], subject: [["CN", "x"]] });
    expect(matchXmppDomain(edge, "example.com", false)).toBeNull();
  });
});

describe("an HTTP certificate", () => {
  test("is known by a DNS name, then by its common name, and by no name for XMPP", () => {
    const wish = { subject: [["CN", "pub.example.com"]] as const, names: [xmppAddr("pub.example.com")] };
    expect(
      matchHost(read({ ...wish, dns: ["x"], names: [dnsName("pub.example.com")] }), "pub.example.com")?.field,
    ).toBe("DNS");
    expect(matchHost(read(wish), "pub.example.com")?.field).toBe("CN");
    expect(matchHost(read({ ...wish, subject: [["CN", "x"]] }), "pub.example.com")).toBeNull();
  });

  test("may have its wildcard in the common name", () => {
    const certificate = read({ subject: [["CN", "*.example.com"]], names: null });
    expect(matchHost(certificate, "pub.example.com")).toEqual({
      field: "CN",
      value: "*.example.com",
      isWildcard: true,
    });
  });

  test("is known by any of several common names", () => {
    const certificate = read({
      subject: [
        ["CN", "a.example.com"],
        ["O", "x"],
        ["CN", "b.example.com"],
      ],
      names: null,
    });
    expect(matchHost(certificate, "b.example.com")?.value).toBe("b.example.com");
  });
});
