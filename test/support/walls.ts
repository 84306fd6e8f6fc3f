// The walls of the house as tables, and every line of the given files that breaks one.
import { packageOf, parseImports, pathOf, withoutComments } from "./source-files.ts";
import type { Import, SourceFile } from "./source-files.ts";

/** A broken wall: the place, and a message that names the wall. */
export interface Breach {
  readonly wall: string;
  readonly place: string;
  readonly message: string;
}

/** The floor of every room of `src`; imports go down, and rooms of one floor do not see each other. */
export const floors: Readonly<Record<string, number>> = {
  base: 0,
  inventory: 1,
  facts: 1,
  served: 1,
  vault: 1,
  handshake: 1,
  playbook: 2,
  session: 2,
  verdict: 2,
  run: 3,
  compliance: 3,
  "phone-config": 3,
  servers: 3,
  report: 4,
  cli: 5,
};

/** The neighbouring jobs: rooms that only their own commands see, and how `report` tells of them. */
const sideRooms = ["compliance", "phone-config", "servers"];

/** What `report` may see of `run`. */
const traces = ["src/run/events.ts", "src/run/journal-entry.ts", "src/run/replay.ts"];

/** What the lab may see of `src` beside `base`, as types only. */
const labTypes = ["src/inventory/cluster.ts", "src/session/transport.ts", "src/vault/vault.ts"];

/** Who in `src` may import a package that talks to the world; its types may be named in the same room. */
export const importers: Readonly<Record<string, readonly string[]>> = {
  ssh2: [
    "src/session/ssh-transport.ts",
    "src/session/host-key.ts",
    "src/vault/private-key.ts",
    "src/vault/receiver-port.ts",
    "src/vault/receiver-upload.ts",
    "src/vault/receiver-fetch.ts",
    "src/vault/receiver-requests.ts",
  ],
  "p-retry": ["src/session/connect.ts"],
  inquirer: ["src/cli/ask.ts"],
  "ssh2-sftp-client": ["src/vault/sftp-connection.ts"],
  "node-forge": ["src/facts/recovery-key.ts"],
  pkijs: ["src/servers/certificate-extensions.ts"],
  asn1js: ["src/servers/certificate-extensions.ts", "src/servers/certificate-names.ts"],
  saxes: ["src/handshake/xmpp-reader.ts"],
  "fast-xml-parser": ["src/phone-config/config-xml.ts"],
};

/** Who in `src` may touch the process: its streams, arguments, environment and end. */
const processHolders = ["src/bin.ts", "src/cli/io.ts"];

const bannedWords = ["util", "utils", "helper", "helpers", "common", "types", "manager", "managers", "misc"];
const mostLines = 400;

/** The room of a path below `src`: its folder, or the file itself for `src/bin.ts` and `src/index.ts`. */
function roomOf(path: string): string {
  return path.split("/")[1] ?? "";
}

/** Which wall an import inside `src` breaks; null if none. */
function wallInside(from: string, to: string, isTypeOnly: boolean): string | null {
  const [room, seen] = [roomOf(from), roomOf(to)];
  if (seen === "bin.ts" || seen === "index.ts") return "nothing imports the front doors bin.ts and index.ts";
  if (room === "index.ts" || room === seen) return null;
  if (room === "bin.ts") return seen === "cli" ? null : "bin.ts sees cli only";
  const [floor, below] = [floors[room], floors[seen]];
  if (floor === undefined || below === undefined) return "every room stands in the table of floors";
  if (below > floor) return "imports go down only";
  if (room === "vault" && to === "src/inventory/cluster.ts" && isTypeOnly) return null;
  if (below === floor) return "rooms of one floor do not see each other";
  if (sideRooms.includes(seen)) {
    const file = from.split("/").slice(2).join("/");
    return file.startsWith(`${seen}-`) || file.startsWith(`commands/${seen}-`)
      ? null
      : `${seen} is seen only by files named ${seen}-* in cli, cli/commands and report`;
  }
  if (room === "report" && seen === "run" && !traces.includes(to))
    return "report sees of run only events, journal-entry and replay";
  return null;
}

/** Which wall an import of another file breaks; null if none. */
function wallBetween(from: string, to: string, isTypeOnly: boolean): string | null {
  if (from.startsWith("test/")) return null;
  if (from.startsWith("src/"))
    return to.startsWith("src/") ? wallInside(from, to, isTypeOnly) : "src imports nothing outside src";
  if (from.startsWith("bench/")) return to.startsWith("test/") ? "the bench sees the lab and src" : null;
  if (to.startsWith("mocks/") || to.startsWith("src/base/")) return null;
  if (!to.startsWith("src/")) return "the lab imports nothing but itself and src/base";
  if (!labTypes.includes(to)) return "the lab shares no code with src";
  return isTypeOnly ? null : "the lab sees of src only types, beside src/base";
}

/** Which wall an import of a package breaks; `dependencies` are those of package.json. */
function wallAround(
  name: string,
  from: string,
  isTypeOnly: boolean,
  dependencies: readonly string[],
): string | null {
  if (!from.startsWith("src/")) return null;
  if (!dependencies.includes(name)) return "src imports only what package.json lists as dependencies";
  const allowed = importers[name];
  if (allowed === undefined || allowed.includes(from)) return null;
  if (isTypeOnly && allowed.some((importer) => roomOf(importer) === roomOf(from))) return null;
  return `${name} is imported only by ${allowed.join(", ")}`;
}

/** Every import that breaks a wall. */
export function findBrokenWalls(files: readonly SourceFile[], dependencies: readonly string[]): Breach[] {
  return files.flatMap((file) =>
    parseImports(file.text).flatMap((found: Import) => {
      const path = pathOf(file, found.to);
      const name = packageOf(found.to);
      const wall =
        path !== null
          ? wallBetween(file.path, path, found.isTypeOnly)
          : name !== null
            ? wallAround(name, file.path, found.isTypeOnly, dependencies)
            : null;
      return wall === null ? [] : [breach(wall, `${file.path}:${found.line}`, `imports ${found.to}`)];
    }),
  );
}

/** Every file that breaks a wall by its name, length, first line or what it reaches for. */
export function findBadFiles(files: readonly SourceFile[]): Breach[] {
  return files.flatMap((file) => {
    const isSource = file.path.startsWith("src/");
    const lines = file.text.split("\n");
    const length = file.text.endsWith("\n") ? lines.length - 1 : lines.length;
    const name = (file.path.split("/").at(-1) ?? "").replace(/\.ts$/, "");
    const code = isSource ? withoutComments(file.text).split("\n") : [];
    const breaches: Breach[] = [];
    if (length > mostLines)
      breaches.push(breach(`no file is over ${mostLines} lines`, file.path, `has ${length} lines`));
    if (!file.path.startsWith("test/") && !/^(\/\/ \S|#!)/.test(file.text))
      breaches.push(breach("the first line says what flows in and out", `${file.path}:1`, "is no comment"));
    if (!/^[a-z0-9]+(-[a-z0-9]+)*(\.(property|lab|system|deep))?(\.test)?$/.test(name))
      breaches.push(breach("file names are kebab-case", file.path, "is not"));
    if (name.split(/[-.]/).some((word) => bannedWords.includes(word)))
      breaches.push(
        breach("files are named by what they yield or decide", file.path, "has a name for anything"),
      );
    for (const [index, line] of code.entries()) {
      if (/\bconsole\s*[.[]/.test(line))
        breaches.push(breach("src has no console", `${file.path}:${index + 1}`, line.trim()));
      if (
        /\bprocess\s*\.\s*(stdin|stdout|stderr|argv|env|exit|exitCode)\b/.test(line) &&
        !processHolders.includes(file.path)
      )
        breaches.push(
          breach(
            `only ${processHolders.join(" and ")} touch the process`,
            `${file.path}:${index + 1}`,
            line.trim(),
          ),
        );
    }
    return breaches;
  });
}

/** Every ring of imports, once, as the files in the order they import each other. */
export function findCycles(files: readonly SourceFile[]): Breach[] {
  const known = new Set(files.map((file) => file.path));
  const graph = new Map(
    files.map((file) => [
      file.path,
      parseImports(file.text)
        .map((found) => pathOf(file, found.to))
        .filter((path) => path !== null && known.has(path)) as string[],
    ]),
  );
  const finished = new Set<string>();
  const breaches: Breach[] = [];
  const walk = (path: string, trail: readonly string[]): void => {
    const start = trail.indexOf(path);
    if (start >= 0) {
      const ring = [...trail.slice(start), path];
      breaches.push(breach("imports make no ring", path, ring.join(" → ")));
      return;
    }
    if (finished.has(path)) return;
    for (const next of graph.get(path) ?? []) walk(next, [...trail, path]);
    finished.add(path);
  };
  for (const path of graph.keys()) walk(path, []);
  return breaches;
}

function breach(wall: string, place: string, what: string): Breach {
  return { wall, place, message: `${place} ${what}: breaks the wall "${wall}"` };
}
