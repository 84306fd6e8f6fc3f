// XML of a phone's configuration in; what it says of its own encryption out.
import { fileUnreadable } from "../facts/not-understood.ts";
import type { PhoneConfigFacts } from "./config-facts.ts";
import { parseConfigXml, type XmlElement } from "./config-xml.ts";

const what = "the configuration";

/** As `parseConfigXml`, and file-unreadable where the root is not `device` or a value stands twice or makes no sense. */
export function parsePhoneConfig(xml: Uint8Array): PhoneConfigFacts {
  return configFactsOf(parseConfigXml(xml));
}

/** The same, of a tree that was read already. */
export function configFactsOf(root: XmlElement): PhoneConfigFacts {
  if (root.name !== "device") throw fileUnreadable(what, "it is XML, but its root element is not <device>");
  return {
    isFull: booleanIn(root, "fullConfig"),
    isEncrypted: booleanIn(root, "encrConfig"),
    certHash: textIn(root, "certHash")?.toLowerCase() ?? null,
    capfAuthMode: textIn(root, "capfAuthMode"),
    capf: elementsOf(onlyChild(root, "capfList"), "capf").map((capf) => ({
      host: textIn(capf, "processNodeName") ?? "",
      port: portOf(textIn(capf, "phonePort")),
    })),
    loadInformation: textIn(root, "loadInformation"),
  };
}

function elementsOf(parent: XmlElement | null, name: string): XmlElement[] {
  return (parent?.children ?? []).filter(
    (child): child is XmlElement => typeof child !== "string" && child.name === name,
  );
}

/** Which of two a phone would believe is not known. */
function onlyChild(parent: XmlElement, name: string): XmlElement | null {
  const [first, second] = elementsOf(parent, name);
  if (second !== undefined) throw fileUnreadable(what, `<${name}> stands twice in <${parent.name}>`);
  return first ?? null;
}

function textIn(parent: XmlElement, name: string): string | null {
  const element = onlyChild(parent, name);
  if (element === null) return null;
  const texts = element.children.filter((child) => typeof child === "string");
  if (texts.length === element.children.length) return texts.join("").trim();
  throw fileUnreadable(what, `<${name}> holds other elements instead of a value`);
}

/** Both `False` and `true` occur; an empty element says nothing. */
function booleanIn(parent: XmlElement, name: string): boolean | null {
  const text = textIn(parent, name)?.toLowerCase() ?? "";
  if (text === "") return null;
  if (text !== "true" && text !== "false") throw fileUnreadable(what, `<${name}> is neither true nor false`);
  return text === "true";
}

function portOf(text: string | null): number | null {
  const port = /^\d{1,5}$/.test(text ?? "") ? Number(text) : 0;
  return port >= 1 && port <= 65_535 ? port : null;
}
