// node:crypto in, the same out with certificates that are read once for the same bytes: they never change, and reading is what takes the time.
import type crypto from "node:crypto";
import type { X509Certificate } from "node:crypto";

type Crypto = typeof crypto;

/** For `vi.mock("node:crypto", withRememberedCertificates)`. */
export async function withRememberedCertificates(importOriginal: () => Promise<unknown>): Promise<Crypto> {
  const original = (await importOriginal()) as Crypto;
  const known = new Map<string, X509Certificate>();
  const Remembered = new Proxy(original.X509Certificate, {
    construct(target, [bytes]: [Buffer | string]) {
      const key = typeof bytes === "string" ? bytes : Buffer.from(bytes).toString("latin1");
      const read = known.get(key) ?? new target(bytes);
      if (known.size > 20_000) known.clear();
      known.set(key, read);
      return read;
    },
  });
  return { ...original, X509Certificate: Remembered };
}
