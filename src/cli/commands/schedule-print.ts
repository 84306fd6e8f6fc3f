// schedule print: units or a crontab that start the backup of this machine's inventory every night.
import { resolve } from "node:path";
import { OperatorError } from "../../base/errors.ts";
import type { ScheduleFile } from "../../report/schedule.ts";
import { answer } from "../answer.ts";
import type { Command, CommandInput } from "../command.ts";

const formats = ["systemd", "cron"] as const;
const units = ["service", "timer"] as const;

export const schedulePrint: Command = {
  name: "schedule print",
  summary: "units or a crontab line that back up the recovery keys every night",
  description: [
    "Prints what starts `backup run` for all clusters of this inventory every night, with the absolute paths of this tool, the inventory and the state folder as they are now: a systemd timer and a hardened oneshot service, or the lines of a crontab. Nothing is installed.",
    "The passwords are not in it: its comments say where they go. What would spoil the nights (an ask: reference, a missing folder, a cluster without vault) is told on stderr.",
  ],
  arguments: [],
  options: [
    { flags: "--format <FORMAT>", description: "systemd (default) or cron", choices: formats },
    { flags: "--unit <UNIT>", description: "only this file: service or timer", choices: units },
    { flags: "--at <HH:MM>", description: "local time of day (default 04:15)" },
    { flags: "--user", description: "units for `systemctl --user` instead of the system" },
    { flags: "--metrics <FILE>", description: "let the backup write this file for Prometheus" },
  ],
  examples: [
    "itlctl schedule print --format systemd",
    "itlctl schedule print --format systemd --unit timer --at 02:45 > /etc/systemd/system/itlctl-backup.timer",
    "itlctl schedule print --format cron --metrics /var/lib/node_exporter/itlctl.prom",
  ],
  exits: [10],
  async run(context, input) {
    const format = oneOf(formats, input, "format") ?? "systemd";
    const unit = oneOf(units, input, "unit");
    const isUser = input.isSet("user");
    if (format === "cron" && (unit !== null || isUser)) throw usage("--unit and --user go with systemd only");
    const { world, output } = context;
    const metrics = input.text("metrics");
    const inventory = await context.loadInventory();
    const [{ scheduleOf, scheduleWarnings }, { renderSystemdUnits }, { renderCrontab }] = await Promise.all([
      import("../nightly-schedule.ts"),
      import("../../report/schedule-as-systemd.ts"),
      import("../../report/schedule-as-cron.ts"),
    ]);
    const schedule = scheduleOf(inventory, context.settings, {
      at: timeOf(input),
      scope: isUser ? "user" : "system",
      metricsFile: metrics === null ? null : resolve(world.cwd, metrics),
    });
    const all = format === "cron" ? [renderCrontab(schedule)] : renderSystemdUnits(schedule);
    const files = unit === null ? all : all.filter((file) => file.unit === unit);
    const warnings = scheduleWarnings(inventory, schedule, format === "systemd");
    for (const warning of warnings) output.note(`warning: ${warning}`);
    await answer(
      { ...context, settings: { ...context.settings, isPlain: false } },
      { format, files, warnings },
      () => renderFiles(files),
    );
    return 0;
  },
};

/** Several files each stand under a comment with their path, as `systemctl cat` prints them. */
function renderFiles(files: readonly ScheduleFile[]): string {
  const [only] = files;
  if (only !== undefined && files.length === 1) return only.text;
  return files.map(({ path, text }) => `# ${path ?? ""}\n${text}`).join("\n");
}

function oneOf<Word extends string>(known: readonly Word[], input: CommandInput, flag: string): Word | null {
  const given = input.text(flag);
  if (given === null) return null;
  const word = known.find((each) => each === given);
  if (word === undefined) throw usage(`--${flag} must be ${known.join(" or ")}, not "${given}"`);
  return word;
}

function timeOf(input: CommandInput): string {
  const given = input.text("at") ?? "04:15";
  if (!/^([01]\d|2[0-3]):[0-5]\d$/.test(given))
    throw usage(`--at must be a time of day, HH:MM, not "${given}"`);
  return given;
}

function usage(message: string): OperatorError {
  return new OperatorError("usage", message, { hint: "Read `itlctl schedule print --help`" });
}
