// A cluster as written in a file, already checked → the cluster with defaults, merged node settings, and paths made absolute.
import { homedir } from "node:os";
import { dirname, isAbsolute, join, resolve } from "node:path";
import { parseDuration } from "../base/duration.ts";
import type {
  ClientPorts,
  Cluster,
  HookCommand,
  Login,
  SecretReference,
  SshSettings,
  VaultSettings,
} from "./cluster.ts";
import type { WrittenCluster, WrittenPorts, WrittenSsh } from "./inventory-schema.ts";

type ToPath = (path: string) => string;

/** Relative paths are taken from the folder of `source.file`; `~/` is the home folder. */
export function completeCluster(name: string, written: WrittenCluster, source: Cluster["source"]): Cluster {
  const toPath = pathsFrom(dirname(source.file));
  const login = (given: { username: string; password: string }): Login => ({
    username: given.username,
    password: parseSecretReference(given.password, toPath),
  });
  const { platform, ccm, security } = written.credentials;
  return {
    name,
    nodes: written.nodes.map((node) => ({
      cluster: name,
      name: node.name,
      address: node.address,
      role: node.role,
      ssh: mergeSsh(written.ssh ?? {}, node.ssh ?? {}, toPath),
      tftp: { port: node.tftp?.port ?? written.tftp?.port ?? 6970 },
      ports: completePorts({ ...written.ports, ...node.ports }),
    })),
    credentials: {
      platform: login(platform),
      ccm: ccm ? login(ccm) : null,
      security: security ? { password: parseSecretReference(security.password, toPath) } : null,
    },
    regenerationHoldMs: durationOr(written.regenerationHold, "5m"),
    vault: written.vault ? completeVault(written.vault, toPath, login) : null,
    keep: {
      last: written.keep?.last ?? 7,
      daily: written.keep?.daily ?? 30,
      weekly: written.keep?.weekly ?? 0,
      monthly: written.keep?.monthly ?? 24,
    },
    recoveryKey: {
      password: optionalSecret(written.recoveryKey?.password, toPath),
      requireProof: written.recoveryKey?.requireProof ?? "matched",
    },
    thresholds: {
      certificateDays: written.thresholds?.certificateDays ?? 180,
      backupAgeMs: durationOr(written.thresholds?.backupAge, "2d"),
    },
    servers: {
      domain: written.servers?.domain ?? null,
      xmppDomain: written.servers?.xmppDomain ?? null,
      hosts: written.servers?.hosts ?? [],
      trustedCa: written.servers?.trustedCa === undefined ? null : toPath(written.servers.trustedCa),
    },
    hooks: {
      backupStored: hookCommand(written.hooks?.backupStored, toPath),
      backupFailed: hookCommand(written.hooks?.backupFailed, toPath),
      alarmActive: hookCommand(written.hooks?.alarmActive, toPath),
      timeLimitMs: durationOr(written.hooks?.timeLimit, "30s"),
    },
    source,
  };
}

/** A checked reference (`env:`, `file:`, `exec:`, `ask:`); `toPath` makes a relative file or program absolute. */
export function parseSecretReference(text: string, toPath: ToPath = resolve): SecretReference {
  const kind = text.slice(0, text.indexOf(":"));
  const rest = text.slice(kind.length + 1).trim();
  switch (kind) {
    case "env":
      return { kind, name: rest, text };
    case "file":
      return { kind, path: toPath(rest), text };
    case "exec": {
      const [program = "", ...words] = rest.split(/\s+/);
      return { kind, program: program.includes("/") ? toPath(program) : program, arguments: words, text };
    }
    case "ask":
      return { kind, text };
    default:
      throw new Error("not a secret reference; the schema lets none through");
  }
}

function mergeSsh(cluster: WrittenSsh, node: WrittenSsh, toPath: ToPath): SshSettings {
  const keys = node.hostKeys === undefined && node.knownHosts === undefined ? cluster : node;
  return {
    port: node.port ?? cluster.port ?? 22,
    hostKeys: withoutPadding(keys.hostKeys),
    knownHosts: keys.knownHosts === undefined ? null : toPath(keys.knownHosts),
    algorithms: node.algorithms ?? cluster.algorithms ?? "modern",
  };
}

/** The platform's own ports where nothing else is written. */
function completePorts(written: WrittenPorts): ClientPorts {
  return {
    https: written.https ?? [443, 8443],
    xmpp: written.xmpp ?? [5222],
    sip: written.sip ?? [5061],
    tvs: written.tvs ?? [2445],
    capf: written.capf ?? 3804,
  };
}

function completeVault(
  vault: NonNullable<WrittenCluster["vault"]>,
  toPath: ToPath,
  login: (given: { username: string; password: string }) => Login,
): VaultSettings {
  if (vault.kind === "directory") {
    const { receiver } = vault;
    return {
      kind: "directory",
      path: toPath(vault.path),
      receiver: receiver ? { ...receiver, hostKey: toPath(receiver.hostKey) } : null,
    };
  }
  return {
    kind: "sftp",
    host: vault.host,
    port: vault.port ?? 22,
    username: vault.username,
    password: optionalSecret(vault.password, toPath),
    privateKey: vault.privateKey === undefined ? null : toPath(vault.privateKey),
    directory: vault.directory,
    hostKeys: withoutPadding(vault.hostKeys),
    delivery: vault.delivery ? login(vault.delivery) : null,
  };
}

/** A program without `/` is searched on PATH; any other stands at its path. */
function hookCommand(written: readonly string[] | undefined, toPath: ToPath): HookCommand | null {
  const [program, ...words] = written ?? [];
  if (program === undefined) return null;
  return [program.includes("/") ? toPath(program) : program, ...words];
}

function optionalSecret(text: string | undefined, toPath: ToPath): SecretReference | null {
  return text === undefined ? null : parseSecretReference(text, toPath);
}

function withoutPadding(hostKeys: readonly string[] | undefined): readonly string[] {
  return (hostKeys ?? []).map((key) => key.replace(/=$/, ""));
}

function durationOr(text: string | undefined, standard: string): number {
  return parseDuration(text ?? standard) ?? 0;
}

function pathsFrom(folder: string): ToPath {
  return (path) => {
    if (path.startsWith("~/")) return join(homedir(), path.slice(2));
    return isAbsolute(path) ? path : resolve(folder, path);
  };
}
