// A node and a phone's name → the three files that this phone would fetch there, read and held against each other.
import { messageOf } from "../base/errors.ts";
import { type ItlLayout, parseItlLayout } from "../facts/itl-layout.ts";
import type { ItlRecord } from "../facts/itl-record.ts";
import type { ClusterNode } from "../inventory/cluster.ts";
import type { Fetched, fetchServedFile } from "../served/fetch-list.ts";
import type { DeviceName } from "./device-name.ts";
import { fileSignature } from "./file-signature.ts";
import { parsePhoneConfig } from "./parse-config.ts";
import type {
  ConfigFileFacts,
  EncryptedFileFacts,
  NodeFiles,
  ServedFile,
  SignedFacts,
} from "./phone-look.ts";

/** Paths as a phone asks for them. */
export const phonePaths = {
  itl: () => "/ITLFile.tlv",
  signedFile: (device: string) => `/${device}.cnf.xml.sgn`,
  encryptedFile: (device: string) => `/${device}.cnf.xml.enc.sgn`,
} as const;

const cipherBlockBytes = 16;

/** Trouble of network, server and bytes are facts. Where nobody listens or answers, nothing more is asked. */
export async function fetchNodeFiles(
  node: ClusterNode,
  device: DeviceName,
  tools: { readonly fetchServedFile: typeof fetchServedFile; readonly signal?: AbortSignal | undefined },
): Promise<NodeFiles> {
  const get = (path: string) =>
    tools.fetchServedFile({
      address: node.address,
      port: node.tftp.port,
      path,
      ...(tools.signal ? { signal: tools.signal } : {}),
    });
  const place = { node: node.name, address: node.address, port: node.tftp.port };
  const list = await get(phonePaths.itl());
  const itl = readFile(list, false, (bytes) => ({ records: recordsOf(bytes) }));
  if (itl.kind === "refused" || (itl.kind === "unreachable" && !itl.reason.startsWith("answered"))) {
    return { ...place, itl, signedFile: itl, encryptedFile: itl };
  }
  const isAnswering = list.kind === "fetched";
  const records = itl.kind === "read" ? itl.records : null;
  const signed = await get(phonePaths.signedFile(device));
  const encrypted = await get(phonePaths.encryptedFile(device));
  return {
    ...place,
    itl,
    signedFile: readFile(signed, isAnswering, (bytes) => readConfig(bytes, records)),
    encryptedFile: readFile(encrypted, isAnswering, (bytes) => readEncrypted(bytes, records)),
  };
}

/**
 * Which status says "no such file" on this port is on no record: any refusal of a server that gives out its list does,
 * and 4xx of one that does not.
 */
function readFile<Read>(
  answer: Fetched,
  isAnswering: boolean,
  read: (bytes: Buffer) => Read,
): ServedFile<Read> {
  if (answer.kind === "failed") {
    const { reason } = answer;
    if (reason === "connection refused") return { kind: "refused", reason };
    const status = /^answered HTTP (\d{3})$/.exec(reason)?.[1];
    const isMissing = status !== undefined && (isAnswering || status.startsWith("4"));
    return { kind: isMissing ? "missing" : "unreachable", reason };
  }
  const sizeBytes = answer.bytes.length;
  try {
    if (sizeBytes === 0) return { kind: "damaged", sizeBytes, reason: "the file is empty" };
    return { kind: "read", sizeBytes, ...read(answer.bytes) };
  } catch (error) {
    return { kind: "damaged", sizeBytes, reason: messageOf(error) };
  }
}

function recordsOf(bytes: Buffer): readonly ItlRecord[] {
  const { kind, records } = parseItlLayout(bytes);
  if (kind !== "itl") throw new Error(`it is no ITL but ${kind}`);
  return records;
}

function readConfig(bytes: Buffer, records: readonly ItlRecord[] | null): ConfigFileFacts {
  // A signed file begins with its version, which is no character of XML.
  if (bytes[0] !== 1) return { signed: null, ...xmlFacts(bytes) };
  const layout = parseItlLayout(bytes);
  return { signed: signedFacts(layout, records), ...xmlFacts(bytes.subarray(layout.header.headerLength)) };
}

/** The signature is worth telling of even where the XML is not. */
function xmlFacts(xml: Buffer): Pick<ConfigFileFacts, "config" | "configTrouble"> {
  try {
    return { config: parsePhoneConfig(xml), configTrouble: null };
  } catch (error) {
    return { config: null, configTrouble: messageOf(error) };
  }
}

function readEncrypted(bytes: Buffer, records: readonly ItlRecord[] | null): EncryptedFileFacts {
  const layout = parseItlLayout(bytes);
  const isWhole = (bytes.length - layout.header.headerLength) % cipherBlockBytes === 0;
  return { signed: signedFacts(layout, records), isEncrypted: layout.isEncrypted, isWhole };
}

function signedFacts(layout: ItlLayout, records: readonly ItlRecord[] | null): SignedFacts {
  const { signer, timestamp, filename } = layout.header;
  return { signer, timestamp, filename, signature: fileSignature(layout, records) };
}
