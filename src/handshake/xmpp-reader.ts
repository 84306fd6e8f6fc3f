// The bytes of an XMPP stream, in pieces of any size → what the server says of TLS in it.
import { SaxesParser } from "saxes";

/** `trouble` is the end of the talk, in words that quote the server at most by a condition's name. */
export type XmppWord =
  | { readonly kind: "features"; readonly hasStartTls: boolean }
  | { readonly kind: "proceed" }
  | { readonly kind: "failure" }
  | { readonly kind: "trouble"; readonly reason: string };

export interface XmppReader {
  /** The word that got whole with the last of these bytes; null: none yet. */
  take(bytes: Uint8Array): XmppWord | null;
}

const streamSpace = "http://etherx.jabber.org/streams";
const tlsSpace = "urn:ietf:params:xml:ns:xmpp-tls";
const errorSpace = "urn:ietf:params:xml:ns:xmpp-streams";
const mostBytes = 65_536;
const mostDepth = 32;

export function openXmppReader(): XmppReader {
  const parser = new SaxesParser({ xmlns: true, fragment: false, position: false });
  const decoder = new TextDecoder("utf-8", { fatal: true });
  const path: string[] = [];
  let said: XmppWord | null = null;
  let [size, hasStartTls, condition] = [0, false, ""];
  const trouble = (reason: string) => {
    if (said?.kind !== "trouble") said = { kind: "trouble", reason };
  };
  parser.on("error", () => trouble("the server answers, but not in XMPP"));
  parser.on("doctype", () => trouble("the server sent a document type, which XMPP forbids"));
  parser.on("opentag", (tag) => {
    const name = `${tag.uri} ${tag.local}`;
    path.push(name);
    if (path.length > mostDepth) trouble("the server nests its answer too deeply");
    else if (path.length === 1 && name !== `${streamSpace} stream`)
      trouble("the server answers, but not in XMPP");
    const parent = path.at(-2);
    if (path.length !== 3) return;
    if (parent === `${streamSpace} features` && name === `${tlsSpace} starttls`) hasStartTls = true;
    if (parent === `${streamSpace} error` && tag.uri === errorSpace && tag.local !== "text")
      condition ||= tag.local;
  });
  parser.on("closetag", () => {
    const name = path.pop();
    if (path.length === 0) trouble("the server closed the stream");
    if (path.length !== 1) return;
    if (name === `${streamSpace} error`) trouble(`the server ended the stream: ${nameOf(condition)}`);
    if (said !== null) return;
    if (name === `${streamSpace} features`) said = { kind: "features", hasStartTls };
    if (name === `${tlsSpace} proceed`) said = { kind: "proceed" };
    if (name === `${tlsSpace} failure`) said = { kind: "failure" };
  });
  return {
    take(bytes) {
      said = null;
      size += bytes.length;
      if (size > mostBytes) trouble(`the server sent over ${mostBytes} bytes before STARTTLS was through`);
      else
        try {
          parser.write(decoder.decode(bytes, { stream: true }));
        } catch {
          trouble("the server answers, but not in XMPP");
        }
      return said;
    },
  };
}

/** Conditions are words such as `host-unknown`; anything else is not repeated. */
function nameOf(condition: string): string {
  return /^[a-z][a-z-]{0,39}$/.test(condition) ? condition : "no condition given";
}
