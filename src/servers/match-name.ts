// A name in a certificate and the name a client looks for → whether the one covers the other.
import { isIP } from "node:net";
import { domainToASCII } from "node:url";

/** `misplaced`: a wildcard stands there that no client of these takes, anywhere but as the whole leftmost label. */
export type NameMatch = "exact" | "wildcard" | "misplaced" | null;

/** Lower case, A-labels, without the dot at the end; null for what cannot be a DNS name. A leading `*.` is allowed. */
export function normalName(text: string): string | null {
  const lower = text.toLowerCase().replace(/\.$/, "");
  if (!/^(?:\*\.)?[\p{L}\p{M}\p{N}_.-]+$/u.test(lower) || lower.length > 253 * 4) return null;
  const rest = lower.startsWith("*.") ? lower.slice(2) : lower;
  const ascii = /^[\u0020-\u007e]*$/.test(rest) ? rest : domainToASCII(rest);
  if (ascii === "" || ascii.split(".").includes("")) return null;
  return lower.startsWith("*.") ? `*.${ascii}` : ascii;
}

/** A wildcard stands for exactly one label, and never directly above a top-level domain. */
export function matchName(written: string, wanted: string): NameMatch {
  const name = normalName(wanted);
  if (name === null || name.startsWith("*.") || isIP(name) !== 0) return null;
  if (isMisplaced(written)) return "misplaced";
  const pattern = normalName(written);
  if (pattern === null) return null;
  if (!pattern.startsWith("*.")) return pattern === name ? "exact" : null;
  const parent = pattern.slice(2);
  return parent.includes(".") && name.slice(name.indexOf(".") + 1) === parent && name !== parent
    ? "wildcard"
    : null;
}

function isMisplaced(written: string): boolean {
  return written.includes("*") && !/^\*\.[^*]+$/.test(written);
}

/** What is wrong with a name as one that clients connect to; null: nothing. */
export function nameFault(name: string): "address" | "not-full" | null {
  if (isIP(name.replace(/^\[(.*)\]$/, "$1")) !== 0) return "address";
  return name.replace(/\.$/, "").includes(".") ? null : "not-full";
}
