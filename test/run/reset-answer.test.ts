// What a reset says → whether every TFTP node is named as served, and what is told where one is not.
import { expect, test } from "vitest";
import { judgeResetAnswer } from "../../src/run/steps/reset-answer.ts";

const generated = "The reset ITL file was generated successfully";
const transferred = (node: string) => `Successfully transferred reset ITL to node ${node}`;
const restarted = (node: string) => `Cisco Tftp service restarted on host ${node}`;
const judged = (nodes: readonly string[], ...lines: readonly string[]) =>
  judgeResetAnswer(lines.join("\n"), nodes);

test("a list that was generated and transferred to every node, or restarted there, is as it should be", () => {
  expect(judged(["pub", "tftp2"], generated, transferred("pub"), restarted("tftp2"))).toBeNull();
});

test.each([
  ["nothing that was generated", [transferred("pub"), transferred("tftp2")], "was generated"],
  ["neither", [], "was generated"],
  ["one node less", [generated, transferred("pub")], "that tftp2 got the new list"],
  ["no node at all", [generated], "that pub, tftp2 got the new list"],
  [
    "a node that is only named",
    [generated, transferred("pub"), "[u'pub', u'tftp2']"],
    "that tftp2 got the new list",
  ],
  [
    "something else as well",
    [generated, transferred("pub"), transferred("tftp2"), "The moon is full"],
    "something that is not known",
  ],
])("%s is told", (_, lines, words) => {
  expect(judged(["pub", "tftp2"], ...lines)).toContain(words);
});

test("a node is known with and without its domain, in any letters", () => {
  expect(judged(["pub.example.net"], generated, transferred("PUB"))).toBeNull();
  expect(judged(["pub"], generated, transferred("pub.example.net"))).toBeNull();
  expect(judged(["pub"], generated, transferred("pub2"))).toContain("that pub got");
});

test("an address is no host with a domain: another that begins alike is another node", () => {
  expect(judged(["10.0.0.1"], generated, transferred("10.0.0.1"))).toBeNull();
  expect(judged(["10.0.0.1", "10.0.0.2"], generated, transferred("10.0.0.1"))).toContain("that 10.0.0.2 got");
});
