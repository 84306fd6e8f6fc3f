// What the handshakes with one port showed.
import type { Handshake } from "../handshake/handshake.ts";
import type { ServerTarget } from "./server-target.ts";

/** RSA and ECDSA are asked for separately. `old` is tried only where neither modern handshake succeeded; else null. */
export interface ServerFacts {
  readonly target: ServerTarget;
  readonly rsa: Handshake;
  readonly ecdsa: Handshake;
  readonly old: Handshake | null;
  /** TLS 1.2 alone, tried only where what succeeded was TLS 1.3; else null or absent. */
  readonly tls12?: Handshake | null;
}
