// What a screen may show of a phone's configuration: every secret as bullets, everything else as it stands.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseConfigXml } from "../../src/phone-config/config-xml.ts";
import { maskConfig, renderXml } from "../../src/phone-config/mask-config.ts";
import { maskText } from "../../src/phone-config/mask-text.ts";
import { isSecretName } from "../../src/phone-config/secret-names.ts";

const shown = (inside: string) =>
  renderXml(maskConfig(parseConfigXml(Buffer.from(`<device>${inside}</device>`))))
    .replace(/^<device>\s*/, "")
    .replace(/\s*<\/device>$/, "");

describe("names of secrets", () => {
  test.each([
    ...[
      "sshPassword",
      "phonePassword",
      "authPassword",
      "adminpassword",
      "PASSWD",
      "loginPwd",
      "pass",
      "user_pass",
    ],
    ...["passphrase", "wpaPassPhrase", "passcode", "vpnPswd", "sharedSecret", "clientSecret", "secret"],
    ...["pin", "PIN", "userPin", "phonePIN", "adminPINCode", "userpin", "pinNumber", "pin2", "x-pin"],
    ...[
      "key",
      "wepKey1",
      "encryptionKey",
      "privateKey",
      "apiKey",
      "authKeys",
      "softKeyPassword",
      "featureKeySecret",
    ],
    ...[
      "token",
      "accessToken",
      "communityString",
      "snmpCommunity",
      "wpaPsk",
      "authenticationString",
      "authString",
    ],
    ...[
      "credentials",
      "digestCredentials",
      "activationCode",
      "sessionCookie",
      "otpSeed",
      "totp_seed",
      "seq",
      "creds",
    ],
    ...["PINs", "userpin2", "authCode", "accessCode", "unlockCode", "Authorization", "ｐａｓｓｗｏｒｄ"],
  ])("%s", (name) => {
    expect(isSecretName(name)).toBe(true);
  });

  test.each([
    ...[
      "sshUserId",
      "certHash",
      "encrConfig",
      "fullConfig",
      "capfAuthMode",
      "processNodeName",
      "loadInformation",
    ],
    ...[
      "softKeyFile",
      "softkeys",
      "softKeySetId",
      "lineKeyBarge",
      "keyboard",
      "keypadMode",
      "keyExpansionModule",
    ],
    ...[
      "authenticationURL",
      "authorizationUrl",
      "authName",
      "spanToPCPort",
      "pingTimeout",
      "typing",
      "bypass",
      "compass",
      "mapping",
    ],
    ...["userLocale", "phonePort", "ipAddressMode", "transportLayerProtocol", "sequence", "uuid", "ctiid"],
  ])("not %s", (name) => {
    expect(isSecretName(name)).toBe(false);
  });
});

describe("elements and attributes", () => {
  test("the value of a secret is bullets, whatever its length; an empty one stays empty", () => {
    expect(shown("<sshPassword>x</sshPassword>")).toBe("<sshPassword>••••</sshPassword>");
    expect(shown(`<sshPassword>${"x".repeat(99)}</sshPassword>`)).toBe("<sshPassword>••••</sshPassword>");
    expect(shown("<sshPassword></sshPassword><pin> </pin>")).toBe("<sshPassword/>\n  <pin/>");
  });

  test("everything inside a secret, however deep, with its attributes", () => {
    const inside = '<credentials a="Kept-1"><x b="Kept-2">Kept-3<y><![CDATA[Kept-4]]></y></x></credentials>';
    expect(shown(inside)).not.toContain("Kept");
    expect(shown(inside)).toContain("<y>••••</y>");
  });

  test("attributes by their names", () => {
    expect(shown('<wlan ssid="lobby" wpaPsk="Kept-1" keyType="wep"/>')).toBe(
      '<wlan ssid="lobby" wpaPsk="••••" keyType="wep"/>',
    );
  });

  test.each([
    '<param name="adminPassword" value="Kept-1"/>',
    '<param NAME="adminPassword" Value="Kept-1">Kept-2</param>',
    "<property><name>userPin</name><value>Kept-1</value></property>",
    '<param name="adminPassword" string="Kept-1"/>',
    "<entry><name>sshPin</name><string>Kept-1</string></entry>",
    '<setting id="wepKey"><data>Kept-1</data></setting>',
  ])("the value of a setting that is named secret: %s", (inside) => {
    expect(shown(inside)).not.toContain("Kept");
    expect(shown(inside)).toContain("••••");
  });

  test("a name like Key West hides only values beside it", () => {
    expect(shown("<devicePool><name>Key West</name><dateTime>UTC</dateTime></devicePool>")).toContain(
      "<dateTime>UTC</dateTime>",
    );
  });

  test("comments are left out, as a password may be among them", () => {
    expect(shown("<!-- password Kept-1 --><a>1</a>")).toBe("<a>1</a>");
  });
});

describe("secrets inside other values", () => {
  test.each([
    ["http://user:Kept-1@10.0.0.1/a", "http://user:••••@10.0.0.1/a"],
    ["http://user:Ke@pt/Kept-1@10.0.0.1/a", "http://user:••••@10.0.0.1/a"],
    ["http://Kept-1@10.0.0.1/a", "http://••••@10.0.0.1/a"],
    ["http://:Kept-1@h", "http://:••••@h"],
    ["ldap://u:12345@h", "ldap://u:••••@h"],
    ["http://h:8080/a?userid=x&amp;seq=Kept-1", "http://h:8080/a?userid=x&amp;seq=••••"],
    ["http://h/a?password=Kept-1&amp;x=2", "http://h/a?password=••••&amp;x=2"],
    ["http://h/a?x=1;pin=Kept-1", "http://h/a?x=1;pin=••••"],
    ["http://h/a?p%61ssword=Kept-1", "http://h/a?p%61ssword=••••"],
    ["http://h/a?next=b%3Fpassword%3DKept-1", "http://h/a?next=b%3Fpassword%3D••••"],
    ["user:Kept-1@proxy:8080", "user:••••@proxy:8080"],
    ["sip:user:Kept-1@h", "sip:user:••••@h"],
    ["Authorization: Basic Kept-1", "Authorization: ••••"],
    ["http://h/a#token=Kept-1", "http://h/a#token=••••"],
    [
      '{"user":"x","password":"Kept-1 Kept-2","y":1}',
      "{&quot;user&quot;:&quot;x&quot;,&quot;password&quot;:••••,&quot;y&quot;:1}",
    ],
    ["admin password: Kept-1 Kept-2", "admin password: ••••"],
    ["password = 'Kept-1 Kept-2' and more", "password = •••• and more"],
    ["http&#58;//u&#x3a;Kept-1&#64;h", "http://u:••••@h"],
  ])("%s", (inside, told) => {
    expect(shown(`<url>${inside}</url>`)).toBe(`<url>${told}</url>`);
  });

  test("a private key", () => {
    const pem = "-----BEGIN RSA PRIVATE KEY-----\nKept-1\n-----END RSA PRIVATE KEY-----";
    expect(maskText(`a ${pem} b ${pem.slice(0, -10)}`)).toBe("a •••• b ••••");
  });

  test.each([
    "http://10.48.46.4:8080/ccmcip/authenticate.jsp",
    "http://h:6970/a@b.xml?device=SEPA45630BBFA40&userid=x",
    "SIP75.9-3-1SR2-1S",
    "user@example.com",
    "sip:2001@10.48.46.4:5060",
    "09:30, user@example.com",
    "a=b&c=d: e",
    "6e566143c1c14566c9da943d949a79c8",
  ])("left as it is: %s", (text) => {
    expect(maskText(text)).toBe(text);
  });

  test("whatever stands behind a name that says password is not shown", () => {
    const secret = fc.stringMatching(/^[a-zA-Z0-9_./:;,=?@#%+ -]{4,30}$/);
    fc.assert(
      fc.property(secret, fc.constantFrom("http://h/?a=1&password=", "x;pin: ", "pw="), (value, before) => {
        const kept = `S3cr${value.replaceAll("&", "")}`;
        expect(maskText(before + kept)).toBe(`${before}••••`);
      }),
    );
  });

  test.each([":", "=", "a:", "//a:", "//", "@", '"', "password=", "-----BEGIN ", "a".repeat(9)])(
    "a quarter of a million of %j is no work",
    (part) => {
      const start = performance.now();
      maskText(part.repeat(250_000 / part.length));
      expect(performance.now() - start).toBeLessThan(10_000);
    },
  );
});

describe("as text", () => {
  test("what an XML reader or a terminal would obey is spelled out, and reads back the same", () => {
    const odd = '<a b="&quot;&lt;&amp;&#10;">&lt;x&gt;&amp;amp;\u009b31m\u202e\u200b</a>';
    expect(shown(odd)).toBe('<a b="&quot;&lt;&amp;\n">&lt;x&gt;&amp;amp;&#155;31m&#8238;&#8203;</a>');
    const root = parseConfigXml(Buffer.from(`<device>${odd}</device>`));
    const [again] = parseConfigXml(Buffer.from(renderXml(root))).children.filter(
      (part) => typeof part !== "string",
    );
    expect(again).toEqual(root.children[0]);
  });

  test("two blanks a level", () => {
    expect(renderXml(parseConfigXml(Buffer.from("<device><a><b>1</b>two</a><c/></device>")))).toBe(
      "<device>\n  <a>\n    <b>1</b>\n    two\n  </a>\n  <c/>\n</device>",
    );
  });
});
