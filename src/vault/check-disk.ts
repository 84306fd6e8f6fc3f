// A vault's disk → nothing, or why no backup could be kept there.
import { randomBytes } from "node:crypto";
import { OperatorError } from "../base/errors.ts";
import type { VaultDisk } from "./vault-disk.ts";

/** `checkWritable` of any vault on a disk: a file is written and taken away again. */
export async function checkDisk(disk: VaultDisk): Promise<void> {
  const root = await disk.list("");
  const place = disk.placeOf("");
  if (root === null) {
    throw new OperatorError("state-not-writable", `${place} is not there, or is no folder`, {
      hint: "Make the folder, writable for the account of the vault only",
      place: { file: place },
    });
  }
  const probe = `.probe-${randomBytes(6).toString("hex")}`;
  try {
    await disk.writeNewFile(probe, Buffer.alloc(8192, 0x2e));
  } finally {
    await disk.removeFile(probe).catch(() => undefined);
  }
}
