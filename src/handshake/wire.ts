// Host and port → one TCP connection whose every end is told once, in words.
import { connect } from "node:net";

/** Where a connection came to nothing. */
export type WireTrouble =
  | { readonly kind: "never-open"; readonly stage: "closed" | "unreachable"; readonly reason: string }
  | { readonly kind: "ended"; readonly reason: string };

export interface WireListener {
  opened(): void;
  received(bytes: Buffer): void;
  /** At most once, and nothing after it. */
  failed(trouble: WireTrouble): void;
}

export interface Wire {
  write(bytes: Uint8Array | string, done?: () => void): void;
  /** Nothing is told after this; `closed` is called when the connection is gone. */
  close(closed: () => void): void;
}

/** Never throws and keeps no time of its own. */
export function openWire(host: string, port: number, listener: WireListener): Wire {
  let [isOpen, isOver] = [false, false];
  const socket = connect({ host, port });
  socket.setNoDelay(true);
  const fail = (trouble: WireTrouble) => {
    if (isOver) return;
    isOver = true;
    listener.failed(trouble);
  };
  socket.on("connect", () => {
    isOpen = true;
    if (!isOver) listener.opened();
  });
  socket.on("data", (bytes: Buffer) => {
    if (!isOver) listener.received(bytes);
  });
  socket.on("error", (error) => fail(isOpen ? { kind: "ended", reason: brokenBy(error) } : refusedBy(error)));
  socket.on("end", () => fail({ kind: "ended", reason: "the server closed the connection" }));
  return {
    write(bytes, done) {
      if (socket.destroyed) done?.();
      else socket.write(bytes, () => done?.());
    },
    close(closed) {
      isOver = true;
      if (socket.closed) closed();
      else socket.once("close", closed).destroy();
    },
  };
}

const noWay: Readonly<Record<string, string>> = {
  EHOSTUNREACH: "no route to the host",
  ENETUNREACH: "no route to the network",
  ETIMEDOUT: "no answer to the connection",
  ENOTFOUND: "the name is not known",
  EAI_AGAIN: "the name could not be looked up",
  ENODATA: "the name has no address",
};

function codeOf(error: Error): string {
  return (error as NodeJS.ErrnoException).code ?? error.name;
}

function brokenBy(error: Error): string {
  const code = codeOf(error);
  return code === "ECONNRESET" || code === "EPIPE"
    ? "the server broke the connection"
    : `the connection broke (${code})`;
}

function refusedBy(error: Error): WireTrouble {
  const code = codeOf(error);
  if (code === "ECONNREFUSED")
    return { kind: "never-open", stage: "closed", reason: "connection refused: nobody listens" };
  const reason = noWay[code] ?? `no connection (${code})`;
  return { kind: "never-open", stage: "unreachable", reason };
}
