// `utils dbreplication runtimestate` as release 15 prints it.
import { expect, test } from "vitest";
import { parseReplication } from "../../src/facts/replication.ts";
import { cutAtEveryLine, transcript } from "./transcript-text.ts";

const text = transcript("ext-13");

test("both servers of release 15 have completed their setup (ext-13)", () => {
  const rows = parseReplication(text);
  expect(rows).toEqual([
    { server: "cucm-01", address: "172.168.0.101", isSetupCompleted: true, text: "(2) Setup Completed" },
    { server: "cucm-02", address: "172.168.0.102", isSetupCompleted: true, text: "(2) Setup Completed" },
  ]);
  expect(parseReplication(text.replace(/ {2,}/g, "\t").replaceAll("\n", "\r\n"))).toEqual(rows);
});

test.each([
  ["(3) Bad Setup", "(3) Bad Setup"],
  ["(2) Not Setup", "(2) Not Setup"],
  ["(4) Setup Completed", "(4) Setup Completed"],
  ["no such column", "1.711 Y/Y/Y 0 (g_3) no such column"],
])("a server with %s has not", (column, told) => {
  const rows = parseReplication(text.replace(/\(2\) Setup Completed\n*$/, column));
  expect(rows[1]).toMatchObject({ server: "cucm-02", isSetupCompleted: false, text: told });
});

test("an answer cut at any line is not understood", () => {
  for (const cut of cutAtEveryLine(text)) expect(() => parseReplication(cut)).toThrow(/no table|announces 2/);
});

test.each([1, 9, 10, 21])("a cluster that announces %i servers has to show as many", (count) => {
  const [row = ""] = text.split("\n").filter((line) => line.startsWith("cucm-02"));
  const tableOf = (rows: number) =>
    text
      .replace(/\(2 Servers\)/, `(${count} ${count === 1 ? "Server" : "Servers"})`)
      .split("\n")
      .filter((line) => !line.startsWith("cucm-0"))
      .concat(Array.from({ length: rows }, () => row))
      .join("\n");
  expect(tableOf(count)).toContain(`(${count} Server`);
  expect(parseReplication(tableOf(count))).toHaveLength(count);
  expect(() => parseReplication(tableOf(count + 1))).toThrow(`announces ${count} servers`);
  expect(() => parseReplication(tableOf(count - 1))).toThrow();
});
