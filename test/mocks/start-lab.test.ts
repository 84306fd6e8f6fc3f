// An open lab: its inventory, its HTTP side with faults, and that nothing stays open behind it.
import { X509Certificate } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parse } from "yaml";
import type { LabNode } from "../../mocks/lab/model.ts";
import { type Lab, startLab } from "../../mocks/lab/start-lab.ts";

let lab: Lab;
let pub: LabNode;
beforeEach(async () => {
  lab = await startLab({ clusters: [{ name: "east-1", release: "15" }] });
  pub = lab.cluster().publisher;
});
afterEach(() => lab.close());

const url = (path: string) => `http://127.0.0.1:${pub.tftpPort}${path}`;

describe("the inventory of a lab", () => {
  it("names every node with its ports and host key, and passwords only as variables", async () => {
    const folder = mkdtempSync(join(tmpdir(), "lab-inventory-"));
    try {
      const text = readFileSync(await lab.writeInventory(folder), "utf8");
      const east = (parse(text) as { clusters: Record<string, { nodes: unknown[] }> }).clusters["east-1"];
      expect(east?.nodes[0]).toEqual({
        name: "pub",
        address: "127.0.0.1",
        role: "publisher",
        ssh: { port: pub.sshPort, hostKeys: [pub.ssh.hostKeySha256] },
        tftp: { port: pub.tftpPort },
        ports: { capf: lab.cluster().capf.port },
      });
      for (const name of text.match(/env:\w+/g) ?? []) expect(lab.environment[name.slice(4)]).toBeTruthy();
      for (const password of Object.values(lab.environment)) expect(text).not.toContain(password);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe("certificates of a lab", () => {
  it("never share a key or a serial, and are what their records say", () => {
    const all = lab.cluster().nodes.flatMap(({ certificates }) => [...certificates.values()]);
    const distinct = [...new Set(all)];
    expect(distinct).toHaveLength(15);
    expect(
      new Set(distinct.map(({ publicKey }) => publicKey.export({ type: "spki", format: "pem" }))).size,
    ).toBe(15);
    expect(new Set(distinct.map(({ serial }) => serial.toString("hex"))).size).toBe(15);
    expect(distinct.some(({ serial }) => (serial[0] ?? 0) >= 0x80)).toBe(true);
    for (const { der, subject, serial } of distinct) {
      const x509 = new X509Certificate(der);
      expect(x509.subject.replaceAll("\n", ";")).toBe(subject);
      expect(BigInt(`0x${x509.serialNumber}`)).toBe(BigInt(`0x${serial.toString("hex")}`));
      expect(x509.verify(x509.publicKey)).toBe(true);
    }
  });
});

describe("the HTTP side", () => {
  const limited = (path = "/ITLFile.tlv", init: RequestInit = {}) =>
    fetch(url(path), { ...init, signal: AbortSignal.timeout(300) }).then((answer) => answer.arrayBuffer());

  it("serves the list under both names and nothing else", async () => {
    for (const path of ["/ITLFile.tlv", "/ITLSEP001122334455.tlv"]) {
      expect(Buffer.from(await limited(path))).toEqual(pub.listFile);
    }
    for (const path of ["/", "/CTLFile.tlv", "/ITLSEP00.tlv", "/ITLRecovery.p12"]) {
      expect((await fetch(url(path))).status).toBe(404);
    }
  });

  it("serves nothing while TFTP is stopped", async () => {
    lab.cluster().setService(pub, "Cisco Tftp", "STOPPED");
    await expect(limited()).rejects.toThrow();
  });

  it("serves a file whose signature was changed, while show itl reads the true one", async () => {
    lab.cluster().truthFaults.corruptServed.add("pub");
    const served = Buffer.from(await limited());
    expect(served).toHaveLength(pub.listFile?.length ?? 0);
    expect(served).not.toEqual(pub.listFile);
    expect(lab.cluster().showItl(pub)).toContain("verified successfully");
    expect(lab.cluster().bootPhones(["SEP001122334401"])[0]?.accepted).toBe("rejected");
  });

  it("stalls, drips, drops, redirects, answers with a status and floods on demand", async () => {
    const faults = lab.cluster().truthFaults.http;
    faults.set("pub", { kind: "stall" });
    await expect(limited()).rejects.toThrow(/timeout|aborted/i);
    faults.set("pub", { kind: "drip", everyMs: 20 });
    await expect(limited()).rejects.toThrow(/timeout|aborted/i);
    faults.set("pub", { kind: "drop" });
    await expect(limited()).rejects.toThrow();
    faults.set("pub", { kind: "redirect", location: url("/elsewhere") });
    const redirected = await fetch(url("/ITLFile.tlv"), { redirect: "manual" });
    expect([redirected.status, redirected.headers.get("location")]).toEqual([302, url("/elsewhere")]);
    faults.set("pub", { kind: "status", code: 503 });
    expect((await fetch(url("/ITLFile.tlv"))).status).toBe(503);
    faults.set("pub", { kind: "oversize", bytes: 3_000_000 });
    expect((await (await fetch(url("/ITLFile.tlv"))).arrayBuffer()).byteLength).toBe(3_000_000);
  });
});
