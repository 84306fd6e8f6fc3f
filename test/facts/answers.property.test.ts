// Random, mutated and huge texts through every reader of answers: facts or answer-not-understood, quickly.
import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { OperatorError } from "../../src/base/errors.ts";
import { parseCertList } from "../../src/facts/cert-list.ts";
import { parseCertRegen } from "../../src/facts/cert-regen.ts";
import { parseShownCertificate } from "../../src/facts/certificate.ts";
import { parseCtlReset, parseCtlUpdate } from "../../src/facts/ctl-update.ts";
import { parseFileList } from "../../src/facts/file-list.ts";
import { parseItlReset } from "../../src/facts/itl-reset.ts";
import { parseNetworkCluster } from "../../src/facts/network-cluster.ts";
import { parseReplication } from "../../src/facts/replication.ts";
import { parseSqlRows } from "../../src/facts/run-sql.ts";
import { parseServiceList } from "../../src/facts/service-list.ts";
import { parseServiceRestart } from "../../src/facts/service-restart.ts";
import { parseShownList } from "../../src/facts/show-itl.ts";
import { parsePrivilege } from "../../src/facts/show-myself.ts";
import { parseShowStatus } from "../../src/facts/show-status.ts";
import { parseActiveVersion } from "../../src/facts/version.ts";
import { readOrRefusal, readQuickly } from "./refusal.ts";
import { transcript } from "./transcript-text.ts";

const readers = {
  parseShownList,
  parseItlReset,
  parseCertRegen,
  parseCertList,
  parseShownCertificate,
  parseServiceList,
  parseServiceRestart,
  parseNetworkCluster,
  parseReplication,
  parseActiveVersion,
  parseShowStatus,
  parseSqlRows,
  parsePrivilege,
  parseFileList,
  parseCtlUpdate,
  parseCtlReset,
} as const;
const named = Object.entries(readers) as [string, (text: string) => unknown][];

const folder = new URL("../../mocks/transcripts/", import.meta.url);
const transcripts = readdirSync(folder)
  .filter((name) => name.endsWith(".txt"))
  .map((name) => readFileSync(new URL(name, folder), "utf8"));

function expectFactsOrRefusal(read: (text: string) => unknown, text: string): void {
  const facts = readQuickly(() => read(text));
  if (facts instanceof OperatorError) expect(facts.code).toBe("answer-not-understood");
}

/** A transcript with lines dropped, doubled, cut or replaced. */
const mutated = fc
  .tuple(
    fc.constantFrom(...transcripts),
    fc.array(fc.tuple(fc.nat(), fc.constantFrom("drop", "double", "cut", "replace", "join"), fc.string()), {
      minLength: 1,
      maxLength: 6,
    }),
  )
  .map(([text, changes]) => {
    const lines = text.split("\n");
    for (const [position, change, random] of changes) {
      const at = position % Math.max(1, lines.length);
      const line = lines[at] ?? "";
      if (change === "drop") lines.splice(at, 1);
      else if (change === "double") lines.splice(at, 0, line);
      else if (change === "cut") lines[at] = line.slice(0, random.length);
      else if (change === "replace") lines[at] = random;
      else lines.splice(at, 2, line + (lines[at + 1] ?? ""));
    }
    return lines.join("\n");
  });

describe.each(named)("%s", (_, read) => {
  test("takes any text", () => {
    const text = fc.oneof(fc.string({ maxLength: 300 }), fc.string({ unit: "binary", maxLength: 300 }));
    fc.assert(fc.property(text, (random) => expectFactsOrRefusal(read, random)));
  });

  test("takes any transcript, its own or another's", () => {
    for (const text of transcripts) expectFactsOrRefusal(read, text);
  });

  test("takes any mutated transcript", () => {
    fc.assert(fc.property(mutated, (text) => expectFactsOrRefusal(read, text)));
  });

  test("refuses what is longer than 8 MiB", () => {
    const facts = readOrRefusal(() => read("a".repeat(8 * 1024 * 1024 + 1)));
    expect(facts).toMatchObject({ code: "answer-not-understood" });
  });
});

/** What makes a careless pattern or loop slow; each is repeated to 60000 characters. */
const pieces = [
  " ",
  "\t \t",
  "- ",
  "=",
  "= ",
  ": ",
  "[",
  "[ A ",
  "]",
  ".",
  ";",
  "\x1b[1",
  "\x1b[",
  "a ",
  "1 ",
  "1 A 1 ",
  "1 A 1\n",
  "ab cd\n",
  ";x\n",
  "x\n",
  "admin:\n",
  "\r",
  "'a',",
  "====\n",
  "-----BEGIN CERTIFICATE-----",
  "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n",
  "Length of ITL file: ",
  "privilege ",
  "Publisher ",
  "10.0.0.1 ",
];
/** What leads a reader into its loops before the pieces come. */
const beginnings: readonly (readonly [string, (text: string) => unknown])[] = [
  ...named.map(([, read]) => ["", read] as const),
  ["Length of ITL file: 1\n4 SIGNERNAME 4000 CN=x\n", parseShownList],
  ["Length of ITL file: 1\n12 SIGNATURE 128\n", parseShownList],
  ["Length of ITL file: 1\n9 CERTIFICATE 1 AB\n", parseShownList],
  ["SERVER-NAME x\n", parseReplication],
  ["a b\n= =\n", parseSqlRows],
  ["[", parseItlReset],
];

describe("time grows no faster than the text", () => {
  test.each(pieces)("of %j", (piece) => {
    const long = piece.repeat(Math.ceil(60_000 / piece.length));
    for (const [beginning, read] of beginnings) {
      const start = performance.now();
      readOrRefusal(() => read(`${beginning}${long}\u0000`));
      expect(performance.now() - start, `${read.name} ${beginning}`).toBeLessThan(1000);
    }
  });

  test("of distinct rows in one section of a list", () => {
    const rows = Array.from({ length: 60_000 }, (_, at) => `${at + 100} TAG${at} 1 x`).join("\n");
    const start = performance.now();
    const list = parseShownList(`Length of ITL file: 1\nITL Record #:1\n${rows}`);
    expect(list.kind === "shown" && list.records[0]?.unknownFields).toHaveLength(60_000);
    expect(performance.now() - start).toBeLessThan(2500);
  });
});

test("no mutation makes a list verified that does not end in the platform's sentence", () => {
  const sentence = "The ITL file was verified successfully.";
  const lines = transcript("tac-03").trimEnd().split("\n");
  fc.assert(
    fc.property(fc.nat(lines.length - 1), fc.string(), fc.boolean(), (at, random, isAtEnd) => {
      const changed = isAtEnd ? [...lines, random] : lines.with(at, random);
      const text = changed.join("\n");
      const list = readOrRefusal(() => parseShownList(text));
      const last = text
        .split(/[\r\n\u2028\u2029]/)
        .findLast((line) => line.trim() !== "")
        ?.trim();
      if (!(list instanceof OperatorError) && list.kind === "shown" && list.isVerified)
        expect(last).toBe(sentence);
    }),
  );
});
