// A schedule → lines of a crontab: quiet on good nights, a mail on bad ones.
import { join } from "node:path";
import type { Schedule, ScheduleFile } from "./schedule.ts";

/** For `crontab -e` of the account; without its column of users. */
export function renderCrontab(schedule: Schedule): ScheduleFile {
  const { account, at, command, environmentNames, stateFolder } = schedule;
  const [hour = "", minute = ""] = at.split(":");
  const log = word(join(stateFolder, "last-backup.log"));
  const secrets = environmentNames.flatMap((name) => [`# ${name}=`]);
  const lines = [
    `# itlctl: back up the recovery keys every night. For \`crontab -e\` of ${account}, who owns ${stateFolder}.`,
    "# Good nights are quiet, also those with warnings (exit 3). On a bad one cron mails what was said to:",
    "# MAILTO=noc@example.net",
    "# No flock is needed: itlctl locks a cluster by itself. cron does not make up for a night that the machine was off.",
    ...(secrets.length === 0
      ? []
      : [
          "# The inventory takes these from the environment. Give them here (others cannot read a crontab), or use file:",
          ...secrets,
        ]),
    `${Number(minute)} ${Number(hour)} * * * umask 077; ${command.map(word).join(" ")} >${log} 2>&1 || [ $? -eq 3 ] || cat ${log}`,
  ];
  return { unit: "crontab", path: null, text: `${lines.join("\n")}\n` };
}

/** A word for sh; cron takes `%` for a line end, even in quotes. */
function word(text: string): string {
  const quoted = /^[\w./:=@+,-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
  return quoted.replaceAll("%", "\\%");
}
