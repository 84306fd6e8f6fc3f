// Everything that the trouble table makes go wrong with a backup, and what must come of it.
import type { FaultAction, FaultPoint } from "../../mocks/lab/faults.ts";
import type { LabDelivery } from "../../mocks/lab/model.ts";
import { startLab } from "../../mocks/lab/start-lab.ts";
import { type BackupWorld, otherHostKey } from "./backup-world.ts";

type Proof = "matched" | "opened" | "unopened";

/** `published`: the proof that must be written down, null: nothing may be published. `left`: files in `incoming`. */
export interface BackupTrouble {
  readonly label: string;
  readonly vault: "sftp" | "directory";
  readonly arrange: (world: BackupWorld) => void | Promise<void>;
  readonly exit: number;
  readonly error: string | null;
  readonly published: Proof | null;
  readonly left?: readonly string[];
  readonly findings?: readonly string[];
  /** The publisher falls silent. */
  readonly isSilent?: true;
}

type Ending = Pick<BackupTrouble, "exit" | "error" | "published" | "left" | "findings" | "isSilent">;

const done: Ending = { exit: 0, error: null, published: "matched" };
const warned = (published: Proof): Ending => ({
  ...{ exit: 3, error: null, published, findings: ["backup-unproven"] },
});
const fails = (exit: number, error: string, left: readonly string[] = []): Ending => ({
  ...{ exit, error, published: null, left },
});
const key = "ITLRecovery.p12";
const of = (
  vault: BackupTrouble["vault"],
  label: string,
  ending: Ending,
  arrange: BackupTrouble["arrange"],
) => ({
  ...{ label, vault, arrange },
  ...ending,
});
const nothing = () => {};
const get = /^file get tftp/;
const strike = (at: FaultPoint, action: FaultAction) => (world: BackupWorld) => {
  world.cluster.faults.add({ command: get, at, action });
};
const delivery = (how: LabDelivery) => (world: BackupWorld) => {
  world.cluster.switches.delivery = how;
};
const deliveredAs = (name: string) => (world: BackupWorld) => {
  world.cluster.switches.deliveredAs = name;
};
/** The disk fills up when the publisher begins. */
const fullOnceAsked =
  (roomBytes: number) =>
  ({ cluster, server }: BackupWorld) => {
    Object.assign(cluster, {
      sftpAddressOf: (host: string, port: number) => {
        server.trouble.roomBytes = roomBytes;
        return { host, port };
      },
    });
  };
/** The key file of a cluster that the inventory does not know. */
async function strangersKey(): Promise<Buffer> {
  const lab = await startLab({ seed: 2, clusters: [{ name: "north", release: "11.5" }] });
  try {
    lab.cluster().securityPassword = "Another-Cluster-9";
    return lab.cluster().recoveryFile();
  } finally {
    await lab.close();
  }
}
const questions = [
  "proceed",
  "sftp-host",
  "sftp-port",
  "sftp-user",
  "sftp-password",
  "sftp-directory",
  "host-key",
];
const oddPassword = `a "b" 'c' $HOME \\ d; #e`;
const without =
  (...names: string[]) =>
  (world: BackupWorld) => {
    for (const name of names) delete (name === "security" ? world.entry.credentials : world.entry)[name];
  };

const bothKinds = (vault: BackupTrouble["vault"]): BackupTrouble[] => [
  of(vault, "nothing (for comparison)", done, nothing),
  of(vault, "delivered into folders of the platform's own", done, deliveredAs("active/tftp/ITLRecovery.p12")),
  of(
    vault,
    "upload renamed",
    vault === "sftp" ? done : fails(14, "platform-refused"),
    deliveredAs("ITLRecovery.p12_1"),
  ),
  of(vault, "upload short", fails(16, "recovery-key-unusable", [key]), delivery("short")),
  of(vault, "upload with its bytes twice", fails(16, "recovery-key-unusable", [key]), delivery("doubled")),
  of(vault, "upload corrupted where only the password could tell", warned("unopened"), delivery("corrupted")),
  of(vault, "`Transfer completed.` without a file", fails(16, "recovery-key-unusable"), delivery("nothing")),
  of(vault, "a file without `Transfer completed.`", fails(14, "text-unknown", [key]), delivery("unsaid")),
  of(vault, "SFTP connection lost in mid-file", fails(14, "platform-refused", [key]), delivery("broken")),
  of(
    vault,
    "session lost in mid-file",
    fails(13, "session-lost", [key]),
    strike({ kind: "point", name: "transfer" }, { kind: "drop" }),
  ),
];

export const backupTroubles: readonly BackupTrouble[] = [
  ...bothKinds("sftp"),
  of("sftp", "upload of two files", fails(16, "recovery-key-unusable", [key, `${key}.1`]), delivery("twice")),
  of("sftp", "a file that is no PKCS#12", fails(16, "recovery-key-unusable", [key]), ({ cluster }) => {
    Object.assign(cluster, { recoveryFile: () => Buffer.alloc(2_500, 0x30) });
  }),
  of("sftp", "another cluster's recovery key", warned("unopened"), async ({ cluster }) => {
    const stranger = await strangersKey();
    Object.assign(cluster, { recoveryFile: () => stranger });
  }),
  of(
    "sftp",
    "server gone after the transfer",
    fails(13, "vault-unreachable", [key]),
    ({ cluster, server }) => {
      Object.defineProperty(cluster, "isRecoveryKeySaved", {
        configurable: true,
        set: () => {
          void server.close();
        },
      });
    },
  ),
  of("sftp", "server refuses itlctl's login", fails(12, "login-refused"), ({ environment }) => {
    environment["VAULT_PASSWORD"] = "Not-This-One";
  }),
  of("sftp", "server refuses the delivery account", fails(12, "login-refused"), ({ entry, environment }) => {
    entry.vault["delivery"] = { username: "itl-in", password: "env:DELIVERY_PASSWORD" };
    environment["DELIVERY_PASSWORD"] = "Not-This-One";
  }),
  of("sftp", "server refuses only the publisher's login", fails(14, "platform-refused"), async (world) => {
    const other = await world.openOther({ password: "Another-1" });
    Object.assign(world.cluster, { sftpAddressOf: () => ({ host: other.host, port: other.port }) });
  }),
  of("sftp", "no host key in the inventory", fails(12, "host-key-unknown"), ({ entry }) => {
    delete entry.vault["hostKeys"];
  }),
  of("sftp", "wrong host key in the inventory", fails(12, "host-key-changed"), ({ entry }) => {
    entry.vault["hostKeys"] = [`SHA256:${"A".repeat(43)}`];
  }),
  of("sftp", "the publisher is shown another host key", fails(12, "host-key-changed"), async (world) => {
    const other = await world.openOther({ hostKeyPem: otherHostKey() });
    Object.assign(world.cluster, { sftpAddressOf: () => ({ host: other.host, port: other.port }) });
  }),
  of(
    "sftp",
    "host key changed since the publisher's first contact",
    fails(14, "platform-refused"),
    ({ cluster }) => {
      cluster.publisher.knownSftpHosts.set("127.0.0.1", "SHA256:of-before");
    },
  ),
  of("sftp", "server down", fails(13, "vault-unreachable"), ({ server }) => server.close()),
  of("sftp", "folder missing", fails(11, "state-not-writable"), ({ entry }) => {
    entry.vault["directory"] = "/nowhere";
  }),
  of("sftp", "no write permission", fails(11, "state-not-writable"), ({ server }) => {
    server.trouble.isReadOnly = true;
  }),
  of("sftp", "disk full", fails(11, "state-not-writable"), ({ server }) => {
    server.trouble.roomBytes = 0;
  }),
  of("sftp", "disk full in mid-file", fails(14, "platform-refused", [key]), fullOnceAsked(1000)),
  of("sftp", "disk full at the publication", fails(11, "state-not-writable", [key]), (world) =>
    fullOnceAsked(world.cluster.recoveryFile().length)(world),
  ),
  ...questions.map((name) =>
    of(
      "sftp",
      `session lost at the question ${name}`,
      fails(13, "session-lost"),
      strike({ kind: "question", name }, { kind: "drop" }),
    ),
  ),
  of(
    "sftp",
    "silence at a question",
    { ...fails(13, "command-timed-out"), isSilent: true },
    strike({ kind: "question", name: "proceed" }, { kind: "stall" }),
  ),
  of(
    "sftp",
    "an unexpected question",
    fails(14, "question-unexpected"),
    strike(
      { kind: "question", name: "sftp-port" },
      { kind: "ask", question: "Delete all phones (yes/no)? " },
    ),
  ),
  of(
    "sftp",
    "an unknown text instead of an answer",
    fails(14, "platform-refused"),
    strike({ kind: "before" }, { kind: "say", text: "The moon is new" }),
  ),
  of(
    "sftp",
    "a subscriber named as publisher",
    { ...fails(20, "blocked"), findings: ["publisher-mismatch"] },
    ({ entry }) => {
      for (const node of entry.nodes) node["role"] = node["name"] === "tftp2" ? "publisher" : "subscriber";
    },
  ),
  of("sftp", "a vault password with blanks, quotes and `$`", done, async (world) => {
    const other = await world.openOther({ password: oddPassword });
    world.entry.vault["port"] = other.port;
    world.environment["VAULT_PASSWORD"] = oddPassword;
  }),
  of("sftp", "a security password with blanks, quotes and `$`", done, ({ cluster, environment }) => {
    cluster.securityPassword = oddPassword;
    environment["LAB_EAST_SECURITY_PASSWORD"] = oddPassword;
    environment["LAB_EAST_RECOVERY_KEY_PASSWORD"] = cluster.recoveryPassphrase();
  }),
  of("sftp", "a security password that cannot be had", fails(10, "secret-unresolved"), ({ entry }) => {
    entry.credentials["security"] = { password: "env:NOWHERE_TO_BE_FOUND" };
  }),
  of("sftp", "no password that opens it is known", warned("unopened"), without("security", "recoveryKey")),
  of("sftp", "none known, and `requireProof: unopened`", { ...done, published: "unopened" }, (world) => {
    without("security")(world);
    world.entry["recoveryKey"] = { requireProof: "unopened" };
  }),
  of("sftp", "the lists cannot be fetched", warned("opened"), ({ cluster }) => {
    for (const { name } of cluster.nodes) cluster.truthFaults.http.set(name, { kind: "status", code: 404 });
  }),
  of("sftp", "the lists fetched are not those of `show itl`", warned("opened"), ({ cluster }) => {
    for (const { name } of cluster.nodes) cluster.truthFaults.corruptServed.add(name);
  }),
  ...bothKinds("directory"),
  of("directory", "upload of two files", fails(14, "platform-refused", [key]), delivery("twice")),
  of("directory", "no receiver in the inventory", fails(10, "inventory-invalid"), ({ entry }) => {
    delete entry.vault["receiver"];
  }),
];
