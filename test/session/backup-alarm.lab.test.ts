// The daily alarm read from the lab over real SSH: every release and login, rotated files, both pagers.
import { afterEach, describe, expect, test } from "vitest";
import { addToSyslog, raiseBackupAlarm, rotateSyslog } from "../../mocks/lab/backup-alarm.ts";
import { createLabClock } from "../../mocks/lab/lab-clock.ts";
import type { LabRelease } from "../../mocks/lab/model.ts";
import { startLab } from "../../mocks/lab/start-lab.ts";
import { systemClock } from "../../src/base/clock.ts";
import { createMasker, Secret } from "../../src/base/secret.ts";
import { parseBackupAlarms } from "../../src/facts/backup-alarm.ts";
import { connectSession } from "../../src/session/connect.ts";
import { searchBackupAlarms } from "../../src/session/read-commands.ts";
import { nullTranscript } from "../../src/session/transcript.ts";
import { nodeNamed } from "./memory-session.ts";

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const start = Date.UTC(2026, 2, 1, 21, 38, 10);
const dayMs = 86_400_000;

async function open(release: LabRelease, level: 0 | 4) {
  const clock = createLabClock({ auto: { upToMs: 30_000 }, start });
  const lab = await startLab({ release, clock });
  closers.push(lab.close);
  const cluster = lab.cluster();
  const { publisher } = cluster;
  const account = publisher.accounts.find((each) => each.level === level);
  if (account === undefined) throw new Error("no such account");
  const ssh = {
    port: publisher.sshPort,
    hostKeys: [publisher.ssh.hostKeySha256],
    algorithms: publisher.ssh.algorithms,
  };
  // A session of its own each time: days pass in between, and a node closes one that is idle.
  const alarms = async () => {
    const session = await connectSession({
      node: nodeNamed("pub", ssh),
      login: { username: account.username, password: new Secret(account.password) },
      masker: createMasker(),
      clock: systemClock,
      transcript: nullTranscript,
      retryDelayMs: 0,
    });
    const { text } = await session.read(searchBackupAlarms());
    await session.close();
    return parseBackupAlarms(text);
  };
  return { lab, cluster, publisher, alarms };
}

describe.each(["10.0", "11.5", "12.5", "15"] as const)("release %s", (release) => {
  test.each([0, 4] as const)("to a login of level %i, over months and rotations", async (level) => {
    const { lab, cluster, publisher, alarms } = await open(release, level);
    expect(await alarms()).toEqual({ count: 0, lastRaisedAt: null, undated: 0 });
    addToSyslog(publisher, "Mar 01 2026 21:00:00.000 UTC : %UC_PHONE-6-DeviceTLInfo: %[DeviceName=SEP1]: x");
    expect((await alarms()).count).toBe(0);
    for (let day = 1; day <= 90; day += 1) {
      raiseBackupAlarm(cluster);
      if (day % 30 === 0) rotateSyslog(publisher);
      await lab.clock.advance(dayMs);
    }
    const after = { count: 90, undated: 0 };
    const last = await alarms();
    expect(last).toMatchObject(after);
    const raisedMs = Date.parse(last.lastRaisedAt ?? "");
    expect(Math.abs(raisedMs - (start + 89 * dayMs))).toBeLessThan(3_600_000);
    cluster.switches.isSearchShownAsFile = true;
    expect(await alarms()).toEqual(last);
    cluster.isRecoveryKeySaved = true;
    expect(raiseBackupAlarm(cluster)).toBe(false);
    expect(await alarms()).toEqual(last);
    expect(lab.complaints).toEqual([]);
  });
});
