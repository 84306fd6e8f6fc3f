// Real servers on loopback for whoever looks at TLS: certificates side by side, XMPP before it, words after it, and servers that misbehave.
import type { KeyObject } from "node:crypto";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { createSecureContext, type SecureContext, type SecureContextOptions, TLSSocket } from "node:tls";
import { keyOf, writeCertificate } from "./certificate-writer.ts";

/** A key, and the certificates that are sent with it: its own first, then any others, in any order. DER. */
export interface Identity {
  readonly key: KeyObject;
  readonly chain: readonly Uint8Array[];
}

export interface TlsServerWish {
  /** Default: a self-signed one of RSA. One of each kind stand side by side. */
  readonly identities?: readonly Identity[];
  /** Lowest and highest; default TLS 1.2 and 1.3. */
  readonly versions?: readonly [low: TlsVersion, high: TlsVersion];
  readonly clientCertificate?: "not wanted" | "asked for" | "insisted on";
  /** More options of the server's context, such as `ciphers` or `ecdhCurve`. */
  readonly context?: SecureContextOptions;
  /** Said first after the handshake. */
  readonly hello?: Uint8Array;
  /** Talks before TLS, and returns when TLS may begin; it gets the raw socket. `xmppTalk` makes one. */
  readonly before?: (socket: Socket) => Promise<void>;
}

type TlsVersion = "TLSv1" | "TLSv1.1" | "TLSv1.2" | "TLSv1.3";

export interface TestServer {
  readonly host: string;
  readonly port: number;
  /** Names that clients sent as SNI, in order; null: none. */
  readonly names: readonly (string | null)[];
  /** What came out of TLS: a look from outside sends nothing. */
  readonly received: readonly Buffer[];
  /** How many connections there were, are, and were most at a time. */
  connections(): { readonly all: number; readonly open: number; readonly most: number };
  close(): Promise<void>;
}

/** A server that speaks TLS once `wish.before` is through. Close it after the test. */
export function openTlsServer(wish: TlsServerWish = {}): Promise<TestServer> {
  const names: (string | null)[] = [];
  const received: Buffer[] = [];
  const context = contextOf(wish);
  const serve = async (socket: Socket) => {
    await wish.before?.(socket);
    const tls = new TLSSocket(socket, {
      isServer: true,
      secureContext: context,
      requestCert: (wish.clientCertificate ?? "not wanted") !== "not wanted",
      rejectUnauthorized: wish.clientCertificate === "insisted on",
      SNICallback: (name, callback) => {
        names.push(name);
        // No context of its own: it would present one identity only.
        callback(null);
      },
    });
    tls.on("error", () => {});
    tls.on("data", (bytes: Buffer) => received.push(bytes));
    tls.on("secure", () => {
      if (wish.hello !== undefined) tls.write(wish.hello);
    });
  };
  return openTcpServer((socket) => void serve(socket).catch(() => socket.destroy()), { names, received });
}

/** A server that does with every connection what it is told, for whatever is no TLS. */
export async function openTcpServer(
  talk: (socket: Socket) => void,
  notes: Partial<Pick<TestServer, "names" | "received">> = {},
): Promise<TestServer> {
  const sockets = new Set<Socket>();
  let [all, most] = [0, 0];
  const server = createServer((socket) => {
    sockets.add(socket);
    all += 1;
    most = Math.max(most, sockets.size);
    socket.on("error", () => {});
    socket.on("close", () => sockets.delete(socket));
    talk(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    host: "127.0.0.1",
    port: (server.address() as AddressInfo).port,
    names: notes.names ?? [],
    received: notes.received ?? [],
    connections: () => ({ all, open: sockets.size, most }),
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** One self-signed certificate for the name, with a key that the whole process shares. */
export function identityOf(kind: "rsa" | "ecdsa"): Identity {
  const known = identities.get(kind);
  if (known !== undefined) return known;
  const key = keyOf(kind);
  const made = { key, chain: [writeCertificate({ key })] };
  identities.set(kind, made);
  return made;
}

const identities = new Map<string, Identity>();

function contextOf(wish: TlsServerWish): SecureContext {
  const { identities: wanted = [identityOf("rsa")], versions: [low, high] = ["TLSv1.2", "TLSv1.3"] } = wish;
  const keys = wanted.map(({ key }) => key.export({ type: "pkcs8", format: "pem" }));
  const certificates = wanted.map(({ chain }) => chain.map(pemOf).join(""));
  const isWeak = wanted.some(({ key }) => (key.asymmetricKeyDetails?.modulusLength ?? 2_048) < 2_048);
  const options: SecureContextOptions = {
    ...{ ca: [], minVersion: low, maxVersion: high },
    ...wish.context,
    ...(low === "TLSv1" || low === "TLSv1.1" ? { ciphers: "DEFAULT@SECLEVEL=0" } : {}),
  };
  if (!isWeak) return createSecureContext({ ...options, key: keys, cert: certificates });
  // Newer Nodes refuse a weak key unless the level is lowered first, and their options lower it last.
  const context = createSecureContext({ ...options, ciphers: "TLS_AES_256_GCM_SHA384:DEFAULT@SECLEVEL=0" });
  const native = context.context as { setCert(pem: string): void; setKey(pem: string): void };
  for (const pem of certificates) native.setCert(pem);
  for (const pem of keys) native.setKey(pem.toString());
  return context;
}

function pemOf(bytes: Uint8Array): string {
  const lines =
    Buffer.from(bytes)
      .toString("base64")
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`;
}

const header =
  "<?xml version='1.0'?><stream:stream from='example.com' id='t7AMCin9zjMNwQKDnplntZPIDEI=' version='1.0' " +
  "xml:lang='en' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>";

/** What an XMPP server says: after the client's header, and after its wish for TLS. */
export interface XmppWish {
  readonly features?: string;
  readonly answer?: string;
  /** Bytes per packet; default: all at once. */
  readonly packet?: number;
  /** What the client said, in order. */
  readonly heard?: string[];
}

/** For `before` of `openTlsServer`. Says the header, then `features`, and after `<starttls/>` the `answer`. */
export function xmppTalk(wish: XmppWish = {}): (socket: Socket) => Promise<void> {
  const {
    features = "<stream:features><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'><required/></starttls></stream:features>",
    answer = "<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>",
    heard = [],
  } = wish;
  return async (socket) => {
    socket.setNoDelay(true);
    const say = async (text: string) => {
      const bytes = Buffer.from(text, "utf8");
      const size = wish.packet ?? bytes.length;
      for (let at = 0; at < bytes.length; at += size) {
        await new Promise((resolve) => socket.write(bytes.subarray(at, at + size), resolve));
        await new Promise(setImmediate);
      }
    };
    heard.push(await hear(socket, /<stream:stream [^>]*>/));
    await say(header + features);
    heard.push(await hear(socket, /<starttls[^>]*>/));
    await say(answer);
  };
}

async function hear(socket: Socket, until: RegExp): Promise<string> {
  let text = "";
  return await new Promise((resolve, reject) => {
    const onData = (bytes: Buffer) => {
      text += bytes.toString("utf8");
      if (!until.test(text)) return;
      socket.off("data", onData);
      socket.pause();
      resolve(text);
    };
    socket.on("data", onData);
    socket.resume();
    socket.once("close", () => reject(new Error("the client left")));
  });
}
