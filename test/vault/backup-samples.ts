// Facts that belong together → manifests and files of backups, as many as a test wants.
import { createHash } from "node:crypto";
import { isoTime } from "../../src/base/clock.ts";
import { backupIdOf } from "../../src/vault/manifest.ts";
import { type BackupManifest, recoveryKeyFile } from "../../src/vault/vault.ts";

export interface Sample {
  readonly manifest: BackupManifest;
  readonly files: readonly { readonly name: string; readonly bytes: Buffer }[];
}

const start = Date.UTC(2026, 10, 20, 22, 14, 3);

/** The `day`th daily backup of a cluster; the bytes differ by `text`. */
export function sampleBackup(
  change: Partial<BackupManifest> = {},
  options: { day?: number; text?: string } = {},
): Sample {
  const { day = 0, text = "a recovery key" } = options;
  const bytes = Buffer.from(text);
  const list = Buffer.from("a list");
  const facts = {
    takenAt: isoTime(start + day * 86_400_000),
    certificateSerial: "61:40:52:1F:00:00:00:01",
    sha256: createHash("sha256").update(bytes).digest("hex"),
    ...change,
  };
  const sha1 = createHash("sha1").update(list).digest("hex");
  const manifest: BackupManifest = {
    version: 1,
    cluster: "east",
    publisher: "pub",
    release: "12.5.1.14900-63",
    origin: "run",
    sizeBytes: bytes.length,
    notBefore: "2026-01-01T00:00:00Z",
    notAfter: "2046-01-01T00:00:00Z",
    ciphers: ["RC2-40", "3DES"],
    proof: "matched",
    proofNote: null,
    securityPasswordNote: "the security password of 2026-11-20",
    lists: [{ node: "pub", sha1, file: "pub.ITLFile.tlv" }],
    ...facts,
    id: backupIdOf(facts),
    ...change,
  };
  const files = [
    { name: recoveryKeyFile, bytes },
    ...manifest.lists.map(({ file }) => ({ name: file, bytes: list })),
  ];
  return { manifest, files };
}
