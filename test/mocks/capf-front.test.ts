// The lab's CAPF as a caller meets it: its first words, its certificate, its TLS versions, and every way in which it fails.
import { once } from "node:events";
import { connect as connectTcp } from "node:net";
import { type ConnectionOptions, connect, type TLSSocket } from "node:tls";
import { afterEach, describe, expect, it } from "vitest";
import { parse } from "yaml";
import type { CapfManner } from "../../mocks/lab/capf-truth.ts";
import type { LabClusterOptions } from "../../mocks/lab/cluster-options.ts";
import { readList } from "../../mocks/lab/list-bytes.ts";
import { certificateOf } from "../../mocks/lab/normal-list.ts";
import { serviceNames } from "../../mocks/lab/profiles.ts";
import { type Lab, startLab } from "../../mocks/lab/start-lab.ts";
import { createHash } from "node:crypto";

let lab: Lab;
const open = async (options: Partial<LabClusterOptions> = {}) => {
  lab = await startLab({
    clusters: [{ name: "east", release: "12.5", nodes: [{ name: "pub" }], phones: 0, ...options }],
  });
  return lab.cluster();
};
let complaints: readonly string[] = [];
afterEach(async () => {
  await lab.close();
  expect(lab.complaints).toEqual(complaints);
  complaints = [];
});

const old = { minVersion: "TLSv1", maxVersion: "TLSv1", ciphers: "DEFAULT@SECLEVEL=0" } as const;
/** A handshake that is done; rejects with the error's code. */
const shaken = async (options: ConnectionOptions = {}): Promise<TLSSocket> => {
  const socket = connect({
    port: lab.cluster().capf.port,
    host: "127.0.0.1",
    rejectUnauthorized: false,
    ...options,
  });
  return new Promise((resolve, reject) => {
    socket.once("secureConnect", () => resolve(socket));
    socket.once("error", (error: NodeJS.ErrnoException) => reject(new Error(error.code)));
  });
};
const firstBytes = async (options: ConnectionOptions = {}): Promise<Buffer> => {
  const socket = await shaken(options);
  const [bytes] = (await once(socket, "data")) as [Buffer];
  socket.destroy();
  return bytes;
};
/** What plain TCP meets within a moment. */
const tcp = (ms = 150): Promise<string> =>
  new Promise((resolve) => {
    const socket = connectTcp(lab.cluster().capf.port, "127.0.0.1");
    let state = "no answer";
    const done = (what: string) => resolve((socket.destroy(), what));
    socket.on("connect", () => {
      state = "connected";
    });
    socket.on("data", (bytes) => done(bytes.toString()));
    socket.on("error", (error: NodeJS.ErrnoException) => done(error.code ?? "error"));
    setTimeout(() => done(state), ms);
  });

describe("CAPF", () => {
  it.each(["10.0", "12.5", "15"] as const)(
    "on %s speaks first, with the certificate whose hash the list has",
    async (release) => {
      const { publisher } = await open({ release });
      const socket = await shaken();
      const [bytes] = (await once(socket, "data")) as [Buffer];
      expect(bytes.toString("hex")).toMatch(/^5501[0-9a-f]{8}000407000103$/);
      const shown = socket.getPeerX509Certificate();
      expect(shown?.raw).toEqual(certificateOf(publisher, "CAPF").der);
      expect(shown?.ca).toBe(true);
      const record = readList(publisher.listFile ?? Buffer.alloc(0)).records.find(
        ({ functionCode }) => functionCode === 4,
      );
      expect(record?.certHash).toEqual(
        createHash("sha1")
          .update(shown?.raw ?? "")
          .digest(),
      );
      socket.destroy();
    },
  );

  it("stands in the inventory of the publisher and of no other node", async () => {
    await open({ nodes: [{ name: "pub" }, { name: "tftp2" }] });
    type Written = { clusters: { east: { nodes: { ports?: unknown }[] } } };
    const { nodes } = (parse(lab.inventoryText()) as Written).clusters.east;
    expect(nodes.map(({ ports }) => ports)).toEqual([{ capf: lab.cluster().capf.port }, undefined]);
  });

  it("is complained of by nobody who only listens, and by itself of who sends a byte", async () => {
    await open();
    await firstBytes();
    expect(lab.complaints).toEqual([]);
    const socket = await shaken();
    socket.write(Buffer.from([0x55]));
    await expect.poll(() => lab.complaints).toHaveLength(1);
    complaints = ["CAPF was sent 1 bytes: only a phone may speak to it"];
    socket.destroy();
  });

  it("offers TLS 1.0 to 1.2, or what the cluster says", async () => {
    const { capf } = await open();
    expect((await shaken()).getProtocol()).toBe("TLSv1.2");
    expect((await firstBytes(old)).length).toBe(12);
    capf.tls = { min: "TLSv1", max: "TLSv1" };
    await expect(shaken({ minVersion: "TLSv1.2" })).rejects.toThrow(/PROTOCOL_VERSION/);
    expect((await shaken(old)).getProtocol()).toBe("TLSv1");
    capf.tls = { min: "TLSv1.2", max: "TLSv1.3" };
    expect((await shaken()).getProtocol()).toBe("TLSv1.3");
    await expect(shaken(old)).rejects.toThrow(/PROTOCOL_VERSION/);
  });

  it("refuses while its service is stopped or its publisher is down, and comes back on the same port", async () => {
    const cluster = await open();
    const { publisher } = cluster;
    cluster.setService(publisher, serviceNames.capf, "STOPPED");
    expect(await tcp()).toBe("ECONNREFUSED");
    await cluster.setReachable(publisher, false);
    cluster.setService(publisher, serviceNames.capf, "STARTED");
    expect(await tcp()).toBe("ECONNREFUSED");
    await cluster.setReachable(publisher, true);
    expect((await firstBytes())[0]).toBe(0x55);
    await cluster.restartService(publisher, serviceNames.capf);
    await expect.poll(() => tcp(30)).toBe("connected");
  });

  it("presents the renewed certificate at once, which the list does not know yet; or another one", async () => {
    const cluster = await open();
    const before = (await shaken()).getPeerX509Certificate()?.fingerprint256;
    const renewed = cluster.replaceCertificate(cluster.publisher, "CAPF");
    expect((await shaken()).getPeerX509Certificate()?.raw).toEqual(renewed.der);
    cluster.capf.certificate = "other";
    const other = (await shaken()).getPeerX509Certificate();
    expect(other?.raw).toEqual(certificateOf(cluster.publisher, "tomcat").der);
    expect(other?.fingerprint256).not.toBe(before);
  });

  it.each<[CapfManner, string]>([
    ["mute", "connected"],
    ["plain", "220 lab ready\r\n"],
    ["resets", "ECONNRESET"],
    ["filtered", "no answer"],
  ])("%s: TCP meets %j", async (manner, met) => {
    await open({ capf: { manner } });
    expect(await tcp()).toBe(met);
  });

  it("other-bytes and silent: a handshake, then nothing of a CAPF", async () => {
    const { capf } = await open({ capf: { manner: "other-bytes" } });
    expect((await firstBytes()).toString()).toMatch(/^HTTP/);
    capf.manner = "silent";
    const socket = await shaken();
    const met = await Promise.race([
      once(socket, "data"),
      new Promise((resolve) => setTimeout(resolve, 100, "nothing")),
    ]);
    expect(met).toBe("nothing");
    expect(capf.connections).toBe(2);
  });
});
