// A phone's configuration as a tree in; the same tree with bullets for every secret, and the tree as text, out.
import type { XmlElement } from "./config-xml.ts";
import { bullets, maskText } from "./mask-text.ts";
import { isSecretName } from "./secret-names.ts";

/** Attributes and elements that name a setting, and those that hold its value: `<param name="pin" value="1"/>`. */
const namingParts = new Set([
  "name",
  "key",
  "id",
  "property",
  "param",
  "parameter",
  "setting",
  "option",
  "field",
]);
const valueParts = new Set(["value", "val", "v", "string", "data", "content", "text", "default", "setting"]);

/**
 * All texts and attributes inside an element whose name says secret, attributes whose name does, the value of a setting
 * that is named secret, and what `maskText` finds in any other value. An empty value stays empty.
 */
export function maskConfig(element: XmlElement): XmlElement {
  if (isSecretName(element.name)) return hidden(element);
  const isSetting = namesSecret(element);
  const isHidden = (name: string) => isSecretName(name) || (isSetting && valueParts.has(name.toLowerCase()));
  return {
    name: element.name,
    attributes: element.attributes.map(([name, value]) => [
      name,
      isHidden(name) ? bulletsFor(value) : maskText(value),
    ]),
    children: element.children.map((child) => {
      if (typeof child === "string") return isSetting ? bulletsFor(child) : maskText(child);
      return isHidden(child.name) ? hidden(child) : maskConfig(child);
    }),
  };
}

/** Two blanks a level; whatever a reader of XML or a terminal would obey is spelled out. */
export function renderXml(element: XmlElement, indent = ""): string {
  const attributes = element.attributes.map(([name, value]) => ` ${name}="${escaped(value)}"`).join("");
  const texts = element.children.filter((child) => typeof child === "string");
  const hasElements = texts.length < element.children.length;
  const open = `${indent}<${element.name}${attributes}`;
  if (!hasElements) {
    const text = escaped(texts.join("").trim());
    return text === "" ? `${open}/>` : `${open}>${text}</${element.name}>`;
  }
  const inside = element.children.flatMap((child) => {
    if (typeof child !== "string") return [renderXml(child, `${indent}  `)];
    return child.trim() === "" ? [] : [`${indent}  ${escaped(child.trim())}`];
  });
  return [`${open}>`, ...inside, `${indent}</${element.name}>`].join("\n");
}

function hidden(element: XmlElement): XmlElement {
  return {
    name: element.name,
    attributes: element.attributes.map(([name, value]) => [name, bulletsFor(value)]),
    children: element.children.map((child) =>
      typeof child === "string" ? bulletsFor(child) : hidden(child),
    ),
  };
}

function bulletsFor(value: string): string {
  return value.trim() === "" ? value : bullets;
}

/** Whether an attribute or child says that this is the setting of a secret. */
function namesSecret({ attributes, children }: XmlElement): boolean {
  const isNaming = (name: string) => namingParts.has(name.toLowerCase());
  if (attributes.some(([name, value]) => isNaming(name) && isSecretName(value))) return true;
  return children.some(
    (child) =>
      typeof child !== "string" &&
      isNaming(child.name) &&
      isSecretName(child.children.filter((part) => typeof part === "string").join("")),
  );
}

function escaped(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replace(
      /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g,
      numbered,
    );
}

function numbered(character: string): string {
  return `&#${character.codePointAt(0) ?? 0};`;
}
