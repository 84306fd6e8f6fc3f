// XML of phones, gentle and hostile, to what it says of encryption, or to one kind of error that never quotes it.
import { describe, expect, test } from "vitest";
import { parseConfigXml } from "../../src/phone-config/config-xml.ts";
import { parsePhoneConfig } from "../../src/phone-config/parse-config.ts";
import { capfAuthModeWords } from "../../src/phone-config/capf-auth-mode.ts";
import { fullXml, partialXml } from "./made-config.ts";

const parse = (xml: string | Buffer) => parsePhoneConfig(Buffer.from(xml));
const inDevice = (inside: string) => parse(`<device>${inside}</device>`);
const unreadable = expect.objectContaining({ code: "file-unreadable" });

describe("what a file says", () => {
  test("a partial file", () => {
    expect(parse(partialXml)).toEqual({
      isFull: false,
      isEncrypted: true,
      certHash: "6e566143c1c14566c9da943d949a79c8",
      capfAuthMode: "0",
      capf: [{ host: "10.48.46.4", port: 3804 }],
      loadInformation: "SIP75.9-3-1SR2-1S",
    });
    expect(parse(fullXml).isFull).toBe(true);
  });

  test("absent elements are null, empty ones empty", () => {
    const nothing = { isFull: null, isEncrypted: null, capf: [] };
    expect(inDevice("")).toEqual({ ...nothing, certHash: null, capfAuthMode: null, loadInformation: null });
    expect(
      inDevice(
        "<certHash/><fullConfig></fullConfig><encrConfig> </encrConfig><capfAuthMode/><loadInformation/>",
      ),
    ).toEqual({ ...nothing, certHash: "", capfAuthMode: "", loadInformation: "" });
  });

  test("a hash of digits alone stays text", () => {
    expect(inDevice("<certHash>00000000000000000000000000000012</certHash>").certHash).toBe(
      "00000000000000000000000000000012",
    );
  });

  test.each([
    ["FALSE", false],
    ["False", false],
    ["true", true],
    [" True\n", true],
  ])("fullConfig %j is %s", (word, isFull) => {
    expect(inDevice(`<fullConfig>${word}</fullConfig>`).isFull).toBe(isFull);
  });

  test("every CAPF of the list in its order; what is no port is null", () => {
    const capf = (port: string, host: string) => `<capf>${port}${host}</capf>`;
    const list = [
      capf("<phonePort>3804</phonePort>", "<processNodeName>pub</processNodeName>"),
      capf("<phonePort>70000</phonePort>", "<processNodeName/>"),
      capf("<phonePort>38 04</phonePort>", ""),
      capf("<phonePort>0</phonePort>", "<processNodeName>2001:db8::1</processNodeName>"),
    ];
    expect(inDevice(`<capfList>${list.join("")}</capfList>`).capf).toEqual([
      { host: "pub", port: 3804 },
      { host: "", port: null },
      { host: "", port: null },
      { host: "2001:db8::1", port: null },
    ]);
  });

  test("only the device's own elements count", () => {
    expect(inDevice("<other><encrConfig>true</encrConfig></other>").isEncrypted).toBeNull();
  });

  test("CDATA, entities of XML and a BOM are understood", () => {
    expect(parse(`\ufeff${partialXml}`).isEncrypted).toBe(true);
    expect(inDevice("<loadInformation><![CDATA[a<&lt;]]>&amp;&#x41;</loadInformation>").loadInformation).toBe(
      "a<&lt;&A",
    );
  });

  test("the modes of CAPF have words, unknown numbers none", () => {
    expect(["0", "1", "2", "3", "4"].map(capfAuthModeWords)).toEqual([
      "none",
      "by authentication string",
      "by null string",
      "by existing certificate, LSC first",
      "by existing certificate, MIC first",
    ]);
    expect(["5", "", "constructor", "__proto__"].map(capfAuthModeWords)).toEqual([null, null, null, null]);
  });
});

describe("what cannot be read is file-unreadable", () => {
  test.each([
    ["nothing", ""],
    ["text", "hello"],
    ["another root", "<Default><fullConfig>true</fullConfig></Default>"],
    ["two roots", "<device/><device/>"],
    ["an element left open", "<device><a></device>"],
    ["half a file", partialXml.slice(0, 200)],
    ["a value that is no truth", "<device><encrConfig>perhaps</encrConfig></device>"],
    ["a value twice", "<device><certHash>a</certHash><certHash>b</certHash></device>"],
    ["an element instead of a value", "<device><certHash><b>1</b></certHash></device>"],
    ["a DOCTYPE", `<!DOCTYPE device><device/>`],
    [
      "an entity that reads a file",
      `<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><device>&x;</device>`,
    ],
    ["a doctype in another case", "<!doctype device><device/>"],
    ["a hidden ENTITY", "<device><! ENTITY x 'y'></device>"],
    ["an escape character", "<device><a>\u001b[2J</a></device>"],
    ["a NUL", "<device>\0</device>"],
    ["bytes that are not UTF-8", Buffer.from("<device><a>\xe9</a></device>", "latin1")],
    ["UTF-16", Buffer.from("\ufeff<device/>", "utf16le")],
    ["33 levels", `<device>${"<a>".repeat(33)}${"</a>".repeat(33)}</device>`],
    ["more than 1 MiB", `<device>${" ".repeat(1024 * 1024)}</device>`],
    ["attributes twice", `<device a="1" a="2"/>`],
    ["an element called __proto__", "<device><__proto__>1</__proto__></device>"],
  ])("%s", (_what, xml) => {
    expect(() => parse(xml)).toThrow(unreadable);
  });

  test("30 levels are read", () => {
    expect(parse(`<device>${"<a>".repeat(30)}${"</a>".repeat(30)}</device>`).isFull).toBeNull();
  });

  test.each([
    "<device><sshPassword>Kept<Kept-from</sshPassword></device>",
    '<device><sshPassword Kept-from-eyes="1" Kept-from-eyes="2">x</sshPassword></device>',
    "<device><sshPassword>Kept-from-eyes</Kept-from-eyes></device>",
    "<device><encrConfig>Kept-from-eyes</encrConfig></device>",
    "<device Kept-from-eyes/>",
    "<device>Kept-from-eyes\u0007</device>",
    "<Kept-from-eyes/>",
  ])("the error never quotes the file: %s", (xml) => {
    let told = "";
    try {
      parse(xml);
    } catch (error) {
      for (let each: unknown = error; each instanceof Error; each = each.cause)
        told += `${each.stack}${each.message}`;
    }
    expect(told).toContain("cannot be read");
    expect(told).not.toContain("Kept");
  });
});

describe("hostile sizes are read or refused in a moment", () => {
  const many = 300_000;
  test.each([
    [
      "1 MB of attributes",
      `<device ${Array.from({ length: 60_000 }, (_, at) => `a${at}="12345"`).join(" ")}/>`,
    ],
    ["brackets", "<".repeat(many)],
    ["elements that never close", "<a>".repeat(many / 4)],
    ["nested elements that close", `${"<a>".repeat(40_000)}${"</a>".repeat(40_000)}`],
    ["elements beside each other", `<device>${"<a/>".repeat(40_000)}</device>`],
    ["entities", `<device>${"&lt;".repeat(many / 4)}</device>`],
    ["one long attribute", `<device a="${" ".repeat(many)}"/>`],
    ["equals signs", `<device ${"a=".repeat(many / 2)}/>`],
    ["an unclosed CDATA", `<device><![CDATA[${"]".repeat(many)}</device>`],
    ["an unclosed comment", `<device><!--${"-".repeat(many)}</device>`],
  ])("%s", (_what, xml) => {
    const start = performance.now();
    try {
      parse(xml);
    } catch (error) {
      expect(error).toEqual(unreadable);
    }
    expect(performance.now() - start).toBeLessThan(20_000);
  });
});

test("names that mean something to JavaScript are kept apart from it", () => {
  const root = parseConfigXml(
    Buffer.from('<device><hasOwnProperty toString="1" valueOf="2">x</hasOwnProperty></device>'),
  );
  expect(root.children[0]).toEqual({
    name: "__hasOwnProperty",
    attributes: [
      ["__toString", "1"],
      ["__valueOf", "2"],
    ],
    children: ["x"],
  });
});
