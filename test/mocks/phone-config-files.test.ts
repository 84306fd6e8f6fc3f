// Configurations as the lab's nodes serve them: by state, by node, and with every fault.
import { constants, createHash, privateDecrypt, type KeyObject, verify } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readList } from "../../mocks/lab/list-bytes.ts";
import type { LabNode, LabPhone } from "../../mocks/lab/model.ts";
import { certificateOf } from "../../mocks/lab/normal-list.ts";
import { phoneCertificate, strangerKey } from "../../mocks/lab/phone-certificate.ts";
import type { LabConfigFaultKind, LabPhoneConfig } from "../../mocks/lab/phone-config-truth.ts";
import { type Lab, startLab } from "../../mocks/lab/start-lab.ts";
import { fieldText, readSigned } from "./signed-file.ts";

const name = "SEPA45630BBFA40";
let lab: Lab;
const open = async (config: Partial<LabPhoneConfig>, release: "10.0" | "12.5" = "12.5") => {
  lab = await startLab({ clusters: [{ name: "east", release, phones: [{ name, config }] }] });
  return lab.cluster();
};
afterEach(async () => {
  expect(lab.complaints).toEqual([]);
  await lab.close();
});

const get = async (node: LabNode, file: "sgn" | "enc.sgn", of = name) => {
  const answer = await fetch(`http://${node.address}:${node.tftpPort}/${of}.cnf.xml.${file}`);
  return answer.ok ? Buffer.from(await answer.arrayBuffer()) : answer.status;
};
const bytes = async (node: LabNode, file: "sgn" | "enc.sgn") => (await get(node, file)) as Buffer;
const text = (file: Buffer) => readSigned(file).body.toString();
const isSignedBy = (file: Buffer, node: LabNode) => {
  const { values, signedBytes } = readSigned(file);
  const { publicKey, serial } = certificateOf(node, "CallManager");
  return (
    verify("sha1", signedBytes, publicKey, values.get(12) ?? Buffer.alloc(0)) &&
    (values.get(5)?.equals(serial) ?? false)
  );
};
/** PKCS#1 v1.5 taken off by hand, which works on every Node. */
const isForKey = (file: Buffer, privateKey: KeyObject) => {
  const wrapped = readSigned(file).values.get(25) ?? Buffer.alloc(0);
  const block = privateDecrypt({ key: privateKey, padding: constants.RSA_NO_PADDING }, wrapped);
  return block[0] === 0 && block[1] === 2 && block.indexOf(0, 10) === block.length - 17;
};
const only = () => lab.cluster().phones[0] as LabPhone;

describe("a phone whose profile encrypts", () => {
  it.each(["10.0", "12.5"] as const)(
    "on %s gets a partial file with its hash, and an encrypted one, from every node by its own key",
    async (release) => {
      const cluster = await open({ isTftpEncrypted: true }, release);
      const { md5, der, privateKey } = phoneCertificate(cluster, only());
      expect(md5).toBe(createHash("md5").update(der).digest("hex"));
      for (const node of cluster.nodes) {
        const [partial, encrypted] = [await bytes(node, "sgn"), await bytes(node, "enc.sgn")];
        expect(text(partial)).toContain(
          `<certHash>${md5}</certHash>\n<encrConfig>true</encrConfig>\n</device>`,
        );
        expect(text(partial)).toContain("<fullConfig>False</fullConfig>");
        expect(text(partial)).toContain(
          `<phonePort>${cluster.capf.port}</phonePort>\n<processNodeName>127.0.0.1</processNodeName>`,
        );
        expect([isSignedBy(partial, node), isSignedBy(encrypted, node)]).toEqual([true, true]);
        expect(isForKey(encrypted, privateKey)).toBe(true);
        expect([partial, encrypted].map((file) => fieldText(readSigned(file), 14))).toEqual([
          `${name}.cnf.xml.sgn`,
          `${name}.cnf.xml.enc.sgn`,
        ]);
      }
    },
  );

  it("gets the same bytes at every request, and others after its state has changed", async () => {
    const { publisher } = await open({ isTftpEncrypted: true });
    const first = await bytes(publisher, "enc.sgn");
    expect(await bytes(publisher, "enc.sgn")).toEqual(first);
    only().config.capfAuthMode = 1;
    expect(await bytes(publisher, "enc.sgn")).not.toEqual(first);
  });

  it("has an empty hash and no encrypted file before CAPF", async () => {
    const { publisher } = await open({ isTftpEncrypted: true, databaseHash: "none" });
    expect(text(await bytes(publisher, "sgn"))).toContain("<certHash></certHash>\n<encrConfig>true");
    expect(await get(publisher, "enc.sgn")).toBe(404);
  });

  it("keeps its full file where TFTP was not restarted, and where it is a phone of SIP OAuth", async () => {
    const { publisher } = await open({ isTftpEncrypted: true, file: "full" });
    for (const change of [{}, { file: "as-set", isSipOauth: true }] as const) {
      Object.assign(only().config, change);
      expect(text(await bytes(publisher, "sgn"))).toContain("<fullConfig>True</fullConfig>");
      expect(text(await bytes(publisher, "sgn"))).toContain("<encrConfig>false</encrConfig>");
      expect(await get(publisher, "enc.sgn")).toBe(404);
    }
  });

  it("may name another CAPF and another hash than the database", async () => {
    const { publisher } = await open({
      isTftpEncrypted: true,
      fileHash: "other",
      capfHost: "old",
      capfPort: 1,
    });
    const partial = text(await bytes(publisher, "sgn"));
    expect(partial).toContain("<phonePort>1</phonePort>\n<processNodeName>old<");
    expect(partial).not.toContain(phoneCertificate(lab.cluster(), only()).md5);
    expect(isForKey(await bytes(publisher, "enc.sgn"), strangerKey())).toBe(true);
  });
});

it("a phone without encryption gets a full file with passwords and an empty hash", async () => {
  const { publisher } = await open({});
  const full = text(await bytes(publisher, "sgn"));
  expect(full).toContain("<certHash></certHash>\n<encrConfig>false</encrConfig>");
  for (const secret of ["ssh", "phone", "line", "admin"]) expect(full).toContain(`>Lab-secret-${secret}<`);
  expect(await get(publisher, "enc.sgn")).toBe(404);
});

it("a device that nobody knows, a name in lower case and a plain file are not found", async () => {
  const { publisher } = await open({ isTftpEncrypted: true });
  expect(await get(publisher, "sgn", "SEP000000000000")).toBe(404);
  expect(await get(publisher, "sgn", name.toLowerCase())).toBe(404);
  expect((await fetch(`http://127.0.0.1:${publisher.tftpPort}/${name}.cnf.xml`)).status).toBe(404);
  only().config.isKnown = false;
  expect(await get(publisher, "sgn")).toBe(404);
});

describe("a fault", () => {
  beforeEach(() => open({ isTftpEncrypted: true }));
  const faulty = (kind: LabConfigFaultKind, file: "sgn" | "enc.sgn" = "sgn") => {
    only().config.faults = [{ kind, node: "pub" }];
    return bytes(lab.cluster().publisher, file);
  };
  const whole = (file: "sgn" | "enc.sgn") => {
    only().config.faults = [];
    return bytes(lab.cluster().publisher, file);
  };

  it("strikes one node, or one of the files", async () => {
    const [pub, tftp2] = [lab.cluster().publisher, lab.cluster().node("tftp2")];
    only().config.faults = [{ kind: "missing", node: "tftp2", file: "enc" }];
    expect(await get(tftp2, "enc.sgn")).toBe(404);
    expect(await get(tftp2, "sgn")).toBeInstanceOf(Buffer);
    expect(await get(pub, "enc.sgn")).toBeInstanceOf(Buffer);
  });

  it.each(["tampered", "bad-signature", "forged"] as const)(
    "%s breaks the signature and nothing else",
    async (kind) => {
      for (const file of ["sgn", "enc.sgn"] as const) {
        const [broken, right] = [await faulty(kind, file), await whole(file)];
        expect(isSignedBy(broken, lab.cluster().publisher)).toBe(false);
        expect(isSignedBy(right, lab.cluster().publisher)).toBe(true);
        expect(broken).toHaveLength(right.length);
        expect(readSigned(broken).values.get(5)).toEqual(readSigned(right).values.get(5));
      }
    },
  );

  it("unknown-signer: no record of the node's list has that serial", async () => {
    const serial = readSigned(await faulty("unknown-signer"))
      .values.get(5)
      ?.toString("hex");
    const list = readList(lab.cluster().publisher.listFile ?? Buffer.alloc(0));
    expect(serial).toMatch(/^5eed/);
    expect(list.records.map((record) => record.serial)).not.toContain(serial);
  });

  it.each(["stale", "other-phone"] as const)(
    "%s: encrypted for a key that the phone does not have",
    async (kind) => {
      const file = await faulty(kind, "enc.sgn");
      expect(isForKey(file, strangerKey())).toBe(true);
      expect(isForKey(file, phoneCertificate(lab.cluster(), only()).privateKey)).toBe(false);
    },
  );

  it("stale: the hash is an older one, and so is the time", async () => {
    const [stale, fresh] = [await faulty("stale"), await bytes(lab.cluster().node("tftp2"), "sgn")];
    expect(text(stale)).not.toContain(phoneCertificate(lab.cluster(), only()).md5);
    const time = (file: Buffer) => readSigned(file).values.get(15)?.readUInt32BE() ?? 0;
    expect(time(fresh) - time(stale)).toBeGreaterThan(29 * 86_400);
  });

  it("cut, cut-header, plain and other-filename: what their names say", async () => {
    const right = await whole("sgn");
    expect(await faulty("cut")).toEqual(
      right.subarray(0, Math.floor((right.readUInt16BE(8) + right.length) / 2)),
    );
    expect(await faulty("cut-header")).toEqual(right.subarray(0, 100));
    expect((await faulty("plain")).toString()).toMatch(/^<\?xml/);
    expect(fieldText(readSigned(await faulty("other-filename")), 14)).not.toContain(name);
  });

  it("other-content: signed and for this phone, yet the digest of the text does not fit", async () => {
    const file = await faulty("other-content", "enc.sgn");
    expect(isSignedBy(file, lab.cluster().publisher)).toBe(true);
    expect(isForKey(file, phoneCertificate(lab.cluster(), only()).privateKey)).toBe(true);
    expect(readSigned(file).values.get(27)).toEqual(createHash("sha1").update("other").digest());
  });
});
