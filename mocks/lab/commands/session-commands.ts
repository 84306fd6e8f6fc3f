// Commands about the session itself: pagination, exit, quit.
import type { Command, CommandTable } from "./command.ts";

const pagination: Command = {
  name: "set cli pagination",
  pattern: /^set cli pagination (on|off)$/,
  level: 1,
  async run({ argument, io, session }) {
    session.isPaginated = argument(1) === "on";
    await io.print(`Automatic pagination is turned ${argument(1)}`);
  },
};

const showPagination: Command = {
  name: "show cli pagination",
  pattern: /^show cli pagination$/,
  level: 0,
  async run({ io, session }) {
    await io.print(`Automatic Pagination : ${session.isPaginated ? "On" : "Off"}.`);
  },
};

const leave: Command = {
  name: "exit",
  pattern: /^(?:exit|quit)$/,
  level: 0,
  run({ session }) {
    session.isEnding = true;
    return Promise.resolve();
  },
};

/** Known in every session, whatever its command table. */
export const sessionCommands: CommandTable = [pagination, showPagination, leave];
