// The one phone that `run sql` is asked for in: its row, with profile, flags and the hash that CAPF wrote down.
import type { LabCluster, LabPhone } from "../model.ts";
import { databaseHashOf } from "../phone-config-files.ts";
import { phoneCertificate } from "../phone-certificate.ts";

export type SqlRow = Readonly<Record<string, string>>;

export interface SqlTable {
  readonly columns: readonly string[];
  readonly rows: readonly SqlRow[];
}

const withModel = `select d.name, tm.name as model, sp.name as profile, sp.tftpencryptedflag, sp.sipoauthflag, d.md5hash, d.lscvaliduntil from device d, securityprofile sp, typemodel tm where sp.pkid = d.fksecurityprofile and tm.enum = d.tkmodel and d.name = `;
const withoutModel = `select d.name, sp.name as profile, sp.tftpencryptedflag, sp.sipoauthflag, d.md5hash, d.lscvaliduntil from device d, securityprofile sp where sp.pkid = d.fksecurityprofile and d.name = `;
const columnsWithModel = [
  "name",
  "model",
  "profile",
  "tftpencryptedflag",
  "sipoauthflag",
  "md5hash",
  "lscvaliduntil",
];

/** `refused`: the release lacks a column or table (switch `deviceColumns`); null: not a query about a device and its profile. */
export function deviceTable(cluster: LabCluster, query: string): SqlTable | "refused" | null {
  const match = /^(.*)'([^']*)'$/.exec(query);
  const has = cluster.switches.deviceColumns ?? "all";
  if (match?.[1] === withModel) {
    return has === "all" ? { columns: columnsWithModel, rows: rowsOf(cluster, match[2] ?? "") } : "refused";
  }
  if (match?.[1] !== withoutModel) return null;
  const columns = columnsWithModel.filter((column) => column !== "model");
  return has === "hash-only" ? "refused" : { columns, rows: rowsOf(cluster, match[2] ?? "") };
}

/** Table `device` as far as it can be read without a join; hashes are made only when they are looked at. */
export function devices(cluster: LabCluster): SqlRow[] {
  return known(cluster).map((phone) => ({
    name: phone.name,
    get md5hash() {
      return databaseHashOf(cluster, phone);
    },
  }));
}

function rowsOf(cluster: LabCluster, name: string): SqlRow[] {
  return known(cluster)
    .filter((phone) => phone.name === name)
    .map((phone) => ({
      name: phone.name,
      model: phone.config.model,
      profile: phone.config.profile,
      tftpencryptedflag: phone.config.isTftpEncrypted ? "t" : "f",
      sipoauthflag: phone.config.isSipOauth ? "t" : "f",
      md5hash: databaseHashOf(cluster, phone),
      ...lscEndOf(cluster, phone),
    }));
}

/** Whole seconds since 1970, only where CAPF has made an LSC; the platform's own form is not known. */
function lscEndOf(cluster: LabCluster, phone: LabPhone): SqlRow {
  const { certificate, databaseHash } = phone.config;
  if (certificate !== "LSC" || databaseHash === "none") return {};
  return { lscvaliduntil: String(phoneCertificate(cluster, phone).notAfter / 1000) };
}

function known(cluster: LabCluster): LabPhone[] {
  return cluster.phones.filter(({ config }) => config.isKnown);
}
