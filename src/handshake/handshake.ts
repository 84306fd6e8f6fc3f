// What one TLS handshake is asked, and what it showed: the contract of this room.

/** One connection and one handshake; nothing is sent above TLS but what `startTls` needs. */
export interface HandshakeRequest {
  /** Where to connect: a host name or an IP address. */
  readonly host: string;
  readonly port: number;
  /** The name sent as SNI; null: none. Never an IP address. */
  readonly servername: string | null;
  /** Which kind of certificate is asked for; `any` leaves it to the server. */
  readonly certificateKind: "any" | "rsa" | "ecdsa";
  /** `modern` is TLS 1.2 and newer, `tls12` that one alone; `old` is TLS 1.0 and 1.1 with the ciphers that belong to them, to tell why the modern one failed. */
  readonly versions: "modern" | "tls12" | "old";
  /** XMPP speaks in clear first; `domain` is the one its stream is opened to. */
  readonly startTls: null | { readonly kind: "xmpp"; readonly domain: string };
  /** How many bytes of what the server says first, of its own accord, are waited for; 0: none. */
  readonly helloBytes: number;
  /** From the first packet to the end. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

/** Expected trouble of network and server is a value, never a rejection. */
export type Handshake =
  | {
      readonly kind: "done";
      /** `TLSv1.2` and so on. */
      readonly protocol: string;
      readonly cipher: string;
      /** Certificates as the server sent them, DER, its own first. */
      readonly chain: readonly Uint8Array[];
      /** What the server said first, at most `helloBytes`; shorter where it said less in time. */
      readonly hello: Uint8Array;
      /** The server wanted a certificate of the client: reading its own is all that was done. */
      readonly wantsClientCertificate: boolean;
    }
  | {
      readonly kind: "failed";
      /** `closed`: nobody listens; `unreachable`: no way there or no such name; `silent`: connected, then nothing in time. */
      readonly stage: "closed" | "unreachable" | "silent" | "starttls" | "tls" | "cancelled";
      /** In words that need no address. */
      readonly reason: string;
    };
