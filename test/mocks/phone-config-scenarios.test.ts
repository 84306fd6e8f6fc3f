// The scenarios of phone configuration: what every node serves of every phone, and how CAPF fares.
import { createHash, type KeyObject } from "node:crypto";
import { once } from "node:events";
import { connect } from "node:net";
import { connect as connectTls } from "node:tls";
import { afterEach, describe, expect, it } from "vitest";
import type { LabNode, LabPhone } from "../../mocks/lab/model.ts";
import { certificateOf } from "../../mocks/lab/normal-list.ts";
import { phoneCertificate, strangerKey } from "../../mocks/lab/phone-certificate.ts";
import { databaseHashOf } from "../../mocks/lab/phone-config-files.ts";
import { type Lab, startLab } from "../../mocks/lab/start-lab.ts";
import { readSigned } from "./signed-file.ts";

let lab: Lab;
const open = async (scenario: string) => {
  lab = await startLab({ scenario });
  return lab.cluster();
};
afterEach(() => lab.close());

/** `off`, `partial` and `full` by the text, `bad` where there is none to be read; `-` not found; `+` an encrypted file. */
const served = async (node: LabNode, { name }: LabPhone): Promise<string> => {
  const of = (file: string) => fetch(`http://${node.address}:${node.tftpPort}/${name}.cnf.xml.${file}`);
  const [clear, encrypted] = [await of("sgn"), await of("enc.sgn")];
  const word = clear.ok ? wordFor(Buffer.from(await clear.arrayBuffer())) : "-";
  return `${word}${encrypted.ok ? "+" : ""}`;
};
const wordFor = (file: Buffer): string => {
  if (file.readUInt8(0) !== 1) return "bad";
  const xml = readSigned(file).body.toString();
  if (!xml.endsWith("</device>\n")) return "bad";
  const hash = /<certHash>(.*)<\/certHash>/.exec(xml)?.[1] === "" ? "" : "#";
  return `${xml.includes("<fullConfig>True<") ? "full" : "partial"}${hash}`;
};
const reach = (port: number) =>
  new Promise<string>((resolve) => {
    const socket = connect(port, "127.0.0.1");
    const done = (what: string) => resolve((socket.destroy(), what));
    socket.once("connect", () => done("connected"));
    socket.once("error", (error: NodeJS.ErrnoException) => done(error.code ?? "error"));
    setTimeout(() => done("no answer"), 150);
  });

describe("phone-config", () => {
  it("serves each phone what its comment tells", async () => {
    const cluster = await open("phone-config");
    const [pub, tftp2] = [cluster.publisher, cluster.node("tftp2")];
    const all: string[] = [];
    for (const phone of cluster.phones) {
      const [here, there] = [await served(pub, phone), await served(tftp2, phone)];
      all.push(`${phone.name.slice(-2)} ${here === there ? here : `${here} ${there}`}`);
    }
    expect(all).toEqual([
      ...["01 partial#+", "02 partial#+", "03 partial#+", "04 full", "05 full#"],
      ...["06 partial", "07 partial", "08 partial", "09 partial#+", "0A partial#+", "0B partial#"],
      ...["0C partial#+ partial#", "0D partial#+", "0E partial#+ -", "0F full"],
      ...["10 partial", "11 partial", "12 partial", "13 partial#+", "14 partial#+", "15 partial#+"],
      ...[
        "16 partial#+",
        "17 bad+",
        "18 bad+",
        "19 partial#+",
        "1A partial#+",
        "1B partial#+",
        "1C partial#+",
      ],
    ]);
    expect(lab.complaints).toEqual([]);
  });

  it("has a phone whose certificate ended, every certificate once, and nobody's key is the stranger's", async () => {
    const cluster = await open("phone-config");
    const certificates = cluster.phones.map((phone) => phoneCertificate(cluster, phone));
    expect(certificates.filter(({ notAfter }) => notAfter < cluster.clock.now())).toHaveLength(1);
    expect(new Set(certificates.map(({ md5 }) => md5)).size).toBe(cluster.phones.length);
    const pem = (key: KeyObject) => key.export({ type: "pkcs1", format: "pem" });
    expect(certificates.map(({ privateKey }) => pem(privateKey))).not.toContain(pem(strangerKey()));
  });
});

describe("CAPF", () => {
  it.each([
    ["capf-stopped", "ECONNREFUSED"],
    ["capf-unreachable", "no answer"],
    ["capf-renewed", "connected"],
  ])("%s: TCP meets %j; one phone is ready and one waits", async (scenario, met) => {
    const cluster = await open(scenario);
    expect(await reach(cluster.capf.port)).toBe(met);
    expect(cluster.phones.map((phone) => databaseHashOf(cluster, phone).length)).toEqual([32, 0]);
    const sha1 = createHash("sha1").update(certificateOf(cluster.publisher, "CAPF").der).digest();
    for (const node of cluster.nodes) expect(node.listFile?.includes(sha1)).toBe(scenario !== "capf-renewed");
  });

  it("capf-tls12: an old model waits, and the port takes nothing below TLS 1.2", async () => {
    const { phones, capf } = await open("capf-tls12");
    expect(phones.map(({ config }) => config.model)).toEqual(["Cisco 7962", "Cisco 8841"]);
    const old = { minVersion: "TLSv1", maxVersion: "TLSv1.1", ciphers: "DEFAULT@SECLEVEL=0" } as const;
    const socket = connectTls({ port: capf.port, host: "127.0.0.1", rejectUnauthorized: false, ...old });
    const [error] = (await once(socket, "error")) as [NodeJS.ErrnoException];
    expect(error.code).toMatch(/PROTOCOL_VERSION/);
  });
});
