// Bytes of a phone's configuration in; its elements, attributes and texts as a tree out.
import { XMLParser, XMLValidator } from "fast-xml-parser";
import type { OperatorError } from "../base/errors.ts";
import { fileUnreadable } from "../facts/not-understood.ts";

/** One element; a name that means something to JavaScript (`toString`) has `__` before it. Comments and processing instructions are left out, CDATA is text like any other. */
export interface XmlElement {
  readonly name: string;
  /** In the file's order. */
  readonly attributes: readonly (readonly [name: string, value: string])[];
  readonly children: readonly (XmlElement | string)[];
}

const what = "the configuration";
const mostBytes = 1024 * 1024;
const mostNested = 32;
const attributesKey = ":@";
const textKey = "#text";

const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: "",
  // Numbers as well as names: `&#58;`.
  htmlEntities: true,
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: false,
  ignoreDeclaration: true,
  ignorePiTags: true,
  maxNestedTags: mostNested,
});

/**
 * Well-formed UTF-8 XML up to 1 MiB, 32 elements deep, without a DOCTYPE and without control characters; anything else
 * is file-unreadable. No error quotes the file: a password may stand at the very place.
 */
export function parseConfigXml(bytes: Uint8Array): XmlElement {
  if (bytes.length > mostBytes) throw unreadable("it is larger than 1 MiB");
  const text = decoded(bytes);
  if (/<!\s*(?:DOCTYPE|ENTITY)/i.test(text)) {
    throw unreadable("it has a DOCTYPE, which no phone configuration has");
  }
  checkCharacters(text);
  const isWellFormed = validated(text);
  if (isWellFormed !== true) throw unreadable(`it is not well-formed XML (line ${isWellFormed.line})`);
  const [root, ...others] = parsedNodes(text).filter((node) => typeof node !== "string");
  if (root === undefined || others.length > 0) throw unreadable("it does not hold one XML element");
  return root;
}

function unreadable(why: string): OperatorError {
  return fileUnreadable(what, why);
}

function decoded(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw unreadable("it is not UTF-8 text");
  }
}

/** XML forbids them, and so would a terminal's owner. */
function checkCharacters(text: string): void {
  // oxlint-disable-next-line no-control-regex
  const at = text.search(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\ufffe\uffff]/);
  if (at === -1) return;
  throw unreadable(`it holds a control character (line ${text.slice(0, at).split("\n").length})`);
}

function validated(text: string): true | { readonly line: number } {
  const judged = XMLValidator.validate(text);
  return judged === true ? true : { line: judged.err.line };
}

/** The parser's own errors may quote the file, so they are not passed on. */
function parsedNodes(text: string): (XmlElement | string)[] {
  let nodes: unknown;
  try {
    nodes = parser.parse(text);
  } catch {
    throw unreadable(`it is not XML that can be read, or its elements are nested deeper than ${mostNested}`);
  }
  return nodesOf(nodes);
}

function nodesOf(nodes: unknown): (XmlElement | string)[] {
  if (!Array.isArray(nodes)) return [];
  return nodes.map((node: Readonly<Record<string, unknown>>) => {
    const name = Object.keys(node).find((key) => key !== attributesKey) ?? "";
    if (name === textKey) return String(node[textKey]);
    return {
      name,
      attributes: Object.entries(node[attributesKey] ?? {}).map(
        ([key, value]) => [key, String(value)] as const,
      ),
      children: nodesOf(node[name]),
    };
  });
}
