// One node and its answers, each as it may be → its facts: what cannot be read is null with its reason, and never taken for off.
import { expect, test } from "vitest";
import { OperatorError } from "../../src/base/errors.ts";
import type { ServedFact } from "../../src/facts/node-facts.ts";
import type { ClusterNode } from "../../src/inventory/cluster.ts";
import type { LookDepth } from "../../src/run/look.ts";
import { observeNode } from "../../src/run/observe-node.ts";
import type { Session } from "../../src/session/session.ts";
import { makeLab } from "../support/lab-facts.ts";

const lab = makeLab("12.5");
const node = { cluster: "east", name: "pub", address: "10.1.1.1", role: "publisher" } as ClusterNode;
const served: ServedFact = { kind: "unreachable", reason: "connection refused" };
const modeQuery = "ClusterSecurityMode";
const rollbackQuery = "RollBackToPreGrayback";
const table = (name: string, value: string) =>
  `paramname             paramvalue\n===================== ==========\n${name.padEnd(21)} ${value}`;

interface Fakes {
  /** By a piece of the line; a line that fits none is not understood. */
  readonly answers?: Readonly<Record<string, string>>;
  /** The session is over at this line. */
  readonly lostAt?: string;
  readonly depth?: LookDepth;
  readonly node?: ClusterNode;
  readonly fetch?: () => Promise<ServedFact>;
}

async function observed({ answers = {}, lostAt, depth = "status", fetch, ...fakes }: Fakes) {
  const all = {
    "utils service list": "Cisco Tftp[STARTED]",
    "show itl": lab.showItl(lab.publisher),
    ...answers,
  };
  const lines: string[] = [];
  let isOpen = true;
  const session = {
    node: fakes.node ?? node,
    get isOpen() {
      return isOpen;
    },
    mask: (text: string) => text,
    read: async ({ line }: { readonly line: string }) => {
      lines.push(line);
      if (line === lostAt) {
        isOpen = false;
        throw new OperatorError("session-lost", "the session is over", { hint: "Look again." });
      }
      const text = Object.entries(all).find(([piece]) => line.includes(piece))?.[1] ?? "[lab] no answer";
      return { command: line, text, isRefused: false, tail: "" };
    },
  } as unknown as Session;
  let fetches = 0;
  const fetchServed = () => {
    fetches += 1;
    return fetch === undefined ? Promise.resolve(served) : fetch();
  };
  const facts = await observeNode(session, depth, { clock: lab.clock }, fetchServed);
  const troubleAt = (piece: string) =>
    facts.trouble.filter(({ command }) => command?.includes(piece)).map(({ message }) => message);
  return { facts, lines, fetches, troubleAt };
}

test.each([
  ["0", 0],
  ["1", 1],
])("security mode %s", async (value, mode) => {
  const { facts, troubleAt } = await observed({ answers: { [modeQuery]: table(modeQuery, value) } });
  expect([facts.clusterSecurityMode, troubleAt(modeQuery)]).toEqual([mode, []]);
});

test.each([
  ["another number", "2", "ClusterSecurityMode is 2: neither on nor off"],
  ["no value", "NULL", "ClusterSecurityMode is absent: neither on nor off"],
])("a security mode with %s is not taken for non-secure", async (_what, value, message) => {
  const { facts, troubleAt } = await observed({ answers: { [modeQuery]: table(modeQuery, value) } });
  expect([facts.clusterSecurityMode, troubleAt(modeQuery)]).toEqual([null, [message]]);
});

test.each<[string, boolean]>([
  ...["t", "T", "1", "True"].map((word): [string, boolean] => [word, true]),
  ...["f", "F", "0", "False", "NULL"].map((word): [string, boolean] => [word, false]),
])("the rollback parameter %s is %s", async (value, isOn) => {
  const { facts, troubleAt } = await observed({ answers: { [rollbackQuery]: table(rollbackQuery, value) } });
  expect([facts.isRollbackParameterOn, troubleAt(rollbackQuery)]).toEqual([isOn, []]);
});

test.each(["yes", "10", "Full"])(
  "the rollback parameter in a word that nobody knows (%s) is not taken for off",
  async (word) => {
    const { facts, troubleAt } = await observed({ answers: { [rollbackQuery]: table(rollbackQuery, word) } });
    expect(facts.isRollbackParameterOn).toBeNull();
    expect(troubleAt(rollbackQuery)).toEqual([`RollBackToPreGrayback is ${word}: neither on nor off`]);
  },
);

test.each([
  ["Central Daylight Time (America/Mexico_City)", Date.UTC(2023, 8, 29, 22, 20, 40)],
  ["of nowhere on earth", null],
])("a clock in the zone %s is off by whole seconds, or by nobody knows how much", async (zone, utcMs) => {
  const date = "Date               : Fri Sep 29, 2023 17:20:40";
  const text = `Host Name          : pub\n${date}\nTime Zone          : ${zone}`;
  const { facts } = await observed({ answers: { "show status": text } });
  const nowMs = lab.clock.now();
  expect(facts.clockSkewMs).toBe(utcMs === null ? null : Math.round((utcMs - nowMs) / 1000) * 1000);
});

test("a node that serves no lists is not asked for one", async () => {
  const services = "Cisco Tftp[STOPPED]  Service Not Activated";
  const { facts, lines, fetches } = await observed({ answers: { "utils service list": services } });
  expect(lines).not.toContain("show itl");
  expect([facts.itl, facts.served, fetches]).toEqual([null, null, 0]);
});

test("a node whose services cannot be read is asked for its list all the same", async () => {
  const { facts, fetches } = await observed({ answers: { "utils service list": "[lab] refused" } });
  expect([facts.itl?.kind, facts.served, fetches]).toEqual(["shown", served, 1]);
});

test("a list alone needs three questions, on a subscriber as on the publisher", async () => {
  const lists = ["show version active", "utils service list", "show itl"];
  expect((await observed({ depth: "lists" })).lines).toEqual(lists);
  const subscriber = { ...node, role: "subscriber" } as const;
  expect((await observed({ depth: "lists", node: subscriber })).lines).toEqual(lists);
  const whole = (await observed({ node: subscriber })).lines;
  expect(whole.filter((line) => /run sql|show myself|replication/.test(line))).toEqual([]);
});

test("a session that is lost: nothing more is asked, and what came before is kept", async () => {
  const { facts, lines, fetches } = await observed({ lostAt: "show network cluster" });
  expect(lines.at(-1)).toBe("show network cluster");
  expect([facts.isReachable, facts.itl?.kind, fetches]).toEqual([false, "shown", 1]);
  expect(facts.trouble.at(-1)).toMatchObject({
    ...{ code: "node-unreachable", command: "show network cluster" },
    message: "the session is over (during show network cluster)",
  });
});

test("what goes wrong beside the commands is thrown where it is waited for, and by nobody else", async () => {
  const bug = new Error("a bug");
  await expect(observed({ fetch: () => Promise.reject(bug) })).rejects.toBe(bug);
});
