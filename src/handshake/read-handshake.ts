// Host, port and what is asked there → one connection, one handshake, and what the server presented.
import type { Handshake, HandshakeRequest } from "./handshake.ts";
import { failure, type Stage } from "./stage.ts";
import { openTlsStage } from "./tls-stage.ts";
import { openWire, type Wire, type WireTrouble } from "./wire.ts";
import { openXmppStage } from "./xmpp-stage.ts";

/** More than the longest chain that the TLS library takes, by far. */
const mostBytes = 1_048_576;

/** Never rejects, never retries, sends nothing above TLS; when it resolves, connection and timer are gone. */
export function readHandshake(request: HandshakeRequest): Promise<Handshake> {
  const { signal, timeoutMs } = request;
  const cancelled = failure("cancelled", "cancelled");
  if (signal?.aborted) return Promise.resolve(cancelled);
  return new Promise((resolve) => {
    let stage: Stage | null = null;
    let wire: Wire | null = null;
    let [received, isOver] = [0, false];
    const finish = (end: Handshake) => {
      if (isOver) return;
      isOver = true;
      clearTimeout(timer);
      signal?.removeEventListener("abort", onAbort);
      stage?.close();
      if (wire === null) resolve(end);
      else wire.close(() => resolve(end));
    };
    const onAbort = () => finish(cancelled);
    const within = `waited ${timeoutMs / 1000} s`;
    const timer = setTimeout(
      () => finish(stage?.late(within) ?? failure("unreachable", `no answer to the connection (${within})`)),
      timeoutMs,
    );
    signal?.addEventListener("abort", onAbort, { once: true });

    const startTls = (open: Wire): Stage => {
      stage = openTlsStage(open, request, finish);
      return stage;
    };
    const begin = (open: Wire) => {
      if (request.startTls === null) startTls(open);
      else
        stage = openXmppStage(open, request.startTls.domain, finish, (rest) => {
          const tls = startTls(open);
          if (rest.length > 0) tls.take(rest);
        });
    };
    const listener = {
      opened: () => wire !== null && begin(wire),
      received: (bytes: Buffer) => {
        received += bytes.length;
        if (received <= mostBytes) stage?.take(bytes);
        else if (received - bytes.length <= mostBytes) stage?.lose(`the server sent over ${mostBytes} bytes`);
      },
      failed: (trouble: WireTrouble) => {
        if (trouble.kind === "never-open") finish(failure(trouble.stage, trouble.reason));
        else stage?.lose(trouble.reason);
      },
    };
    wire = openWire(request.host, request.port, listener);
  });
}
