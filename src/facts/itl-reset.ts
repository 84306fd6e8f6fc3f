// The dialogue of `utils itl reset` in; what it says was generated, transferred and restarted out.
import { answerLines } from "./answer-lines.ts";

/** One server that the dialogue names. */
export interface ResetNode {
  readonly node: string;
  readonly isTransferred: boolean;
  readonly isRestarted: boolean;
}

/** `tftpNodes` as the platform lists them; `nodes` those and every other that it names; unknown lines fail closed. */
export interface ItlReset {
  readonly isGenerated: boolean;
  readonly tftpNodes: readonly string[];
  readonly nodes: readonly ResetNode[];
  readonly unknownLines: readonly string[];
}

const mostNodes = 1000;
const silent = [
  /^Name is \S+$/,
  /^Generating the reset ITL file\.+$/,
  /^Locating active Tftp servers in the cluster\.+$/,
  /^Following is the list of Active tftp servers in the cluster$/,
  /^Transferring new reset ITL file to the TFTP server nodes in the cluster\.+$/,
  /^Restarting Cisco Tftp service on host \S+$/,
  // A first contact with the key's server: the words of tac-07, answered only for the one key that is expected.
  /^The authenticity of host '\S+ \(\S+\)' can't be established\.$/,
  /^[A-Z0-9]{2,16} key fingerprint is \S+$/,
  /^Are you sure you want to continue connecting \(yes\/no(?:\/\[fingerprint\])?\)\s*\?\s*yes$/,
];
const prompt = /^Enter (?:CCM Administrator|Sftp) password\s?:\s*[*•]*\s*/;
/** Debug text of 10.0: name parts of the certificate and a counter. */
const noise = [/^Processing token in \w{1,16} \d{1,4}(?: \S.{0,63})?$/, /^coutn is \d{1,4}$/];
const trouble = /error|fail|exception|refused|denied/i;
const host = /^[A-Za-z0-9][A-Za-z0-9._-]{0,254}$/;

/** Order is free and prompts are optional; masked or starred input is passed over. Throws only past 8 MiB. */
export function parseItlReset(text: string): ItlReset {
  const lines = answerLines(text, "utils itl reset").map((line) => line.trim().replace(prompt, ""));
  const listed = new Set<string>();
  const nodes = new Map<string, { isTransferred: boolean; isRestarted: boolean }>();
  const unknownLines: string[] = [];
  let isGenerated = false;
  let isBetweenRules = false;
  let count: { readonly line: string; readonly number: number } | null = null;
  const nodeOf = (name: string) => {
    const node = nodes.get(name) ?? { isTransferred: false, isRestarted: false };
    if (nodes.size < mostNodes) nodes.set(name, node);
    return node;
  };
  const list = (names: readonly string[]) => {
    for (const name of names) {
      listed.add(name);
      nodeOf(name);
    }
  };

  for (const line of lines) {
    const transferred = /^Successfully transferred reset ITL to node (\S+)$/.exec(line)?.[1];
    const restarted = /^Cisco Tftp service restarted on host (\S+)$/.exec(line)?.[1];
    const counted = /^Number of Active TFTP servers in the cluster\s*:\s*(\d{1,4})$/.exec(line);
    const names = bracketedNames(line);
    if (/^={4,}$/.test(line)) isBetweenRules = !isBetweenRules;
    else if (isSilent(line)) continue;
    else if (line === "The reset ITL file was generated successfully") isGenerated = true;
    else if (transferred !== undefined) nodeOf(transferred).isTransferred = true;
    else if (restarted !== undefined) nodeOf(restarted).isRestarted = true;
    else if (counted !== null) count = { line, number: Number(counted[1]) };
    else if (names !== null) list(names);
    else if (isBetweenRules && host.test(line)) list([line]);
    else unknownLines.push(line);
  }
  if (count !== null && count.number !== listed.size) unknownLines.push(count.line);
  return {
    isGenerated,
    tftpNodes: [...listed],
    nodes: [...nodes].map(([node, state]) => ({ node, ...state })),
    unknownLines,
  };
}

function isSilent(line: string): boolean {
  if (line === "" || /^[*•]+$/.test(line) || silent.some((known) => known.test(line))) return true;
  return noise.some((known) => known.test(line)) && !trouble.test(line);
}

/** `['test10pub', 'test10sub']`; null for any other line. */
function bracketedNames(line: string): string[] | null {
  if (!line.startsWith("[") || !line.endsWith("]")) return null;
  const names = line
    .slice(1, -1)
    .split(",")
    .map((part) => /^u?'([^']*)'$/.exec(part.trim())?.[1] ?? "");
  return names.every((name) => host.test(name)) ? names : null;
}
