// The daily alarm in the syslog: counted, dated by its own words, and never taken for something else.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseBackupAlarms } from "../../src/facts/backup-alarm.ts";
import { readQuickly } from "./refusal.ts";
import { transcript } from "./transcript-text.ts";

const recorded = transcript("tac-08").trimEnd();
const at = (time: string) => recorded.replace("Feb 17 2014 09:38:10 PM.735 UTC", time);
const lastOf = (time: string, timeZone: string | null = null) =>
  parseBackupAlarms(at(time), timeZone).lastRaisedAt;

test("the alarm of tac-08 was raised once", () => {
  expect(parseBackupAlarms(recorded)).toEqual({
    count: 1,
    lastRaisedAt: "2014-02-17T21:38:10Z",
    undated: 0,
  });
});

describe("the time", () => {
  test.each([
    ["Jun 17 2019 14:14:25.813 UTC", "2019-06-17T14:14:25Z"],
    ["Jun  7 2019 04:14:25.813 UTC", "2019-06-07T04:14:25Z"],
    ["Feb 17 2014 12:00:00 AM.001 UTC", "2014-02-17T00:00:00Z"],
    ["Feb 17 2014 12:00:00 PM.001 GMT", "2014-02-17T12:00:00Z"],
    ["Feb 17 2014 01:00:00 AM UTC ", "2014-02-17T01:00:00Z"],
  ])("%s is %s", (time, utc) => {
    expect(lastOf(time)).toBe(utc);
  });

  test.each([
    "Feb 31 2014 09:38:10 PM.735 UTC",
    "Feb 17 2014 13:38:10 PM.735 UTC",
    "Feb 17 2014 25:38:10.735 UTC",
    "Fev 17 2014 09:38:10.735 UTC",
    "Feb 17 2014 09:38:10.735 PST",
    "Feb 17 2014 09:38:10.735",
    "yesterday",
  ])("%s is not guessed, and the alarm counts all the same", (time) => {
    expect(parseBackupAlarms(at(time))).toEqual({ count: 1, lastRaisedAt: null, undated: 1 });
  });

  test("another zone than UTC is the one that `show status` tells", () => {
    const pacific = "Pacific Standard Time (America/Los_Angeles)";
    expect(lastOf("Feb 17 2014 01:38:10 PM.735 PST", pacific)).toBe("2014-02-17T21:38:10Z");
    expect(lastOf("Feb 17 2014 09:38:10 PM.735 UTC", pacific)).toBe("2014-02-17T21:38:10Z");
    expect(lastOf("Feb 17 2014 13:38:10.735 PST", "America/Los_Angeles")).toBe("2014-02-17T21:38:10Z");
    expect(lastOf("Feb 17 2014 13:38:10.735 XYZ", "Nowhere (No/Where)")).toBeNull();
  });
});

test("of several files the last one counts, wherever it stands", () => {
  const lines = [
    "Feb 19 2014 09:00:00.000 UTC",
    "Feb 20 2014 09:00:00.000 UTC",
    "Feb 17 2014 09:00:00.000 UTC",
    "x",
  ];
  const text = lines.map((time, index) => `syslog/CiscoSyslog.${index}:${at(time)}`).join("\r\n");
  expect(parseBackupAlarms(text)).toEqual({ count: 4, lastRaisedAt: "2014-02-20T09:00:00Z", undated: 1 });
});

test("no line of the alarm is no alarm, whatever is said instead", () => {
  const none = { count: 0, lastRaisedAt: null, undated: 0 };
  for (const text of [
    "",
    transcript("ext-18"),
    "admin:file search activelog syslog/CiscoSyslog* ITLRecoveryCertBackup\nnothing was found\nadmin:",
    recorded.replace("ITLRecoveryCertBackup", "ITLRecoveryCertBackupDone"),
    recorded.replace("UC_CERT-4", "UC_PHONE-6"),
    transcript("tac-09"),
  ])
    expect(parseBackupAlarms(text), text).toEqual(none);
});

test("a search that failed is not understood", () => {
  expect(() => parseBackupAlarms(`${recorded}\nExecuted command unsuccessfully\n`)).toThrow(/failed/);
});

test("any text is facts or not understood, quickly", () => {
  const piece = fc.oneof(
    fc.constantFrom(recorded, "Feb 17 2014", ": ", "\n", "%UC_CERT-4-ITLRecoveryCertBackup"),
    fc.string(),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
      const facts = readQuickly(() => parseBackupAlarms(pieces.join("")));
      if ("count" in facts) expect(facts.undated).toBeLessThanOrEqual(facts.count);
    }),
  );
  for (const part of ["Feb 17 2014 ", " ", "%UC_CERT-4-ITLRecoveryCertBackup", "UTC : ", "Feb  "])
    expect(readQuickly(() => parseBackupAlarms(part.repeat(60_000 / part.length)))).toHaveProperty("count");
});
