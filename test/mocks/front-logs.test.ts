// The lab's syslog: the daily alarm, its rotation, and what `file search`, `file view` and `file list` show of it.
import { afterEach, expect, test } from "vitest";
import { addToSyslog, raiseBackupAlarm, rotateSyslog } from "../../mocks/lab/backup-alarm.ts";
import { closeLabs, openLab, openTalk, transcript } from "./front-dialogue.ts";

afterEach(closeLabs);

async function openOld(release: "10.0" | "15" = "10.0") {
  const lab = await openLab({
    clusters: [{ name: "east", release, nodes: [{ name: "test10pub" }], phones: 0 }],
  });
  return { lab, cluster: lab.cluster(), ...(await openTalk(lab)) };
}
const search = "file search activelog syslog/CiscoSyslog* ITLRecoveryCertBackup";

test("the alarm is the line of tac-08, but for its time, and only while the key is not saved", async () => {
  const { cluster } = await openOld();
  expect(raiseBackupAlarm(cluster)).toBe(true);
  const [line] = cluster.publisher.logs.get("syslog/CiscoSyslog") ?? [];
  const time = /[A-Z][a-z]{2} \d\d \d{4} \d\d:\d\d:\d\d [AP]M\.\d{3} UTC/;
  expect(line?.replace(time, "TIME")).toBe(
    transcript("tac-08-syslog-ITLRecoveryCertBackup").replace(time, "TIME"),
  );
  cluster.isRecoveryKeySaved = true;
  expect(raiseBackupAlarm(cluster)).toBe(false);
  expect(cluster.publisher.logs.get("syslog/CiscoSyslog")).toHaveLength(1);
});

test("one file has its name on top, several stand before each line, none is said", async () => {
  const { cluster, talk } = await openOld("15");
  expect(await talk(search)).toContain(cluster.texts.fileMissing);
  addToSyslog(cluster.publisher, "something else");
  expect(await talk(search)).toContain(cluster.texts.nothingFound);
  raiseBackupAlarm(cluster);
  expect((await talk(search)).split("\n").slice(1)).toEqual([
    "syslog/CiscoSyslog",
    expect.stringMatching(/^: 0: test10pub: \w{3} \d\d \d{4} \d\d:\d\d:\d\d\.\d{3} UTC : %UC_CERT-4-ITLR/),
  ]);
  rotateSyslog(cluster.publisher);
  raiseBackupAlarm(cluster);
  rotateSyslog(cluster.publisher);
  const lines = (await talk(search)).split("\n").slice(1);
  expect(new Set(lines.map((text) => text.split(":")[0]))).toEqual(
    new Set(["syslog/CiscoSyslog.1", "syslog/CiscoSyslog.2"]),
  );
  expect(await talk("file list activelog syslog/CiscoSyslog* detail")).toContain("file count = 3");
});

test("a log is viewed page by page, and a search too where the switch says so", async () => {
  const { cluster, shell } = await openOld();
  for (let at = 1; at <= 25; at += 1) addToSyslog(cluster.publisher, `line ${at}`);
  shell.type("file view activelog syslog/CiscoSyslog\r");
  expect(await shell.read(/of 25\) : /)).toContain("(lines 1 - 20 of 25)");
  shell.type("n");
  expect(await shell.read(/of 25\) : /)).toContain("end of the file reached");
  shell.type("q");
  await shell.read(/admin:$/);
  cluster.switches.isSearchShownAsFile = true;
  shell.type("file search activelog syslog/CiscoSyslog line\r");
  expect(await shell.read(/of 26\) : /)).toContain("(lines 1 - 20 of 26)");
});
