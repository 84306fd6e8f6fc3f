// `utils itl reset` as three documents print it, and what of it fails closed.
import { describe, expect, test } from "vitest";
import { parseItlReset } from "../../src/facts/itl-reset.ts";
import { cutAtEveryLine, transcript } from "./transcript-text.ts";

const local = transcript("tac-01");
const remote = transcript("tac-02");
const newer = transcript("ext-03");
const both = {
  isGenerated: true,
  tftpNodes: ["test10pub", "test10sub"],
  nodes: [
    { node: "test10pub", isTransferred: false, isRestarted: true },
    { node: "test10sub", isTransferred: true, isRestarted: true },
  ],
  unknownLines: [],
};

test("localkey of 10.0: restarted everywhere, transferred to the subscriber (tac-01)", () => {
  expect(parseItlReset(local)).toEqual(both);
});

test("remotekey of 10.0: its debug noise says nothing (tac-02)", () => {
  expect(parseItlReset(remote)).toEqual(both);
});

test("a first contact with the key's server, answered with yes, says nothing of the reset (words of tac-07)", () => {
  const contact = transcript("tac-07")
    .split("\n")
    .filter((line) => /authenticity|fingerprint|continue connecting/.test(line));
  expect(contact).toHaveLength(3);
  const [echo, ...rest] = remote.split("\n");
  expect(parseItlReset([echo, ...contact, ...rest].join("\n"))).toEqual(both);
  const refused = contact.map((line) => line.replace(/yes$/, "no"));
  expect(parseItlReset([echo, ...refused, ...rest].join("\n")).unknownLines).toEqual([
    "Are you sure you want to continue connecting (yes/no)? no",
  ]);
});

test("12.5: no prompt, no restart, hosts between rules (ext-03)", () => {
  expect(parseItlReset(newer)).toEqual({
    isGenerated: true,
    tftpNodes: ["se032c-94-42"],
    nodes: [{ node: "se032c-94-42", isTransferred: true, isRestarted: false }],
    unknownLines: [],
  });
});

test("on a subscriber nothing happens, and the sentence is unknown (tac-12)", () => {
  expect(parseItlReset(transcript("tac-12"))).toEqual({
    isGenerated: false,
    tftpNodes: [],
    nodes: [],
    unknownLines: ["This is not a Publisher Node"],
  });
});

describe("the same facts come out of", () => {
  test.each([
    ["CRLF and indentation", remote.replaceAll("\n", "\r\n   ")],
    [
      "stars and bullets for what was typed",
      remote.replaceAll("password :", "password :********").replace("********Proc", "••••Proc"),
    ],
    ["an answer to the prompt on a line of its own", local.replace("password :\n", "password :\n••••\n")],
    ["another count of dots", local.replaceAll("....", "..")],
    ["noise with a name of two words", remote.replace("else 0 tac", "else 0 Cisco Systems")],
    ["lines in another order", local.split("\n").slice(1).reverse().join("\n")],
  ])("%s", (_, text) => {
    const reset = parseItlReset(text);
    expect({ ...reset, nodes: reset.nodes.toSorted((a, b) => (a.node < b.node ? -1 : 1)) }).toEqual(both);
  });
});

test("a dialogue cut at any line never says more than was printed", () => {
  for (const text of [local, remote, newer]) {
    for (const cut of cutAtEveryLine(text)) {
      const reset = parseItlReset(cut);
      expect(reset.isGenerated).toBe(cut.includes("generated successfully"));
      for (const { node, isTransferred, isRestarted } of reset.nodes) {
        expect(isTransferred).toBe(cut.includes(`transferred reset ITL to node ${node}`));
        expect(isRestarted).toBe(cut.includes(`restarted on host ${node}`));
      }
    }
  }
});

describe("unknown is", () => {
  test.each([
    ["an error", "Error: cannot connect"],
    ["an error that looks like noise", "Processing token in else 0 failed"],
    ["a success that goes on", "The reset ITL file was generated successfully, almost"],
    ["a failed transfer", "Successfully transferred reset ITL to node a but not b"],
    ["a failed restart", "Cisco Tftp service not restarted on host test10sub"],
    ["a list of something else", "['a b', '']"],
    ["a text in the prompt's line", "Enter CCM Administrator password :wrong"],
    ["a count that is not the list's", "Number of Active TFTP servers in the cluster : 3"],
    ["a host outside of the rules", "test10sub"],
  ])("%s", (_, line) => {
    const [unknown] = parseItlReset(`${local}\n${line}`).unknownLines;
    expect(unknown).toBe(line.replace(/^Enter.*:/, ""));
    expect(parseItlReset(line).isGenerated).toBe(false);
  });

  test("a sentence between the rules", () => {
    expect(parseItlReset(newer.replace("se032c-94-42\n", "None found here\n")).unknownLines).toContain(
      "None found here",
    );
  });
});

const sentences = [
  "Successfully transferred reset ITL to node cm1",
  "Cisco Tftp service restarted on host cm1",
  "Number of Active TFTP servers in the cluster : 0",
  "['cm1', 'cm2']",
  "The reset ITL file was generated successfully",
  "====",
  "****",
];
test.each(sentences.flatMap((line) => [`not: ${line}`, `${line} but not now`]))(
  "a known sentence with words around it is not known: %s",
  (line) => {
    const reset = parseItlReset(`${line}\n`);
    expect(reset).toEqual({ isGenerated: false, tftpNodes: [], nodes: [], unknownLines: [line] });
  },
);

test.each(["['cm1', '?']", "['cm1', cm2]", "[x'cm1']", "['cm1'x]"])("%s names nobody", (line) => {
  expect(parseItlReset(`${line}\n`)).toMatchObject({ tftpNodes: [], unknownLines: [line] });
});

test.each(["cluster:12", "cluster  :  12"])("a count may be spaced as it likes: %s", (end) => {
  const line = `Number of Active TFTP servers in the ${end}`;
  expect(parseItlReset(`${line}\n`).unknownLines).toEqual([line]);
  const names = Array.from({ length: 12 }, (_, at) => `'cm${at}'`).join(", ");
  expect(parseItlReset(`${line}\n[${names}]\n`).unknownLines).toEqual([]);
});
