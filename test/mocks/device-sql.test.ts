// What `run sql` says of one phone and its profile, and what it says where the release lacks a column.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { LabCluster } from "../../mocks/lab/model.ts";
import { phoneCertificate } from "../../mocks/lab/phone-certificate.ts";
import { closeLabs, type LabTalk, openLab, openTalk } from "./front-dialogue.ts";

const encrypted = "SEPA45630BBFA40";
const plain = "SEPA45630BBFA41";
let talk: LabTalk["talk"];
let cluster: LabCluster;
beforeEach(async () => {
  const phones = [{ name: encrypted, config: { isTftpEncrypted: true } }, { name: plain }];
  const lab = await openLab({
    clusters: [{ name: "east", release: "12.5", nodes: [{ name: "pub" }], phones }],
  });
  cluster = lab.cluster();
  ({ talk } = await openTalk(lab));
});
afterEach(async () => {
  expect(cluster.complaints).toEqual([]);
  await closeLabs();
});

const withModel = (name: string) =>
  talk(
    `run sql select d.name, tm.name as model, sp.name as profile, sp.tftpencryptedflag, sp.sipoauthflag, d.md5hash, d.lscvaliduntil from device d, securityprofile sp, typemodel tm where sp.pkid = d.fksecurityprofile and tm.enum = d.tkmodel and d.name = '${name}'`,
  );
const withoutModel = (name: string) =>
  talk(
    `run sql select d.name, sp.name as profile, sp.tftpencryptedflag, sp.sipoauthflag, d.md5hash, d.lscvaliduntil from device d, securityprofile sp where sp.pkid = d.fksecurityprofile and d.name = '${name}'`,
  );
const hashOnly = (name: string) => talk(`run sql select md5hash,name from device where name='${name}'`);
const table = (text: string) => text.split("\n").slice(1);
const cells = (text: string) => {
  const [, rule = "", row = ""] = table(text);
  let at = 0;
  return rule.split(" ").map(({ length }) => {
    at += length + 1;
    return row.slice(at - length - 1, at - 1).trim();
  });
};

describe("a phone in the database", () => {
  it("has its model, profile, flags as t and f, hash and the end of its LSC", async () => {
    const { md5, notAfter } = phoneCertificate(cluster, cluster.phone(encrypted));
    const profile = "Cisco 8841 - SIP Encrypted Configuration";
    const end = `${notAfter / 1000}`;
    expect(cells(await withModel(encrypted))).toEqual([encrypted, "Cisco 8841", profile, "t", "f", md5, end]);
    expect(cells(await withoutModel(encrypted))).toEqual([encrypted, profile, "t", "f", md5, end]);
    expect(cells(await hashOnly(encrypted))).toEqual([md5, encrypted]);
  });

  it("has an empty hash, not NULL, before CAPF has seen it, and follows every change", async () => {
    expect(cells(await withModel(plain)).slice(3)).toEqual(["f", "f", "", "NULL"]);
    Object.assign(cluster.phone(plain).config, {
      isSipOauth: true,
      databaseHash: "other",
      certificate: "MIC",
    });
    expect(cells(await withModel(plain)).slice(3)).toEqual([
      "f",
      "t",
      expect.stringMatching(/^[0-9a-f]{32}$/),
      "NULL",
    ]);
  });

  it("is no row where nobody knows it", async () => {
    cluster.phone(plain).config.isKnown = false;
    for (const query of [withModel, withoutModel, hashOnly]) {
      for (const name of [plain, "SEP000000000000"]) expect(table(await query(name))).toHaveLength(2);
    }
  });
});

describe("a release that lacks", () => {
  it("the model refuses one query, and the profile two, with words that are no table", async () => {
    cluster.texts.queryRefused = "[lab] no such column";
    cluster.switches.deviceColumns = "no-model";
    expect(table(await withModel(encrypted))).toEqual(["[lab] no such column"]);
    expect(table(await withoutModel(encrypted))).toHaveLength(3);
    cluster.switches.deviceColumns = "hash-only";
    expect(table(await withoutModel(encrypted))).toEqual(["[lab] no such column"]);
    expect(table(await hashOnly(encrypted))).toHaveLength(3);
  });

  it("a column may end the command unsuccessfully", async () => {
    Object.assign(cluster.switches, { deviceColumns: "hash-only", doesRefusedQueryFail: true });
    expect(table(await withModel(encrypted))).toEqual([
      "[lab] the database refused the query",
      "Executed command unsuccessfully",
    ]);
  });
});
