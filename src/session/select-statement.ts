// SQL text in; the same text on one line, or a usage error when it is more than one harmless select, out.
import { OperatorError } from "../base/errors.ts";

const forbiddenWords =
  /\b(insert|update|delete|merge|drop|alter|create|truncate|rename|grant|revoke|lock|unlock|set|execute|call|into|begin|commit|rollback|load|unload)\b/i;
/** A function of the database may write: only these, and words that are followed by a bracket without being functions. */
const harmless = new Set(
  "count sum min max avg lower upper trim length nvl substr substring replace in and or not on exists where from select as join any all values case when then else".split(
    " ",
  ),
);

/** The query trimmed; throws `usage` with the reason. */
export function judgeSelect(query: string): string {
  const text = query.trim();
  const refuse = (why: string) =>
    new OperatorError("usage", `this query is not a plain select: ${why}: ${text.slice(0, 120)}`, {
      hint: "Write a single select without ; and without comments",
    });
  if (!/^[\x20-\x7e]+$/.test(text)) throw refuse("it holds characters a command line cannot take");
  const outsideQuotes = text.replace(/'(?:[^']|'')*'|"[^"]*"/g, "''");
  // `?` is a live key on the command line, quoted or not.
  if (text.includes("?")) throw refuse("it holds a ?");
  if (/;|--|\/\*|[{}]/.test(outsideQuotes)) throw refuse("it holds a ; or a comment");
  if (!/^select\s/i.test(outsideQuotes)) throw refuse("it does not begin with select");
  const word = forbiddenWords.exec(outsideQuotes)?.[1];
  if (word !== undefined) throw refuse(`it holds the word ${word}`);
  if ((outsideQuotes.match(/['"]/g)?.length ?? 0) % 2 !== 0) throw refuse("a quote is not closed");
  for (const [, name = ""] of outsideQuotes.matchAll(/([A-Za-z_][\w.:]*)\s*\(/g))
    if (!harmless.has(name.toLowerCase())) throw refuse(`it calls ${name}`);
  return text;
}
