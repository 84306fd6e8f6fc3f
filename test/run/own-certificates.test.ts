// One session → every certificate that the node lists as its own and its clock; what cannot be read is told, and never guessed.
import { expect, test } from "vitest";
import { OperatorError } from "../../src/base/errors.ts";
import type { Cluster, ClusterNode } from "../../src/inventory/cluster.ts";
import { nodesOf } from "../../src/run/look.ts";
import { observeChanges } from "../../src/run/node-changes.ts";
import { certificatesOf } from "../../src/run/observe-certificates.ts";
import type { Session } from "../../src/session/session.ts";
import { makeLab } from "../support/lab-facts.ts";

const lab = makeLab("12.5");
const node = { cluster: "east", name: "pub", address: "10.1.1.1", role: "publisher" } as ClusterNode;
const status = ["Host Name          : pub", "Date               : Fri Sep 29, 2023 17:20:40"];
const zone = "Time Zone          : Central Daylight Time (America/Mexico_City)";
const listed = (...files: readonly string[]) => files.map((file) => `${file}: Self-signed`).join("\n");
const shown = (unit: "TVS" | "tomcat") => lab.publisher.certificates.get(unit)?.pem ?? "";

/** `lostAt`: the session is over at this line; `closesAt`: it answers that line, and is over then. */
function sessionOf(list: string, over: { readonly lostAt?: string; readonly closesAt?: string } = {}) {
  const lines: string[] = [];
  let isOpen = true;
  const answers: Readonly<Record<string, string>> = {
    ...{ "show status": [...status, zone].join("\n"), "show cert list own": list },
    ...{ "show cert own TVS": shown("TVS"), "show cert own tomcat": shown("tomcat") },
  };
  const session = {
    node,
    get isOpen() {
      return isOpen;
    },
    mask: (text: string) => text,
    read: async ({ line }: { readonly line: string }) => {
      lines.push(line);
      if (line === over.lostAt || line === over.closesAt) isOpen = false;
      if (line === over.lostAt)
        throw new OperatorError("session-lost", "the session is over", { hint: "Look again." });
      return { command: line, text: answers[line] ?? "", isRefused: false, tail: "" };
    },
  };
  return { session: session as unknown as Session, lines };
}

async function read(list: string) {
  const { session, lines } = sessionOf(list);
  const { certificates, trouble, isReachable } = await certificatesOf(session, undefined);
  const units = certificates.map(({ unit }) => unit);
  return { units, trouble: trouble.map(({ message }) => message), isReachable, asked: lines.slice(1) };
}

test("each unit of the list is asked for once", async () => {
  expect(await read(listed("TVS/TVS.pem", "tomcat/tomcat.pem"))).toEqual({
    ...{ units: ["TVS", "tomcat"], trouble: [], isReachable: true },
    asked: ["show cert own TVS", "show cert own tomcat"],
  });
});

test.each([
  ["moon/moon.pem", "the certificate moon/moon.pem was not read: itlctl knows no unit moon"],
  [
    "tomcat/tomcat-2.pem",
    "the certificate tomcat/tomcat-2.pem was not read: the file of unit tomcat should be tomcat.pem",
  ],
  ["TVS/TVS.pem", "the certificate TVS/TVS.pem was not read: unit TVS is listed twice"],
])("nothing is guessed of %s behind another, and it is told", async (file, message) => {
  expect(await read(listed("TVS/TVS.pem", file))).toEqual({
    ...{ units: ["TVS"], trouble: [message], isReachable: true, asked: ["show cert own TVS"] },
  });
});

test("a list that cannot be read is one trouble, and nothing is asked", async () => {
  const { units, trouble, asked } = await read("[lab] no list");
  expect([units, trouble.length, asked]).toEqual([[], 1, []]);
});

const changesOf = async (...words: Parameters<typeof sessionOf>) => {
  const changes = await observeChanges(sessionOf(...words).session, lab.clock, undefined);
  return { ...changes, certificates: Object.keys(changes.certificates) };
};

test("a node's changes are its clock and its certificates, with all that could not be read", async () => {
  const changes = await changesOf(listed("TVS/TVS.pem", "moon/moon.pem"));
  expect(changes).toEqual({
    ...{ nodeUtc: "2023-09-29T22:20:40Z", lookedAtMs: lab.clock.now(), certificates: ["TVS"] },
    trouble: ["the certificate moon/moon.pem was not read: itlctl knows no unit moon"],
    isReachable: true,
  });
});

test("a node is not reachable once its session is over, at a question or behind the last", async () => {
  const list = listed("TVS/TVS.pem");
  expect(await changesOf(list, { lostAt: "show cert own TVS" })).toMatchObject({
    ...{ isReachable: false, certificates: [] },
    trouble: ["the session is over (during show cert own TVS)"],
  });
  expect(await changesOf(list, { closesAt: "show cert own TVS" })).toMatchObject({
    ...{ isReachable: false, certificates: ["TVS"], trouble: [] },
  });
});

test("nodes are those that are named, in the inventory's order; all without names", () => {
  const cluster = { nodes: ["pub", "tftp2", "cm3"].map((name) => ({ name })) } as unknown as Cluster;
  const names = (wanted?: readonly string[]) => nodesOf(cluster, wanted).map(({ name }) => name);
  expect([names(), names(["cm3", "pub"]), names([])]).toEqual([
    ...[["pub", "tftp2", "cm3"], ["pub", "cm3"], []],
  ]);
});
