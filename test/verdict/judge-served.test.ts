// The served file beside what `show itl` says of it: which checksums count, and whose file is asked about at all.
import { describe, expect, test } from "vitest";
import type { NodeFacts } from "../../src/facts/node-facts.ts";
import { isServedAsShown, judgeServed } from "../../src/verdict/judge-served.ts";
import { factsOf, makeLab, nodeOf, withNode } from "../support/lab-facts.ts";

const facts = factsOf(makeLab("11.5"));
const { itl, served, services } = nodeOf(facts, "tftp2");
if (itl?.kind !== "shown" || served?.kind !== "fetched") throw new Error("no list");
const { md5, sha1, sha256 } = served.file;
const shown = (checksums: Readonly<Record<string, string>>) => ({ ...itl, checksums });
const told = (parts: Partial<NodeFacts>) => {
  const changed = withNode(facts, "tftp2", parts);
  return judgeServed(nodeOf(changed, "tftp2"), changed).map(({ code, severity }) => `${code} ${severity}`);
};

describe("the served file is the one that show itl describes", () => {
  test.each([
    ["both checksums are its own", { md5, sha1 }, true],
    ["the only one is its own", { sha256 }, true],
    ["one is its own, the other is not", { md5, sha1: "00" }, false],
    ["the other way round", { md5: "00", sha1 }, false],
    ["none is its own", { md5: "00", sha1: "00" }, false],
    ["one is its own, another is of a kind that is not computed here", { sha1, "sha-512": "00" }, true],
    ["only such a kind was printed", { "sha-512": "00" }, null],
    ["none was printed", {}, null],
  ] as const)("where %s: %s", (_, checksums, is) => {
    expect(isServedAsShown(served, shown(checksums))).toBe(is);
  });

  test("a file that cannot be read is known by SHA-1 alone", () => {
    const unreadable = { kind: "unreadable", sha1, reason: "HTML" } as const;
    expect(isServedAsShown(unreadable, shown({ md5: "00", sha1 }))).toBe(true);
    expect(isServedAsShown(unreadable, shown({ md5, sha1: "00" }))).toBe(false);
    expect(isServedAsShown(unreadable, shown({ md5 }))).toBeNull();
  });
});

describe("a file is judged", () => {
  const odd = { kind: "unreadable", sha1: "00", reason: "HTML" } as const;
  const gone = { kind: "unreachable", reason: "refused" } as const;
  const tftpIs = (state: string, isActivated: boolean) => ({
    services: (services ?? []).map((row) =>
      row.name === "Cisco Tftp" ? { ...row, state, isActivated } : row,
    ),
  });

  test("of a node whose Cisco Tftp runs, or is stopped, or is not known while it shows a list", () => {
    const both = ["served-itl-differs block", "served-itl-invalid block"];
    expect(told({})).toEqual([]);
    expect(told({ served: odd })).toEqual(both);
    expect(told({ served: odd, ...tftpIs("STOPPED", true) })).toEqual(both);
    expect(told({ served: odd, services: null })).toEqual(both);
  });

  test("of no node that is no TFTP node, whatever answers there", () => {
    expect(told({ served: odd, ...tftpIs("STOPPED", false) })).toEqual([]);
    expect(told({ served: odd, services: [] })).toEqual([]);
    expect(told({ served: odd, services: null, itl: null })).toEqual([]);
    expect(told({ served: odd, services: null, itl: { kind: "missing", text: "" } })).toEqual([]);
  });

  test("and one that cannot be fetched warns, but not where Cisco Tftp is stopped", () => {
    expect(told({ served: gone })).toEqual(["served-itl-unreachable warn"]);
    expect(told({ served: gone, ...tftpIs("STARTING", true) })).toEqual([]);
  });

  test("and told with the checksums of both, and with what to do", () => {
    const found = (parts: Partial<NodeFacts>) => {
      const changed = withNode(facts, "tftp2", parts);
      return judgeServed(nodeOf(changed, "tftp2"), changed);
    };
    const message = (checksums: Readonly<Record<string, string>>) =>
      found({ itl: shown(checksums) })[0]?.message;
    const words = `tftp2: phones are served another file (SHA-1 ${sha1}) than \`show itl\` describes`;
    expect(message({ md5: "0a", sha1: "0b" })).toBe(`${words} (0b)`);
    expect(message({ md5: "0a" })).toBe(`${words} (0a)`);
    const advice = (signature: typeof served.signature) =>
      found({ served: { ...served, signature } })[0]?.advice;
    expect(advice("invalid")).toMatch(/^Restart Cisco Tftp on tftp2/);
    expect(advice("unsupported")).toMatch(/^Read the end of `show itl` on tftp2/);
  });

  test("by its signature: invalid blocks, of an unknown kind warns, of a signer that nobody knows blocks", () => {
    const of = (signature: typeof served.signature) => told({ served: { ...served, signature } });
    expect(of("invalid")).toEqual(["served-itl-invalid block"]);
    expect(of("unsupported")).toEqual(["served-itl-invalid warn"]);
    expect(of("no-signer-certificate")).toEqual([]);
    const bytes = Buffer.from(served.bytes, "base64");
    bytes.writeUInt8(bytes.readUInt8(bytes.length - 1) ^ 1, bytes.length - 1);
    const damaged = {
      ...served,
      bytes: bytes.toString("base64"),
      signature: "no-signer-certificate",
    } as const;
    expect(told({ served: damaged })).toEqual(["served-itl-invalid block"]);
    expect(told({ served: { ...damaged, bytes: served.bytes }, certificates: {} })).toEqual([
      "served-itl-invalid block",
    ]);
  });
});
