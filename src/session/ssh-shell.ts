// A logged-in SSH client and its shell in; the raw transport of a session out.
import type { Client, ClientChannel } from "ssh2";
import { OperatorError } from "../base/errors.ts";
import type { Transport } from "./transport.ts";

/** Takes both over; the stream's end, the connection's end and `close` all settle `closed` once. */
export function shellTransport(client: Client, shell: ClientChannel): Transport {
  let endedFor: string | null = null;
  let lastError: string | null = null;
  let settle: (end: { readonly reason: string }) => void = () => {};
  const closed = new Promise<{ readonly reason: string }>((resolve) => {
    settle = resolve;
  });
  const end = (reason: string) => {
    if (endedFor !== null) return;
    endedFor = reason;
    settle({ reason });
    client.end();
    // A peer that is gone never confirms the end: do not let it keep the process.
    setTimeout(() => client.destroy(), 2_000).unref();
  };
  shell.stderr.resume();
  shell.on("close", () => end(lastError ?? "the node closed the session"));
  shell.on("error", (error: Error) => {
    lastError ??= error.message;
  });
  client.on("error", (error) => {
    lastError ??= error.message;
  });
  // Bytes of the shell that are still on their way come before its end.
  client.on("close", () => setImmediate(() => end(lastError ?? "the connection was lost")));

  return {
    closed,
    write(bytes) {
      if (endedFor !== null)
        throw new OperatorError("session-lost", `nothing can be sent: ${endedFor}`, {
          hint: "Open the session again",
        });
      shell.write(bytes);
    },
    onData(listener) {
      shell.on("data", (chunk: Buffer) => {
        if (endedFor === null) listener(chunk);
      });
    },
    close: () => end("closed by itlctl"),
  };
}
