// A cluster of the lab without any network → a look at one of its phones, through fakes of session, HTTP and handshake.
import type { LabClusterOptions } from "../../mocks/lab/cluster-options.ts";
import type { StagedCluster } from "../../mocks/lab/cluster-state.ts";
import { deviceTable, devices, type SqlTable } from "../../mocks/lab/commands/device-sql.ts";
import type { LabCertificate } from "../../mocks/lab/model.ts";
import { phoneConfigFile } from "../../mocks/lab/phone-config-files.ts";
import { type LabPhoneConfig, phoneConfigOf } from "../../mocks/lab/phone-config-truth.ts";
import { servedBytes } from "../../mocks/lab/phones.ts";
import type { Handshake, HandshakeRequest } from "../../src/handshake/handshake.ts";
import type { Cluster, ClusterNode } from "../../src/inventory/cluster.ts";
import { deviceName } from "../../src/phone-config/device-name.ts";
import { type CheckTools, observePhoneConfig } from "../../src/phone-config/observe-phone-config.ts";
import type { PhoneLook } from "../../src/phone-config/phone-look.ts";
import type { Fetched, FetchRequest } from "../../src/served/fetch-list.ts";
import type { Session } from "../../src/session/session.ts";
import type { SessionPool } from "../../src/session/session-pool.ts";
import { makeLab } from "../support/lab-facts.ts";

export const device = "SEPA45630BBFA40";
export const capfService = "Cisco Certificate Authority Proxy Function";
const capfPort = 3804;
/** Session 1, version 3. */
export const capfHello: Uint8Array = Buffer.from("550100000001000407000103", "hex");

export interface Fakes {
  /** Null: as the lab would answer. */
  readonly answer?: (line: string) => string | null;
  readonly fetch?: (request: FetchRequest, node: string) => Fetched | null;
  readonly handshake?: (request: HandshakeRequest) => Handshake | null;
  readonly sessionError?: Error;
  readonly signal?: AbortSignal;
  readonly phoneCertificate?: CheckTools["phoneCertificate"];
}

export interface Scene {
  readonly lab: StagedCluster;
  /** Lines typed, paths fetched and handshakes made by the last look. */
  readonly asked: { lines: string[]; paths: string[]; handshakes: HandshakeRequest[] };
  look(fakes?: Fakes): Promise<PhoneLook>;
}

let shared: Scene | null = null;

/** The same cluster for every test that changes nothing but the phone's configuration. */
export function sharedScene(config: Partial<LabPhoneConfig> = {}): Scene {
  shared ??= openScene();
  const phone = shared.lab.phone(device);
  Object.assign(phone.config, phoneConfigOf({ isTftpEncrypted: true, capfPort, ...config }));
  return shared;
}

/** One phone with encryption on unless said; `pub` and `tftp2` with TFTP, `cm3` without. */
export function openScene(
  config: Partial<LabPhoneConfig> = {},
  options: Partial<LabClusterOptions> = {},
): Scene {
  const phones = [{ name: device, config: { isTftpEncrypted: true, capfPort, ...config } }];
  const lab = makeLab("12.5", { phones, ...options });
  const asked: Scene["asked"] = { lines: [], paths: [], handshakes: [] };
  const cluster = clusterOf(lab);
  return {
    lab,
    asked,
    async look(fakes = {}) {
      Object.assign(asked, { lines: [], paths: [], handshakes: [] });
      const tools: CheckTools = {
        cluster,
        clock: lab.clock,
        pool: fakePool(lab, asked.lines, fakes),
        fetchServedFile: (request) => {
          asked.paths.push(request.path ?? "");
          return Promise.resolve(fetched(lab, cluster, request, fakes));
        },
        readHandshake: (request) => {
          asked.handshakes.push(request);
          return Promise.resolve(fakes.handshake?.(request) ?? capfAnswer(lab, request));
        },
        signal: fakes.signal,
        phoneCertificate: fakes.phoneCertificate ?? null,
      };
      return observePhoneConfig(tools, deviceName(device));
    },
  };
}

function clusterOf(lab: StagedCluster): Cluster {
  const nodes = lab.nodes.map(({ name, address, role }, at) => ({
    ...{ cluster: lab.name, name, address, role },
    tftp: { port: 7000 + at },
    ports: { capf: capfPort },
  }));
  return {
    name: lab.name,
    nodes: nodes as unknown as ClusterNode[],
    servers: { domain: "lab.example.net" },
  } as unknown as Cluster;
}

function fakePool(lab: StagedCluster, lines: string[], fakes: Fakes): SessionPool {
  const read: Session["read"] = ({ line }) => {
    lines.push(line);
    const text = fakes.answer?.(line) ?? labAnswer(lab, line);
    return Promise.resolve({ command: line, text, isRefused: false, tail: "" });
  };
  const session = (node: ClusterNode) =>
    fakes.sessionError === undefined
      ? Promise.resolve({ node, isOpen: true, mask: (text: string) => text, read } as unknown as Session)
      : Promise.reject(fakes.sessionError);
  return {
    session,
    async visit(nodes: readonly ClusterNode[], work: (node: ClusterNode) => Promise<unknown>) {
      const [node] = nodes as [ClusterNode];
      try {
        return new Map([[node.name, { kind: "ok", value: await work(node) }]]);
      } catch (error) {
        return new Map([[node.name, { kind: "failed", error }]]);
      }
    },
  } as unknown as SessionPool;
}

function labAnswer(lab: StagedCluster, line: string): string {
  if (line === "utils service list") {
    return lab.publisher.services
      .map(
        ({ name, state, isActivated }) => `${name}[${state}]${isActivated ? "" : "  Service Not Activated"}`,
      )
      .join("\n");
  }
  const query = line.replace(/^run sql /, "");
  const joined = deviceTable(lab, query);
  if (joined === "refused") return "[lab] the database refused the query";
  return tableText(joined ?? plainTable(lab));
}

function plainTable(lab: StagedCluster): SqlTable {
  return { columns: ["md5hash", "name"], rows: devices(lab).filter(({ name }) => name === device) };
}

export function tableText({ columns, rows }: SqlTable): string {
  const widths = columns.map((column) =>
    Math.max(column.length, ...rows.map((row) => (row[column] ?? "NULL").length)),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join(" ")
      .trimEnd();
  return [
    line(columns),
    widths.map((width) => "=".repeat(width)).join(" "),
    ...rows.map((row) => line(columns.map((column) => row[column] ?? "NULL"))),
  ].join("\n");
}

function fetched(lab: StagedCluster, cluster: Cluster, request: FetchRequest, fakes: Fakes): Fetched {
  const at = cluster.nodes.findIndex(({ tftp }) => tftp.port === request.port);
  const node = lab.nodes[at];
  if (node === undefined) throw new Error(`nobody has port ${request.port}`);
  const own = fakes.fetch?.(request, node.name) ?? null;
  if (own !== null) return own;
  if (!lab.activeTftpNodes().includes(node)) return { kind: "failed", reason: "connection refused" };
  const path = request.path ?? "";
  const bytes = path === "/ITLFile.tlv" ? servedBytes(lab, node) : phoneConfigFile(lab, node, path);
  if (bytes === null) return { kind: "failed", reason: "answered HTTP 404" };
  return { kind: "fetched", bytes, lastModified: null };
}

export function capfCertificate(lab: StagedCluster): LabCertificate {
  const certificate = lab.publisher.certificates.get("CAPF");
  if (certificate === undefined) throw new Error("the publisher has no CAPF certificate");
  return certificate;
}

/** TLS 1.0 to 1.2, as the lab's own CAPF. */
export function capfAnswer(
  lab: StagedCluster,
  { versions, helloBytes }: Pick<HandshakeRequest, "versions" | "helloBytes">,
): Extract<Handshake, { kind: "done" }> {
  return {
    kind: "done",
    protocol: versions === "old" ? "TLSv1" : "TLSv1.2",
    cipher: "AES256-SHA",
    chain: [capfCertificate(lab).der],
    hello: capfHello.subarray(0, helloBytes),
    wantsClientCertificate: false,
  };
}
