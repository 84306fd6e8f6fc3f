// The answer of a reset and the TFTP nodes → what is wrong with it: what it does not say of them, or says beside what is known.
import { isIP } from "node:net";
import { parseItlReset } from "../../facts/itl-reset.ts";

/** Null: a list was generated, every node got it, and every word is known. */
export function judgeResetAnswer(text: string, tftpNodes: readonly string[]): string | null {
  const dialogue = parseItlReset(text);
  if (!dialogue.isGenerated) return "the platform did not say that the reset list was generated";
  const served = dialogue.nodes.filter((node) => node.isTransferred || node.isRestarted);
  const missing = tftpNodes.filter((name) => !served.some(({ node }) => isSameHost(node, name)));
  if (missing.length > 0) return `the platform did not say that ${missing.join(", ")} got the new list`;
  return dialogue.unknownLines.length > 0 ? "the platform said something that is not known" : null;
}

/** The reset prints host names, the inventory may hold the name with its domain. Of an address every byte counts. */
function isSameHost(a: string, b: string): boolean {
  const [one, other] = [a.toLowerCase(), b.toLowerCase()].map((name) =>
    isIP(name) === 0 ? name.split(".")[0] : name,
  );
  return one === other;
}
