// HTML that is well-formed as XML too → its tree; strict: anything that a browser would have to guess at throws.

export interface HtmlNode {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: (HtmlNode | string)[];
}

const entities: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'" };

/** `html` begins with the doctype; gives its one root. */
export function parseHtml(html: string): HtmlNode {
  const start = "<!DOCTYPE html>\n";
  if (!html.startsWith(start)) throw new Error("no doctype");
  return parseTree(html.slice(start.length));
}

function parseTree(text: string): HtmlNode {
  const top: HtmlNode = { name: "", attributes: {}, children: [] };
  const open = [top];
  const last = () => open.at(-1) ?? top;
  let at = 0;
  while (at < text.length) {
    if (text[at] !== "<") {
      const end = text.indexOf("<", at);
      last().children.push(decoded(text.slice(at, end < 0 ? undefined : end)));
      at = end < 0 ? text.length : end;
      continue;
    }
    const closing = /^<\/([a-z][a-z0-9]*)>/.exec(text.slice(at, at + 40));
    if (closing !== null) {
      const ended = open.pop();
      if (ended?.name !== closing[1]) throw new Error(`</${closing[1]}> closes <${ended?.name}>`);
      at += closing[0].length;
      continue;
    }
    const tag = /^<([a-z][a-z0-9]*)((?: [a-zA-Z][a-zA-Z0-9-]*="[^"<>]*")*)(\/?)>/.exec(text.slice(at));
    if (tag === null) throw new Error(`no tag: ${text.slice(at, at + 80)}`);
    const [whole, name = "", written = "", isEmpty] = tag;
    const pairs = [...written.matchAll(/ ([a-zA-Z-]+[0-9]*)="([^"]*)"/g)];
    const names = pairs.map((pair) => pair[1] ?? "");
    if (new Set(names).size !== names.length) throw new Error(`an attribute stands twice in <${name}>`);
    const node: HtmlNode = {
      name,
      attributes: Object.fromEntries(pairs.map(([, key = "", value = ""]) => [key, decoded(value)])),
      children: [],
    };
    last().children.push(node);
    at += whole.length;
    if (name === "style") {
      const end = text.indexOf("</style>", at);
      node.children.push(text.slice(at, end));
      at = end + "</style>".length;
    } else if (isEmpty === "") open.push(node);
  }
  if (open.length !== 1) throw new Error(`<${last().name}> is never closed`);
  const roots = top.children.filter((child) => typeof child !== "string");
  const [root] = roots;
  if (root === undefined || roots.length !== 1) throw new Error(`${roots.length} roots`);
  return root;
}

function decoded(text: string): string {
  if (text.includes(">")) throw new Error(`a bare > in ${text}`);
  return text.replace(/&([^;&]*);?/g, (whole, name: string) => {
    const character = whole.endsWith(";") ? entities[name] : undefined;
    if (character === undefined) throw new Error(`an entity nobody wrote: ${whole}`);
    return character;
  });
}

/** The node and all below it, in the order of the page. */
export function allOf(node: HtmlNode): HtmlNode[] {
  return [node, ...node.children.flatMap((child) => (typeof child === "string" ? [] : allOf(child)))];
}

/** As read aloud. */
export function textOf(node: HtmlNode): string {
  return node.children.map((child) => (typeof child === "string" ? child : textOf(child))).join("");
}
