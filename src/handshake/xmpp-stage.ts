// An open wire and an XMPP domain → the talk in clear that leads to TLS (RFC 6120 section 5), and the bytes behind its end.
import type { Handshake } from "./handshake.ts";
import { failure, type Stage } from "./stage.ts";
import type { Wire } from "./wire.ts";
import { openXmppReader } from "./xmpp-reader.ts";

const tlsSpace = "urn:ietf:params:xml:ns:xmpp-tls";

/** Opens the stream and asks for TLS. `proceed` gets what came behind `<proceed/>`: it belongs to TLS and is never read as XML. */
export function openXmppStage(
  wire: Wire,
  domain: string,
  finish: (end: Handshake) => void,
  proceed: (rest: Buffer) => void,
): Stage {
  const reader = openXmppReader();
  let [hasAsked, hasAnswered] = [false, false];
  const fail = (reason: string) => finish(failure("starttls", reason));
  wire.write(
    `<?xml version='1.0'?><stream:stream to='${escapeXml(domain)}' version='1.0' xml:lang='en' ` +
      "xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>",
  );
  return {
    take(bytes) {
      hasAnswered ||= bytes.length > 0;
      for (let at = 0; at < bytes.length; at += 1) {
        // Byte by byte, as what stands behind <proceed/> is not the reader's any more.
        const said = reader.take(bytes.subarray(at, at + 1));
        if (said === null) continue;
        if (said.kind === "trouble") return fail(said.reason);
        if (said.kind === "features") {
          if (!said.hasStartTls) return fail("the server offers no STARTTLS");
          hasAsked = true;
          wire.write(`<starttls xmlns='${tlsSpace}'/>`);
        } else if (!hasAsked) return fail("the server answered STARTTLS before it was asked");
        else if (said.kind === "failure") return fail("the server refused STARTTLS");
        else return proceed(bytes.subarray(at + 1));
      }
    },
    lose: (reason) => fail(`${reason} before STARTTLS was through`),
    late: (within) =>
      hasAnswered
        ? failure("starttls", `the server stopped before STARTTLS was through (${within})`)
        : failure("silent", `connected, but the server said nothing (${within})`),
    close() {},
  };
}

function escapeXml(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll("'", "&apos;")
    .replaceAll('"', "&quot;");
}
