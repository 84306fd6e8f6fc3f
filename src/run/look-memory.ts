// Facts of one look → what is remembered of it.
import { OperatorError } from "../base/errors.ts";
import { parseCertificate } from "../facts/certificate.ts";
import type { ClusterFacts, NodeFacts } from "../facts/node-facts.ts";
import { recoveryRecordOf } from "../verdict/signed-by.ts";
import type { LookMemory } from "./cluster-memory.ts";

/** The list as fetched counts, else as `show itl` tells of it. */
export function lookMemoryOf({ observedAt, nodes }: ClusterFacts): Omit<LookMemory, "lastStatusExit"> {
  const records = nodes.flatMap((node) => {
    const list = listOf(node);
    const record = list === null ? null : recoveryRecordOf(list);
    return record === null ? [] : [record];
  });
  const ends = records.flatMap(({ certificate }) => notAfterOf(certificate)).toSorted();
  return {
    at: observedAt,
    nodes: nodes.map((node) => ({
      ...{ node: node.node, role: node.role, isUp: node.isReachable, listBytes: bytesOf(node) },
    })),
    recoverySerials: [...new Set(records.flatMap(({ serial }) => serial ?? []))],
    recoveryNotAfter: ends[0] ?? null,
  };
}

function listOf({ served, itl }: NodeFacts) {
  if (served?.kind === "fetched") return served.file;
  return itl?.kind === "shown" ? itl : null;
}

function bytesOf({ served, itl }: NodeFacts): number | null {
  if (served?.kind === "fetched") return Buffer.from(served.bytes, "base64").length;
  return itl?.kind === "shown" ? itl.lengthBytes : null;
}

function notAfterOf(certificate: string | null): string[] {
  if (certificate === null) return [];
  try {
    return [parseCertificate(Buffer.from(certificate, "base64")).notAfter];
  } catch (error) {
    if (error instanceof OperatorError) return [];
    throw error;
  }
}
