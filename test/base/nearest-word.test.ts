import { expect, test } from "vitest";
import { nearestWord } from "../../src/base/nearest-word.ts";

test("a slip of a letter or of upper case finds the known word", () => {
  expect(nearestWord("hostKey", ["port", "hostKeys", "knownHosts"])).toBe("hostKeys");
  expect(nearestWord("hostkeys", ["port", "hostKeys"])).toBe("hostKeys");
  expect(nearestWord("nmae", ["mode", "name"])).toBe("name");
  expect(nearestWord("pasword", ["username", "password"])).toBe("password");
});

test("a word far from all known ones has no neighbour", () => {
  expect(nearestWord("zebra", ["port", "hostKeys"])).toBeNull();
  expect(nearestWord("zebra", [])).toBeNull();
});
