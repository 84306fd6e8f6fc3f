// What is wrong with YAML text → words for people that repeat nothing of it but plain keys (a misplaced password must not be printed).
import type { CST, ErrorCode, YAMLError } from "yaml";

const deepest = 32;

/** Words of one syntax error; nothing of the text is repeated. */
export function syntaxComplaint(error: YAMLError): string {
  const isOpenBracket = error.code === "BAD_INDENT" && error.message.startsWith("Flow ");
  return isOpenBracket
    ? "a [ or { before this is not closed, or its closing bracket is not indented"
    : words[error.code];
}

/** Words of a key that stands twice; a key of plain letters is named. */
export function duplicateComplaint(key: string): string {
  return /^[A-Za-z0-9._-]{1,80}$/.test(key) ? `the key ${key} stands here twice` : words.DUPLICATE_KEY;
}

const words: Readonly<Record<ErrorCode, string>> = {
  ALIAS_PROPS: "aliases (*name) are not read here: write the value out",
  BAD_ALIAS: "a plain value cannot begin with *: put it in quotes",
  BAD_DIRECTIVE: "this directive (%) is not known",
  BAD_DQ_ESCAPE: "unknown escape after \\ in \"...\": use '...' for text with backslashes",
  BAD_INDENT: "the indentation does not fit the lines around it",
  BAD_PROP_ORDER: "anchors and tags are not read here",
  BAD_SCALAR_START: "a plain value cannot begin with this character: put it in quotes",
  BLOCK_AS_IMPLICIT_KEY: 'a second ":" in a plain value: put the value in quotes, as in "ask:"',
  BLOCK_IN_FLOW: "a block cannot stand inside {...} or [...]",
  DUPLICATE_KEY: "this key stands here twice",
  IMPOSSIBLE: "is not valid YAML",
  KEY_OVER_1024_CHARS: "this key is too long",
  MISSING_CHAR: "a character is missing: a closing quote, bracket or brace, a comma, or a colon after a key",
  MULTILINE_IMPLICIT_KEY: "text without a colon where a key should stand, or a key that goes over two lines",
  MULTIPLE_ANCHORS: "anchors (&name) are not read here: write the value out",
  MULTIPLE_DOCS: "a second document (---) begins here: one file holds one document",
  MULTIPLE_TAGS: "tags (!name) are not read here",
  NON_STRING_KEY: "a key must be plain text",
  RESOURCE_EXHAUSTION: "is too large or too deep to be read",
  TAB_AS_INDENT: "a tab is used as indentation: use spaces",
  TAG_RESOLVE_FAILED: "this tag (!name) does not fit or is not known",
  UNEXPECTED_TOKEN: "this cannot stand here",
  BAD_COLLECTION_TYPE: "this tag does not fit a list or a mapping",
};

/** Whether lists and mappings stand more than 32 deep in each other; asked first, because the reader recurses and would run out of stack. */
export function isNestedTooDeeply(tokens: readonly CST.Token[]): boolean {
  const open = tokens.map((token) => ({ token, depth: 0 }));
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { token, depth } = next;
    if (depth > deepest) return true;
    if (token.type === "document") {
      if (token.value !== undefined) open.push({ token: token.value, depth });
    } else if ("items" in token) {
      for (const item of token.items) {
        if (item.key) open.push({ token: item.key, depth: depth + 1 });
        if (item.value) open.push({ token: item.value, depth: depth + 1 });
      }
    }
  }
  return false;
}
