// A behaviour that prints and reads keys in; a transport on it, without a network, out. The double of a node's shell.
import { OperatorError } from "../src/base/errors.ts";
import type { Transport } from "../src/session/transport.ts";

export type MemoryEcho = "text" | "stars" | "hidden";

/** The node's side of the shell. */
export interface MemoryTerminal {
  print(text: string): void;
  /** The next key; waits for one. */
  readKey(): Promise<string>;
  /** A line up to Enter (then CRLF is printed), or `"\x03"` at once for Ctrl-C (then nothing is). */
  readLine(echo?: MemoryEcho): Promise<string>;
  hangUp(reason?: string): void;
}

export interface MemoryNode {
  readonly transport: Transport;
  /** All that was sent to the node so far. */
  sent(): string;
}

/** `split` cuts what is printed into the chunks that arrive; every chunk arrives on its own turn. */
export function openMemoryTransport(
  behave: (terminal: MemoryTerminal) => Promise<void>,
  options: { readonly split?: (bytes: Buffer) => readonly Buffer[] } = {},
): MemoryNode {
  const split = options.split ?? ((bytes: Buffer) => [bytes]);
  const keys: string[] = [];
  const chunks: Buffer[] = [];
  let sent = "";
  let endedFor: string | null = null;
  let hangUpReason: string | null = null;
  let listener: ((chunk: Buffer) => void) | null = null;
  let wakeReader: (() => void) | null = null;
  let isDelivering = false;
  let settle: (end: { readonly reason: string }) => void = () => {};
  const closed = new Promise<{ readonly reason: string }>((resolve) => {
    settle = resolve;
  });

  const end = (reason: string) => {
    if (endedFor !== null) return;
    endedFor = reason;
    settle({ reason });
  };
  const deliver = async () => {
    if (isDelivering) return;
    isDelivering = true;
    await Promise.resolve();
    while (listener !== null && endedFor === null) {
      const chunk = chunks.shift();
      if (chunk === undefined) {
        if (hangUpReason !== null) end(hangUpReason);
        break;
      }
      listener(chunk);
      await Promise.resolve();
    }
    isDelivering = false;
  };
  const print = (text: string) => {
    chunks.push(...split(Buffer.from(text, "utf8")));
    void deliver();
  };
  const hangUp = (reason = "the node closed the session") => {
    hangUpReason ??= reason;
    void deliver();
  };
  const readKey = async (): Promise<string> => {
    for (;;) {
      const key = keys.shift();
      if (key !== undefined) return key;
      await new Promise<void>((resolve) => {
        wakeReader = resolve;
      });
    }
  };
  const readLine = async (echo: MemoryEcho = "text"): Promise<string> => {
    let line = "";
    for (;;) {
      const key = await readKey();
      if (key === "\x03") return key;
      if (key === "\r") {
        print("\r\n");
        return line;
      }
      line += key;
      if (echo !== "hidden") print(echo === "text" ? key : "*");
    }
  };
  behave({ print, readKey, readLine, hangUp }).then(
    () => hangUp(),
    (error: unknown) => hangUp(`the behaviour failed: ${String(error)}`),
  );

  return {
    sent: () => sent,
    transport: {
      closed,
      write(bytes) {
        if (endedFor !== null)
          throw new OperatorError("session-lost", `nothing can be sent: ${endedFor}`, {
            hint: "Open it again",
          });
        sent += bytes;
        for (const key of bytes) keys.push(key);
        wakeReader?.();
      },
      onData(heard) {
        listener = heard;
        void deliver();
      },
      close: () => end("closed by itlctl"),
    },
  };
}

/** What a memory node prints for a command line: text (LF is sent as CRLF), or a behaviour with its own questions. */
export type MemoryCommand = string | ((terminal: MemoryTerminal) => Promise<void>);

/** A platform CLI in its plainest form: banner, prompt, echo, the given commands, and the known text for any other. */
export function memoryPlatform(
  commands: Readonly<Record<string, MemoryCommand>>,
  banner = "Command Line Interface is starting up, please wait ...\n\n   Welcome to the Platform Command Line Interface\n\n",
): (terminal: MemoryTerminal) => Promise<void> {
  const known: Readonly<Record<string, MemoryCommand>> = {
    "set cli pagination off": "Automatic pagination is turned off\n",
    ...commands,
  };
  return async (terminal) => {
    const print = (text: string) => terminal.print(text.replaceAll("\n", "\r\n"));
    print(banner);
    for (;;) {
      print("admin:");
      const line = await terminal.readLine();
      if (line === "\x03") {
        print("\n");
        continue;
      }
      const command = known[line] ?? "No valid command entered\nExecuted command unsuccessfully\n";
      if (typeof command === "string") print(command);
      else await command(terminal);
    }
  };
}
