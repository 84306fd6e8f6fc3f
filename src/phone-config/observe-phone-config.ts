// A cluster and a phone → one look: database and service by one login to the publisher, files as a phone fetches them, CAPF by its port.
import type { Clock } from "../base/clock.ts";
import { parseServiceList } from "../facts/service-list.ts";
import type { Handshake, HandshakeRequest } from "../handshake/handshake.ts";
import type { Cluster, ClusterNode } from "../inventory/cluster.ts";
import type { fetchServedFile } from "../served/fetch-list.ts";
import { openQuestions } from "../session/node-questions.ts";
import { troubleOf } from "../session/node-trouble.ts";
import { utilsServiceList } from "../session/read-commands.ts";
import type { SessionPool } from "../session/session-pool.ts";
import { capfHelloBytes } from "./capf-hello.ts";
import type { DeviceName } from "./device-name.ts";
import { readDevice } from "./device-query.ts";
import { isLegacyModel } from "./legacy-model.ts";
import type { DeviceAnswer, PhoneCertificate, PhoneLook } from "./phone-look.ts";
import { fetchNodeFiles } from "./served-files.ts";

export interface CheckTools {
  readonly cluster: Cluster;
  readonly pool: SessionPool;
  readonly clock: Clock;
  readonly fetchServedFile: typeof fetchServedFile;
  readonly readHandshake: (request: HandshakeRequest) => Promise<Handshake>;
  readonly signal?: AbortSignal | undefined;
  readonly phoneCertificate: PhoneCertificate | null;
  /** For one handshake. */
  readonly timeoutMs?: number;
}

const defaultTimeoutMs = 5_000;

/** Trouble of any node or server is a fact; only an abort of the signal throws. Nothing is ever sent to CAPF. */
export async function observePhoneConfig(tools: CheckTools, device: DeviceName): Promise<PhoneLook> {
  const { cluster, signal } = tools;
  const node = publisherOf(cluster);
  const [asked, nodes, modern] = await Promise.all([
    askPublisher(tools, node, device),
    Promise.all(cluster.nodes.map((each) => fetchNodeFiles(each, device, tools))),
    shakeHands(tools, node, "modern"),
  ]);
  signal?.throwIfAborted();
  const { database, ...publisher } = asked;
  const model = database.kind === "row" ? database.model : null;
  const isOldWanted =
    modern.kind === "done" ? model !== null && isLegacyModel(model) : modern.stage === "tls";
  const old = isOldWanted ? await shakeHands(tools, node, "old") : null;
  signal?.throwIfAborted();
  return {
    cluster: cluster.name,
    device,
    nowMs: tools.clock.now(),
    publisher: {
      node: node.name,
      address: node.address,
      names: namesOf(node, cluster.servers.domain),
      capfPort: node.ports.capf,
      ...publisher,
    },
    database,
    nodes,
    capf: { modern, old },
    phoneCertificate: tools.phoneCertificate,
  };
}

function publisherOf({ nodes, name }: Cluster): ClusterNode {
  const publisher = nodes.find(({ role }) => role === "publisher");
  if (publisher === undefined) throw new Error(`cluster ${name} has no publisher`);
  return publisher;
}

function namesOf({ name, address }: ClusterNode, domain: string | null): string[] {
  const names = [address, name, ...(domain === null || name.includes(".") ? [] : [`${name}.${domain}`])];
  return names.map((each) => each.toLowerCase());
}

async function askPublisher(
  { pool, signal }: CheckTools,
  node: ClusterNode,
  device: DeviceName,
): Promise<
  Pick<PhoneLook["publisher"], "isReachable" | "trouble" | "services"> & { database: DeviceAnswer }
> {
  const visits = await pool.visit([node], async () => {
    const questions = openQuestions(await pool.session(node), signal);
    const database = await readDevice(questions, device);
    const services = await questions.ask(utilsServiceList(), parseServiceList);
    return { database, services, trouble: questions.trouble, isReachable: !questions.isLost() };
  });
  signal?.throwIfAborted();
  const visit = visits.get(node.name);
  if (visit?.kind === "ok") return visit.value;
  const trouble = troubleOf(visit?.error, null);
  const database = { kind: "unread", reason: `there was no session with ${node.name}` } as const;
  return { database, services: null, trouble: [trouble], isReachable: false };
}

function shakeHands(
  { readHandshake, signal, timeoutMs = defaultTimeoutMs }: CheckTools,
  node: ClusterNode,
  versions: HandshakeRequest["versions"],
): Promise<Handshake> {
  return readHandshake({
    host: node.address,
    port: node.ports.capf,
    servername: null,
    certificateKind: "any",
    versions,
    startTls: null,
    helloBytes: versions === "modern" ? capfHelloBytes : 0,
    timeoutMs,
    signal,
  });
}
