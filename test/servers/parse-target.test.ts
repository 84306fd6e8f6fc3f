// Words of `servers check` → ports to look at.
import { expect, test } from "vitest";
import { OperatorError } from "../../src/base/errors.ts";
import { parseServerWord } from "../../src/servers/parse-target.ts";

const read = (word: string) => {
  const parsed = parseServerWord(word, "example.com");
  if (parsed.kind === "cluster") return `cluster ${parsed.name}`;
  const { kind, host, port } = parsed.target;
  return `${kind} ${host} ${port}`;
};

test.each([
  ["east", "cluster east"],
  ["edge.example.com", "cluster edge.example.com"],
  ["edge.example.com:8443", "https edge.example.com 8443"],
  ["edge.example.com.:8443", "https edge.example.com 8443"],
  ["Edge:443", "https Edge 443"],
  ["cucm_1:6971", "https cucm_1 6971"],
  ["h:6972", "https h 6972"],
  ["h:7443", "https h 7443"],
  ["h:5222", "xmpp h 5222"],
  ["h:5061", "sip h 5061"],
  ["h:5062", "sip h 5062"],
  ["h:5090", "sip h 5090"],
  ["h:5091", "sip h 5091"],
  ["h:3804", "capf h 3804"],
  ["h:2445", "tvs h 2445"],
  ["h:993", "tls h 993"],
  ["10.1.2.3:443", "https 10.1.2.3 443"],
  ["[2001:db8::1]:5061", "sip 2001:db8::1 5061"],
  ["xmpp://[::1]", "xmpp ::1 5222"],
  ["https://h:9443", "https h 9443"],
  ["HTTPS://h:9443/", "https h 9443"],
  ["https://h", "https h 443"],
  ["xmpp://h:443", "xmpp h 443"],
  ["sip://h", "sip h 5061"],
  ["sip:h:5091", "sip h 5091"],
  ["sip:5091", "sip sip 5091"],
  ["tls://h:8443", "tls h 8443"],
  ["capf://h", "capf h 3804"],
  ["tvs://h:1", "tvs h 1"],
  ["bücher.example:443", "https xn--bcher-kva.example 443"],
])("%s is %s", (word, expected) => {
  expect(read(word)).toBe(expected);
});

test("a host given by hand is required, belongs to no cluster, and XMPP alone looks for the domain", () => {
  expect(parseServerWord("h:5222", "example.com")).toEqual({
    kind: "host",
    target: {
      ...{ kind: "xmpp", host: "h", port: 5222, name: "h", cluster: null, node: null },
      ...{ xmppDomain: "example.com", isRequired: true },
    },
  });
  expect(parseServerWord("h:443", "example.com")).toMatchObject({ target: { xmppDomain: null } });
});

test.each([
  ["h:", "the port is missing"],
  ["h:0", "the port is no number from 1 to 65535"],
  ["h:65536", "the port is no number from 1 to 65535"],
  ["h:0x1bb", "the port is no number from 1 to 65535"],
  ["h: 443", "the port is no number from 1 to 65535"],
  ["tls://h", "the port is missing"],
  [":443", "the host is missing"],
  ["https://", "the host is missing"],
  ["https://:443", "the host is missing"],
  ["ftp://h:21", "ftp:// is nothing that is looked at; known are https, xmpp, sip, tvs, capf, tls"],
  ["https://h:443/ccmadmin", "a path has no place there"],
  ["h:443/ccmadmin", "a path has no place there"],
  ["https://h?x", "a path has no place there"],
  ["https://root@h:443", "a user name has no place there"],
  ["::1", "an IPv6 address stands in brackets, with the port behind them"],
  ["2001:db8::1:443", "an IPv6 address stands in brackets, with the port behind them"],
  ["a:b:443", "there is more than one colon; an IPv6 address stands in brackets"],
  ["[h]:443", "in brackets stands an IPv6 address"],
  ["[::1:443", "in brackets stands an IPv6 address"],
  ["[::1]443", "in brackets stands an IPv6 address"],
  ["[::1]", "the port is missing"],
  ["10.1.2:443", "10.1.2 is no IP address"],
  ["999.1.1.1:443", "999.1.1.1 is no IP address"],
  ["a b:443", "the host is neither a DNS name nor an IP address"],
  ["-h:443", "the host is neither a DNS name nor an IP address"],
  ["a..b:443", "the host is neither a DNS name nor an IP address"],
  ["*.example.com:443", "the host is neither a DNS name nor an IP address"],
  ["h\0:443", "the host is neither a DNS name nor an IP address"],
  [`${"a".repeat(64)}:443`, "the host is neither a DNS name nor an IP address"],
])("%j names no server: %s", (word, what) => {
  let thrown: unknown;
  try {
    parseServerWord(word, null);
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(OperatorError);
  expect(thrown).toMatchObject({ code: "usage", message: `"${word}" names no server: ${what}` });
});

test("a word without end is not repeated whole", () => {
  expect(() => parseServerWord(`${"x".repeat(100_000)}:443`, null)).toThrow(/^"x{80}…" names no server: /);
});
