// `manifest.json` of a backup ↔ its facts; whatever may have been written there is read without being believed.
import { z } from "zod";
import { schemaComplaints } from "../base/schema-complaint.ts";
import { type BackupManifest, recoveryKeyFile } from "./vault.ts";

/** Name of the file that a folder must hold to be a backup. */
export const manifestFile = "manifest.json";
/** The longest manifest that is read. */
export const maxManifestBytes = 256_000;

const clusterPattern = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/;
const idPattern = /^\d{8}T\d{6}Z-([0-9a-f]{8}|unknown)-[0-9a-f]{8}$/;
const serialPattern = /^[0-9A-F]{2}(:[0-9A-F]{2}){0,63}$/;
const filePattern = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/;

/** Whether a text can be the name of a cluster's folder: never a path, never hidden, never the folder of deliveries. */
export const isClusterFolder = (name: string) => clusterPattern.test(name) && name !== "incoming";
/** Whether a text has the form of an id: `20261120T221403Z-61405212-9f86d081`. */
export const isBackupId = (text: string) => idPattern.test(text);
/** Whether a text can be the name of a file beside the manifest: never a path, never hidden. */
export const isBackupFile = (name: string) => filePattern.test(name) && name !== manifestFile;

/** Whether a text can stand in a manifest as a serial. */
export const isManifestSerial = (text: string) => serialPattern.test(text);

/** The id that belongs to these facts; `unknown` stands where the serial is not known. */
export function backupIdOf(facts: Pick<BackupManifest, "takenAt" | "certificateSerial" | "sha256">): string {
  const time = new Date(facts.takenAt).toISOString().replace(/\.\d{3}/, "");
  const hex = facts.certificateSerial?.replaceAll(":", "").toLowerCase() ?? null;
  const serial = hex === null ? "unknown" : hex.slice(0, 8).padStart(8, "0");
  return `${time.replaceAll(/[-:]/g, "")}-${serial}-${facts.sha256.slice(0, 8)}`;
}

const text = (max: number) =>
  z
    .string()
    .max(max)
    // oxlint-disable-next-line no-control-regex
    .regex(/^[^\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]*$/, {
      error: "holds control characters",
    });
const pattern = (form: RegExp, what: string) => text(300).regex(form, { error: `is no ${what}` });
const time = pattern(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?Z$/, "time in UTC").refine(
  (value) => !Number.isNaN(Date.parse(value)),
  { error: "is no time in UTC" },
);
const fileName = pattern(filePattern, "plain file name").refine(
  (name) => isBackupFile(name) && name !== recoveryKeyFile,
  { error: "is the name of another file" },
);

const serial = pattern(serialPattern, "serial number");

const schema = z.object({
  version: z.literal(1),
  id: pattern(idPattern, "id of a backup"),
  cluster: text(128).refine(isClusterFolder, { error: "is no name of a cluster" }),
  publisher: text(255).nullable(),
  release: text(100).nullable(),
  takenAt: time,
  origin: z.enum(["run", "import"]),
  sizeBytes: z.int().min(1).max(1_000_000),
  sha256: pattern(/^[0-9a-f]{64}$/, "SHA-256"),
  certificateSerial: serial.nullable(),
  notBefore: time.nullable(),
  notAfter: time.nullable(),
  ciphers: z.array(text(100)).max(32),
  proof: z.enum(["unopened", "opened", "matched"]),
  proofNote: text(2000).nullable(),
  securityPasswordNote: text(2000),
  lists: z
    .array(z.object({ node: text(255), sha1: pattern(/^[0-9a-f]{40}$/, "SHA-1"), file: fileName }))
    .max(1000),
  listedSerials: z.array(serial).max(1000).optional(),
});

/** Reads a manifest and holds it against the folder that it lies in; never throws. */
export function parseManifest(
  bytes: Uint8Array,
  folder: { readonly cluster: string; readonly id: string },
):
  | { readonly kind: "valid"; readonly manifest: BackupManifest }
  | { readonly kind: "damaged"; readonly reason: string } {
  const damaged = (why: string) => ({ kind: "damaged", reason: `${manifestFile} ${why}` }) as const;
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    return damaged("is not JSON");
  }
  const read = schemaComplaints(value, schema);
  if (read.kind === "invalid") {
    const [first] = read.complaints;
    const where = (first?.path ?? []).map(String).join(".");
    return damaged(`cannot be used: ${[where, first?.message ?? ""].filter(Boolean).join(" ")}`);
  }
  const manifest = read.value;
  if (manifest.cluster !== folder.cluster) return damaged("names another cluster than its folder");
  if (manifest.id !== folder.id) return damaged("names another id than its folder");
  if (backupIdOf(manifest) !== manifest.id) return damaged("and its id contradict each other");
  return { kind: "valid", manifest };
}

/** The bytes of `manifest.json`. Throws where the facts could not be read back: a bug of the caller. */
export function renderManifest(manifest: BackupManifest): Buffer {
  const bytes = Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`);
  const read = parseManifest(bytes, manifest);
  if (read.kind === "damaged") throw new Error(`a manifest that nobody could read: ${read.reason}`);
  if (bytes.length > maxManifestBytes) throw new Error(`a manifest of ${bytes.length} bytes`);
  return bytes;
}
