// The package's own description → the version that --version prints.
import { readFileSync } from "node:fs";

/** From package.json, which stands two folders up both in src and in dist. */
export function itlctlVersion(): string {
  const text = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  const description: unknown = JSON.parse(text);
  const version = typeof description === "object" && description !== null && "version" in description;
  return version ? String((description as { version: unknown }).version) : "unknown";
}
