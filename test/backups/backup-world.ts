// A lab and a vault of either kind → one backup run struck by trouble, and what came of it on both sides.
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { connect } from "node:net";
import { basename, join, relative } from "node:path";
import { parse, stringify } from "yaml";
import type { StagedCluster } from "../../mocks/lab/cluster-state.ts";
import type { LabRelease } from "../../mocks/lab/model.ts";
import { openSftpServer, type SftpServer } from "../../mocks/lab/sftp-server.ts";
import { makeHostKeyPem } from "../../mocks/lab/wire/host-key.ts";
import type { RunDocument } from "../../src/report/run-document.ts";
import type { BackupManifest } from "../../src/vault/vault.ts";
import { type LabCli, openLabCli } from "../support/lab-cli.ts";
import type { CliResult } from "../support/run-cli.ts";
import { freePort, hostKeyFile } from "../vault/vault-tools.ts";

type Fields = Record<string, unknown>;

/** What a case may change before the run: the inventory, the secrets, the lab, the vault's server. */
export interface BackupWorld {
  readonly cluster: StagedCluster;
  readonly server: SftpServer;
  readonly folder: string;
  readonly receiverPort: number;
  /** Of the inventory; changed in place. */
  readonly entry: Fields & { vault: Fields; credentials: Fields; nodes: Fields[] };
  readonly environment: Record<string, string>;
  /** An SFTP server like the vault's, with another key or password; closed afterwards. */
  openOther(options: { readonly hostKeyPem?: string; readonly password?: string }): Promise<SftpServer>;
}

export interface BackupOutcome {
  readonly exit: number;
  readonly outcome: string;
  readonly error: string | null;
  readonly findings: readonly string[];
  /** Proof of each published backup, and whether its file is the publisher's. */
  readonly published: readonly string[];
  /** Files below `incoming`, without the run's name. */
  readonly left: readonly string[];
  readonly isListening: boolean;
  /** Everything in the state folder, and the manifests of the vault. */
  readonly written: string;
  readonly result: CliResult;
}

export interface BackupStage {
  readonly cli: LabCli;
  carryOut(
    kind: "sftp" | "directory",
    arrange: (world: BackupWorld) => void | Promise<void>,
    isSilent?: boolean,
  ): Promise<BackupOutcome>;
  close(): Promise<void>;
}

export const vaultPassword = "Vault-1-lab";
const pem = { own: "", other: "" };

/** Another key than the vault's server has. */
export function otherHostKey(): string {
  pem.other ||= makeHostKeyPem();
  return pem.other;
}

/** One lab for many runs; each has a vault, an inventory and a state folder of its own. */
export async function openBackupStage(release: LabRelease): Promise<BackupStage> {
  const cli = await openLabCli({ release });
  const cluster = cli.lab.cluster();
  const { securityPassword } = cluster;
  const { sftpAddressOf, recoveryFile } = cluster;
  pem.own ||= makeHostKeyPem();

  return {
    cli,
    async carryOut(kind, arrange, isSilent = false) {
      const folder = mkdtempSync(join(cli.folder, "case-"));
      const root = join(folder, "root");
      mkdirSync(join(root, "srv"), { recursive: true });
      const options = { root, username: "itl", password: vaultPassword, hostKeyPem: pem.own };
      const server = await openSftpServer(options);
      const others: SftpServer[] = [];
      const receiverPort = await freePort();
      const inventory = parse(cli.lab.inventoryText()) as { clusters: Record<string, Fields> };
      const entry = inventory.clusters["east"] as BackupWorld["entry"];
      entry.vault =
        kind === "sftp"
          ? {
              ...{
                kind,
                host: "127.0.0.1",
                port: server.port,
                username: "itl",
                password: "env:VAULT_PASSWORD",
              },
              ...{ directory: "/srv", hostKeys: [server.hostKeySha256] },
            }
          : {
              ...{ kind, path: join(folder, "vault") },
              receiver: { address: "127.0.0.1", port: receiverPort, hostKey: hostKeyFile(folder) },
            };
      const environment: Record<string, string> = { VAULT_PASSWORD: vaultPassword };
      try {
        await arrange({
          ...{ cluster, server, folder, receiverPort, entry, environment },
          async openOther(change) {
            const other = await openSftpServer({ ...options, ...change });
            others.push(other);
            return other;
          },
        });
        const file = join(folder, "clusters.yaml");
        writeFileSync(file, stringify(inventory), { mode: 0o600 });
        cluster.commandLog.length = 0;
        const running = cli.run(["backup", "run", "east", "--json"], {
          ...{ inventory: file, state: join(folder, "state"), environment },
        });
        const result = await (isSilent ? untilGivenUp(cli, running) : running);
        const vaultRoot = kind === "sftp" ? join(root, "srv") : join(folder, "vault");
        const document = result.json<RunDocument>();
        return {
          ...{ exit: result.exit, outcome: document.outcome, error: document.error?.code ?? null, result },
          findings: document.findings?.map(({ code }) => code) ?? [],
          published: publishedIn(join(vaultRoot, "east"), cluster.recoveryFile()),
          left: filesBelow(join(vaultRoot, "incoming")).map((path) => path.split("/").slice(1).join("/")),
          isListening: kind === "directory" && (await isListening(receiverPort)),
          written: [
            ...textsBelow(join(folder, "state")),
            ...textsBelow(vaultRoot, (name) => name === "manifest.json"),
          ].join("\n"),
        };
      } finally {
        await Promise.all([server, ...others].map((one) => one.close()));
        rmSync(folder, { recursive: true });
        Object.defineProperty(cluster, "isRecoveryKeySaved", {
          value: false,
          writable: true,
          configurable: true,
        });
        Object.assign(cluster, { sftpAddressOf, recoveryFile, securityPassword });
        delete cluster.switches.delivery;
        delete cluster.switches.deliveredAs;
        for (const node of cluster.nodes) node.knownSftpHosts.clear();
      }
    },
    close: () => cli.close(),
  };
}

/** The node says nothing any more: lab time moves until whoever waits for it gives up. */
async function untilGivenUp(cli: LabCli, run: Promise<CliResult>): Promise<CliResult> {
  let isOver = false;
  const over = run.finally(() => {
    isOver = true;
  });
  const nudge = async () => {
    while (!cli.lab.cluster().commandLog.some(({ line }) => line.startsWith("file get")) && !isOver)
      await beat();
    for (let beats = 0; !isOver; beats += 1) {
      await beat();
      if (beats > 20) await cli.lab.clock.advance(60_000);
    }
  };
  const [result] = await Promise.all([over, nudge()]);
  return result;
}

const beat = () => new Promise((resolve) => setTimeout(resolve, 50));

function publishedIn(folder: string, key: Buffer): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder).map((id) => {
    const manifest = JSON.parse(readFileSync(join(folder, id, "manifest.json"), "utf8")) as BackupManifest;
    const isKey = readFileSync(join(folder, id, "ITLRecovery.p12")).equals(key);
    return `${manifest.proof}${isKey ? "" : " (not the publisher's file)"}`;
  });
}

function filesBelow(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)));
}

function textsBelow(folder: string, isWanted: (name: string) => boolean = () => true): string[] {
  return filesBelow(folder)
    .filter((path) => isWanted(basename(path)))
    .map((path) => readFileSync(join(folder, path), "latin1"));
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => {
      socket.destroy();
      resolve(true);
    });
    socket.on("error", () => resolve(false));
  });
}
