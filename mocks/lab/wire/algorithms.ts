// A release line in; the SSH algorithms that its server, or its SFTP client, offers, out.
import type { Algorithms } from "ssh2";

/** What an SSH server of the platform says of itself and offers. */
export interface ServerDialect {
  readonly ident: string;
  readonly algorithms: Algorithms;
}

/**
 * Releases 10.0 and 11.5: OpenSSH_5.3 [V for 11.5] with what that server offered. Group exchange is absent because
 * ssh2's server does not carry it out.
 */
const legacyDialect: ServerDialect = {
  ident: "OpenSSH_5.3",
  algorithms: {
    kex: ["diffie-hellman-group14-sha1", "diffie-hellman-group1-sha1"],
    cipher: ["aes128-ctr", "aes192-ctr", "aes256-ctr", "aes128-cbc", "aes192-cbc", "aes256-cbc"],
    serverHostKey: ["ssh-rsa"],
    hmac: ["hmac-sha1"],
  },
};

/**
 * Releases 12.5 and 15: the defaults of the 12.5(1)SU5 guide, without what ssh2's server cannot do (group exchange)
 * and with the host key algorithms of a later OpenSSH. The ident is not in any source: recollected, nothing may depend on it.
 */
const modernDialect: ServerDialect = {
  ident: "OpenSSH_7.4",
  algorithms: {
    kex: [
      "ecdh-sha2-nistp521",
      "ecdh-sha2-nistp384",
      "ecdh-sha2-nistp256",
      "diffie-hellman-group14-sha1",
      "diffie-hellman-group14-sha256",
      "diffie-hellman-group16-sha512",
    ],
    cipher: ["aes128-ctr", "aes192-ctr", "aes256-ctr", "aes128-gcm@openssh.com", "aes256-gcm@openssh.com"],
    serverHostKey: ["rsa-sha2-512", "rsa-sha2-256", "ssh-rsa"],
    hmac: ["hmac-sha2-256", "hmac-sha2-512", "hmac-sha1"],
  },
};

/** The SSH server's dialect; `legacy` is up to 11.5. */
export function serverDialect(generation: "legacy" | "modern"): ServerDialect {
  return generation === "legacy" ? legacyDialect : modernDialect;
}

/**
 * What the platform offers where it is the SFTP client (file get, remotekey): the list of the 12.5(1)SU5 guide, host
 * keys RSA only. A server for it has to offer one of each; ssh2's server cannot do the group exchanges.
 */
export const sftpClientAlgorithms = {
  kex: [
    "ecdh-sha2-nistp521",
    "ecdh-sha2-nistp384",
    "diffie-hellman-group14-sha1",
    "diffie-hellman-group1-sha1",
    "diffie-hellman-group-exchange-sha256",
    "diffie-hellman-group-exchange-sha1",
  ],
  cipher: ["aes128-ctr", "aes192-ctr", "aes256-ctr"],
  serverHostKey: ["rsa-sha2-512", "rsa-sha2-256", "ssh-rsa"],
  hmac: ["hmac-sha2-256", "hmac-sha1"],
} satisfies Algorithms;

/** The part of the client's list that an ssh2 server can serve. */
export const sftpServerAlgorithms = {
  ...sftpClientAlgorithms,
  kex: [
    "ecdh-sha2-nistp521",
    "ecdh-sha2-nistp384",
    "diffie-hellman-group14-sha1",
    "diffie-hellman-group1-sha1",
  ],
} satisfies Algorithms;
