// How the publisher's CAPF answers on its port, and what a test or a scenario may say of it.

/**
 * What a caller meets. `silent`: a handshake, and nothing after it. `other-bytes`: a handshake, then what no CAPF says. `mute`: a
 * connection, and never a handshake. `plain`: a connection, and text without TLS. `resets`: dropped at once.
 * `filtered`: no connection and no refusal, as behind a firewall; to be set before the lab opens.
 */
export type CapfManner = "normal" | "silent" | "other-bytes" | "mute" | "plain" | "resets" | "filtered";

export type CapfTls = "TLSv1" | "TLSv1.1" | "TLSv1.2" | "TLSv1.3";

export interface LabCapf {
  /** Filled in when it is opened; 0: this lab has none. */
  port: number;
  manner: CapfManner;
  tls: { readonly min: CapfTls; readonly max: CapfTls };
  /** `other`: a certificate that is not the publisher's CAPF certificate. */
  certificate: "own" | "other";
  /** Connections there were. */
  connections: number;
}

/** TLS as on a cluster whose minimum was never raised. */
export function capfOf(options: Partial<Pick<LabCapf, "manner" | "tls" | "certificate">> = {}): LabCapf {
  return {
    port: 0,
    manner: "normal",
    tls: { min: "TLSv1", max: "TLSv1.2" },
    certificate: "own",
    connections: 0,
    ...options,
  };
}
