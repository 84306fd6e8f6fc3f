// A cluster whose recovery key nobody saved, and a time, in; the daily alarm in the publisher's syslog, and its rotation, out.
import type { LabCluster, LabNode } from "./model.ts";

const syslog = "syslog/CiscoSyslog";
const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const text =
  "This cluster has an ITLRecovery certificate that has not been backed up. Taking a manual backup of this certificate is recommended to avoid the need to manually delete the ITL file from every phone in the cluster after certain cluster reconfiguration operations.";

/** What the platform does once a day; false (and nothing logged) while the key is saved. */
export function raiseBackupAlarm(cluster: LabCluster): boolean {
  if (cluster.isRecoveryKeySaved) return false;
  const node = cluster.publisher;
  const at = timeText(cluster.nodeTime(node), ["10.0", "11.5"].includes(cluster.profile.release));
  addToSyslog(
    node,
    `: 0: ${node.name}: ${at} : %UC_CERT-4-ITLRecoveryCertBackup: %[Message=][ClusterID=][NodeID=${node.name}]: ${text}`,
  );
  return true;
}

/** Any line, at the end of CiscoSyslog. */
export function addToSyslog(node: LabNode, line: string): void {
  node.logs.set(syslog, [...(node.logs.get(syslog) ?? []), line]);
}

/** `CiscoSyslog` becomes `CiscoSyslog.1`, that one `.2`, and so on. */
export function rotateSyslog(node: LabNode): void {
  const files = [...node.logs].filter(([name]) => name === syslog || name.startsWith(`${syslog}.`));
  for (const [name] of files) node.logs.delete(name);
  for (const [name, lines] of files) {
    const age = name === syslog ? 0 : Number(name.slice(syslog.length + 1));
    node.logs.set(`${syslog}.${age + 1}`, lines);
  }
  node.logs.set(syslog, []);
}

/** With AM and PM as in tac-08, or of 24 hours as other lines of the same file in later releases. */
function timeText(ms: number, isTwelve: boolean): string {
  const date = new Date(ms);
  const two = (value: number) => String(value).padStart(2, "0");
  const day = `${months[date.getUTCMonth()]} ${two(date.getUTCDate())} ${date.getUTCFullYear()}`;
  const hour = date.getUTCHours();
  const shown = isTwelve ? hour % 12 || 12 : hour;
  const clock = `${two(shown)}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())}`;
  const half = isTwelve ? (hour < 12 ? " AM" : " PM") : "";
  return `${day} ${clock}${half}.${String(date.getUTCMilliseconds()).padStart(3, "0")} UTC`;
}
