// A subjectAltName's DER → its names by kind, each read for itself, and what could not be read.
import { fromBER } from "asn1js";
import { messageOf } from "../base/errors.ts";
import { type DerElement, derChildren, derObjectId, readDer } from "../facts/der-element.ts";
import type { CertificateNames, MistypedName, UnreadPart } from "./server-certificate.ts";

/** Which string type RFC 6120 and RFC 4985 give each kind of otherName, by its tag. */
const otherNames: Readonly<Record<string, { field: MistypedName["field"]; tag: number }>> = {
  "1.3.6.1.5.5.7.8.5": { field: "XmppAddr", tag: 0x0c },
  "1.3.6.1.5.5.7.8.7": { field: "SRVName", tag: 0x16 },
};

const stringTypes: Readonly<Record<number, string>> = {
  0x0c: "UTF8String",
  0x13: "PrintableString",
  0x14: "TeletexString",
  0x16: "IA5String",
  0x1c: "UniversalString",
  0x1e: "BMPString",
};

const what = "the list of names";
const mostNames = 1000;

interface Gathered {
  readonly xmppAddrs: string[];
  readonly srvNames: string[];
  readonly dnsNames: string[];
  readonly ipAddresses: string[];
  readonly mistyped: MistypedName[];
}

/**
 * Names of other kinds (URI, e-mail, directory names, other OIDs) are left out: no client of these looks at them.
 * Throws where the list as a whole is broken.
 */
export function parseAlternativeNames(der: Buffer): {
  readonly names: CertificateNames;
  readonly unread: readonly UnreadPart[];
} {
  const names: Gathered = { xmppAddrs: [], srvNames: [], dnsNames: [], ipAddresses: [], mistyped: [] };
  const unread: UnreadPart[] = [];
  const list = readDer(der, 0, what);
  if (list.tag !== 0x30) throw new Error("it is no list of names");
  const elements = derChildren(list.content, what, mostNames + 1);
  for (const [at, element] of elements.slice(0, mostNames).entries()) {
    try {
      addName(element, names);
    } catch (error) {
      unread.push({
        part: "subjectAltName",
        reason: `its name ${at + 1} cannot be read: ${messageOf(error)}`,
      });
    }
  }
  if (elements.length > mostNames) {
    unread.push({ part: "subjectAltName", reason: `it has more than ${mostNames} names` });
  }
  return { names, unread };
}

function addName(element: DerElement, names: Gathered): void {
  if (element.tag === 0xa0) addOtherName(element, names);
  if (element.tag === 0x82) names.dnsNames.push(element.content.toString("latin1"));
  if (element.tag === 0x87) names.ipAddresses.push(addressText(element.content));
}

function addOtherName({ content }: DerElement, names: Gathered): void {
  const id = readDer(content, 0, what);
  if (id.tag !== 0x06) throw new Error("an otherName without its kind");
  const known = otherNames[derObjectId(id.content)];
  if (known === undefined) return;
  const wrapped = readDer(content, id.end, what).content;
  const tag = readDer(wrapped, 0, what).tag;
  const value = stringIn(fromBER(wrapped).result);
  if (value === null || stringTypes[tag] === undefined) throw new Error(`an ${known.field} that is no text`);
  if (tag !== known.tag) {
    names.mistyped.push({ field: known.field, stringType: stringTypes[tag], value });
  } else if (known.field === "XmppAddr") names.xmppAddrs.push(value);
  else names.srvNames.push(value);
}

/** The text of any ASN.1 string; null for everything else. */
export function stringIn(block: unknown): string | null {
  if (!(block instanceof Object) || !("getValue" in block) || typeof block.getValue !== "function") {
    return null;
  }
  const value: unknown = (block.getValue as () => unknown).call(block);
  return typeof value === "string" ? value : null;
}

function addressText(bytes: Buffer): string {
  if (bytes.length === 4) return bytes.join(".");
  if (bytes.length !== 16) throw new Error(`an IP address of ${bytes.length} bytes`);
  const groups = Array.from({ length: 8 }, (_, at) => bytes.readUInt16BE(2 * at).toString(16));
  return new URL(`http://[${groups.join(":")}]/`).hostname.slice(1, -1);
}
