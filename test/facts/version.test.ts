// `show version active`, and which release is later.
import { describe, expect, test } from "vitest";
import { isAtLeast, parseActiveVersion, releaseOf } from "../../src/facts/version.ts";
import { transcript } from "./transcript-text.ts";

describe("show version active", () => {
  test("names the release (ext-16)", () => {
    expect(parseActiveVersion(transcript("ext-16"))).toBe("11.5.1.12900-21");
    expect(parseActiveVersion("Active Master Version:\t10.0.1.10000-24\r\nadmin:")).toBe("10.0.1.10000-24");
  });

  test.each([
    ["  Active Master Version  :  12.5.1.11900-146  ", "12.5.1.11900-146"],
    ["Active Master Version:15.0.1", "15.0.1"],
  ])("is read from %j", (text, version) => {
    expect(parseActiveVersion(text)).toBe(version);
  });

  test.each([
    ["words before it", "The Active Master Version: 11.5.1.12900-21", /names 0/],
    ["words behind it", "Active Master Version: 11.5.1.12900-21 or so", /names 0/],
    ["nothing", "", /names 0/],
    ["two versions", "Active Master Version: 11.5.1.1-1\nActive Master Version: 12.5.1.1-1", /names 2/],
    ["a word", "Active Master Version: latest", /names 0/],
    ["another partition", "Inactive Master Version: 11.5.1.12900-21", /names 0/],
  ])("with %s is not understood", (_, text, message) => {
    expect(() => parseActiveVersion(text)).toThrow(message);
  });
});

test.each([
  ["12.5.1.16900-48", 12, 5],
  ["10.0.1.10000-24", 10, 0],
  ["12.0", 12, 0],
  ["12.10.1", 12, 10],
])("%s is release %i.%i", (version, major, minor) => {
  expect(releaseOf(version)).toEqual({ major, minor });
});

test.each(["", "12", "twelve.five", "12.5x", ".5", "release 12.5", " 12.5"])(
  "%j is no release",
  (version) => {
    expect(() => releaseOf(version)).toThrow(/no release number/);
  },
);

test.each<[string, string, boolean]>([
  ["12.0.1.10000-10", "12.0", true],
  ["11.5.1.12900-21", "12.0", false],
  ["12.5.1.16900-48", "12.0", true],
  ["15.0.1.12900-234", "12.5", true],
  ["9.1.2.10000-28", "10.0", false],
  ["12.0.1.10000-10", "12.5", false],
])("%s at least %s: %s", (release, floor, is) => {
  expect(isAtLeast(release, floor)).toBe(is);
  expect(isAtLeast(releaseOf(release), releaseOf(floor))).toBe(is);
});
