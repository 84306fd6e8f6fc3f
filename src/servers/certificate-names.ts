// A subjectAltName's DER → its names by kind, each read for itself, and what could not be read.
import { fromBER, IA5String, ObjectIdentifier, OctetString, Sequence, Utf8String } from "asn1js";
import { GeneralName } from "pkijs";
import { messageOf } from "../base/errors.ts";
import type { CertificateNames, MistypedName, UnreadPart } from "./server-certificate.ts";

/** Which string type RFC 6120 and RFC 4985 give each kind of otherName. */
const otherNames = {
  "1.3.6.1.5.5.7.8.5": { field: "XmppAddr", wants: "Utf8String" },
  "1.3.6.1.5.5.7.8.7": { field: "SRVName", wants: "IA5String" },
} as const;

const mostNames = 1000;

interface Gathered {
  readonly xmppAddrs: string[];
  readonly srvNames: string[];
  readonly dnsNames: string[];
  readonly ipAddresses: string[];
  readonly mistyped: MistypedName[];
  readonly unread: UnreadPart[];
}

/** Names of other kinds (URI, e-mail, directory names, other OIDs) are left out: no client of these looks at them. */
export function parseAlternativeNames(der: Uint8Array): {
  names: CertificateNames;
  unread: readonly UnreadPart[];
} {
  const gathered: Gathered = {
    xmppAddrs: [],
    srvNames: [],
    dnsNames: [],
    ipAddresses: [],
    mistyped: [],
    unread: [],
  };
  const { unread, ...names } = gathered;
  const trouble = (reason: string) => unread.push({ part: "subjectAltName", reason });
  const { result, offset } = fromBER(der);
  if (offset === -1 || !(result instanceof Sequence)) trouble("it is no list of names");
  else {
    const elements: readonly unknown[] = result.valueBlock.value;
    for (const [at, element] of elements.slice(0, mostNames).entries()) {
      try {
        addName(new GeneralName({ schema: element }), gathered);
      } catch (error) {
        trouble(`its name ${at + 1} cannot be read: ${messageOf(error)}`);
      }
    }
    if (elements.length > mostNames) trouble(`it has ${elements.length} names; ${mostNames} were read`);
  }
  return { names, unread };
}

function addName(name: GeneralName, gathered: Gathered): void {
  const value: unknown = name.value;
  if (name.type === 0) addOtherName(value, gathered);
  if (name.type === 2) gathered.dnsNames.push(textOf(value));
  if (name.type === 7) gathered.ipAddresses.push(addressText(value));
}

function addOtherName(value: unknown, gathered: Gathered): void {
  const parts: readonly unknown[] = value instanceof Object ? childrenOf(value) : [];
  const [id, wrapped] = parts;
  if (!(id instanceof ObjectIdentifier)) throw new Error("an otherName without its kind");
  const objectId = id.getValue();
  const known = Object.entries(otherNames).find(([known]) => known === objectId)?.[1];
  if (known === undefined) return;
  const inner = wrapped instanceof Object ? childrenOf(wrapped)[0] : undefined;
  const stringType = inner instanceof Object ? inner.constructor.name : "nothing";
  const isRight = known.wants === "Utf8String" ? inner instanceof Utf8String : inner instanceof IA5String;
  const text = stringIn(inner);
  if (text === null) throw new Error(`an ${known.field} that is no text`);
  if (!isRight) gathered.mistyped.push({ field: known.field, stringType, value: text });
  else if (known.field === "XmppAddr") gathered.xmppAddrs.push(text);
  else gathered.srvNames.push(text);
}

function childrenOf(block: object): readonly unknown[] {
  if (!("valueBlock" in block)) return [];
  const { valueBlock } = block;
  return valueBlock instanceof Object && "value" in valueBlock && Array.isArray(valueBlock.value)
    ? valueBlock.value
    : [];
}

/** The text of any ASN.1 string; null for everything else. */
export function stringIn(block: unknown): string | null {
  if (!(block instanceof Object) || !("getValue" in block) || typeof block.getValue !== "function")
    return null;
  const value: unknown = (block.getValue as () => unknown).call(block);
  return typeof value === "string" ? value : null;
}

function textOf(value: unknown): string {
  if (typeof value !== "string") throw new Error("it is no text");
  return value;
}

function addressText(value: unknown): string {
  if (!(value instanceof OctetString)) throw new Error("an IP address that is none");
  const bytes = value.valueBlock.valueHexView;
  if (bytes.length === 4) return bytes.join(".");
  if (bytes.length !== 16) throw new Error(`an IP address of ${bytes.length} bytes`);
  const groups = Array.from({ length: 8 }, (_, at) =>
    (((bytes[2 * at] ?? 0) << 8) | (bytes[2 * at + 1] ?? 0)).toString(16),
  );
  return new URL(`http://[${groups.join(":")}]/`).hostname.slice(1, -1);
}
