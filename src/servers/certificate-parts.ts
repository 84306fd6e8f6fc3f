// A certificate's DER → where its subject, its signature algorithm and its extensions stand, without looking into them.
import { type DerElement, derChildren, derObjectId, readDer } from "../facts/der-element.ts";

const what = "the certificate";
const most = 1000;

export interface CertificateParts {
  /** Object identifier and value of each field, the value as a whole element. */
  readonly subject: readonly { readonly id: string; readonly value: Buffer }[];
  readonly algorithm: { readonly id: string; readonly parameters: Buffer | null };
  /** `value` is what stands inside of the OCTET STRING. */
  readonly extensions: readonly { readonly id: string; readonly value: Buffer }[];
}

/** Throws where the frame of the certificate is broken. */
export function parseCertificateParts(der: Buffer): CertificateParts {
  const [body, algorithm] = derChildren(readDer(der, 0, what).content, what, 2);
  if (body === undefined || algorithm === undefined) throw new Error("it is cut short");
  const all = derChildren(body.content, what, 12);
  const fields = all[0]?.tag === 0xa0 ? all.slice(1) : all;
  const subject = fields[4];
  const wrapped = fields.find(({ tag }) => tag === 0xa3);
  if (subject === undefined) throw new Error("it has no subject");
  return {
    subject: childrenOf(subject).flatMap((set) =>
      childrenOf(set).map((pair) => {
        const { id, rest } = identified(pair);
        return { id, value: rest };
      }),
    ),
    algorithm: parametersOf(algorithm),
    extensions: wrapped === undefined ? [] : extensionsIn(wrapped),
  };
}

function extensionsIn(wrapped: DerElement): { id: string; value: Buffer }[] {
  const [list] = childrenOf(wrapped);
  if (list === undefined) return [];
  return childrenOf(list).map((extension) => {
    const value = childrenOf(extension).at(-1);
    if (value?.tag !== 0x04) throw new Error("an extension has no value");
    return { id: identified(extension).id, value: value.content };
  });
}

function parametersOf(algorithm: DerElement): CertificateParts["algorithm"] {
  const { id, rest } = identified(algorithm);
  return { id, parameters: rest.length === 0 ? null : rest };
}

/** An object identifier, and the bytes behind it. */
function identified({ content }: DerElement): { id: string; rest: Buffer } {
  const id = readDer(content, 0, what);
  if (id.tag !== 0x06) throw new Error("an object identifier is missing");
  return { id: derObjectId(id.content), rest: content.subarray(id.end) };
}

function childrenOf({ content }: DerElement): DerElement[] {
  return derChildren(content, what, most);
}
