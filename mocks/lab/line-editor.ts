// Single key bytes in; what the platform's line editor echoes, and finished lines, out.

/** `shown` echoes the key, `stars` one `*` for it (file get), `hidden` nothing, not even Enter (tac-02 goes on in that line). */
export type Echo = "shown" | "hidden" | "stars";

export type EditorEvent =
  | { readonly kind: "line"; readonly line: string }
  | { readonly kind: "interrupt" }
  | { readonly kind: "live-key"; readonly key: "?" | "TAB" };

/** `print` is Latin-1 text to be sent as it is. */
export interface KeyAnswer {
  readonly print: string;
  readonly event: EditorEvent | null;
}

const redrawnCharacters = 12;

/**
 * One line being typed. `column` is where it starts, `width` that of the PTY: past it the editor redraws the end of the
 * line with backspaces and ESC[K (inferred from the backspaces that the platform's known drivers have to remove).
 * `?` and TAB are live keys at the command line; in hidden and starred questions `?` is data, as passwords hold it.
 */
export function createLineEditor(options: {
  readonly column: number;
  readonly width: number;
  readonly echo: Echo;
}): (byte: number) => KeyAnswer {
  let typed = "";
  const echoOf = (text: string) => {
    if (options.echo === "hidden") return "";
    return options.echo === "stars" ? "*".repeat(text.length) : text;
  };
  const quiet = (event: EditorEvent | null): KeyAnswer => ({ print: "", event });
  return (byte) => {
    if (byte === 0x0d || byte === 0x0a) {
      const line = Buffer.from(typed, "latin1").toString("utf8");
      return { print: options.echo === "hidden" ? "" : "\r\n", event: { kind: "line", line } };
    }
    if (byte === 0x03) return quiet({ kind: "interrupt" });
    if (byte === 0x09) return quiet({ kind: "live-key", key: "TAB" });
    if (byte === 0x3f && options.echo === "shown") return quiet({ kind: "live-key", key: "?" });
    if (byte === 0x08 || byte === 0x7f) {
      if (typed === "") return quiet(null);
      typed = typed.slice(0, -1);
      return { print: options.echo === "hidden" ? "" : "\b \b", event: null };
    }
    if (byte === 0x15) {
      const erased = echoOf(typed);
      typed = "";
      return { print: `${"\b".repeat(erased.length)}\u001b[K`, event: null };
    }
    if (byte < 0x20) return quiet(null);
    const key = String.fromCharCode(byte);
    typed += key;
    const isRowFull = options.width > 0 && (options.column + typed.length) % options.width === 0;
    if (!isRowFull || options.echo === "hidden") return { print: echoOf(key), event: null };
    const end = echoOf(typed).slice(-redrawnCharacters);
    return { print: `${echoOf(key)}${"\b".repeat(end.length)}${end}\u001b[K`, event: null };
  };
}
