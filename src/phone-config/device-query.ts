// A phone's name → its row in the database, by the best of three queries that this release understands.
import { parseSqlRows, type SqlRows } from "../facts/run-sql.ts";
import type { NodeQuestions } from "../session/node-questions.ts";
import { runSql } from "../session/read-commands.ts";
import { type DeviceName, deviceName } from "./device-name.ts";
import type { DeviceAnswer, DeviceRow } from "./phone-look.ts";

/** Which columns exist varies by release: the first with everything, the second without the model, the last as TAC prints it. */
export function deviceQueries(device: DeviceName): readonly [string, string, string] {
  const name = deviceName(device);
  const profile = "sp.name as profile, sp.tftpencryptedflag, sp.sipoauthflag, d.md5hash, d.lscvaliduntil";
  return [
    `select d.name, tm.name as model, ${profile} from device d, securityprofile sp, typemodel tm where sp.pkid = d.fksecurityprofile and tm.enum = d.tkmodel and d.name = '${name}'`,
    `select d.name, ${profile} from device d, securityprofile sp where sp.pkid = d.fksecurityprofile and d.name = '${name}'`,
    `select md5hash,name from device where name='${name}'`,
  ];
}

/**
 * The next query is asked only where an answer cannot be understood; a table without the phone is confirmed by the last
 * one, as a phone may have no profile to be joined with. What was refused on the way is trouble only if nothing was understood.
 */
export async function readDevice(questions: NodeQuestions, device: DeviceName): Promise<DeviceAnswer> {
  const queries = deviceQueries(device);
  const reasons: string[] = [];
  let missedBy: string | null = null;
  for (const [at, query] of queries.entries()) {
    if (missedBy !== null && at < queries.length - 1) continue;
    const before = questions.trouble.length;
    const table = await questions.ask(runSql(query), parseSqlRows);
    if (table === null && questions.isLost()) break;
    if (table === null) {
      reasons.push(...questions.trouble.splice(before).map(({ message }) => message));
      continue;
    }
    const row = rowOf(table, device, query);
    if (row.kind === "row") return row;
    if (row.kind === "unread") reasons.push(row.reason);
    else missedBy ??= query;
  }
  if (missedBy !== null) return { kind: "none", query: missedBy };
  const reason = reasons.at(-1);
  if (reason === undefined) return { kind: "unread", reason: "the session with the publisher was lost" };
  const command = `run sql ${queries[2]}`;
  questions.trouble.push({ code: "answer-not-understood", command, message: reason });
  return { kind: "unread", reason };
}

function rowOf({ columns, rows }: SqlRows, device: DeviceName, query: string): DeviceAnswer {
  if (!columns.includes("name") || !columns.includes("md5hash")) {
    return { kind: "unread", reason: `the table has other columns than asked for: ${columns.join(", ")}` };
  }
  const [row, ...others] = rows;
  if (row === undefined) return { kind: "none", query };
  if (others.length > 0 || row["name"] !== device) {
    return {
      kind: "unread",
      reason: `the table has ${rows.length} rows, the first for ${row["name"] ?? "NULL"}`,
    };
  }
  return {
    kind: "row",
    query,
    model: row["model"] ?? null,
    profile: row["profile"] ?? null,
    isTftpEncrypted: booleanOf(row["tftpencryptedflag"]),
    isSipOauth: booleanOf(row["sipoauthflag"]),
    md5hash: (row["md5hash"] ?? "").toLowerCase(),
    lscValidUntil: row["lscvaliduntil"] ?? null,
  } satisfies DeviceRow;
}

function booleanOf(value: string | null | undefined): boolean | null {
  return value === "t" ? true : value === "f" ? false : null;
}
