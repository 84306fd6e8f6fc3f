// `run sql` tables, aligned, moved and broken.
import { describe, expect, test } from "vitest";
import { parseSqlRows } from "../../src/facts/run-sql.ts";
import { cutAtEveryLine, transcript } from "./transcript-text.ts";

test("one row of two columns is read (tac-13, ext-26)", () => {
  expect(parseSqlRows(transcript("tac-13"))).toEqual({
    columns: ["md5hash", "name"],
    rows: [{ md5hash: "6e566143c1c14566c9da943d949a79c8", name: "SEPA45630BBFA40" }],
  });
  expect(parseSqlRows(transcript("ext-26"))).toEqual({
    columns: ["paramname", "paramvalue"],
    rows: [{ paramname: "ClusterSecurityMode", paramvalue: "0" }],
  });
});

const table = [
  "name       description     flag",
  "========== =============== ====",
  "SEP0011    Phone of  Jane  t   ",
  "SEP0022                    f",
  "SEP0033    NULL            NULL",
].join("\n");

test("blanks inside a value, empty values and NULL are told apart", () => {
  expect(parseSqlRows(table).rows).toEqual([
    { name: "SEP0011", description: "Phone of  Jane", flag: "t" },
    { name: "SEP0022", description: "", flag: "f" },
    { name: "SEP0033", description: null, flag: null },
  ]);
  expect(parseSqlRows(table.replaceAll("\n", "\r\n")).rows).toEqual(parseSqlRows(table).rows);
  expect(parseSqlRows(table.replace(/^/gm, "   ")).rows).toEqual(parseSqlRows(table).rows);
});

test("a table without rows is an empty one", () => {
  expect(
    parseSqlRows("admin:run sql select 1\nparamname paramvalue\n========= ==========\nadmin:").rows,
  ).toEqual([]);
});

test("columns moved by tabs are read where no value is empty", () => {
  expect(parseSqlRows("a\tb\n=\t=\nlong\tx").rows).toEqual([{ a: "long", b: "x" }]);
  expect(parseSqlRows("name\tb\n====\t=\nx\ty").rows).toEqual([{ name: "x", b: "y" }]);
});

describe("not understood is", () => {
  test.each([
    ["an error", "No such column (x)."],
    ["nothing", ""],
    ["a rule without names", "==== ====\na b"],
    ["a text before the table", `Warning\n${table}`],
    ["a row that fits no column", `${table}\nan error with many words in it`],
    ["two columns of one name", "name name\n==== ====\na    b"],
  ])("%s", (_, text) => {
    expect(() => parseSqlRows(text)).toThrow(/not one table|unknown line|one name/);
  });

  test("a table cut before its rule", () => {
    for (const cut of cutAtEveryLine(table)) {
      if (cut.includes("=")) expect(parseSqlRows(cut).rows.length).toBeLessThan(3);
      else expect(() => parseSqlRows(cut)).toThrow(/not one table/);
    }
  });
});

test("a column named like a part of every object is a column", () => {
  const { rows } = parseSqlRows("__proto__ toString\n========= ========\na         b");
  expect(Object.entries(rows[0] ?? {})).toEqual([
    ["__proto__", "a"],
    ["toString", "b"],
  ]);
});
