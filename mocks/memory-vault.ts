// A vault without a disk or a network: what is published, delivered or broken on purpose in; the same answers as any vault, out.
import { createHash } from "node:crypto";
import { OperatorError } from "../src/base/errors.ts";
import { Secret } from "../src/base/secret.ts";
import type { BackupManifest, SftpPlace, StoredBackup, Vault } from "../src/vault/vault.ts";

type Call = "checkWritable" | "openDelivery" | "list" | "read" | "publish" | "remove" | "openPickup";

/** `place` is what deliveries and pickups name; `trouble` is asked before each call and thrown when it answers with an error. */
export interface MemoryVaultOptions {
  readonly name?: string;
  readonly place?: Partial<SftpPlace>;
  readonly trouble?: (call: Call) => Error | null;
}

/** Beside the vault: what the platform would do to it, and what is in it. */
export interface MemoryVault extends Vault {
  /** Puts a file below the folder of an open delivery, as the platform would. */
  deliver(run: string, path: string, bytes: Uint8Array): void;
  /** Changes a file of a published backup behind the vault's back; null takes it away. */
  tamper(backup: StoredBackup, file: string, bytes: Uint8Array | null): void;
  /** Folders of deliveries that were not discarded, `incoming/<run>`. */
  readonly incoming: readonly string[];
  /** Deliveries and pickups that were opened and not closed. */
  readonly openCount: number;
  readonly isClosed: boolean;
}

const keyFile = "ITLRecovery.p12";
const maxBytes = 1_000_000;

/** An empty vault. */
export function openMemoryVault(options: MemoryVaultOptions = {}): MemoryVault {
  const place: SftpPlace = {
    ...{ host: "vault.example.net", port: 22, user: "itl", password: new Secret("Memory-vault-1") },
    ...{ hostKey: { md5: Array(16).fill("00").join(":"), sha256: `SHA256:${"A".repeat(43)}` } },
    ...options.place,
  };
  const stored = new Map<string, { manifest: BackupManifest; files: Map<string, Buffer> }>();
  const incoming = new Map<string, Map<string, Buffer>>();
  const open = new Set<object>();
  let isClosed = false;

  const begin = (call: Call) => {
    if (isClosed) throw new Error(`${call} of a closed vault`);
    const trouble = options.trouble?.(call) ?? null;
    if (trouble !== null) throw trouble;
  };
  const opened = (): { close(): Promise<void> } => {
    const token = {};
    open.add(token);
    return { close: async () => void open.delete(token) };
  };
  const entryOf = (backup: StoredBackup) => {
    const entry = stored.get(backup.path);
    if (entry === undefined) throw unusable(`${backup.path} is not in the vault`);
    return entry;
  };

  return {
    name: options.name ?? "memory",
    async checkWritable() {
      begin("checkWritable");
    },
    async openDelivery({ run }) {
      begin("openDelivery");
      const folder = `incoming/${run}`;
      if (!incoming.has(folder)) incoming.set(folder, new Map());
      return {
        place: { ...place, directory: `/srv/itl/${folder}` },
        incoming: folder,
        files: async () =>
          [...(incoming.get(folder) ?? [])].map(([path, bytes]) => ({
            path,
            sizeBytes: bytes.length,
            bytes: bytes.length > maxBytes ? null : Buffer.from(bytes),
          })),
        ...opened(),
        discard: async () => void incoming.delete(folder),
      };
    },
    async list(cluster) {
      begin("list");
      const all = [...stored].map(([path, entry]) => ({ path, ...entry }));
      const wanted = all.filter(({ manifest }) => cluster === null || manifest.cluster === cluster);
      const whole = wanted.filter(({ files }) => files.has(keyFile));
      return {
        backups: whole.map(({ path, manifest }) => ({ path, manifest })).sort(byAge),
        damaged: wanted
          .filter((one) => !whole.includes(one))
          .map(({ path }) => ({ path, reason: `${keyFile} is missing` })),
      };
    },
    async read(backup, file) {
      begin("read");
      const bytes = entryOf(backup).files.get(file);
      if (bytes === undefined) throw unusable(`${backup.path}/${file} is not in the vault`);
      if (bytes.length > maxBytes) throw unusable(`${backup.path}/${file} has ${bytes.length} bytes`);
      return Buffer.from(bytes);
    },
    async publish(manifest, files) {
      begin("publish");
      const path = `${manifest.cluster}/${manifest.id}`;
      if (stored.has(path)) {
        throw new OperatorError("state-not-writable", `${path} is there already`, {
          hint: "Take another backup: its id begins with its time",
          place: { cluster: manifest.cluster, file: path },
        });
      }
      const copies = new Map(files.map(({ name, bytes }) => [name, Buffer.from(bytes)]));
      stored.set(path, { manifest: structuredClone(manifest), files: copies });
      return { path, manifest: structuredClone(manifest) };
    },
    async remove(backup) {
      begin("remove");
      entryOf(backup);
      stored.delete(backup.path);
    },
    async openPickup(backup) {
      begin("openPickup");
      const bytes = entryOf(backup).files.get(keyFile) ?? Buffer.alloc(0);
      if (createHash("sha256").update(bytes).digest("hex") !== backup.manifest.sha256)
        throw unusable(`${backup.path}/${keyFile} is not the file of its manifest`);
      return { place: { ...place, path: `/srv/itl/${backup.path}/${keyFile}` }, ...opened() };
    },
    async close() {
      isClosed = true;
    },
    deliver(run, path, bytes) {
      const folder = incoming.get(`incoming/${run}`);
      if (folder === undefined) throw new Error(`no delivery is open for run ${run}`);
      folder.set(path, Buffer.from(bytes));
    },
    tamper(backup, file, bytes) {
      const { files } = entryOf(backup);
      if (bytes === null) files.delete(file);
      else files.set(file, Buffer.from(bytes));
    },
    get incoming() {
      return [...incoming.keys()];
    },
    get openCount() {
      return open.size;
    },
    get isClosed() {
      return isClosed;
    },
  };
}

function byAge(one: StoredBackup, other: StoredBackup): number {
  const [left, right] = [one, other].map(({ manifest }) => `${manifest.takenAt} ${manifest.id}`);
  return (left ?? "") < (right ?? "") ? -1 : 1;
}

function unusable(message: string): OperatorError {
  return new OperatorError("recovery-key-unusable", message, {
    hint: "List what is there: itlctl backup list",
    place: { file: message.split(" ")[0] ?? "" },
  });
}
