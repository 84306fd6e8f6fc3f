// Text from elsewhere → text that is safe to print: what would steer a terminal becomes visible.

const steering = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

function visible(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return code < 0x100
    ? `\\x${code.toString(16).padStart(2, "0")}`
    : `\\u${code.toString(16).padStart(4, "0")}`;
}

/** Lines and tabs stay; CRLF becomes LF; every other control or direction mark is spelled out (`\x1b`). */
export function plainText(text: string): string {
  return text.replaceAll("\r\n", "\n").replace(steering, visible);
}

/** As `plainText`, on one line: line ends and tabs become blanks. */
export function plainLine(text: string): string {
  return plainText(text)
    .replace(/[\n\t]+/g, " ")
    .trim();
}

/** Every string of a value as `plainLine` gives it. */
export function plainStrings<Value>(value: Value): Value {
  if (typeof value === "string") return plainLine(value) as Value;
  if (Array.isArray(value)) return value.map((item: unknown) => plainStrings(item)) as Value;
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plainStrings(item)])) as Value;
}

/** JSON of one document, two blanks of indent, with nothing in it that a terminal would obey. */
export function plainJson(value: unknown, replace: (text: string) => string = (text) => text): string {
  const replacer = (_key: string, part: unknown) => (typeof part === "string" ? replace(part) : part);
  const escape = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return JSON.stringify(value, replacer, 2).replace(
    /[\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g,
    escape,
  );
}
