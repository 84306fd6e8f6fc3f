// One log-in's PTY in; the platform's command line interface on it: banner, prompt, commands, time-out.
import { CommandRefused, type CommandTable, Interrupted, SessionGone } from "./commands/command.ts";
import { sessionCommands } from "./commands/session-commands.ts";
import type { LabAccount, LabClock, LabNode } from "./model.ts";
import type { FaultBook } from "./faults.ts";
import { createAutomaticPager } from "./pager.ts";
import { createCommandIo, type StruckCommandIo } from "./wire/command-io.ts";
import { watchIdleness } from "./wire/idle-watch.ts";
import { createKeyboard } from "./wire/keyboard.ts";
import { createScreen } from "./wire/screen.ts";
import { bannerLines, welcomeLines } from "./wire/banner.ts";

/** The byte side of an open PTY; `hangUp` ends the connection after what was sent. */
export interface PtyStream {
  send(bytes: Uint8Array): void;
  onBytes(listener: (bytes: Uint8Array) => void): void;
  onGone(listener: () => void): void;
  hangUp(): void;
  columns(): number;
  rows(): number;
}

/** Texts no source has; injected by tests, empty by default. */
export interface ShellTexts {
  readonly privilegeRefused: string;
  readonly idleTimeout: string;
  /** Shown instead of a shell past the session limit; empty or absent: the shell is refused. */
  readonly sessionLimit?: string;
}

/** `random` decides what precedes a prompt; `log` sees every line that is not empty. */
export interface ShellOptions {
  readonly node: Pick<LabNode, "name" | "ssh">;
  readonly account: Pick<LabAccount, "username" | "level">;
  readonly commands: CommandTable;
  readonly clock: LabClock;
  readonly faults: FaultBook;
  readonly texts: ShellTexts;
  readonly random: () => number;
  readonly log: (line: string) => void;
  readonly complain: (complaint: string) => void;
}

/** Serves one session; resolves when it is over. Rejects only for a bug in a command. */
export async function runShell(pty: PtyStream, options: ShellOptions): Promise<void> {
  const { node, clock } = options;
  const session = { isPaginated: true, isEnding: false };
  const table = [...sessionCommands, ...options.commands];
  const screen = createScreen((bytes) => pty.send(bytes));
  let prompt = "admin:";
  let running: AbortController | null = null;
  const complainAt = (text: string) => options.complain(`${node.name}: ${text}`);
  const keyboard = createKeyboard({
    write: (bytes) => screen.bytes(bytes),
    width: () => pty.columns(),
    isTypeAheadLost: () => node.ssh.isTypeAheadLost ?? true,
    onInterrupt: () => running?.abort(new Interrupted("Ctrl-C")),
    onLiveKey: (key) => complainAt(`the live key ${key} was sent; it asks for help and is never data`),
  });
  const promptLead = () => ["", "", "\r", "\u001b[K"][Math.floor(options.random() * 4)] ?? "";
  const hangUp = () => {
    pty.hangUp();
    onGone();
  };
  const onGone = () => {
    idleness.stop();
    running?.abort(new SessionGone("connection ended"));
    keyboard.hangUp();
  };
  const idleness = watchIdleness({
    clock,
    afterMs: node.ssh.idleTimeoutMs,
    isBusy: () => running !== null,
    onIdle() {
      screen.freshLine();
      if (options.texts.idleTimeout !== "") screen.write(`${options.texts.idleTimeout}\r\n`);
      hangUp();
    },
  });
  pty.onGone(onGone);
  pty.onBytes((bytes) => {
    if (idleness.touch()) keyboard.feed(bytes);
  });

  /** Runs one command, or the log-in, with its faults; false once the session is over. */
  const carryOut = async (
    command: string,
    isPaged: boolean,
    body: (io: StruckCommandIo) => Promise<void>,
  ) => {
    const controller = new AbortController();
    running = controller;
    const pager = createAutomaticPager({
      terminal: { write: (text) => screen.write(text), readKey: (keys) => keyboard.readKey(keys) },
      rows: pty.rows(),
      columns: pty.columns(),
      isOn: () => session.isPaginated,
      eraser: () => (options.random() < 0.5 ? "\r\u001b[K" : "\u001b[K"),
    });
    const io = createCommandIo({
      node: node.name,
      command,
      clock,
      faults: options.faults,
      keyboard,
      screen,
      pager: isPaged ? pager : null,
      signal: controller.signal,
      hangUp,
      setPrompt: (text) => {
        prompt = text;
      },
    });
    try {
      await io.strike({ kind: "before" });
      await body(io);
      await io.strike({ kind: "after" });
      return true;
    } catch (error) {
      if (error instanceof SessionGone) return false;
      screen.freshLine();
      if (error instanceof Interrupted) screen.write("Control-C pressed\r\n");
      else if (error instanceof CommandRefused) {
        if (error.message !== "") screen.write(`${error.message.replaceAll("\n", "\r\n")}\r\n`);
        screen.write("Executed command unsuccessfully\r\n");
      } else {
        complainAt(`${command}: ${String(error)}`);
        hangUp();
        throw error;
      }
      return true;
    } finally {
      idleness.touch();
      running = null;
    }
  };

  const dispatch = (line: string) =>
    carryOut(line, true, async (io) => {
      for (const command of table) {
        const match = command.pattern.exec(line);
        if (match === null) continue;
        if (options.account.level < command.level) throw new CommandRefused(options.texts.privilegeRefused);
        const argument = (index: number) => match[index] ?? "";
        return await command.run({ line, argument, account: options.account, io, session });
      }
      complainAt(`${line}: unknown command; add it to mocks/lab/commands`);
      throw new CommandRefused("No valid command entered");
    });

  const logIn = (io: StruckCommandIo) => showBanner(io, node);
  let isOpen = await carryOut("login", false, logIn);
  let lead = "";
  while (isOpen && !session.isEnding) {
    screen.freshLine();
    screen.write(`${lead}${prompt}`);
    lead = promptLead();
    const typed = await keyboard.readLine(prompt.length, "shown").catch((error: unknown) => error as Error);
    if (typed instanceof SessionGone) return;
    if (typeof typed !== "string") {
      screen.write("\r\nControl-C pressed\r\n");
      continue;
    }
    const line = typed.trim().replace(/\s+/g, " ");
    if (line === "") lead = "\r";
    else {
      options.log(line);
      isOpen = await dispatch(line);
    }
  }
  if (session.isEnding) hangUp();
}

async function showBanner(io: StruckCommandIo, node: Pick<LabNode, "ssh">): Promise<void> {
  await io.print(bannerLines(node.ssh).join("\n"));
  await io.sleep(node.ssh.bannerMs);
  await io.print(welcomeLines(node.ssh).join("\n"));
  await io.sleep(node.ssh.promptMs);
}
