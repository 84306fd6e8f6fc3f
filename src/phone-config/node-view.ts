// One node's three files → what they amount to, in words that nodes can be compared by; and which nodes count as TFTP nodes.
import type { PhoneConfigFacts } from "./config-facts.ts";
import type { NodeFiles, PhoneLook, ServedFile, SignedFacts } from "./phone-look.ts";

export interface NodeView {
  readonly files: NodeFiles;
  readonly file: "partial" | "full" | "missing" | "damaged" | "odd" | "unknown";
  readonly config: PhoneConfigFacts | null;
  /** Of the .cnf.xml.sgn. */
  readonly signed: SignedFacts | null;
  readonly encrypted: "served" | "missing" | "damaged" | "unknown";
  /** Why a file is damaged, odd or was not fetched. */
  readonly fileReason: string;
  readonly encryptedReason: string;
}

/** A node on whose TFTP port nobody listens is none, unless its service list says otherwise or no node listens at all. */
export function tftpNodesOf({ nodes, publisher }: PhoneLook): readonly NodeFiles[] {
  if (nodes.every(({ itl }) => itl.kind === "refused")) return nodes;
  const isDeclared = publisher.services?.some(
    ({ name, isActivated }) => name === "Cisco Tftp" && isActivated,
  );
  return nodes.filter(
    ({ itl, node }) => itl.kind !== "refused" || (isDeclared === true && node === publisher.node),
  );
}

export function viewOf(files: NodeFiles, device: string): NodeView {
  const { signedFile, encryptedFile } = files;
  const seen = kindOfFile(signedFile, device);
  const encrypted = kindOfEncrypted(encryptedFile, device);
  return {
    files,
    file: seen.kind,
    fileReason: seen.reason,
    encrypted: encrypted.kind,
    encryptedReason: encrypted.reason,
    config: signedFile.kind === "read" ? signedFile.config : null,
    signed: signedFile.kind === "read" ? signedFile.signed : null,
  };
}

function kindOfFile(
  file: NodeFiles["signedFile"],
  device: string,
): { kind: NodeView["file"]; reason: string } {
  if (file.kind !== "read") return { kind: kindUnread(file), reason: file.reason };
  const { config, configTrouble, signed } = file;
  if (config === null) return { kind: "damaged", reason: configTrouble ?? "it cannot be read" };
  const other = nameOfAnother(signed, `${device}.cnf.xml.sgn`);
  if (other !== null) return { kind: "damaged", reason: other };
  const { isFull, isEncrypted } = config;
  if (isFull === false && isEncrypted === true) return { kind: "partial", reason: "" };
  // A file without encryption may leave out either element.
  if (isFull !== false && isEncrypted !== true && (isFull ?? isEncrypted) !== null) {
    return { kind: "full", reason: "" };
  }
  const said = `fullConfig ${isFull ?? "absent"}, encrConfig ${isEncrypted ?? "absent"}`;
  return { kind: "odd", reason: `${said}, which do not go together` };
}

function kindOfEncrypted(
  file: NodeFiles["encryptedFile"],
  device: string,
): { kind: NodeView["encrypted"]; reason: string } {
  if (file.kind !== "read") return { kind: kindUnread(file), reason: file.reason };
  if (!file.isEncrypted) return { kind: "damaged", reason: "it holds no encryption fields" };
  if (!file.isWhole) return { kind: "damaged", reason: "its ciphertext ends in the middle of a block" };
  const other = nameOfAnother(file.signed, `${device}.cnf.xml.enc.sgn`);
  return other === null ? { kind: "served", reason: "" } : { kind: "damaged", reason: other };
}

function kindUnread(file: Exclude<ServedFile<object>, { kind: "read" }>): "missing" | "damaged" | "unknown" {
  return file.kind === "missing" || file.kind === "damaged" ? file.kind : "unknown";
}

/** The name inside is compared without case: TFTP keeps some in small letters. */
function nameOfAnother(signed: SignedFacts | null, expected: string): string | null {
  const name = signed?.filename ?? null;
  if (name === null || name.toLowerCase() === expected.toLowerCase()) return null;
  return `its header names it ${name}`;
}
