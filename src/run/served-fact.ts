// A node → the list that phones would fetch from it, parsed and verified, or why there is none.
import { createHash } from "node:crypto";
import { messageOf } from "../base/errors.ts";
import { parseListFile, verifyListFile } from "../facts/itl-file.ts";
import type { ServedFact } from "../facts/node-facts.ts";
import type { ClusterNode } from "../inventory/cluster.ts";
import type { LookTools } from "./look.ts";

/** Network trouble and unreadable bytes are facts; this never rejects for them. */
export async function fetchServed(tools: LookTools, node: ClusterNode): Promise<ServedFact> {
  const answer = await tools.fetchServedFile({
    address: node.address,
    port: node.tftp.port,
    path: "/ITLFile.tlv",
    ...(tools.signal ? { signal: tools.signal } : {}),
  });
  if (answer.kind === "failed") return { kind: "unreachable", reason: answer.reason };
  const bytes = Buffer.from(answer.bytes);
  try {
    const file = parseListFile(bytes);
    return { kind: "fetched", file, signature: verifyListFile(bytes), bytes: bytes.toString("base64") };
  } catch (error) {
    const sha1 = createHash("sha1").update(bytes).digest("hex");
    return { kind: "unreadable", sha1, reason: messageOf(error) };
  }
}
