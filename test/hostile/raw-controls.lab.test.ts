// A platform that steers terminals: titles, clipboards, colours, 8-bit controls. None of it reaches stdout, stderr or a report raw.
import { afterEach, expect, test } from "vitest";
import { type LabCli, openLabCli } from "../support/lab-cli.ts";

let cli: LabCli;
afterEach(() => cli.close());

const steering = [
  "\x1b]52;c;cm0gLXJmIH4=\x07 clipboard",
  "\x1b]0;root@bastion\x1b\\ title",
  "\x1b[?2004h\x1b[200~paste\x1b[201~",
  "\x1b[2J\x1b[H cleared \x1b[8m hidden \x1b[31m red",
  "\u009b31m eight bit \u009d0;title\u009c",
  "\x1bP+q544e\x1b\\ device \x1b[6n\x1b[c",
  "\x07\x08\x0b\x0c\x0e\x0f\x7f bell",
  "\u202egnp.exe\u202c \u2066 directions \u200f",
  "back\rover",
].join("\n");

/** Everything a terminal obeys; colours are ours only where they were asked for. */
const raw =
  /[\x00-\x08\x0b-\x1a\x1c-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]|\x1b(?!\[(?:0|1|2|22|3[1-9])m)/u;

test.each([false, true])("nothing raw is printed or reported (colours: %s)", async (isStdoutTerminal) => {
  cli = await openLabCli({ scenario: "lost-trust", release: "11.5" });
  const { faults, texts } = cli.lab.cluster();
  const world = { isStdoutTerminal };
  const echo = (command: RegExp, goesOn = false) =>
    faults.add({
      ...{ node: "pub", command, at: { kind: "before" } },
      action: { kind: "say", text: steering, goesOn },
    });
  const check = async (args: readonly string[]) => {
    const { stdout, stderr } = await cli.run(args, world);
    expect(raw.exec(stdout)?.[0]).toBe(undefined);
    expect(raw.exec(stderr)?.[0]).toBe(undefined);
    if (!isStdoutTerminal) expect(stdout + stderr).not.toContain("\x1b");
    return stdout;
  };
  for (const format of ["text", "json", "csv", "nagios"]) {
    echo(/^show itl/);
    echo(/^utils service list/);
    expect(await check(["status", "--format", format, "--debug"])).not.toBe("");
  }
  Object.assign(texts, { ccmPasswordWrong: steering });
  echo(/^utils itl reset/, true);
  const flags = ["--key", "local", "--yes", "--debug", "--accept", "held-list-assumed"];
  cli.lab.cluster().ccmLogin.password = "another one";
  const text = await check(["recover", "east", ...flags]);
  expect(text).toContain("clipboard");
  const [run] = (await cli.run(["runs", "--json"])).json<{ runs: { run: string }[] }>().runs;
  for (const format of ["text", "json", "markdown"])
    await check(["report", run?.run ?? "", "--format", format]);
  await check(["runs"]);
  echo(/^login$/);
  await check(["inventory", "check", "--connect"]);
});
