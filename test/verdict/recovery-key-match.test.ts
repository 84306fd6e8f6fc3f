// What is proven of a recovery key: whole, opened, its own key, the record of the lists served now; never more than that.
import { createHash } from "node:crypto";
import fc from "fast-check";
import forge from "node-forge";
import { describe, expect, test } from "vitest";
import { writeRecoveryP12 } from "../../mocks/lab/recovery-p12.ts";
import type { StagedCluster } from "../../mocks/lab/cluster-state.ts";
import { pairsText } from "../../src/base/serial.ts";
import { parseListFile } from "../../src/facts/itl-file.ts";
import type { ItlRecord } from "../../src/facts/itl-record.ts";
import { parseShownList } from "../../src/facts/show-itl.ts";
import { judgeRecoveryKey } from "../../src/verdict/recovery-key-match.ts";
import { recoveryRecordOf } from "../../src/verdict/signed-by.ts";
import { makeCertificate } from "../facts/made-certificate.ts";
import { makeLab, releases } from "../support/lab-facts.ts";

/** The recovery records of every list that the cluster serves. */
function recordsOf(lab: StagedCluster): ItlRecord[] {
  return lab.nodes.flatMap(({ servedFile }) => {
    const record = servedFile === null ? null : recoveryRecordOf(parseListFile(servedFile));
    return record === null ? [] : [record];
  });
}
const lab = makeLab("12.5");
const file = lab.recoveryFile();
const password = lab.recoveryPassphrase();
const records = recordsOf(lab);
const own = lab.publisher.certificates.get("ITLRecovery");
const callManager = lab.publisher.certificates.get("CallManager");
if (own === undefined || callManager === undefined) throw new Error("the lab has no certificates");
const stranger = makeLab("12.5", { name: "west" });

describe.each(releases)("the key of release %s", (release) => {
  test("is matched with its password, unopened without", () => {
    const cluster = makeLab(release);
    const bytes = cluster.recoveryFile();
    const served = recordsOf(cluster);
    expect(served.length).toBeGreaterThan(1);
    const matched = judgeRecoveryKey(bytes, ["wrong", cluster.recoveryPassphrase()], served);
    expect(matched).toMatchObject({ proof: "matched", proofNote: null });
    expect(matched.certificate?.der).toBe(
      cluster.publisher.certificates.get("ITLRecovery")?.der.toString("base64"),
    );
    expect(matched.ciphers).toEqual([["10.0", "11.5"].includes(release) ? "3des-cbc" : "aes-256-cbc"]);
    expect(judgeRecoveryKey(bytes, [], served)).toEqual({
      proof: "unopened",
      proofNote: "no password that could open it is known, so whose key it holds was not seen",
      certificate: null,
      ciphers: matched.ciphers,
    });
  });
});

describe("why it is not more", () => {
  test.each<[string, string[], string]>([
    ["one password", ["x"], "the known password does not open it, so whose key it holds was not seen"],
    [
      "two passwords",
      ["x", ""],
      "none of the 2 known passwords opens it, so whose key it holds was not seen",
    ],
  ])("%s that do not open it", (_title, passwords, note) => {
    const judged = judgeRecoveryKey(file, passwords, records);
    expect(judged).toMatchObject({ proof: "unopened", certificate: null });
    expect(judged.proofNote).toBe(
      `${note}; the platform derives the password from the cluster security password`,
    );
  });

  test("the first password that opens it counts, whatever stands behind it", () => {
    expect(judgeRecoveryKey(file, ["x", password, "y"], records).proof).toBe("matched");
  });

  test("a file without a checksum that nothing opened says so", () => {
    const pfx = forge.asn1.fromDer(forge.util.createBuffer(file.toString("latin1")));
    (pfx.value as unknown[]).splice(2);
    const bare = Buffer.from(forge.asn1.toDer(pfx).getBytes(), "latin1");
    expect(judgeRecoveryKey(bare, [], records)).toMatchObject({
      proof: "unopened",
      proofNote: expect.stringMatching(/; it has no checksum of its own$/),
    });
    expect(judgeRecoveryKey(bare, [password], records).proof).toBe("matched");
  });

  test("lists of another key", () => {
    const judged = judgeRecoveryKey(file, [password], recordsOf(stranger));
    expect(judged).toMatchObject({ proof: "opened", certificate: { der: own.der.toString("base64") } });
    expect(judged.proofNote).toMatch(
      /^it opens and its key is whole, but its certificate \(serial .*\) is not the ITLRecovery certificate of the lists served now \(serial [\dA-F:]+\)$/,
    );
  });

  test("one list of another key among several", () => {
    const mixed = [...records, ...recordsOf(stranger).slice(0, 1)];
    const judged = judgeRecoveryKey(file, [password], mixed);
    expect(judged.proof).toBe("opened");
    expect(judged.proofNote).toContain("1 of the 3 lists served now carry another ITLRecovery certificate");
  });

  test("one list among several that tells too little of its record", () => {
    const [record] = records;
    if (record === undefined) throw new Error("no record");
    const bare = { ...record, certificate: null, publicKey: null, certificateSha1: null, certHash: null };
    for (const some of [
      [bare, ...records],
      [...records, bare],
      [...records, { ...bare, certHash: "AA:BB" }],
    ]) {
      const judged = judgeRecoveryKey(file, [password], some);
      expect(judged.proof).toBe("opened");
      expect(judged.proofNote).toContain("a list served now tells too little of its ITLRecovery record");
    }
  });

  test("no record to compare with", () => {
    expect(judgeRecoveryKey(file, [password], [])).toMatchObject({
      proof: "opened",
      proofNote: expect.stringContaining("no list that is served now has an ITLRecovery record"),
    });
  });
});

describe("what a record tells of its certificate", () => {
  const [record] = records;
  if (record === undefined) throw new Error("no record");
  const bare = { ...record, certificate: null, publicKey: null, certificateSha1: null, certHash: null };
  const proofWith = (parts: Partial<ItlRecord>) =>
    judgeRecoveryKey(file, [password], [{ ...bare, ...parts }]).proof;
  const hashOf = (name: string) => pairsText(createHash(name).update(own.der).digest());
  const foreign = makeCertificate("ITLRECOVERY_pub.lab.example.net", own.serial.toString("hex"));

  test("its certificate, its key or a hash prove it; a serial alone does not", () => {
    expect(proofWith({ certificate: record.certificate })).toBe("matched");
    expect(proofWith({ publicKey: record.publicKey })).toBe("matched");
    expect(proofWith({ certificateSha1: hashOf("sha1") })).toBe("matched");
    for (const name of ["sha1", "sha256", "sha512"])
      expect(proofWith({ certHash: hashOf(name) })).toBe("matched");
    const judged = judgeRecoveryKey(file, [password], [bare]);
    expect(judged.proof).toBe("opened");
    expect(judged.proofNote).toContain("tells too little of its ITLRecovery record");
  });

  test("a look-alike with the same serial is not the key", () => {
    for (const parts of [
      { certificate: foreign.der.toString("base64") },
      { publicKey: foreign.publicKey.toString("base64") },
      { certificateSha1: hashOf("sha1").replace(/^../, "00") },
      { certHash: hashOf("sha256").replace(/^../, "00") },
      { certHash: "AA:BB" },
    ])
      expect(proofWith(parts), JSON.stringify(parts)).toBe("opened");
  });

  test("the right hash under another serial is not the key", () => {
    expect(proofWith({ certificateSha1: hashOf("sha1"), serial: "01" })).toBe("opened");
  });

  test("what `show itl` prints is enough", () => {
    const shown = parseShownList(lab.showItl(lab.publisher));
    const printed = shown.kind === "shown" ? recoveryRecordOf(shown) : null;
    if (printed === null) throw new Error("no record is shown");
    expect(printed.certificate).toBeNull();
    expect(judgeRecoveryKey(file, [password], [printed])).toMatchObject({ proof: "matched" });
  });
});

describe("no recovery key at all", () => {
  test("a key that is not its certificate's, whatever the lists say", () => {
    const crossed = { ...own, privateKey: callManager.privateKey };
    const judged = judgeRecoveryKey(writeRecoveryP12(crossed, password, "aes256"), [password], records);
    expect(judged).toMatchObject({
      proof: null,
      certificate: null,
      proofNote: "it opens, but its private key is not the key of its certificate",
    });
  });

  test("bytes that are no whole PKCS#12", () => {
    for (const bytes of [file.subarray(0, -1), Buffer.alloc(0), Buffer.from("<html>"), own.der])
      expect(judgeRecoveryKey(bytes, [password], records)).toEqual({
        proof: null,
        proofNote: "it is not a whole PKCS#12 file",
        certificate: null,
        ciphers: [],
      });
  });
});

test("no changed byte makes more of a file than it is", () => {
  const change = fc.tuple(fc.nat(file.length - 1), fc.integer({ min: 1, max: 255 }));
  fc.assert(
    fc.property(change, ([at, by]) => {
      const copy = Buffer.from(file);
      copy[at] = (copy[at] ?? 0) ^ by;
      const judged = judgeRecoveryKey(copy, [password], records);
      if (judged.proof === "matched") expect(judged.certificate?.der).toBe(own.der.toString("base64"));
      else expect(judged.certificate === null || judged.proof === "opened").toBe(true);
      expect(["unopened", null]).toContain(judgeRecoveryKey(copy, [], records).proof);
    }),
    { numRuns: 40 },
  );
});
