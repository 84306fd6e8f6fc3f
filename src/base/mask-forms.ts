// A secret's value → every way it may be written down, and where those ways stand in a text.
import { inspect } from "node:util";

/** A part of a text, `to` not included. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** The value, without blanks around it, as JSON, as `util.inspect` and URLs have it, in hex, and in Base64 wherever it begins in the bytes. */
export function maskFormsOf(value: string): readonly string[] {
  const forms = [value, value.trim()].flatMap((plain) => {
    const bytes = Buffer.from(plain);
    const hex = bytes.toString("hex");
    return [
      ...[plain, JSON.stringify(plain).slice(1, -1), inspect(plain).slice(1, -1)],
      ...urlForms(bytes.toString("utf8")),
      ...[hex, hex.toUpperCase()],
      ...[bytes.toString("base64"), ...[0, 1, 2].map((shift) => base64Core(bytes, shift))].flatMap(
        (base64) => [base64, base64.replaceAll("+", "-").replaceAll("/", "_")],
      ),
    ];
  });
  return [...new Set(forms)].filter((form) => form !== "");
}

/** As browsers and libraries escape it: some leave `!'()*` alone, forms have `+` for a blank, hex digits come in both cases. */
function urlForms(plain: string): string[] {
  const common = encodeURIComponent(plain);
  const strict = common.replace(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);
  const parameter = new URLSearchParams([["", plain]]).toString().slice(1);
  const forms = [common, strict, parameter, common.replaceAll("%20", "+")];
  return forms.flatMap((form) => [form, form.replace(/%[0-9A-F]{2}/g, (escape) => escape.toLowerCase())]);
}

/** The Base64 digits that depend on the value alone when `shift` other bytes (modulo 3) stand before it. */
function base64Core(bytes: Buffer, shift: number): string {
  const digits = Buffer.concat([Buffer.alloc(shift), bytes]).toString("base64");
  return digits.slice(Math.ceil((shift * 8) / 6), Math.floor(((shift + bytes.length) * 8) / 6));
}

/**
 * Where the forms stand, in order; those that overlap are one range. `isLoose`: a blank of a form fits any run of white
 * space, as where lines were broken. `before` is one range known already.
 */
export function rangesOf(
  text: string,
  forms: Iterable<string>,
  options: { readonly isLoose: boolean; readonly before?: Range | null },
): readonly Range[] {
  const found: Range[] = options.before ? [options.before] : [];
  for (const form of forms) {
    for (let at = text.indexOf(form); at >= 0; at = text.indexOf(form, at + 1)) {
      found.push({ from: at, to: at + form.length });
    }
    if (options.isLoose && /\s/.test(form)) found.push(...looseRanges(text, form));
  }
  const joined: Range[] = [];
  for (const range of found.toSorted((a, b) => a.from - b.from)) {
    const last = joined.at(-1);
    if (last !== undefined && range.from < last.to) {
      joined[joined.length - 1] = { from: last.from, to: Math.max(last.to, range.to) };
    } else joined.push(range);
  }
  return joined;
}

function looseRanges(text: string, form: string): Range[] {
  const words = form
    .trim()
    .split(/\s+/)
    .map((word) => word.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&"));
  return [...text.matchAll(new RegExp(words.join("\\s+"), "g"))].map(({ index, 0: match }) => ({
    from: index,
    to: index + match.length,
  }));
}
