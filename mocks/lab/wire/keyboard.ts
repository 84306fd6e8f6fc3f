// Bytes typed by the far end in; lines and single keys for whoever reads at the time, out.
import { Interrupted, SessionGone } from "../commands/command.ts";
import { createLineEditor, type Echo } from "../line-editor.ts";

/**
 * The input side of one session. At most one read is open at a time; bytes that arrive with none open are lost or kept
 * for the next read. Reads reject with `Interrupted` on Ctrl-C and with `SessionGone` after `hangUp`.
 */
export interface Keyboard {
  feed(bytes: Uint8Array): void;
  /** `column` is where the cursor stands when the reader begins to type. */
  readLine(column: number, echo: Echo): Promise<string>;
  /** The first of these keys that is pressed; others are ignored. */
  readKey(keys: string): Promise<string>;
  hangUp(): void;
}

export function createKeyboard(options: {
  readonly write: (bytes: Uint8Array) => void;
  readonly width: () => number;
  readonly isTypeAheadLost: () => boolean;
  /** Ctrl-C while nothing is read. */
  readonly onInterrupt: () => void;
  readonly onLiveKey: (key: "?" | "TAB") => void;
}): Keyboard {
  let reader: { press(byte: number): void; fail(error: Error): void } | null = null;
  let typedAhead: number[] = [];
  let isGone = false;

  const take = (byte: number) => {
    if (reader !== null) reader.press(byte);
    else if (byte === 0x03) options.onInterrupt();
    else if (!options.isTypeAheadLost()) typedAhead.push(byte);
  };
  const read = <T>(press: (byte: number, done: (value: T) => void, fail: (error: Error) => void) => void) =>
    new Promise<T>((resolve, reject) => {
      if (isGone) return reject(new SessionGone("read after hang-up"));
      const fail = (error: Error) => {
        reader = null;
        reject(error);
      };
      const done = (value: T) => {
        reader = null;
        resolve(value);
      };
      reader = { press: (byte) => press(byte, done, fail), fail };
      const waiting = typedAhead;
      typedAhead = [];
      for (const byte of waiting) take(byte);
    });

  return {
    feed(bytes) {
      for (const byte of bytes) take(byte);
    },
    readLine(column, echo) {
      const press = createLineEditor({ column, width: options.width(), echo });
      return read<string>((byte, done, fail) => {
        const { print, event } = press(byte);
        if (print !== "") options.write(Buffer.from(print, "latin1"));
        if (event?.kind === "line") done(event.line);
        if (event?.kind === "interrupt") fail(new Interrupted("Ctrl-C"));
        if (event?.kind === "live-key") options.onLiveKey(event.key);
      });
    },
    readKey: (keys) =>
      read<string>((byte, done, fail) => {
        const key = String.fromCharCode(byte);
        if (byte === 0x03) fail(new Interrupted("Ctrl-C"));
        else if (keys.includes(key)) done(key);
      }),
    hangUp() {
      isGone = true;
      reader?.fail(new SessionGone("hung up"));
    },
  };
}
