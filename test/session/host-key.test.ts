// Host keys: fingerprints, the inventory's list, and OpenSSH's known_hosts.
import { createHash, createHmac } from "node:crypto";
import { describe, expect, test } from "vitest";
import { parseHostKey } from "../../src/base/host-key.ts";
import { judgeHostKey, knownKeyTypes } from "../../src/session/host-key.ts";
import type { KnownKeys } from "../../src/session/host-key.ts";

/** A blob as the wire has it; the key itself does not matter here. */
function blobOf(type: string, content: string): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(type.length);
  return Buffer.concat([length, Buffer.from(type), Buffer.from(content)]);
}
const blob = blobOf("ssh-rsa", "the node's key");
const key = parseHostKey(blob);
const other = parseHostKey(blobOf("ssh-rsa", "another key"));
const ecdsa = parseHostKey(blobOf("ecdsa-sha2-nistp256", "a third key"));

const listed = (...hostKeys: string[]): KnownKeys => ({ hostKeys, knownHosts: null });
const filed = (text: string, ...hostKeys: string[]): KnownKeys => ({
  hostKeys,
  knownHosts: { path: "kh", text },
});
const kind = (known: KnownKeys, host = "10.0.0.1", port = 22) => judgeHostKey(key, host, port, known).kind;

function hashed(name: string): string {
  const salt = Buffer.from("twenty bytes of salt");
  return `|1|${salt.toString("base64")}|${createHmac("sha1", salt).update(name).digest("base64")}`;
}

test("a key's fingerprints are those of OpenSSH", () => {
  expect(key).toEqual({
    type: "ssh-rsa",
    base64: blob.toString("base64"),
    sha256: `SHA256:${createHash("sha256").update(blob).digest("base64").replace("=", "")}`,
    md5: createHash("md5")
      .update(blob)
      .digest("hex")
      .replace(/(..)(?!$)/g, "$1:"),
  });
  expect(parseHostKey(Buffer.alloc(2)).type).toBe("");
});

describe("a host is", () => {
  test("unknown where nothing is listed", () => {
    expect(kind(listed())).toBe("unknown");
    expect(kind(filed("# only a comment\n\nnonsense\n"))).toBe("unknown");
  });

  test("known by its fingerprint, with or without padding", () => {
    expect(kind(listed(other.sha256, key.sha256))).toBe("known");
    expect(kind(listed(`${key.sha256}=`))).toBe("known");
  });

  test("changed where only other fingerprints are listed", () => {
    const verdict = judgeHostKey(key, "10.0.0.1", 22, listed(other.sha256));
    expect(verdict).toEqual({ kind: "changed", reason: `hostKeys: lists ${other.sha256}`, isRevoked: false });
  });

  test.each([
    ["plain", "10.0.0.1", 22],
    ["plain, with others", "pub,10.0.0.1,x", 22],
    ["another port", "[10.0.0.1]:2222", 2222],
    ["a wildcard", "10.0.0.*", 22],
    ["one character", "10.0.0.?", 22],
    ["hashed", hashed("10.0.0.1"), 22],
    ["hashed with a port", hashed("[10.0.0.1]:2222"), 2222],
    ["a negation of others", "!10.0.0.2,10.0.0.*", 22],
  ])("known by known_hosts: %s", (_title, names, port) => {
    expect(kind(filed(`${names} ssh-rsa ${key.base64} comment\r\n`), "10.0.0.1", port)).toBe("known");
    const changed = judgeHostKey(key, "10.0.0.1", port, filed(`#\n${names} ssh-rsa ${other.base64}`));
    expect(changed).toEqual({ kind: "changed", reason: "kh:2 has another key", isRevoked: false });
  });

  test.each([
    ["its negation", "!10.0.0.1,10.0.0.*", 22],
    ["the plain name for another port", "10.0.0.1", 2222],
    ["the port's name for port 22", "[10.0.0.1]:2222", 22],
    ["a name that only looks like it", "10x0.0.1", 22],
    ["a broken hash", "|1|abc", 22],
    ["another version of hash", hashed("10.0.0.1").replace("|1|", "|2|"), 22],
  ])("not known by %s", (_title, names, port) => {
    expect(kind(filed(`${names} ssh-rsa ${key.base64}`), "10.0.0.1", port)).toBe("unknown");
  });

  test("not known by a certificate authority's line", () => {
    expect(kind(filed(`@cert-authority * ssh-rsa ${key.base64}`))).toBe("unknown");
  });

  test("refused when its key is revoked, even where the fingerprint is listed", () => {
    const verdict = judgeHostKey(key, "10.0.0.1", 22, filed(`@revoked * ssh-rsa ${key.base64}`, key.sha256));
    expect(verdict).toEqual({ kind: "changed", reason: "kh:1 revokes it", isRevoked: true });
  });

  test("changed where known_hosts has only a key of another type", () => {
    expect(kind(filed(`10.0.0.1 ecdsa-sha2-nistp256 ${ecdsa.base64}`))).toBe("changed");
  });
});

test("only types that known_hosts has are asked for; fingerprints leave all open", () => {
  const text = `10.0.0.1 ecdsa-sha2-nistp256 ${ecdsa.base64}\n10.0.0.1 ssh-rsa ${key.base64}\n@revoked * ssh-ed25519 AA`;
  expect(knownKeyTypes("10.0.0.1", 22, filed(text))).toEqual(["ecdsa-sha2-nistp256", "ssh-rsa"]);
  expect(knownKeyTypes("10.0.0.1", 22, filed(text, key.sha256))).toBe(null);
  expect(knownKeyTypes("10.0.0.2", 22, filed(text))).toBe(null);
});
