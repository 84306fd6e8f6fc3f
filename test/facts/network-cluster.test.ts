// `show network cluster` on a publisher and on a subscriber.
import { expect, test } from "vitest";
import { parseNetworkCluster } from "../../src/facts/network-cluster.ts";
import { cutAtEveryLine, transcript } from "./transcript-text.ts";

const publisher = transcript("ext-11");
const rows = [
  {
    address: "10.1.89.30",
    fqdn: "CUCMv10SUB.alegarc2.lab",
    hostName: "CUCMv10SUB",
    isPublisher: false,
    product: "callmanager",
    authentication: "authenticated",
  },
  {
    address: "10.1.89.20",
    fqdn: "CUCM10.alegarc2.lab",
    hostName: "CUCM10",
    isPublisher: true,
    product: "callmanager",
    authentication: "authenticated",
  },
];

test("the publisher shows the server table too (ext-11)", () => {
  expect(parseNetworkCluster(publisher)).toEqual({ rows, serverTable: ["10.1.89.20", "10.1.89.30"] });
  expect(parseNetworkCluster(publisher.replaceAll(" ", "\t").replaceAll("\n", "\r\n"))).toEqual(
    parseNetworkCluster(publisher),
  );
});

test("a subscriber shows none (ext-12)", () => {
  expect(parseNetworkCluster(transcript("ext-12"))).toEqual({ rows, serverTable: null });
});

test("a node without domain, an IM&P node and other words are read", () => {
  const text = [
    "10.0.0.1  pub Publisher callmanager DBPub authenticated",
    "10.0.0.2  imp Subscriber cups DBSub not authenticated since Mon Jul  1 13:44:09 2019",
    "2001:db8::3 six.lab six Subscriber callmanager DBSub",
    "Dynamic Cluster Configuration is enabled for 23 Hours 59 Minutes.",
  ].join("\n");
  expect(parseNetworkCluster(text).rows).toMatchObject([
    { hostName: "pub", fqdn: null, isPublisher: true },
    { hostName: "imp", product: "cups", authentication: "not authenticated" },
    { hostName: "six", address: "2001:db8::3", authentication: "" },
  ]);
});

test("blanks before a row, rows behind the table and single words before it change nothing", () => {
  const text = [
    "Cluster",
    "  10.0.0.1 pub Publisher callmanager DBPub authenticated",
    "Server Table (processnode) Entries",
    "----------------------------------",
    "10.0.0.1",
    "10.0.0.2 sub Subscriber callmanager DBSub -",
    "10.0.0.2",
  ].join("\n");
  const { rows: read, serverTable } = parseNetworkCluster(text);
  expect(read.map(({ hostName, authentication }) => [hostName, authentication])).toEqual([
    ["pub", "authenticated"],
    ["sub", "-"],
  ]);
  expect(serverTable).toEqual(["10.0.0.1", "10.0.0.2"]);
});

test.each([
  ["a row without name", "10.1.89.30 Publisher callmanager DBPub authenticated", /unknown line/],
  ["a row with a word too many", "10.1.89.30 a.lab a b Publisher callmanager DBPub", /unknown line/],
  ["no row", "", /names no server/],
  ["a row without role", "10.1.89.30 a.lab a callmanager DBSub authenticated", /unknown line "10\.1\.89\.30/],
  ["a row without address", "a.lab a Subscriber callmanager DBSub authenticated", /unknown line "a\.lab/],
  ["a row cut short", "10.1.89.30 a.lab a Subscriber", /unknown line/],
])("with %s it is not understood", (_, text, message) => {
  expect(() => parseNetworkCluster(text)).toThrow(message);
});

test("an answer cut short never shows more than it holds", () => {
  for (const cut of cutAtEveryLine(publisher).filter((part) => part.includes("10.1.89.30"))) {
    expect(rows).toEqual(expect.arrayContaining([...parseNetworkCluster(cut).rows]));
  }
});
