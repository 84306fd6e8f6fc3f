// A node's SSH settings in; the lines shown between log-in and the first prompt, out.
import type { LabSshSettings } from "../model.ts";

/** Printed at once: a customer's log-on message if there is one, then the start-up line (ext-01). */
export function bannerLines(ssh: Pick<LabSshSettings, "logOnMessage">): string[] {
  const own = ssh.logOnMessage === null ? [] : ssh.logOnMessage.split("\n");
  return [...own, "Command Line Interface is starting up, please wait ..."];
}

/** Printed when the interface is up (ext-01; the warning is ext-02). Machine lines begin with one TAB. */
export function welcomeLines(ssh: Pick<LabSshSettings, "isDnsUnreachable">): string[] {
  return [
    "",
    "   Welcome to the Platform Command Line Interface",
    "",
    "VMware Installation:",
    "\t4 vCPU: Intel(R) Xeon(R) CPU E5-2643 0 @ 3.30GHz",
    "\tDisk 1: 110GB, Partitions aligned",
    "\t8192 Mbytes RAM",
    ...(ssh.isDnsUnreachable === true ? ["\tWARNING: DNS unreachable"] : []),
    "",
  ];
}
