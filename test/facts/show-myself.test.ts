// `show myself`: a privilege level is believed only where one is plainly named.
import { expect, test } from "vitest";
import { parsePrivilege } from "../../src/facts/show-myself.ts";

test.each<[string, number | null]>([
  ["privilege level: 4", 4],
  ["Machine Name : pub\r\nPrivilege Level = 0\r\nadmin:", 0],
  ["  account name: administrator\n  privilege level :\t1", 1],
  ["privilege: 4", 4],
  ["privilege level: high", null],
  ["level: 4", null],
  ["privilege level: 1\nprivilege level: 4", null],
  ["account name: privilege\nid 4", null],
  ["", null],
])("%j gives %s", (text, level) => {
  expect(parsePrivilege(text)).toBe(level);
});
