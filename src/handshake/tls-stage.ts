// An open wire and what is asked → one TLS handshake on it, and what it showed.
import { Duplex } from "node:stream";
import { connect, type TLSSocket } from "node:tls";
import { messageOf } from "../base/errors.ts";
import type { Handshake, HandshakeRequest } from "./handshake.ts";
import { openFlightReader } from "./server-flight.ts";
import { failure, type Stage } from "./stage.ts";
import { nameOfAlert } from "./tls-alert.ts";
import { offerFor } from "./tls-offer.ts";
import type { Wire } from "./wire.ts";

/** Calls `finish` when the handshake is through, and the hello with it, or when either came to nothing. */
export function openTlsStage(wire: Wire, request: HandshakeRequest, finish: (end: Handshake) => void): Stage {
  const flight = openFlightReader();
  const pipe = pipeTo(wire);
  const hello: Buffer[] = [];
  let [helloSize, isThrough, hasAnswered] = [0, false, false];
  let agreed: { protocol: string; cipher: string } | null = null;
  let lost: string | null = null;

  const done = (): Handshake => {
    const { chain, wantsClientCertificate } = flight.seen();
    if (agreed === null || chain === null || chain.length === 0)
      return failure("tls", "the server showed no certificate");
    const bytes = new Uint8Array(Buffer.concat(hello).subarray(0, request.helloBytes));
    const certificates = chain.map((der) => new Uint8Array(der));
    return { kind: "done", ...agreed, chain: certificates, hello: bytes, wantsClientCertificate };
  };
  /** Whoever wants a certificate has shown its own before it refuses a client that has none. */
  const stop = (reason: string) => {
    const { chain, wantsClientCertificate } = flight.seen();
    const hasShown = chain !== null && agreed !== null;
    finish(isThrough || (wantsClientCertificate && hasShown) ? done() : failure("tls", reason));
  };
  const stopAt = (event: string) => stop(`${event} in the middle of the handshake`);
  const troubled = (error: Error) => (lost === null ? stop(wordsOf(error)) : stopAt(lost));

  const tls = startTls(pipe, request, troubled);
  if (tls !== null) {
    tls.on("keylog", (line: Buffer) => {
      // The library may tell of keys when the socket is gone already, and then there is no cipher.
      const cipher: { readonly name: string } | undefined = tls.getCipher();
      if (cipher === undefined) return;
      agreed = { protocol: tls.getProtocol() ?? "unknown", cipher: cipher.name };
      const [label, , secret = ""] = line.toString("latin1").trim().split(" ");
      if (label === "SERVER_HANDSHAKE_TRAFFIC_SECRET")
        flight.useSecret(Buffer.from(secret, "hex"), cipher.name);
    });
    tls.on("secureConnect", () => {
      isThrough = true;
      if (request.helloBytes === 0) finish(done());
    });
    tls.on("data", (bytes: Buffer) => {
      hello.push(bytes);
      helloSize += bytes.length;
      if (helloSize >= request.helloBytes) finish(done());
    });
    tls.on("end", () => stopAt(lost ?? "the server closed the connection"));
  }
  return {
    take(bytes) {
      flight.take(bytes);
      hasAnswered ||= bytes.length > 0;
      const { isTls, alert } = flight.seen();
      if (isTls === false) stop("the server answers, but not in TLS");
      else if (alert !== null) stop(`the server refused with the alert "${nameOfAlert(alert)}"`);
      else pipe.push(bytes);
    },
    lose(reason) {
      lost = reason;
      pipe.push(null);
    },
    late(within) {
      if (isThrough) return done();
      if (hasAnswered) return failure("tls", `the server stopped in the middle of the handshake (${within})`);
      return request.startTls === null
        ? failure("silent", `connected, but the server said nothing (${within})`)
        : failure("tls", `the server said nothing after STARTTLS (${within})`);
    },
    close() {
      tls?.destroy();
      pipe.destroy();
    },
  };
}

/** The library's side of the wire: what it writes goes out, what `push` is given comes in. */
function pipeTo(wire: Wire): Duplex {
  const pipe = new Duplex({
    read() {},
    write(bytes: Buffer, _, done) {
      wire.write(bytes, done);
    },
  });
  pipe.on("error", () => {});
  return pipe;
}

/** Null where the library cannot even begin; told on the next turn, when whoever asked can take it. */
function startTls(
  pipe: Duplex,
  request: HandshakeRequest,
  troubled: (error: Error) => void,
): TLSSocket | null {
  try {
    const tls = connect({ ...offerFor(request), socket: pipe });
    tls.on("error", troubled);
    return tls;
  } catch (error) {
    queueMicrotask(() => troubled(new Error(messageOf(error), { cause: error })));
    return null;
  }
}

/** The library's short reason where it gives one. */
function wordsOf(error: Error): string {
  const reason: unknown = "reason" in error ? error.reason : undefined;
  return `the handshake failed: ${typeof reason === "string" ? reason : messageOf(error)}`;
}
