// Text that a shell prints in; bytes out, with the place of the cursor remembered.

/** The output side of one session. */
export interface Screen {
  /** Text as it is, UTF-8; line ends are the caller's. */
  write(text: string): void;
  bytes(bytes: Uint8Array): void;
  /** Begins a new line unless the cursor is at the start of one. */
  freshLine(): void;
  /** Columns from 0, as far as plain text tells. */
  column(): number;
}

export function createScreen(send: (bytes: Uint8Array) => void): Screen {
  let column = 0;
  const bytes = (chunk: Uint8Array) => {
    for (const byte of chunk) {
      if (byte === 0x0d || byte === 0x0a) column = 0;
      else if (byte === 0x08) column = Math.max(0, column - 1);
      else if (byte >= 0x20) column += 1;
    }
    send(chunk);
  };
  const write = (text: string) => bytes(Buffer.from(text, "utf8"));
  return {
    write,
    bytes,
    freshLine() {
      if (column > 0) write("\r\n");
    },
    column: () => column,
  };
}
