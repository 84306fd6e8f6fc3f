// `show status`: the node's name, and its clock in UTC.
import { describe, expect, test } from "vitest";
import { parseShowStatus } from "../../src/facts/show-status.ts";
import { cutAtEveryLine, transcript } from "./transcript-text.ts";

const text = transcript("ext-15");

test("name and clock of a node of 12.5 are read (ext-15)", () => {
  const status = {
    hostName: "xxxxxxxx-cucm1",
    date: "Fri Sep 29, 2023 17:20:40",
    timeZone: "Central Daylight Time (America/Mexico_City)",
    utc: "2023-09-29T22:20:40Z",
  };
  expect(parseShowStatus(text)).toEqual(status);
  expect(parseShowStatus(text.replaceAll("\n", "\r\n\t"))).toEqual(status);
});

test("a line without colon, or without value, does not stand for the one that has both", () => {
  const odd = `Host Names\nHost Name :\nDates\nDate:\n${text}`;
  expect(parseShowStatus(odd)).toEqual(parseShowStatus(text));
});

test("without name, date or zone it is not understood", () => {
  for (const cut of cutAtEveryLine(text).filter((part) => !part.includes("Time Zone"))) {
    expect(() => parseShowStatus(cut)).toThrow(/has no line/);
  }
});

describe("the clock", () => {
  const utcOf = (date: string, timeZone: string) =>
    parseShowStatus(`Host Name : a\nDate : ${date}\nTime Zone : ${timeZone}`).utc;

  test.each([
    ["Wed Feb 26, 2014 10:24:27", "Pacific Standard Time (America/Los_Angeles)", "2014-02-26T18:24:27Z"],
    ["Wed Jul 02, 2014 10:24:27", "Pacific Daylight Time (America/Los_Angeles)", "2014-07-02T17:24:27Z"],
    ["Fri Nov 20, 2026 22:14:03", "Coordinated Universal Time (UTC)", "2026-11-20T22:14:03Z"],
    ["Fri Nov 20, 2026 22:14:03", "Etc/UTC", "2026-11-20T22:14:03Z"],
    ["Fri Nov 20, 2026 22:14:03", "Central European Time (Europe/Warsaw)", "2026-11-20T21:14:03Z"],
    ["Mon Jun  1, 2026 00:30:00", "Central European Summer Time (Europe/Warsaw)", "2026-05-31T22:30:00Z"],
    ["Fri Nov 20, 2026 22:14:03", "India Standard Time (Asia/Kolkata)", "2026-11-20T16:44:03Z"],
  ])("%s in %s", (date, timeZone, utc) => {
    expect(utcOf(date, timeZone)).toBe(utc);
  });

  test("tells the hour that comes twice by the words of its zone", () => {
    const date = "Sun Nov  1, 2026 01:30:00";
    expect(utcOf(date, "Eastern Daylight Time (America/New_York)")).toBe("2026-11-01T05:30:00Z");
    expect(utcOf(date, "Eastern Standard Time (America/New_York)")).toBe("2026-11-01T06:30:00Z");
  });

  test("is believed in its daylight time where today's rules have none", () => {
    const zone = "(America/Mexico_City)";
    expect(utcOf("Sat Jul  1, 2023 12:00:00", `Central Daylight Time ${zone}`)).toBe("2023-07-01T17:00:00Z");
    expect(utcOf("Sat Jul  1, 2023 12:00:00", `Central Standard Time ${zone}`)).toBe("2023-07-01T18:00:00Z");
  });

  test.each([
    ["Fri Sep 29, 2023 17:20:40", "Central Daylight Time"],
    ["Fri Sep 29, 2023 17:20:40", "Central Daylight Time (America/Nowhere)"],
    ["29.9.2023 17:20", "Central Daylight Time (America/Mexico_City)"],
    ["Fri Foo 29, 2023 17:20:40", "Coordinated Universal Time (UTC)"],
    ["Thu Feb 30, 2023 17:20:40", "Coordinated Universal Time (UTC)"],
    ["Fri Sep 29, 2023 25:20:40", "Coordinated Universal Time (UTC)"],
    ["Fri Sep 29, 2023 17:20:40", "Somewhere Summer Time (Asia/Kolkata)"],
  ])("cannot be converted from %s in %s", (date, timeZone) => {
    expect(utcOf(date, timeZone)).toBeNull();
  });
});
