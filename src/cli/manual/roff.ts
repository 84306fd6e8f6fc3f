// Text → roff for man(7): paragraphs, headings and hanging entries, with everything escaped that roff would obey.

function escaped(text: string): string {
  return text
    .replaceAll("\\", "\\e")
    .replace(/[^\x00-\x7f]/gu, (character) => {
      const code = character.codePointAt(0) ?? 0;
      return `\\[u${code.toString(16).toUpperCase().padStart(4, "0")}]`;
    })
    .replaceAll("--", "\\-\\-")
    .replaceAll("`", "\\(ga");
}

/** One line that does not begin with what roff reads as a request. */
function line(text: string): string {
  return text.startsWith(".") || text.startsWith("'") ? `\\&${text}` : text;
}

/** Prose; what stands between backquotes becomes bold. */
export function roffText(text: string): string {
  return line(
    text
      .split(/(`[^`]+`)/)
      .map((part) => (/^`.+`$/.test(part) ? roffBold(part.slice(1, -1)) : escaped(part)))
      .join(""),
  );
}

/** As it is typed: every hyphen can be copied. */
export function roffTyped(text: string): string {
  return line(escaped(text.replaceAll("-", "\u0000")).replaceAll("\u0000", "\\-"));
}

export function roffBold(text: string): string {
  return `\\fB${roffTyped(text)}\\fR`;
}

/** `.SH` with its body; the heading in capitals. */
export function roffSection(heading: string, body: readonly string[]): string[] {
  return [`.SH ${heading}`, ...body];
}

/** Paragraphs with a blank between them; none before the first, which a heading or entry has given. */
export function roffParagraphs(texts: readonly string[]): string[] {
  return texts.flatMap((text, at) => (at === 0 ? [roffText(text)] : [".PP", roffText(text)]));
}

/** A hanging entry: what is typed, and below it what it means. */
export function roffEntry(tag: string, text: string): string[] {
  return [".TP", roffBold(tag), roffText(text)];
}
