// The walls of the house: every source file is held against them, and planted violations prove that they would be seen.
import { readFileSync, readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { loadSourceFiles, parseImports, projectRoot, withoutComments } from "./support/source-files.ts";
import { findBadFiles, findBrokenWalls, findCycles, floors, importers } from "./support/walls.ts";

const files = loadSourceFiles(["src", "mocks", "test", "bench"]);
const inSrc = files.filter((file) => file.path.startsWith("src/"));
const dependencies = Object.keys(
  (JSON.parse(readFileSync(`${projectRoot}package.json`, "utf8")) as { dependencies: object }).dependencies,
);
const messages = (breaches: readonly { message: string }[]) => breaches.map((breach) => breach.message);

describe("the house", () => {
  test("has files to look at in every part", () => {
    for (const part of ["src/", "mocks/", "test/", "bench/"])
      expect(files.filter((file) => file.path.startsWith(part)).length, part).toBeGreaterThan(5);
  });

  test("has no room without a floor", () => {
    const rooms = inSrc.map((file) => file.path.split("/")).filter((parts) => parts.length > 2);
    expect([...new Set(rooms.map((parts) => parts[1]))].filter((room) => !((room ?? "") in floors))).toEqual(
      [],
    );
  });

  test("keeps its walls: imports go down, the lab shares no code, packages have one importer", () => {
    expect(messages(findBrokenWalls(files, dependencies))).toEqual([]);
  });

  test("has no ring of imports", () => {
    expect(messages(findCycles(files))).toEqual([]);
  });

  test("keeps files short, named, introduced and quiet", () => {
    expect(messages(findBadFiles(files))).toEqual([]);
  });

  test("names only pages that a reader of the repository has", () => {
    const pages = new Set(
      [".", "docs", "docs/decisions", "mocks/transcripts"].flatMap((folder) =>
        readdirSync(projectRoot + folder),
      ),
    );
    const missing = files.flatMap((file) =>
      [...file.text.matchAll(/(?!forge\.md)\b[\w-]+\.md\b/g)]
        .filter(([page]) => !pages.has(page))
        .map(([page]) => `${file.path} names ${page}, which is not here`),
    );
    expect(missing).toEqual([]);
  });

  test("is made of small files: median of src at most 80 lines, 95 of 100 at most 250", () => {
    const lengths = inSrc.map((file) => file.text.split("\n").length - 1).sort((a, b) => a - b);
    const at = (share: number) => lengths[Math.floor((lengths.length - 1) * share)];
    expect(at(0.5), "median").toBeLessThanOrEqual(80);
    expect(at(0.95), "95th percentile").toBeLessThanOrEqual(250);
  });
});

/** One planted file of one line, and the part of the message that must name its wall. */
const planted: readonly (readonly [path: string, line: string, wall: string])[] = [
  ["src/base/x.ts", 'import { a } from "../facts/y.ts";', "imports go down only"],
  ["src/session/x.ts", 'export * from "../run/y.ts";', "imports go down only"],
  ["src/facts/x.ts", 'import type { A } from "../verdict/y.ts";', "imports go down only"],
  ["src/facts/x.ts", 'import { a } from "../vault/y.ts";', "rooms of one floor do not see each other"],
  [
    "src/vault/x.ts",
    'import { a } from "../inventory/cluster.ts";',
    "rooms of one floor do not see each other",
  ],
  [
    "src/vault/x.ts",
    'import type { A } from "../inventory/y.ts";',
    "rooms of one floor do not see each other",
  ],
  [
    "src/verdict/x.ts",
    'const a = await import("../session/y.ts");',
    "rooms of one floor do not see each other",
  ],
  ["src/run/steps/x.ts", 'import { a } from "../../cli/y.ts";', "imports go down only"],
  ["src/report/x.ts", 'import { a } from "../run/runner.ts";', "report sees of run only"],
  [
    "src/report/x.ts",
    'import { a } from "../servers/y.ts";',
    "servers is seen only by files named servers-*",
  ],
  ["src/cli/commands/status.ts", 'import { a } from "../../phone-config/y.ts";', "phone-config is seen only"],
  ["src/run/x.ts", 'import { a } from "../compliance/y.ts";', "rooms of one floor do not see each other"],
  ["src/compliance/x.ts", 'import { a } from "../servers/y.ts";', "rooms of one floor do not see each other"],
  ["src/cli/x.ts", 'import { a } from "../index.ts";', "front doors"],
  ["src/bin.ts", 'import { a } from "./run/runner.ts";', "bin.ts sees cli only"],
  ["src/attic/x.ts", 'import { a } from "../base/y.ts";', "table of floors"],
  ["src/run/x.ts", 'import { a } from "../../mocks/lab/y.ts";', "src imports nothing outside src"],
  ["src/run/x.ts", 'import {\n  a,\n  b,\n} from "../../test/y.ts";', "src imports nothing outside src"],
  ["src/run/x.ts", 'import { Client } from "ssh2";', "ssh2 is imported only by"],
  ["src/session/channel.ts", 'import Client from "ssh2/lib/client.js";', "ssh2 is imported only by"],
  ["src/run/x.ts", 'import type { Client } from "ssh2";', "ssh2 is imported only by"],
  ["src/vault/sftp-file.ts", 'import retry from "p-retry";', "p-retry is imported only by"],
  ["src/cli/x.ts", 'const { default: i } = await import("inquirer");', "inquirer is imported only by"],
  ["src/cli/x.ts", 'import { test } from "vitest";', "dependencies"],
  ["mocks/lab/x.ts", 'import { parseShowItl } from "../../src/facts/show-itl.ts";', "the lab shares no code"],
  [
    "mocks/lab/x.ts",
    'import type { Finding } from "../../src/verdict/verdict.ts";',
    "the lab shares no code",
  ],
  ["mocks/lab/x.ts", 'import { a } from "../../src/session/transport.ts";', "only types"],
  ["mocks/demo/x.ts", 'import { a } from "../../test/support/y.ts";', "the lab imports nothing but itself"],
  ["mocks/lab/x.ts", 'import { a } from "../../bench/y.ts";', "the lab imports nothing but itself"],
  ["src/run/x.ts", 'import { a } from "../../bench/y.ts";', "src imports nothing outside src"],
  ["bench/x.ts", 'import { a } from "../test/support/y.ts";', "the bench sees the lab and src"],
];

describe("a planted violation is found", () => {
  test.each(planted)("%s: %s", (path, line, wall) => {
    const found = messages(findBrokenWalls([{ path, text: `// in, out\n${line}\n` }], dependencies));
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(wall);
    expect(found[0]).toContain(`${path}:${line.split("\n").length + 1}`);
  });

  test.each([
    ["src/run/utils.ts", "// x\n", "named by what they yield"],
    ["mocks/lab/phone-helpers.ts", "// x\n", "named by what they yield"],
    ["src/facts/node-types.ts", "// x\n", "named by what they yield"],
    ["src/facts/showItl.ts", "// x\n", "kebab-case"],
    ["src/facts/x.ts", "export const a = 1;\n", "first line"],
    ["src/facts/x.ts", '// x\nconsole.log("a");\n', "no console"],
    ["src/run/x.ts", "// x\nconst a = process.env.HOME;\n", "touch the process"],
    ["test/x.test.ts", "\n".repeat(401), "over 400 lines"],
  ])("%s %#", (path, text, wall) => {
    const found = messages(findBadFiles([{ path, text }]));
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(wall);
  });

  test("a ring of three files, told once with all its files", () => {
    const ring = ["a", "b", "c"].map((name, index) => ({
      path: `src/run/${name}.ts`,
      text: `// x\nimport { x } from "./${["b", "c", "a"][index]}.ts";\n`,
    }));
    const found = messages(findCycles([...ring, { path: "src/run/d.ts", text: 'import "./a.ts";' }]));
    expect(found).toHaveLength(1);
    expect(found[0]).toContain("src/run/a.ts → src/run/b.ts → src/run/c.ts → src/run/a.ts");
  });
});

describe("what is allowed is not found", () => {
  test.each([
    ["src/run/x.ts", 'import { a } from "../session/y.ts";\nimport { b } from "./steps/z.ts";'],
    ["src/report/x.ts", 'import type { Event } from "../run/events.ts";'],
    ["src/vault/x.ts", 'import type { VaultSettings } from "../inventory/cluster.ts";'],
    ["src/index.ts", 'export { a } from "./run/runner.ts";'],
    ["src/session/ssh-transport.ts", 'import { Client } from "ssh2";\nimport { connect } from "node:net";'],
    [
      "mocks/lab/x.ts",
      'import { Server } from "ssh2";\nimport type { Cluster } from "../../src/inventory/cluster.ts";',
    ],
    ["mocks/lab/x.ts", 'import { isoTime } from "../../src/base/clock.ts";'],
    ["src/base/x.ts", '// import { a } from "../cli/y.ts";\n/* import "../cli/z.ts"; */'],
    ["bench/x.ts", 'import { a } from "../mocks/lab/y.ts";\nimport { b } from "../src/facts/z.ts";'],
    ["test/x.test.ts", 'import { a } from "../src/cli/main.ts";\nimport { b } from "../mocks/lab/y.ts";'],
  ])("%s: %s", (path, text) => {
    expect(messages(findBrokenWalls([{ path, text }], dependencies))).toEqual([]);
  });

  test("text that only looks like a comment keeps its code", () => {
    const code = 'const a = "http://x"; const b = /\\/\\*/; const c = `//`; import("./y.ts");';
    expect(withoutComments(code)).toBe(code);
    expect(parseImports(code).map((found) => found.to)).toEqual(["./y.ts"]);
  });

  test("the table of importers speaks of packages that are dependencies", () => {
    expect(Object.keys(importers).filter((name) => !dependencies.includes(name))).toEqual([]);
  });
});
