// What a node serves to phones, as a fact: the list and its signature, bytes that are no list, or nothing at all.
import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import type { ClusterNode } from "../../src/inventory/cluster.ts";
import type { LookTools } from "../../src/run/look.ts";
import { fetchServed } from "../../src/run/served-fact.ts";
import type { Fetched, FetchRequest } from "../../src/served/fetch-list.ts";
import { makeLab } from "../support/lab-facts.ts";

const node = { name: "pub", address: "10.1.1.1", tftp: { port: 6971 } } as ClusterNode;
const list = makeLab("12.5").publisher.servedFile ?? Buffer.alloc(0);

/** What is made of the answer, and what was asked for. */
async function asked(answer: Fetched, signal?: AbortSignal) {
  const requests: FetchRequest[] = [];
  const fetchServedFile: LookTools["fetchServedFile"] = async (request) => {
    requests.push(request);
    return answer;
  };
  return { fact: await fetchServed({ fetchServedFile, signal } as LookTools, node), requests };
}

const fetched = (bytes: Uint8Array) => ({ kind: "fetched", bytes }) as Fetched;

test("a list is told with its bytes and whether its signature holds", async () => {
  const { signal } = new AbortController();
  const { fact, requests } = await asked(fetched(list), signal);
  expect(fact).toMatchObject({ kind: "fetched", signature: "valid", bytes: list.toString("base64") });
  expect(requests).toEqual([{ address: "10.1.1.1", port: 6971, path: "/ITLFile.tlv", signal }]);
});

test("a list that was changed on its way is told as such", async () => {
  const changed = Buffer.from(list);
  changed[changed.length - 20] = (changed[changed.length - 20] ?? 0) ^ 1;
  expect((await asked(fetched(changed))).fact).toMatchObject({ kind: "fetched", signature: "invalid" });
});

test.each([
  ["an error page", Buffer.from("<html>")],
  ["half a list", list.subarray(0, list.length / 2)],
  ["nothing", Buffer.alloc(0)],
])("%s is a fact about the node, told by its SHA-1 and why", async (_what, bytes) => {
  const { fact } = await asked(fetched(bytes));
  expect(fact).toEqual({
    kind: "unreadable",
    sha1: createHash("sha1").update(bytes).digest("hex"),
    reason: expect.stringMatching(/\S/),
  });
});

test("a node that does not answer is a fact too", async () => {
  const { fact } = await asked({ kind: "failed", reason: "connection refused" } as Fetched);
  expect(fact).toEqual({ kind: "unreachable", reason: "connection refused" });
});
