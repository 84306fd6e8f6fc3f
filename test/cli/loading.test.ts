// What is loaded before a command is known: --help and --version must not wait for SSH, schemas or prompts.
import { existsSync, readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

/** Static imports that survive compilation, followed from one file; bare ones are packages. */
function loadedBy(entry: string): { files: Set<string>; packages: Set<string> } {
  const files = new Set<string>();
  const packages = new Set<string>();
  const visit = (file: string) => {
    if (files.has(file)) return;
    files.add(file);
    const text = readFileSync(file, "utf8");
    for (const [statement, , name = ""] of text.matchAll(/^(import|export)\b[^;]*?from "([^"]+)";/gm)) {
      if (/^(import|export) type\b/.test(statement)) continue;
      const names = /\{([^}]*)\}/.exec(statement)?.[1]?.split(",") ?? ["all"];
      if (names.every((each) => each.trim() === "" || each.trim().startsWith("type "))) continue;
      if (name.startsWith(".")) visit(resolve(dirname(file), name));
      else packages.add(name);
    }
  };
  visit(entry);
  return { files, packages };
}

test("starting the program loads commander and Node's own modules only", () => {
  const entry = fileURLToPath(new URL("../../src/bin.ts", import.meta.url));
  expect(existsSync(entry)).toBe(true);
  const { files, packages } = loadedBy(entry);
  expect(files.size).toBeGreaterThan(15);
  expect([...packages].filter((name) => !name.startsWith("node:"))).toEqual(["commander"]);
});
