// A phone's configuration, read and judged → the document that `phone-config show --json` prints.
import { createHash } from "node:crypto";
import type { SignatureState } from "../facts/list-facts.ts";
import { capfAuthModeWords } from "../phone-config/capf-auth-mode.ts";
import type { ConfigSignature } from "../phone-config/judge-config-signature.ts";
import { maskConfig, renderXml } from "../phone-config/mask-config.ts";
import { maskText } from "../phone-config/mask-text.ts";
import type { ConfigContent } from "../phone-config/read-config.ts";
import type { ConfigFile } from "../phone-config/signed-config.ts";
import { type ItlDocument, itlDocument } from "./itl-document.ts";

export interface PhoneConfigShowDocument {
  readonly file: string;
  readonly kind: ConfigFile["kind"];
  /** Of the clear XML; null where it was not decrypted, or does not say. */
  readonly content: "partial" | "full" | null;
  readonly sizeBytes: number;
  readonly md5: string;
  readonly sha1: string;
  readonly sha256: string;
  /** Null for an unsigned file. */
  readonly header: ItlDocument["header"] | null;
  readonly signature: SignatureState | "unsigned";
  readonly trustedBy: {
    readonly file: string;
    readonly accepted: boolean | null;
    readonly reason: string;
  } | null;
  /** Null for a file that is not encrypted. */
  readonly encryption: {
    readonly keyBits: number;
    readonly digest: string;
    readonly padBytes: number;
    readonly isDecrypted: boolean;
  } | null;
  /** What the XML says; null where it was not decrypted. */
  readonly says: {
    readonly fullConfig: boolean | null;
    readonly encrConfig: boolean | null;
    readonly certHash: string | null;
    readonly capf: readonly { readonly host: string; readonly port: number | null }[];
    readonly capfAuthMode: string | null;
    readonly capfAuthModeMeaning: string | null;
    readonly loadInformation: string | null;
  } | null;
  /** With bullets for every secret. */
  readonly xml: string | null;
  /** The file that --out named. */
  readonly out: string | null;
}

/** `named`: the path or URL as typed; `heldName`: that of the list; `out`: where the clear XML was written. */
export function phoneConfigShowDocument(read: {
  readonly named: string;
  readonly file: ConfigFile;
  readonly content: ConfigContent;
  readonly judged: ConfigSignature;
  readonly heldName: string | null;
  readonly out: string | null;
}): PhoneConfigShowDocument {
  const { named, file, judged, heldName } = read;
  const { encryption, clear } = read.content;
  const digest = (algorithm: string) => createHash(algorithm).update(file.bytes).digest("hex");
  return {
    file: named,
    kind: file.kind,
    content: clear === null || clear.facts.isFull === null ? null : clear.facts.isFull ? "full" : "partial",
    sizeBytes: file.bytes.length,
    md5: digest("md5"),
    sha1: digest("sha1"),
    sha256: digest("sha256"),
    header: headerOf(named, file),
    signature: judged.signature,
    trustedBy: judged.trust === null ? null : { file: heldName ?? "", ...judged.trust },
    encryption:
      encryption === null
        ? null
        : {
            keyBits: encryption.wrappedKey.length * 8,
            digest: encryption.digestName,
            padBytes: encryption.padCount,
            isDecrypted: clear !== null,
          },
    says: clear === null ? null : saidBy(clear),
    xml: clear === null ? null : renderXml(maskConfig(clear.root)),
    out: read.out,
  };
}

function headerOf(named: string, { list }: ConfigFile): ItlDocument["header"] | null {
  if (list === null) return null;
  return itlDocument(named, list, { signature: "unsupported", trustedBy: null }).header;
}

/** A host or a load is no place for a password; but a hand may have put one there. */
function saidBy({ facts }: NonNullable<ConfigContent["clear"]>): PhoneConfigShowDocument["says"] {
  const masked = (text: string | null) => (text === null ? null : maskText(text));
  return {
    fullConfig: facts.isFull,
    encrConfig: facts.isEncrypted,
    certHash: masked(facts.certHash),
    capf: facts.capf.map(({ host, port }) => ({ host: maskText(host), port })),
    capfAuthMode: masked(facts.capfAuthMode),
    capfAuthModeMeaning: facts.capfAuthMode === null ? null : capfAuthModeWords(facts.capfAuthMode),
    loadInformation: masked(facts.loadInformation),
  };
}
