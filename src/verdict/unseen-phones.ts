// A node without an answer that was accepted as such → what that leaves unknown of its phones, and where to look later.
import type { Finding, FindingCode } from "./verdict.ts";

const unread: readonly FindingCode[] = [
  "node-unreachable",
  "login-refused",
  "host-key-refused",
  "answer-not-understood",
];

/** Findings that stopped nothing because of `--accept`; all others stay as they are. */
export function withUnseenPhones(finding: Finding, cluster: string): Finding {
  const { code, node, advice } = finding;
  if (node === null || !unread.includes(code)) return finding;
  return {
    ...finding,
    advice: `${advice} Phones that load their files from ${node} were not looked at: they may hold another list and reject what the others take. When it answers again, see what it serves with \`itlctl status ${cluster}\` and bring its phones to the new list.`,
  };
}
