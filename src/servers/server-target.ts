// One port of one server that clients come to: what `servers check` asks.

export type ServerKind = "https" | "xmpp" | "sip" | "tvs" | "capf" | "tls";

export interface ServerTarget {
  readonly kind: ServerKind;
  /** Where to connect: a host name or an IP address. */
  readonly host: string;
  readonly port: number;
  /** Null for a host given by hand. */
  readonly cluster: string | null;
  readonly node: string | null;
  /** The name that clients come by: a full name where one is known, else the host as it was given. */
  readonly name: string;
  /** The domain that an XMPP client looks for; null: not known. */
  readonly xmppDomain: string | null;
  /** True: nobody listening there is a finding. */
  readonly isRequired: boolean;
}
