// A phone's configuration, and the phone's private key, in; its clear XML, what that says, and how it was encrypted, out.
import type { KeyObject } from "node:crypto";
import type { PhoneConfigFacts } from "./config-facts.ts";
import { parseConfigXml, type XmlElement } from "./config-xml.ts";
import { decryptConfig } from "./decrypt-config.ts";
import { type EncryptionFields, parseEncryption } from "./encryption-fields.ts";
import { configFactsOf } from "./parse-config.ts";
import type { ConfigFile } from "./signed-config.ts";

/** `clear` null: encrypted, and no key was given. `encryption` null: not encrypted. */
export interface ConfigContent {
  readonly encryption: EncryptionFields | null;
  readonly clear: {
    /** As it was before signing or encrypting, byte for byte. */
    readonly xml: Buffer;
    readonly root: XmlElement;
    readonly facts: PhoneConfigFacts;
  } | null;
}

/** Throws file-unreadable as `parseConfigXml`, `configFactsOf` and `parseEncryption`, and `wrong-key` as `decryptConfig`. */
export function readConfig(file: ConfigFile, phoneKey: KeyObject | null): ConfigContent {
  if (file.kind !== "encrypted") return { encryption: null, clear: clearOf(file.body) };
  const encryption = parseEncryption(file.list);
  const xml = phoneKey === null ? null : decryptConfig(file.body, encryption, phoneKey);
  return { encryption, clear: xml === null ? null : clearOf(xml) };
}

function clearOf(xml: Buffer): NonNullable<ConfigContent["clear"]> {
  const root = parseConfigXml(xml);
  return { xml, root, facts: configFactsOf(root) };
}
