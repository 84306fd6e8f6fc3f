// A schedule → the units that systemd starts it with: a hardened oneshot service and its timer.
import type { Schedule, ScheduleFile } from "./schedule.ts";

const name = "itlctl-backup";

/** How far a start may move behind its time, so that machines and clusters do not all begin at once. */
const spread = "30min";

export function renderSystemdUnits(schedule: Schedule): readonly ScheduleFile[] {
  const folder = schedule.scope === "user" ? "~/.config/systemd/user" : "/etc/systemd/system";
  return [
    { unit: "service", path: `${folder}/${name}.service`, text: joined(serviceLines(schedule)) },
    { unit: "timer", path: `${folder}/${name}.timer`, text: joined(timerLines(schedule)) },
  ];
}

function serviceLines(schedule: Schedule): string[] {
  const isUser = schedule.scope === "user";
  const onNetwork = isUser ? [] : ["Wants=network-online.target", "After=network-online.target"];
  return [
    ...["[Unit]", "Description=itlctl: back up the recovery keys", ...onNetwork, ""],
    ...["[Service]", "Type=oneshot"],
    ...(isUser ? [] : accountLines(schedule.account)),
    `ExecStart=${schedule.command.map((word) => quoted(word, true)).join(" ")}`,
    "# 3: done, with warnings; they stand in the log.",
    "SuccessExitStatus=3",
    "TimeoutStartSec=2h",
    "TimeoutStopSec=2min",
    "",
    ...secretLines(schedule),
    "",
    ...(schedule.hasHooks
      ? ["# The inventory has hooks: they run inside these walls too. Name here what they write to."]
      : []),
    "# These folders must exist before the service starts.",
    `ReadWritePaths=${schedule.writableFolders.map((path) => quoted(path, false)).join(" ")}`,
    ...(isUser ? userWalls : systemWalls),
    ...walls,
    ...capabilityLines(schedule),
  ];
}

function accountLines(account: string): string[] {
  return account === "root"
    ? ["# An account of its own would do: User= whoever owns the state folder."]
    : [`User=${account}`];
}

function secretLines({ environmentNames, scope }: Schedule): string[] {
  const file = scope === "user" ? "%h/.config/itlctl/backup.env" : "/etc/itlctl/backup.env";
  const named =
    environmentNames.length === 0
      ? ["# The inventory names no variable now (env:NAME); if it does one day, put it there."]
      : [
          "# The inventory takes these from the environment; a line NAME='value' each, the file readable by its owner only:",
          ...environmentNames.map((each) => `#   ${each}=`),
        ];
  return [
    ...named,
    `EnvironmentFile=-${file}`,
    "# Or keep them out of the environment: LoadCredential=vault:/etc/itlctl/secrets/vault, and in the inventory",
    `# password: "exec:/usr/bin/cat ${credentialFolder(scope)}/vault" (systemd shows the file to this service only).`,
  ];
}

function credentialFolder(scope: Schedule["scope"]): string {
  return `${scope === "user" ? "/run/user/UID/credentials" : "/run/credentials"}/${name}.service`;
}

/** Without MemoryDenyWriteExecute: Node compiles as it runs. */
const walls = [
  "NoNewPrivileges=yes",
  "ProtectSystem=strict",
  "PrivateTmp=yes",
  "LockPersonality=yes",
  "RestrictNamespaces=yes",
  "RestrictRealtime=yes",
  "RestrictSUIDSGID=yes",
  "RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX AF_NETLINK",
  "SystemCallArchitectures=native",
  "SystemCallFilter=@system-service",
  "SystemCallErrorNumber=EPERM",
  "UMask=0077",
];

const systemWalls = [
  "ProtectHome=read-only",
  "PrivateDevices=yes",
  "ProtectClock=yes",
  "ProtectControlGroups=yes",
  "ProtectHostname=yes",
  "ProtectKernelLogs=yes",
  "ProtectKernelModules=yes",
  "ProtectKernelTunables=yes",
];

/** A user's own manager can build walls only inside a user namespace. */
const userWalls = ["PrivateUsers=yes"];

function capabilityLines({ scope, account, hasLowPort }: Schedule): string[] {
  if (scope === "user" || account === "root") return [];
  if (!hasLowPort) return ["CapabilityBoundingSet="];
  return [
    "# The receiver listens below port 1024.",
    "CapabilityBoundingSet=CAP_NET_BIND_SERVICE",
    "AmbientCapabilities=CAP_NET_BIND_SERVICE",
  ];
}

function timerLines({ at }: Schedule): string[] {
  return [
    ...["[Unit]", "Description=itlctl: back up the recovery keys every night", ""],
    ...["[Timer]", `OnCalendar=*-*-* ${at}:00`],
    `RandomizedDelaySec=${spread}`,
    "# A night that the machine was off is made up for when it is up again.",
    "Persistent=true",
    "",
    ...["[Install]", "WantedBy=timers.target"],
  ];
}

/** One word of a unit file: `%` begins a specifier everywhere, `$` a variable in a command line. */
function quoted(word: string, isInCommand: boolean): string {
  const escaped = word.replaceAll("%", "%%");
  const whole = isInCommand ? escaped.replaceAll("$", "$$$$") : escaped;
  return /^[\w./:=@+,%$-]+$/.test(whole) ? whole : `"${whole.replace(/["\\]/g, "\\$&")}"`;
}

function joined(lines: readonly string[]): string {
  return `${lines.join("\n")}\n`;
}
