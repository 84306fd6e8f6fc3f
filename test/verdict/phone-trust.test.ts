// Section 1 of the trust rules: when a phone takes a new list.
import { createPublicKey, generateKeyPairSync } from "node:crypto";
import { describe, expect, test } from "vitest";
import { functionCodes, writeItl } from "../../mocks/lab/itl-writer.ts";
import { normalRecords, signerOf as listSignerOf, fullRecord } from "../../mocks/lab/normal-list.ts";
import type { StagedCluster } from "../../mocks/lab/cluster-state.ts";
import { parseListFile, verifyListFile } from "../../src/facts/itl-file.ts";
import {
  forecastTake,
  judgeTake,
  judgeTrustedBy,
  type OfferedList,
  type TvsView,
} from "../../src/verdict/phone-trust.ts";
import { tvsViewOf } from "../../src/verdict/tvs-view.ts";
import {
  factsOf,
  from12,
  listOf,
  makeLab,
  nodeOf,
  releases,
  replace,
  setTvs,
  signerOf,
  upTo11,
} from "../support/lab-facts.ts";

const nobody: TvsView = { runningTvs: [], storeSerials: "any-of-cluster" };
const tvsOf = (lab: StagedCluster) => tvsViewOf(factsOf(lab));

test("a TVS that runs and does not know the coming signer helps nobody", () => {
  const lab = makeLab("11.5");
  const held = listOf(lab, "pub").file;
  const signer = signerOf(lab, "tftp2", "CallManager");
  const take = (storeSerials: TvsView["storeSerials"]) =>
    forecastTake({ held, signer, tvs: { ...tvsOf(lab), storeSerials } });
  expect(take(["01:02"])).toEqual({
    kind: "not",
    reason: "the signer is no security token of the held list, and TVS does not know it",
  });
  expect(take(["01:02", signer.serial]).kind).toBe("by-tvs");
  const bare = { ...held, records: held.records.filter(({ functionName }) => functionName !== "TVS") };
  const reasonOf = (list: typeof held) => forecastTake({ held: list, signer, tvs: nobody }).reason;
  expect(reasonOf(bare)).toMatch(/and the list has no TVS record$/);
  expect(reasonOf(held)).toMatch(/and no running TVS has a certificate of its TVS records$/);
});

describe.each(releases)("release %s", (release) => {
  test("no list installed: it takes the first one it is given", () => {
    const offered = listOf(makeLab(release), "pub");
    expect(judgeTake({ held: null, offered, tvs: nobody }).kind).toBe("first");
    expect(
      forecastTake({ held: null, signer: signerOf(makeLab(release), "pub", "CallManager"), tvs: nobody })
        .kind,
    ).toBe("first");
  });

  test("direct: the signer is a token of the list it holds and the signature verifies with that key", () => {
    const lab = makeLab(release);
    const held = listOf(lab, "pub").file;
    replace(lab, ["TVS"]);
    expect(listOf(lab, "pub").file.sha1).not.toBe(held.sha1);
    expect(judgeTake({ held, offered: listOf(lab, "pub"), tvs: nobody }).kind).toBe("direct");
  });

  test("a look-alike signer (same names and serial, another key) is not direct", () => {
    const lab = makeLab(release);
    const held = listOf(lab, "pub").file;
    const offered = lookAlikeOf(lab);
    expect(offered.file.header.signer).toEqual(held.header.signer);
    expect(judgeTake({ held, offered, tvs: nobody }).kind).toBe("not");
    expect(judgeTake({ held, offered, tvs: tvsOf(lab) }).kind).toBe("not");
    expect(judgeTake({ held, offered, tvs: { ...tvsOf(lab), storeCertificates: [] } }).kind).toBe("not");
    expect(judgeTrustedBy(held, offered)).toMatchObject({ accepted: false });
  });

  test("a list whose signature was damaged is not taken", () => {
    const lab = makeLab(release);
    const held = listOf(lab, "pub").file;
    replace(lab, ["TVS"]);
    const { bytes } = listOf(lab, "pub");
    const damaged = Buffer.from(bytes);
    damaged.writeUInt8(damaged.readUInt8(damaged.length - 1) ^ 1, damaged.length - 1);
    const offered = { bytes: damaged, file: parseListFile(damaged) };
    expect(judgeTake({ held, offered, tvs: tvsOf(lab) }).kind).toBe("not");
  });

  test("by-tvs only when the TVS record's certificate is the present one, running, and knows the signer", () => {
    const lab = makeLab(release);
    const held = listOf(lab, "pub").file;
    replace(lab, ["CallManager", "ITLRecovery"]);
    const offered = listOf(lab, "pub");
    const tvs = tvsOf(lab);
    expect(judgeTake({ held, offered, tvs }).kind).toBe("by-tvs");
    expect(judgeTake({ held, offered, tvs: { ...tvs, runningTvs: [] } }).kind).toBe("not");
    expect(judgeTake({ held, offered, tvs: { ...tvs, storeSerials: ["01:02"] } }).kind).toBe("not");
    const known = { ...tvs, storeSerials: [offered.file.header.signer.serial] };
    expect(judgeTake({ held, offered, tvs: known }).kind).toBe("by-tvs");
    const withoutTvs = { ...held, records: held.records.filter((record) => record.functionName !== "TVS") };
    expect(judgeTake({ held: withoutTvs, offered, tvs })).toMatchObject({
      kind: "not",
      reason: expect.stringContaining("no TVS record") as string,
    });
  });

  test("a TVS that is stopped, or whose certificate was regenerated, answers no phone that held the old list", () => {
    const lab = makeLab(release);
    const held = listOf(lab, "pub").file;
    replace(lab, ["CallManager", "ITLRecovery"]);
    for (const node of ["pub", "tftp2"]) setTvs(lab, node, false);
    expect(judgeTake({ held, offered: listOf(lab, "pub"), tvs: tvsOf(lab) }).kind).toBe("by-tvs");
    setTvs(lab, "cm3", false);
    expect(judgeTake({ held, offered: listOf(lab, "pub"), tvs: tvsOf(lab) }).kind).toBe("not");
    for (const node of ["pub", "tftp2", "cm3"]) setTvs(lab, node, true);
    replace(lab, ["TVS"]);
    expect(judgeTake({ held, offered: listOf(lab, "pub"), tvs: tvsOf(lab) }).kind).toBe("not");
  });

  test("the very list it holds is taken again, also where nothing in it vouches for its signer", () => {
    const { bytes, file } = listOf(makeLab(release), "pub");
    const bare = { ...file, records: [] };
    expect(judgeTake({ held: bare, offered: { bytes, file }, tvs: nobody }).kind).toBe("direct");
    expect(judgeTrustedBy(bare, { bytes, file }).accepted).toBe(false);
  });
});

describe.each(upTo11)("up to 11.5 (%s)", (release) => {
  test("a regenerated CallManager is accepted only by-tvs", () => {
    const lab = makeLab(release);
    const held = listOf(lab, "tftp2").file;
    replace(lab, ["CallManager"]);
    const offered = listOf(lab, "tftp2");
    expect(judgeTake({ held, offered, tvs: tvsOf(lab) }).kind).toBe("by-tvs");
    expect(judgeTake({ held, offered, tvs: nobody }).kind).toBe("not");
    expect(judgeTrustedBy(held, offered).accepted).toBe(false);
  });

  test("CallManager and TVS both changed while a phone is away: lost, and localkey brings it back directly", async () => {
    const lab = makeLab(release);
    const held = listOf(lab, "pub").file;
    replace(lab, ["CallManager", "TVS"]);
    expect(judgeTake({ held, offered: listOf(lab, "pub"), tvs: tvsOf(lab) }).kind).toBe("not");
    await lab.resetLocalkey();
    expect(judgeTake({ held, offered: listOf(lab, "pub"), tvs: nobody }).kind).toBe("direct");
  });
});

describe.each(from12)("from 12.0 (%s)", (release) => {
  test("CallManager and TVS may change and phones still accept directly", () => {
    const lab = makeLab(release);
    const held = listOf(lab, "pub").file;
    replace(lab, ["CallManager", "TVS"]);
    expect(judgeTake({ held, offered: listOf(lab, "pub"), tvs: nobody }).kind).toBe("direct");
  });

  test("the loss is ITLRecovery replaced together with TVS", () => {
    const lab = makeLab(release);
    const held = listOf(lab, "pub").file;
    replace(lab, ["ITLRecovery", "TVS"]);
    expect(judgeTake({ held, offered: listOf(lab, "pub"), tvs: tvsOf(lab) }).kind).toBe("not");
  });

  test("phones of a subscriber take the list of localkey by-tvs only", async () => {
    const lab = makeLab(release);
    const [held, ofPublisher] = [listOf(lab, "tftp2").file, listOf(lab, "pub").file];
    const forecast = { signer: signerOf(lab, "pub", "CallManager"), tvs: tvsOf(lab) };
    expect(forecastTake({ held, ...forecast }).kind).toBe("by-tvs");
    expect(forecastTake({ held: ofPublisher, ...forecast }).kind).toBe("direct");
    await lab.resetLocalkey();
    expect(judgeTake({ held, offered: listOf(lab, "tftp2"), tvs: tvsOf(lab) }).kind).toBe("by-tvs");
    expect(judgeTake({ held, offered: listOf(lab, "tftp2"), tvs: nobody }).kind).toBe("not");
    expect(judgeTake({ held: ofPublisher, offered: listOf(lab, "pub"), tvs: nobody }).kind).toBe("direct");
  });
});

describe("a forecast", () => {
  test("does not take a key for a token because of its serial", () => {
    const lab = makeLab("11.5");
    const held = listOf(lab, "pub").file;
    const real = signerOf(lab, "pub", "ITLRecovery");
    const other = signerOf(lab, "tftp2", "CallManager");
    const signer = { ...other, serial: real.serial };
    expect(forecastTake({ held, signer, tvs: tvsOf(lab) })).toMatchObject({ kind: "not" });
  });

  test("also reads what show itl printed, by certificate hash", () => {
    const lab = makeLab("11.5");
    const { itl } = nodeOf(factsOf(lab), "pub");
    if (itl?.kind !== "shown") throw new Error("no list");
    expect(forecastTake({ held: itl, signer: signerOf(lab, "pub", "ITLRecovery"), tvs: nobody }).kind).toBe(
      "direct",
    );
    replace(lab, ["ITLRecovery"]);
    expect(forecastTake({ held: itl, signer: signerOf(lab, "pub", "ITLRecovery"), tvs: nobody }).kind).toBe(
      "not",
    );
  });
});

describe("a signed configuration file", () => {
  test("is trusted by the TFTP record of the held list, not by a token", () => {
    const lab = makeLab("12.5");
    const held = listOf(lab, "pub").file;
    const ofTftp = signedFile(lab, "CallManager");
    expect(ofTftp.file.kind).toBe("signed-file");
    expect(judgeTrustedBy(held, ofTftp).accepted).toBe(true);
    expect(judgeTrustedBy(held, signedFile(lab, "ITLRecovery")).accepted).toBe(false);
  });
});

/** A list of the publisher's names and serials, consistent in itself, signed with a key that nobody knows. */
function lookAlikeOf(lab: StagedCluster): OfferedList {
  const real = lab.publisher.certificates.get(lab.profile.normalSigner);
  if (real === undefined) throw new Error("no certificate");
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: real.keyBits });
  const der = createPublicKey(privateKey).export({ type: "pkcs1", format: "der" });
  const fake = normalRecords(lab, lab.publisher).map(({ certificate, ...record }) =>
    record.serial?.equals(real.serial) === true
      ? { ...record, publicKey: der }
      : { ...record, ...(certificate === undefined ? {} : { certificate }) },
  );
  const bytes = writeItl({
    version: { major: 1, minor: 2 },
    signer: { ...listSignerOf(real), privateKey },
    digest: "sha1",
    filename: "ITLFile.tlv",
    timestamp: 1_767_000_000,
    records: fake,
  });
  expect(verifyListFile(bytes)).toBe("valid");
  return { bytes, file: parseListFile(bytes) };
}

function signedFile(lab: StagedCluster, unit: "CallManager" | "ITLRecovery"): OfferedList {
  const certificate = lab.publisher.certificates.get(unit);
  if (certificate === undefined) throw new Error("no certificate");
  const bytes = writeItl({
    version: { major: 1, minor: 0 },
    signer: listSignerOf(certificate),
    digest: "sha1",
    filename: "SEP001122334455.cnf.xml.sgn",
    timestamp: 1_767_000_000,
    records: [fullRecord(certificate, functionCodes.token)],
  });
  return { bytes, file: parseListFile(bytes) };
}
