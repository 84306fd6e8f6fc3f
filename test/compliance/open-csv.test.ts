import { describe, expect, test } from "vitest";
import { Secret } from "../../src/base/secret.ts";
import { archiveKey, header, messageRow, openWhole, seal } from "./sealed-exports.ts";
import { troubleOf } from "./archive-keys.ts";

const [first, second, third] = [archiveKey("first"), archiveKey("second"), archiveKey("third")];
const keys = [first, second, third];
const plainRow = (number: number, body: string, keyCell: string) =>
  [...messageRow(number, body, null), keyCell].join(",");

describe("an export with rows of every kind", () => {
  const lines = [
    header,
    messageRow(1, "plain", null).join(","),
    messageRow(2, "of the first", first).join(","),
    messageRow(3, "of the third", third).join(","),
    messageRow(4, "of the second", second).join(","),
    messageRow(5, "of nobody", archiveKey("lost")).join(","),
    [...messageRow(6, "x", first).slice(0, 3), "NULL", messageRow(6, "no body", first)[4]].join(","),
    [...messageRow(7, "x", second).slice(0, 3), seal("its body is cut", second).slice(0, 21), ""].join(","),
  ];
  const opened = openWhole(`${lines.join("\r\n")}\r\n`, keys);

  test("is opened row by row, and says with which key", () => {
    expect(opened.text.split("\r\n")).toEqual([
      `${header},archive_key`,
      plainRow(1, "plain", ""),
      plainRow(2, "of the first", "first.txt"),
      plainRow(3, "of the third", "third.txt"),
      plainRow(4, "of the second", "second.txt"),
      `${lines[5]},closed`,
      `b@example.com,a6@example.com,2026-01-02 03:04:05,NULL,${messageRow(6, "no body", null)[4]},first.txt`,
      `b@example.com,a7@example.com,2026-01-02 03:04:05,${seal("its body is cut", second).slice(0, 21)},,second.txt (partly)`,
      "",
    ]);
  });

  test("is counted, with the lines of what stays closed", () => {
    expect(opened.tally.rows).toEqual({ total: 7, plain: 1, opened: 4, partlyClosed: 1, closed: 1 });
    expect(opened.tally.rowsOfKeys).toEqual([2, 2, 1]);
    expect(opened.tally.byReason).toEqual({ "no-key": 4, cut: 1 });
    expect(opened.left).toEqual([
      ...["to_jid", "from_jid", "body_string", "message_string"].map((column) => ({
        ...{ row: 5, line: 6, column, reason: "no-key" },
      })),
      { row: 7, line: 8, column: "body_string", reason: "cut" },
    ]);
  });
});

describe("a cell", () => {
  const rowOf = (cells: readonly string[], names = header) =>
    openWhole(`${names}\n${cells.join(",")}\n`, keys);
  const [to = "", from = "", date = "", body = "", packet = ""] = messageRow(1, "a body", first);
  const spoil = (value: string, at: number) => {
    const bytes = Buffer.from(value, "base64");
    bytes[at] = (bytes[at] ?? 0) ^ 0x80;
    return bytes.toString("base64");
  };

  test.each([
    ["changed inside", [to, from, date, body, spoil(packet, 20)], "message_string", "damaged"],
    [
      "with a foreign character",
      [to, from, date, body, packet.replace(/^../, "*-")],
      "message_string",
      "spoiled",
    ],
    ["cut to whole fours", [to, from, date, body, packet.slice(0, 32)], "message_string", "cut"],
    ["cut to a few characters", [to, from, date, body.slice(0, 7), packet], "body_string", "cut"],
  ])("%s stays as it was in a row that opens", (_what, cells, column, reason) => {
    const opened = rowOf(cells);
    expect(opened.left).toEqual([{ row: 1, line: 2, column, reason }]);
    expect(opened.text).toContain(cells[header.split(",").indexOf(column)]);
    expect(opened.text).toContain(",first.txt (partly)");
  });

  test("that opens to text is no JID without `@` or a dot, unless another cell proves the key", () => {
    expect(rowOf([seal("alice", first), "", date, "", ""]).left).toMatchObject([{ reason: "other-shape" }]);
    expect(rowOf([seal("alice", first), "", date, "", packet]).text).toContain("\nalice,,");
  });

  test("of another IV is told as that", () => {
    const mixed = { ...first, iv: new Secret("ab".repeat(16)) };
    const opened = openWhole(`${header}\n,,,,${packet}\n`, [mixed]);
    expect(opened.left).toMatchObject([{ column: "message_string", reason: "wrong-iv" }]);
  });

  test("with a body alone is opened", () => {
    expect(rowOf([body], "body_string").text).toBe("body_string,archive_key\na body,first.txt\n");
    expect(rowOf(["NULL", "", date, body, ""]).text).toContain(",a body,,first.txt");
  });

  test("with an encrypted body in a row of plain JIDs is opened, and what only looks encrypted stays", () => {
    const opened = rowOf(["b@example.com", "a@example.com", date, body, ""]);
    expect(opened.text).toContain("b@example.com,a@example.com,2026-01-02 03:04:05,a body,,first.txt\n");
    const pasted = rowOf(["b@example.com", "a@example.com", date, "cGxhaW4gYmFzZTY0IHRleA==", ""]);
    expect(pasted.tally.rows).toMatchObject({ plain: 1, closed: 0 });
  });

  test("with a blank that got into its Base64 is spoiled, not plain", () => {
    const broken = `${packet.slice(0, 20)} ${packet.slice(20)}`;
    const opened = rowOf([to, from, date, "a plain body of some words", broken]);
    expect(opened.left.map(({ column, reason }) => [column, reason])).toEqual([
      ["message_string", "spoiled"],
    ]);
  });

  test("that was quoted stays quoted, and gets quotes where its text needs them", () => {
    const quoted = rowOf([`"${to}"`, from, `"${date}"`, seal('say "hi", twice\r\n', first), `"${packet}"`]);
    expect(quoted.text.split("\n").slice(1).join("\n")).toBe(
      `"b@example.com",a1@example.com,"${date}","say ""hi"", twice\r\n","${messageRow(1, "a body", null)[4]}",first.txt\n`,
    );
  });

  test("that opens to NULL or to nothing is no NULL", () => {
    expect(rowOf([to, from, date, seal("NULL", first), packet]).text).toContain(',"NULL",');
    expect(rowOf([to, from, date, seal("", first), packet]).text).toContain(`${date},,<message`);
  });

  test("of a column that nobody is known to encrypt is opened where it opens, and else left in silence", () => {
    const names = "Message_Text, TO_JID ,subject,[thread_id],body_text";
    const hash = "0123456789abcdef".repeat(4);
    const opened = rowOf([packet, to, seal("a subject", first), hash, seal("long", first)], names);
    expect(opened.text).toBe(
      `${names},archive_key\n${messageRow(1, "a body", null)[4]},b@example.com,a subject,${hash},long,first.txt\n`,
    );
    expect(opened.left).toEqual([]);
    expect(rowOf(["", "b@example.com", seal("a subject", first), hash, ""], names).tally.rows.plain).toBe(1);
  });
});

describe("the form of the file", () => {
  const rows = [messageRow(1, "one; two, three|four\tfive", first), messageRow(2, "plain", null)];
  test.each([",", ";", "\t", "|"])("keeps its delimiter %j", (delimiter) => {
    const text = [header.split(","), ...rows].map((row) => row.join(delimiter)).join("\n");
    const opened = openWhole(text, keys);
    expect(opened.facts?.delimiter).toBe(delimiter);
    expect(opened.text).toContain(`${delimiter}"one; two, three|four\tfive"${delimiter}`);
    expect(opened.text.endsWith(`</message>${delimiter}`)).toBe(true);
  });

  test.each([
    ["utf16le", "utf-16le"],
    ["utf16be", "utf-16be"],
  ] as const)("keeps %s with its mark, and half a character too", (name, encoding) => {
    const coded = (text: string) => {
      const bytes = Buffer.from(text, "utf16le");
      return name === "utf16be" ? bytes.swap16() : bytes;
    };
    const text = `\ufeff${header}\r\n${messageRow(1, "Grüße 🌍", first).join(",")}\r\nb@example.com,,,cut \ud83c,\r\n`;
    const opened = openWhole(coded(text), keys);
    expect(opened.facts?.encoding).toBe(encoding);
    expect(opened.bytes).toEqual(
      coded(
        `\ufeff${header},archive_key\r\n${plainRow(1, "Grüße 🌍", "first.txt")}\r\nb@example.com,,,cut \ud83c,,\r\n`,
      ),
    );
  });

  test("keeps a mark of UTF-8, bytes of another encoding, lines of old Macs and empty lines", () => {
    const row = messageRow(1, "x", first).join(",");
    expect(openWhole(`\ufeff${header}\n${row}`, keys).text).toBe(
      `\ufeff${header},archive_key\n${plainRow(1, "x", "first.txt")}`,
    );
    const bytes = Buffer.from(`${header}\n\nb@example.com,,,caf\xe9,\n`, "latin1");
    expect(openWhole(bytes, keys).bytes.toString("latin1")).toBe(
      `${header},archive_key\n\nb@example.com,,,caf\xe9,,\n`,
    );
    expect(openWhole(`${header}\r${row}\r\r`, keys).text).toBe(
      `${header},archive_key\r${plainRow(1, "x", "first.txt")}\r\r`,
    );
  });

  test("keeps broken rows, fills short ones up, and says where they begin", () => {
    const opened = openWhole(`${header}\nb@example.com,"two\nlines",,,\nb@example.com\n,,,,,,7\n`, keys);
    expect(opened.text).toBe(
      `${header},archive_key\nb@example.com,"two\nlines",,,,\nb@example.com,,,,,\n,,,,,,7,\n`,
    );
    expect(opened.tally.uneven).toEqual({ rows: 2, firstLine: 4 });
  });

  test("takes a LF inside a row for text where lines end with CR LF, unless the row is whole", () => {
    const text = `${header}\r\nb@example.com,,,two\nlines,\r\n,,,,\n,,,,\r\n`;
    expect(openWhole(text, keys).text).toBe(
      `${header},archive_key\r\nb@example.com,,,two\nlines,,\r\n,,,,,\n,,,,,\r\n`,
    );
  });

  test("finds another name for its column where that is taken", () => {
    expect(openWhole("to_jid,Archive_Key,archive_key_2\n", keys).text).toBe(
      "to_jid,Archive_Key,archive_key_2,archive_key_3\n",
    );
  });

  test("opens other columns where they are named, and tells which are missing", () => {
    const opened = openWhole(`text,to_jid\n${seal("hello", first)},${seal("a@b.example", first)}\n`, keys, {
      columns: ["TEXT", "note"],
    });
    expect(opened.text).toBe(`text,to_jid,archive_key\nhello,${seal("a@b.example", first)},first.txt\n`);
    expect(opened.facts?.missing).toEqual(["note"]);
    expect(openWhole("to_jid,body_string\n", keys).facts?.missing).toEqual(["from_jid", "message_string"]);
  });

  test("is safe for spreadsheets when asked", () => {
    const row = [...messageRow(1, "=1+1", first).slice(0, 4), '"@x"'];
    const opened = openWhole(`${header}\n${row.join(",")}\n"+1","-a","\t",@b,'ok\n`, keys, {
      isSpreadsheetSafe: true,
    });
    expect(opened.text).toBe(
      `\ufeff${header},archive_key\nb@example.com,a1@example.com,2026-01-02 03:04:05,"'=1+1","'@x",first.txt\n"'+1","'-a","'\t",'@b,'ok,\n`,
    );
  });
});

describe("a hostile file", () => {
  test.each([
    ["is empty", "", /the file is empty/],
    ["has no such column", "a,b\n1,2\n", /none of the columns to_jid, .*there stands "a", "b"/],
    [
      "ends inside quotes",
      `${header}\n\nb@example.com,"open\n,,,`,
      /ends inside quotes that were opened on line 3/,
    ],
    [
      "is of one cell",
      `${header}\n"${"x".repeat(17 << 20)}`,
      /more than 16 MiB, whose quotes were opened on line 2/,
    ],
    ["is of one row", `${header}\n${"x".repeat(17 << 20)}`, /a row of more than 16 MiB/],
    ["is of endless cells", `${header}\n${",".repeat(60_000)}`, /a row of more than 50000 cells/],
    ["has no lines", "x".repeat(3 << 20), /no line end in its first MiB/],
    [
      "is UTF-16 and cut",
      Buffer.from(`\ufeff${header}\n1`, "utf16le").subarray(0, -1),
      /odd number of bytes/,
    ],
  ])("that %s is refused", (_what, bytes, message) => {
    const cuts = Array.from({ length: Math.floor(bytes.length / (1 << 20)) }, (_cut, nth) => (nth + 1) << 20);
    expect(troubleOf(() => openWhole(bytes, keys, { cuts }))).toMatchObject({
      code: "file-unreadable",
      message: expect.stringMatching(message),
    });
  });

  test("with only a header gets its column and nothing else", () => {
    expect(openWhole(header, keys)).toMatchObject({
      text: `${header},archive_key`,
      tally: { rows: { total: 0 } },
    });
  });

  test("with NUL bytes, lone quotes and ten thousand columns keeps them", () => {
    const names = ["to_jid", ...Array.from({ length: 10_000 }, (_name, nth) => `c${nth}`)].join(",");
    const row = `${seal("a@b.example", first)},\0,a"b"",${'"x"y"'}${",".repeat(9_997)}`;
    expect(openWhole(`${names}\n${row}\n`, keys).text).toBe(
      `${names},archive_key\na@b.example,\0,a"b"",${'"x"y"'}${",".repeat(9_997)},first.txt\n`,
    );
  });
});
