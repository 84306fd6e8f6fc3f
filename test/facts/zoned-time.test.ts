// Local dates with the platform's words for their zone to instants: where the clock changes, and where rules have changed since.
import { describe, expect, test } from "vitest";
import { utcOfZonedTime, zoneClock } from "../../src/facts/zoned-time.ts";

const mexico = "(America/Mexico_City)";
const angeles = "(America/Los_Angeles)";

test.each([
  ["Wed Feb 26, 2014 10:24:27", `Pacific Standard Time ${angeles}`, "2014-02-26T18:24:27Z"],
  ["Sat Jul 26, 2014 10:24:27", `Pacific Daylight Time ${angeles}`, "2014-07-26T17:24:27Z"],
  ["Sat Jul 26, 2014  9:04:07", `pacific daylight time ${angeles}`, "2014-07-26T16:04:07Z"],
  ["Thu Jan 01, 1970 00:00:00", "Coordinated Universal Time (UTC)", "1970-01-01T00:00:00Z"],
  ["Tue Dec 31, 2024 23:59:59", "Central European Standard Time (Europe/Berlin)", "2024-12-31T22:59:59Z"],
  [
    "Thu Jan 04, 2024 12:00:00",
    "Australian Eastern Daylight Time (Australia/Sydney)",
    "2024-01-04T01:00:00Z",
  ],
  ["Thu Feb 29, 2024 05:30:00", "India Standard Time (Asia/Kolkata)", "2024-02-29T00:00:00Z"],
  ["Wed Feb  5, 2014 10:24:27", `Pacific Standard Time ${angeles}`, "2014-02-05T18:24:27Z"],
  [" Wed Feb 5, 2014 10:24:27 ", ` Pacific Standard Time ${angeles} `, "2014-02-05T18:24:27Z"],
  // The days on which the clock changes, after the change.
  ["Sun Mar 31, 2024 12:00:00", "Europe/Berlin", "2024-03-31T10:00:00Z"],
  ["Sun Oct 27, 2024 12:00:00", "Europe/Berlin", "2024-10-27T11:00:00Z"],
  ["Sun Nov 03, 2024 12:00:00", "America/Los_Angeles", "2024-11-03T20:00:00Z"],
  // Only the zone, as some releases print it.
  ["Mon Jul 01, 2024 12:00:00", "Europe/Berlin", "2024-07-01T10:00:00Z"],
  ["Mon Jul 01, 2024 12:00:00", " (Europe/Berlin) ", "2024-07-01T10:00:00Z"],
])("%s %s", (date, zone, expected) => {
  expect(utcOfZonedTime(date, zone)).toBe(expected);
});

describe("the hour that is there twice", () => {
  // 3 November 2024: 02:00 becomes 01:00.
  test.each([
    ["Daylight", "2024-11-03T08:30:00Z"],
    ["Standard", "2024-11-03T09:30:00Z"],
  ])("is told apart by the words: %s", (word, expected) => {
    expect(utcOfZonedTime("Sun Nov 03, 2024 01:30:00", `Pacific ${word} Time ${angeles}`)).toBe(expected);
  });

  test("is told apart east of Greenwich as well", () => {
    const at = (word: string) =>
      utcOfZonedTime("Sun Oct 27, 2024 02:30:00", `Central European ${word} Time (Europe/Berlin)`);
    expect([at("Summer"), at("Standard")]).toEqual(["2024-10-27T00:30:00Z", "2024-10-27T01:30:00Z"]);
  });

  test("is the first of the two where there are no words", () => {
    expect(utcOfZonedTime("Sun Oct 27, 2024 02:30:00", "Europe/Berlin")).toBe("2024-10-27T00:30:00Z");
    expect(utcOfZonedTime("Sun Nov 03, 2024 01:30:00", "America/Los_Angeles")).toBe("2024-11-03T08:30:00Z");
  });
});

describe("words that today's rules of the zone do not give", () => {
  // Mexico keeps no daylight time since October 2022; the node's release may not know that.
  test("win, with the offset that the zone last had under that name", () => {
    const date = "Fri Sep 29, 2023 17:20:40";
    expect(utcOfZonedTime(date, `Central Daylight Time ${mexico}`)).toBe("2023-09-29T22:20:40Z");
    expect(utcOfZonedTime(date, `Central Standard Time ${mexico}`)).toBe("2023-09-29T23:20:40Z");
    expect(utcOfZonedTime("Mon Jul 01, 2024 12:00:00", `Pacific Standard Time ${angeles}`)).toBe(
      "2024-07-01T20:00:00Z",
    );
  });

  test("date an hour that was jumped over, which no clock of today shows", () => {
    const date = "Sun Mar 10, 2024 02:30:00";
    expect(utcOfZonedTime(date, `Pacific Standard Time ${angeles}`)).toBe("2024-03-10T10:30:00Z");
    expect(utcOfZonedTime(date, `Pacific Daylight Time ${angeles}`)).toBe("2024-03-10T09:30:00Z");
    expect(utcOfZonedTime(date, "America/Los_Angeles")).toBeNull();
    expect(utcOfZonedTime(date, `Unheard Of Time ${angeles}`)).toBeNull();
  });

  test.each([
    ["Unheard Of Daylight Time", "Mon Jul 01, 2024 12:00:00", "2024-07-01T19:00:00Z"],
    ["Unheard Of Summer Time", "Mon Jul 01, 2024 12:00:00", "2024-07-01T19:00:00Z"],
    ["Unheard Of Time", "Mon Jan 01, 2024 12:00:00", "2024-01-01T20:00:00Z"],
    ["Unheard Of Daylight Time", "Mon Jan 01, 2024 12:00:00", null],
    ["Unheard Of Time", "Mon Jul 01, 2024 12:00:00", null],
    // In April it is daylight time half a year before and half a year later as well.
    ["Unheard Of Daylight Time", "Mon Apr 01, 2024 12:00:00", "2024-04-01T19:00:00Z"],
    ["Unheard Of Time", "Mon Apr 01, 2024 12:00:00", null],
  ])("and that no time of the zone has are held against daylight time: %s, %s", (words, date, expected) => {
    expect(utcOfZonedTime(date, `${words} ${angeles}`)).toBe(expected);
  });

  test("of a zone on the other half of the globe too: January is its summer", () => {
    const at = (words: string) => utcOfZonedTime("Thu Jan 04, 2024 12:00:00", `${words} (Australia/Sydney)`);
    expect([at("Unheard Of Daylight Time"), at("Unheard Of Time")]).toEqual(["2024-01-04T01:00:00Z", null]);
  });
});

test.each([
  ...[
    "",
    "Wed Feb 26, 2014",
    "Feb 26, 2014 10:24:27",
    "Wed Foo 26, 2014 10:24:27",
    "wed Feb 26, 2014 10:24:27",
  ],
  ...["Wed Feb 30, 2014 10:24:27", "Wed Feb 00, 2014 10:24:27", "Wed Feb 29, 2023 10:24:27"],
  ...["Wed Feb 26, 2014 24:00:00", "Wed Feb 26, 2014 10:60:27", "Wed Feb 26, 2014 10:24:60"],
  ...["Wed Dec 31, 1969 10:24:27", "Wed Feb 26, 0014 10:24:27", "Wed Feb 26, 2014 10:24:27 PM"],
  ...["x Wed Feb 26, 2014 10:24:27", "Wed Feb 126, 2014 10:24:27", "Wed Feb 26, 2014 10:24"],
])("%j is no date", (date) => {
  expect(utcOfZonedTime(date, `Pacific Standard Time ${angeles}`)).toBeNull();
});

test.each([
  "",
  "PST-8",
  "Mars/Olympus",
  "Pacific Standard Time",
  "Pacific Standard Time (Mars/Olympus)",
  `x ${angeles} x`,
])("%j is no zone", (zone) => {
  expect(utcOfZonedTime("Wed Feb 26, 2014 10:24:27", zone)).toBeNull();
});

describe("a zone's clock", () => {
  const at = (iso: string) => Date.parse(iso);

  test("tells its offset, its name and its standard offset, before 1970 too", () => {
    const berlin = zoneClock("Europe/Berlin");
    expect(berlin?.offsetMs(at("2024-07-01T00:00:00.999Z"))).toBe(7_200_000);
    expect(berlin?.offsetMs(at("2024-01-01T00:00:00Z"))).toBe(3_600_000);
    expect(berlin?.offsetMs(at("1960-01-01T00:00:00.500Z"))).toBe(3_600_000);
    expect(berlin?.longName(at("2024-07-01T00:00:00Z"))).toBe("Central European Summer Time");
  });

  test.each([
    ["Europe/Berlin", 1],
    ["America/Los_Angeles", -8],
    ["Australia/Sydney", 10],
    ["America/Asuncion", -4],
    ["Asia/Kolkata", 5.5],
  ])("knows the standard offset of %s in every week of a year", (zone, hours) => {
    const clock = zoneClock(zone);
    const days = Array.from({ length: 53 }, (_, week) => at("2023-01-01T12:00:00Z") + week * 7 * 86_400_000);
    expect([...new Set(days.map((day) => clock?.standardOffsetMs(day)))]).toEqual([hours * 3_600_000]);
  });

  test("is the same one when asked again, and is there for any number of zones", () => {
    expect(zoneClock("Asia/Tokyo")).toBe(zoneClock("Asia/Tokyo"));
    expect([zoneClock("Mars/Olympus"), zoneClock("Mars/Olympus")]).toEqual([null, null]);
    const zones = Intl.supportedValuesOf("timeZone").slice(0, 40);
    for (const zone of zones) expect(zoneClock(zone)?.longName(0)).not.toBe("");
    expect(zoneClock(zones[39] ?? "")?.offsetMs(0)).toBe(zoneClock(zones[39] ?? "")?.offsetMs(0));
  });
});
