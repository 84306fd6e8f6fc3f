// RSA keys: generated once, kept in a cache folder only their owner can read, handed out in order so that no two are the same.
import { createPrivateKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import { existsSync, linkSync, mkdirSync, readFileSync, unlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export interface KeyMaker {
  /** A private key that this maker has not handed out before. */
  next(bits: number): KeyObject;
}

/** Keys in a fixed order per size; two makers hand out the same ones. */
export function createKeyMaker(): KeyMaker {
  const used = new Map<number, number>();
  return {
    next(bits) {
      const index = used.get(bits) ?? 0;
      used.set(bits, index + 1);
      return keyNamed(`${bits}`, bits, index);
    },
  };
}

/** The key of that number among those of phones, which no maker hands out. */
export function phoneKeyAt(bits: number, index: number): KeyObject {
  return keyNamed(`phone-${bits}`, bits, index);
}

const loaded = new Map<string, KeyObject>();

function keyNamed(family: string, bits: number, index: number): KeyObject {
  const name = `${family}-${String(index).padStart(3, "0")}.pem`;
  const known = loaded.get(name);
  if (known !== undefined) return known;
  const key = createPrivateKey(readOrMake(join(cacheFolder(), name), bits));
  loaded.set(name, key);
  return key;
}

/** Several processes may race for one file: the first link wins and everybody reads that one. */
function readOrMake(path: string, bits: number): string {
  if (existsSync(path)) return readFileSync(path, "utf8");
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: bits, publicExponent: 65537 });
  const draft = `${path}.${process.pid}.${Math.random().toString(36).slice(2)}`;
  writeFileSync(draft, privateKey.export({ type: "pkcs1", format: "pem" }), { mode: 0o600 });
  try {
    linkSync(draft, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  } finally {
    unlinkSync(draft);
  }
  return readFileSync(path, "utf8");
}

let folder: string | undefined;

/** Below node_modules where that can be written, else in the temporary folder. */
function cacheFolder(): string {
  if (folder !== undefined) return folder;
  const candidates = [
    fileURLToPath(new URL("../../node_modules/.cache/itlctl-lab", import.meta.url)),
    join(tmpdir(), `itlctl-lab-${process.getuid?.() ?? "keys"}`),
  ];
  for (const candidate of candidates) {
    try {
      mkdirSync(candidate, { recursive: true, mode: 0o700 });
      const probe = join(candidate, `probe-${process.pid}-${Math.random().toString(36).slice(2)}`);
      writeFileSync(probe, "");
      unlinkSync(probe);
      folder = candidate;
      return candidate;
    } catch {
      // not writable: the next one
    }
  }
  throw new Error(`no folder for the lab's keys: tried ${candidates.join(", ")}`);
}
