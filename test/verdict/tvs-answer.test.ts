// A signer that a phone does not know by itself: what a Trust Verification Service has to know before the phone believes it.
import { describe, expect, test } from "vitest";
import { parseListFile } from "../../src/facts/itl-file.ts";
import type { ItlRecord } from "../../src/facts/itl-record.ts";
import { forecastTake, judgeTake, judgeTrustedBy, tvsHashesOf } from "../../src/verdict/phone-trust.ts";
import { isToken, isTvsRecord } from "../../src/verdict/signed-by.ts";
import { tvsViewOf } from "../../src/verdict/tvs-view.ts";
import { makeCertificate } from "../facts/made-certificate.ts";
import { factsOf, listOf, makeLab, replace, signerOf } from "../support/lab-facts.ts";

const lab = makeLab("11.5");
const held = listOf(lab, "pub").file;
const [recovery, signedBefore] = [signerOf(lab, "pub", "ITLRecovery"), listOf(lab, "pub")];
replace(lab, ["CallManager"]);
const offered = listOf(lab, "pub");
const { serial } = offered.file.header.signer;
const { runningTvs, storeCertificates = [] } = tvsViewOf(factsOf(lab));
const tvs = { runningTvs, storeSerials: "any-of-cluster" } as const;
const nobody = { runningTvs: [], storeSerials: "any-of-cluster" } as const;
const stranger = makeCertificate("stranger", serial.replaceAll(":", "")).der.toString("base64");
const unlike = "the signature does not verify with the certificate that TVS knows";

const damaged = Buffer.from(offered.bytes);
damaged.writeUInt8(damaged.readUInt8(damaged.length - 1) ^ 1, damaged.length - 1);
const withRecords = (change: (record: ItlRecord) => ItlRecord) => ({
  ...held,
  records: held.records.map(change),
});

describe("the certificate that TVS has for the signer", () => {
  test("has to verify the list", () => {
    expect(judgeTake({ held, offered, tvs: { ...tvs, storeCertificates } }).kind).toBe("by-tvs");
    const broken = { bytes: damaged, file: parseListFile(damaged) };
    const take = judgeTake({ held, offered: broken, tvs: { ...tvs, storeCertificates } });
    expect(take).toEqual({ kind: "not", reason: unlike });
  });

  test("is one of several with that serial where only one fits, and none where none does", () => {
    const two = [stranger, ...storeCertificates];
    expect(judgeTake({ held, offered, tvs: { ...tvs, storeCertificates: two } }).kind).toBe("by-tvs");
    const wrong = judgeTake({ held, offered, tvs: { ...tvs, storeCertificates: [stranger] } });
    expect(wrong).toEqual({ kind: "not", reason: unlike });
  });

  test("is not one of another serial, nor what cannot be read: then the record in the list itself has to fit", () => {
    const others = [makeCertificate("other", "0102").der.toString("base64"), "AAAA"];
    expect(judgeTake({ held, offered, tvs: { ...tvs, storeCertificates: others } }).kind).toBe("by-tvs");
    const broken = { bytes: damaged, file: parseListFile(damaged) };
    expect(judgeTake({ held, offered: broken, tvs }).kind).toBe("not");
  });

  test("is asked for nothing where neither it nor the list shows a key", () => {
    const bare = { ...offered, file: { ...offered.file, records: [] } };
    expect(judgeTake({ held, offered: bare, tvs }).kind).toBe("by-tvs");
    expect(judgeTake({ held, offered: bare, tvs: nobody }).kind).toBe("not");
  });

  test("clears a signer that has the serial of a token they hold and another key; the list itself cannot", () => {
    const lookAlike = withRecords((record) =>
      isToken(record) && record.serial !== recovery.serial
        ? {
            ...record,
            ...{ subjectName: offered.file.header.signer.name, serial },
            ...{ publicKey: recovery.publicKey, certificate: recovery.certificate },
          }
        : record,
    );
    const judge = (view: Parameters<typeof judgeTake>[0]["tvs"]) =>
      judgeTake({ held: lookAlike, offered, tvs: view });
    expect(judge({ ...tvs, storeCertificates }).kind).toBe("by-tvs");
    for (const view of [tvs, { ...tvs, storeCertificates: [stranger] }, { ...nobody, storeCertificates }]) {
      expect(judge(view)).toMatchObject({
        kind: "not",
        reason: expect.stringContaining("the signature does not verify with its key") as string,
      });
    }
  });
});

test("TVS knows a signer by one serial of its store, however that is spelled", () => {
  const knows = (...storeSerials: string[]) =>
    judgeTake({ held, offered, tvs: { ...tvs, storeSerials } }).kind;
  expect(knows("01:02", serial)).toBe("by-tvs");
  expect(knows(`00${serial.replaceAll(":", "").toLowerCase()}`)).toBe("by-tvs");
  expect(knows("01:02")).toBe("not");
});

test("one running TVS of those that the list names will do, by its certificate or by its hash alone", () => {
  const [one] = tvsHashesOf(held);
  if (one === undefined) throw new Error("no TVS record");
  expect(judgeTake({ held, offered, tvs: { ...tvs, runningTvs: [one] } }).kind).toBe("by-tvs");
  const inOneWay = (way: "certHash" | "certificateSha1") =>
    withRecords((record) =>
      isTvsRecord(record)
        ? {
            ...record,
            certHash: null,
            certificateSha1: null,
            [way]: record.certHash ?? record.certificateSha1,
          }
        : record,
    );
  for (const list of [inOneWay("certHash"), inOneWay("certificateSha1")]) {
    expect(tvsHashesOf(list)).toEqual(tvsHashesOf(held));
  }
  expect(tvsHashesOf(held)).toHaveLength(held.records.filter(isTvsRecord).length);
});

describe("a key in a list that is no token's", () => {
  const demoted = withRecords((record) =>
    isToken(record) ? { ...record, functionCode: 1, functionName: "CCM" } : record,
  );
  const again = { ...signedBefore, file: { ...signedBefore.file, sha1: "another file" } };

  test("makes no phone take a list", () => {
    expect(judgeTake({ held, offered: again, tvs: nobody }).kind).toBe("direct");
    expect(judgeTake({ held: demoted, offered: again, tvs: nobody }).kind).toBe("not");
    expect(forecastTake({ held, signer: recovery, tvs: nobody }).kind).toBe("direct");
    expect(forecastTake({ held: demoted, signer: recovery, tvs: nobody }).kind).toBe("not");
  });

  test("nor does a token whose key is not known", () => {
    const keyless = withRecords((record) => ({ ...record, publicKey: null, certificate: null }));
    expect(judgeTake({ held: keyless, offered: again, tvs: nobody })).toMatchObject({
      kind: "not",
      reason: expect.stringContaining("cannot be checked here") as string,
    });
  });

  test("a CTL is taken by a token like an ITL, and not by a TFTP record", () => {
    const ctl = { ...again, file: { ...again.file, kind: "ctl" as const } };
    expect(judgeTrustedBy(held, ctl).accepted).toBe(true);
    expect(judgeTrustedBy(demoted, ctl)).toMatchObject({
      accepted: false,
      reason: expect.stringContaining("no security token") as string,
    });
  });
});
