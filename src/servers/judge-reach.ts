// What each handshake came to → ports that clients cannot use, and those that speak too old a TLS.
import type { Handshake } from "../handshake/handshake.ts";
import type { ServerFacts } from "./server-facts.ts";
import { complain, type Complaint } from "./server-findings.ts";
import type { ServerTarget } from "./server-target.ts";

type Failed = Handshake & { readonly kind: "failed" };

/** A port that nobody needs and nobody listens on is no finding. */
export function judgeReach(servers: readonly ServerFacts[]): Complaint[] {
  return servers.flatMap((server) => [...judgeFailure(server), ...judgeVersion(server)]);
}

/** The failure that tells most of a port which presents nothing; null where a modern handshake succeeded. */
export function failureOf({ rsa, ecdsa }: Pick<ServerFacts, "rsa" | "ecdsa">): Failed | null {
  if (rsa.kind === "done" || ecdsa.kind === "done") return null;
  const order: readonly Failed["stage"][] = [
    "starttls",
    "tls",
    "silent",
    "cancelled",
    "closed",
    "unreachable",
  ];
  return order.indexOf(ecdsa.stage) < order.indexOf(rsa.stage) ? ecdsa : rsa;
}

function judgeFailure(server: ServerFacts): Complaint[] {
  const { target, old } = server;
  const failed = failureOf(server);
  if (failed === null) return [];
  if (old?.kind === "done") {
    return [
      complain(
        ["tls-old-only", "block"],
        [target],
        `nothing newer than ${versionText(old.protocol)} works there; clients of today need TLS 1.2`,
        "Set the minimum TLS version of the server to 1.2, after an upgrade where its release is too old for that.",
      ),
    ];
  }
  const severity = target.isRequired ? "block" : "warn";
  switch (failed.stage) {
    case "closed":
    case "unreachable":
      return target.isRequired ? [notThere(target, failed)] : [];
    case "silent":
      return [
        complain(
          ["server-silent", severity],
          [target],
          failed.reason,
          "Look whether the service behind the port hangs, and whether something in between swallows TLS.",
        ),
      ];
    case "starttls":
      return [
        complain(
          ["starttls-failed", severity],
          [target],
          `STARTTLS came to nothing: ${failed.reason}`,
          "Check the XMPP domain (--xmpp-domain), and that Enable XMPP Client To IM/P Service Secure Mode is on.",
        ),
      ];
    case "tls":
      return [
        complain(
          ["tls-failed", severity],
          [target],
          `no TLS: ${failed.reason}`,
          "Check that this port is the one meant, and that its service was restarted after its certificate was changed.",
        ),
      ];
    case "cancelled":
      return [];
  }
}

/** `TLS 1.0` of `TLSv1`. */
function versionText(protocol: string): string {
  return protocol === "TLSv1" ? "TLS 1.0" : protocol.replace("TLSv", "TLS ");
}

function notThere(target: ServerTarget, { stage, reason }: Failed): Complaint {
  return stage === "closed"
    ? complain(
        ["server-closed", "block"],
        [target],
        reason,
        "Check that the service behind the port is started, and that the port is the right one.",
      )
    : complain(
        ["server-unreachable", "block"],
        [target],
        `cannot be reached from here: ${reason}`,
        "Check the name or address, and firewalls between this machine and the server.",
      );
}

/** A server that does not even answer the third connection in a row has said nothing of TLS 1.2. */
function judgeVersion({ target, tls12 }: ServerFacts): Complaint[] {
  if (tls12?.kind !== "failed" || tls12.stage !== "tls") return [];
  return [
    complain(
      ["tls-12-missing", "block"],
      [target],
      `TLS 1.3 works, TLS 1.2 does not (${tls12.reason}); Jabber in FIPS mode and older clients know no other`,
      "Give the server TLS 1.2 beside 1.3.",
    ),
  ];
}
