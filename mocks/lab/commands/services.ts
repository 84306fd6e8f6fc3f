// `utils service list|restart|start|stop`: rows and dialogues around the truth's services.
import type { LabCluster, LabNode, LabService } from "../model.ts";
import { type Command, CommandRefused, type CommandTable } from "./command.ts";
import { paced } from "./paced.ts";

const warnings = {
  older:
    " Don't press Ctrl-c while the service is getting RESTARTED.If Service has not Restarted Properly, execute the same Command Again",
  newer:
    "Do not press Ctrl+C while the service is restarting. If the service has not restarted properly, execute the same command again.",
};

/** Listing is level 0, changing level 1. */
export function serviceCommands(cluster: LabCluster, node: LabNode): CommandTable {
  const serviceNamed = (name: string) => {
    const service = node.services.find((known) => known.name === name);
    if (service === undefined) throw new CommandRefused(cluster.texts.unknownService ?? "");
    return service;
  };
  const row = ({ name }: LabService, state: LabService["state"]) =>
    `${name}[${state}]${cluster.profile.serviceWording === "older" ? "  " : ""}`;

  const list: Command = {
    name: "utils service list",
    pattern: /^utils service list$/,
    level: 0,
    async run({ io }) {
      await io.print("Requesting service status, please wait...");
      const rows = (group: LabService["group"]) =>
        node.services.filter((service) => service.group === group).map(listRow);
      await io.print(
        [
          ...rows("platform"),
          "Service Manager is running",
          "Getting list of all services",
          ">> Return code = 0",
          ...rows("feature"),
          `Primary Node =${node === cluster.publisher}`,
        ].join("\n"),
      );
    },
  };
  const restart: Command = {
    name: "utils service restart",
    pattern: /^utils service restart (.+)$/,
    level: 1,
    async run({ io, argument, line }) {
      const service = serviceNamed(argument(1));
      await io.print(`${warnings[cluster.profile.serviceWording]}\nService Manager is running`);
      await new Promise<void>((resolve, reject) => {
        let isBack = false;
        const tell = async (state: LabService["state"]) => {
          if (isBack) return;
          await io.print(`${row(service, state)}\n${row(service, state)}`);
          isBack = state === "STARTING" && cluster.switches.doesRestartEndAtStarting === true;
          if (isBack) resolve();
        };
        paced(tell, (onState) => cluster.restartService(node, service.name, { line, onState })).then(
          resolve,
          reject,
        );
      });
    },
  };
  const change: Command = {
    name: "utils service start|stop",
    pattern: /^utils service (start|stop) (.+)$/,
    level: 1,
    async run({ io, argument, line }) {
      const service = serviceNamed(argument(2));
      const state = argument(1) === "start" ? "STARTED" : "STOPPED";
      cluster.writes.push({ node: node.name, kind: "restart", line, at: cluster.clock.now() });
      await io.print("Service Manager is running");
      cluster.setService(node, service.name, state);
      await io.print(row(service, state));
    },
  };
  return [list, restart, change];
}

/** Platform rows have a blank before the bracket, feature rows none (ext-10). */
function listRow(service: LabService): string {
  const note = service.state === "STOPPED" && !service.isActivated ? "  Service Not Activated" : "";
  return `${service.name}${service.group === "platform" ? " " : ""}[${service.state}]${note}`;
}
