// OpenSSH known_hosts text in; the lines that speak about one host and port out.
import { createHmac } from "node:crypto";

/** One line that matches the host: a key that is accepted for it, or one that never is. */
export interface KnownHostKey {
  readonly type: string;
  readonly base64: string;
  readonly isRevoked: boolean;
  readonly lineNumber: number;
}

/** `@cert-authority` lines, comments and lines that cannot be read are passed over: they accept nothing. */
export function parseKnownHosts(text: string, host: string, port: number): readonly KnownHostKey[] {
  const name = (port === 22 ? host : `[${host}]:${port}`).toLowerCase();
  const keys: KnownHostKey[] = [];
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const fields = line.trim().split(/\s+/);
    const marker = fields[0]?.startsWith("@") === true ? fields.shift() : undefined;
    const [patterns, type, base64] = fields;
    if (patterns === undefined || patterns.startsWith("#") || type === undefined || base64 === undefined)
      continue;
    if (marker !== undefined && marker !== "@revoked") continue;
    if (!isNamed(patterns, name)) continue;
    keys.push({ type, base64, isRevoked: marker === "@revoked", lineNumber: index + 1 });
  }
  return keys;
}

/** One negated pattern that fits outweighs all others, as in OpenSSH. */
function isNamed(patterns: string, name: string): boolean {
  if (patterns.startsWith("|")) return isHashOf(patterns, name);
  let isMatched = false;
  for (const pattern of patterns.toLowerCase().split(",")) {
    if (pattern.startsWith("!")) {
      if (fits(pattern.slice(1), name)) return false;
    } else if (fits(pattern, name)) isMatched = true;
  }
  return isMatched;
}

/** `*` stands for any characters, `?` for one; in time by the product of both lengths, whatever the pattern. */
function fits(pattern: string, name: string): boolean {
  let at = 0;
  let inName = 0;
  let star = -1;
  let starTook = 0;
  while (inName < name.length) {
    if (pattern[at] === "*") {
      star = at;
      starTook = inName;
      at += 1;
    } else if (pattern[at] === "?" || pattern[at] === name[inName]) {
      at += 1;
      inName += 1;
    } else if (star >= 0) {
      at = star + 1;
      starTook += 1;
      inName = starTook;
    } else return false;
  }
  return /^\**$/.test(pattern.slice(at));
}

/** `|1|salt|hash`, both Base64: HMAC-SHA1 of the name under the salt. */
function isHashOf(field: string, name: string): boolean {
  const [, version, salt, hash] = field.split("|");
  if (version !== "1" || salt === undefined || hash === undefined) return false;
  return createHmac("sha1", Buffer.from(salt, "base64")).update(name).digest("base64") === hash;
}
