// What the handshakes with one port showed.
import type { Handshake } from "../handshake/handshake.ts";
import type { ServerTarget } from "./server-target.ts";

/** RSA and ECDSA are asked for separately. `old` is tried only where neither modern handshake succeeded; else null. */
export interface ServerFacts {
  readonly target: ServerTarget;
  readonly rsa: Handshake;
  readonly ecdsa: Handshake;
  readonly old: Handshake | null;
}
