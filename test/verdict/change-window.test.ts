// Change windows at the hours that go wrong: over midnight, and on the nights when clocks change.
import { expect, test } from "vitest";
import { judgeWindow, type WindowState } from "../../src/verdict/change-window.ts";

const hourMs = 3_600_000;
const berlin = (from: string, until: string) => ({ from, until, timeZone: "Europe/Berlin" });
const at = (iso: string) => Date.parse(iso);

/** With times as text. */
function told(state: WindowState): unknown {
  const iso = (ms: number) => new Date(ms).toISOString().slice(0, 16);
  if (state.kind === "open") return ["open", state.closesAtMs === null ? null : iso(state.closesAtMs)];
  return state.kind === "closed"
    ? [state.why, iso(state.opensAtMs)]
    : ["never-fits", state.windowMs / hourMs];
}

test.each([
  ["no window is always open", null, "2026-06-01T12:00Z", 99, ["open", null]],
  ["equal times are the whole day", berlin("08:00", "08:00"), "2026-06-01T12:00Z", 99, ["open", null]],
  ["before it opens", berlin("22:00", "23:00"), "2026-06-01T12:00Z", 1, ["outside", "2026-06-01T20:00"]],
  ["the moment it opens", berlin("22:00", "23:00"), "2026-06-01T20:00Z", 1, ["open", "2026-06-01T21:00"]],
  ["the moment it closes", berlin("22:00", "23:00"), "2026-06-01T21:00Z", 0, ["outside", "2026-06-02T20:00"]],
  ["too late", berlin("22:00", "23:00"), "2026-06-01T20:30Z", 1, ["too-short", "2026-06-02T20:00"]],
  ["after midnight", berlin("22:00", "04:00"), "2026-06-01T23:30Z", 2, ["open", "2026-06-02T02:00"]],
  ["more work than window", berlin("22:00", "23:00"), "2026-06-01T20:00Z", 1.1, ["never-fits", 1]],
  ["as much work as window", berlin("22:00", "23:00"), "2026-06-01T20:00Z", 1, ["open", "2026-06-01T21:00"]],
  // 29 March 2026: 02:00 becomes 03:00.
  ["an hour is missing", berlin("01:00", "04:00"), "2026-03-29T00:00Z", 2, ["open", "2026-03-29T02:00"]],
  ["so it does not fit", berlin("01:00", "04:00"), "2026-03-29T00:00Z", 3, ["too-short", "2026-03-29T23:00"]],
  [
    "nor from the day before",
    berlin("01:00", "04:00"),
    "2026-03-28T12:00Z",
    3,
    ["outside", "2026-03-29T23:00"],
  ],
  ["opens with the jump", berlin("02:30", "05:00"), "2026-03-28T12:00Z", 1, ["outside", "2026-03-29T01:00"]],
  ["closes with the jump", berlin("01:00", "02:30"), "2026-03-29T00:30Z", 0.5, ["open", "2026-03-29T01:00"]],
  [
    "a window that is jumped over",
    berlin("02:00", "02:30"),
    "2026-03-28T12:00Z",
    0,
    ["outside", "2026-03-30T00:00"],
  ],
  // 25 October 2026: 03:00 becomes 02:00.
  ["an hour is there twice", berlin("01:00", "04:00"), "2026-10-24T23:00Z", 3, ["open", "2026-10-25T03:00"]],
  ["which is nothing to count on", berlin("01:00", "04:00"), "2026-10-24T12:00Z", 3.5, ["never-fits", 3]],
  [
    "closes at the first of two",
    berlin("01:00", "02:30"),
    "2026-10-24T23:30Z",
    0.5,
    ["open", "2026-10-25T00:30"],
  ],
  [
    "opens at the second of two",
    berlin("02:30", "04:00"),
    "2026-10-25T00:30Z",
    1,
    ["outside", "2026-10-25T01:30"],
  ],
  [
    "both at the second of two",
    berlin("02:30", "02:45"),
    "2026-10-25T01:35Z",
    0.1,
    ["open", "2026-10-25T01:45"],
  ],
] as const)("%s", (_, window, now, hours, expected) => {
  expect(told(judgeWindow(window, at(now), hours * hourMs))).toEqual(expected);
});

test("a zone or a time that is none is an error, not a window", () => {
  const now = at("2026-06-01T12:00Z");
  expect(() => judgeWindow({ ...berlin("01:00", "02:00"), timeZone: "Mars/Olympus" }, now, 0)).toThrow(
    RangeError,
  );
  expect(() => judgeWindow(berlin("1:00", "02:00"), now, 0)).toThrow(RangeError);
  for (const until of ["24:00", "12:60", "12:345", "012:34", " 02:00", "02:00 ", "02", ""]) {
    expect(() => judgeWindow(berlin("01:00", until), now, 0)).toThrow(RangeError);
    expect(() => judgeWindow(berlin(until, "01:00"), now, 0)).toThrow(RangeError);
  }
});
