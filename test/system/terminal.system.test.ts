// The built tool at a real terminal, as an operator meets it: plan, name, questions, Ctrl-C, resize, colours, a closed window.
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { type LabPane, openLabPane } from "../support/lab-pane.ts";
import { needs } from "../support/needs.ts";
import type { Pane } from "../support/pane.ts";

// Every test starts the tool several times: seconds on a quiet machine, much longer on one with other work.
vi.setConfig({ testTimeout: 120_000 });

const reset = "pub: utils itl reset localkey";
const restart = (node: string) => `${node}: utils service restart Cisco Tftp`;
const escape = "\u001b";

/** Rows of the screen that are wider than the terminal, but for command lines, which stand as they are typed. */
function wide(pane: Pane, columns = 80): string[] {
  return pane
    .screen()
    .split("\n")
    .filter((row) => row.length > columns && !/> |itlctl /.test(row));
}

/** What was sent to the terminal before the question, the shell's own line left out. */
function beforeQuestion(pane: Pane): string {
  return (
    pane
      .bytes()
      .split("exit $?")[1]
      ?.split(/\r\n[^\r\n]*Type the cluster's name/)[0] ?? ""
  );
}

describe.runIf(needs("tmux"))("a recovery at a terminal, before anything is written", () => {
  let east: LabPane;
  beforeAll(async () => {
    east = await openLabPane();
  });
  afterAll(async () => east.close());

  test("shows the plan in 80 columns, and a wrong name writes nothing", async () => {
    const pane = await east.itlctl("recover east");
    await pane.whenShown("Type the cluster's name (east)");
    expect(pane.screen()).toMatch(/Plan for east[\s\S]*pub> utils itl reset localkey/);
    expect(beforeQuestion(pane)).toContain(`${escape}[1m`);
    pane.type("west\n");
    await pane.whenShown("exit 130");
    expect(pane.screen()).toMatch(/"west" was typed, not "east"; nothing was done/);
    expect(wide(pane)).toEqual([]);
    expect(east.written()).toEqual([]);
    expect((await east.lastRun()).outcome).toBe("cancelled");
  });

  test("the name typed before the plan could be read confirms nothing", async () => {
    const pane = await east.itlctl("recover east");
    await pane.whenShown("preflight: ");
    pane.type("east\n");
    await pane.whenShown("Type the cluster's name (east)");
    pane.press("C-c");
    await pane.whenShown("exit 130");
    expect(east.written()).toEqual([]);
  });

  test.each([
    ["--no-color", {}],
    ["", { NO_COLOR: "1" }],
  ])(
    "without colours (%s %o) nothing but the question has escapes; Ctrl-C at it writes nothing",
    async (flag, environment) => {
      const pane = await east.itlctl(`recover east ${flag}`, { environment });
      await pane.whenShown("Type the cluster's name (east)");
      expect(beforeQuestion(pane)).toContain("Plan for east");
      expect(beforeQuestion(pane)).not.toContain(escape);
      pane.press("C-c");
      await pane.whenShown("exit 130");
      expect(pane.screen()).toContain("cancelled; nothing was changed");
      expect(east.written()).toEqual([]);
    },
  );

  test("a window that is closed at the question ends the run, with nothing written", async () => {
    const pane = await east.itlctl("recover east");
    await pane.whenShown("Type the cluster's name (east)");
    pane.hangUp();
    await expect.poll(async () => (await east.lastRun()).outcome, { timeout: 45_000 }).toBe("cancelled");
    expect(east.written()).toEqual([]);
  });

  test("with --plain no escape sequence is sent at all, not even by the questions", async () => {
    const pane = await east.itlctl("recover east --plain");
    await pane.whenShown("Type it, then press Enter.");
    pane.press("C-c");
    await pane.whenShown("exit 130");
    const sent = pane.bytes().split("exit $?")[1]?.split("exit 130")[0] ?? "";
    expect(sent).toContain("question: Type the cluster's name (east) to carry this out");
    expect(sent).not.toContain(escape);
    expect(east.written()).toEqual([]);
  });

  test("a long wait says what for and until when, bears a resize, and ends at Ctrl-C", async () => {
    const command = /^utils itl reset/;
    east.lab.cluster().faults.add({ command, at: { kind: "before" }, action: { kind: "drop" } });
    const pane = await east.itlctl("recover east");
    await pane.whenShown("Type the cluster's name (east)");
    pane.type("east\n");
    await pane.whenShown("exit 22");
    const { run, outcome } = await east.lastRun();
    expect(outcome).toBe("unknown");
    const waiting = await east.itlctl(`resume ${run}`);
    await waiting.whenShown(/until \S+ at\s+the latest/);
    expect(waiting.screen()).toMatch(/waiting for a reset was sent at [\s\S]*pub\s+serves the list/);
    waiting.resize(60, 20);
    waiting.resize(132, 40);
    waiting.press("C-c");
    await waiting.whenShown("exit 130");
    expect(waiting.screen()).toContain("interrupted");
    expect((await east.lastRun()).outcome).toBe("interrupted");
    const ended = await east.itlctl(`abandon ${run} --reason "the test goes on"`);
    await ended.whenShown("exit 0");
    expect(east.written()).toEqual([]);
  });

  test("a window that is closed while a reset is under way lets it end, and the run can be resumed", async () => {
    east.lab.cluster().switches.serviceRestartMs = 800;
    const pane = await east.itlctl("recover east");
    await pane.whenShown("Type the cluster's name (east)");
    pane.type("east\n");
    await pane.whenShown("pub | Enter CCM Administrator password");
    pane.hangUp();
    await expect.poll(async () => (await east.lastRun()).outcome, { timeout: 45_000 }).toBe("interrupted");
    const { run, writes } = await east.lastRun();
    expect(writes).toMatchObject([{ line: "utils itl reset localkey", end: "answered" }]);
    const again = await east.itlctl(`resume ${run} --yes`);
    await again.whenShown("Not yet: leave the run held");
    expect(east.written()).toEqual([reset]);
    again.press("Enter");
    await again.whenShown("exit 21");
  });
});

describe.runIf(needs("tmux"))("a recovery at a terminal, to its end", () => {
  let east: LabPane;
  beforeAll(async () => {
    east = await openLabPane();
  });
  afterAll(async () => east.close());

  test("what the platform says never steers the terminal", async () => {
    east.lab.cluster().faults.add({
      ...{ command: /^utils itl reset/, at: { kind: "line", line: 3 } },
      action: { kind: "say", text: `\u001b]0;owned\u0007\u001b[2J\u009b31mall is well`, goesOn: true },
    });
    const pane = await east.itlctl("recover east");
    await pane.whenShown("Type the cluster's name (east)");
    pane.type("east\n");
    await pane.whenShown("exit 23");
    expect(pane.bytes()).toContain("pub | \\x9b31mall is well");
    expect(pane.bytes()).not.toMatch(/\u001b\]0|\u001b\[2J|\u009b|\u0007/);
    expect(east.written()).toEqual([reset]);
  });

  test("the phones come later: the run is held, and the command that goes on stands on the screen", async () => {
    const { run } = await east.lastRun();
    const pane = await east.itlctl(`resume ${run}`);
    await pane.whenShown("Not yet: leave the run held");
    expect(pane.screen()).toContain("waiting for you: ");
    pane.press("Enter");
    await pane.whenShown("exit 21");
    expect(wide(pane)).toEqual([]);
    const { outcome, waitsFor } = await east.lastRun();
    expect({ outcome, waitsFor }).toEqual({ outcome: "held", waitsFor: "phones" });
    expect(pane.screen()).toContain(`itlctl resume ${run} --confirm phones`);
  });

  test("the first Ctrl-C finishes the restart that was begun, a second leaves at once", async () => {
    const { run } = await east.lastRun();
    east.lab.cluster().switches.serviceRestartMs = 1000;
    const pane = await east.itlctl(`resume ${run}`);
    await pane.whenShown("Not yet: leave the run held");
    pane.press("Down");
    pane.press("Enter");
    await pane.whenShown("pub> utils service restart Cisco Tftp");
    pane.press("C-c");
    await pane.whenShown("press Ctrl-C again to leave at once");
    await pane.whenShown("exit 130");
    expect(east.written()).toEqual([reset, restart("pub")]);
    expect((await east.lastRun()).writes.map(({ end }) => end)).toEqual(["answered", "answered"]);

    const cluster = east.lab.cluster();
    cluster.switches.serviceRestartMs = 100;
    const restartService = cluster.restartService.bind(cluster);
    let letGo = () => {};
    const isLeft = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    cluster.restartService = async (...wish) => {
      await isLeft;
      return restartService(...wish);
    };
    const again = await east.itlctl(`resume ${run}`);
    await again.whenShown("tftp2> utils service restart Cisco Tftp");
    again.press("C-c");
    await again.whenShown("press Ctrl-C again to leave at once");
    again.press("C-c");
    await again.whenShown("left at once");
    letGo();
    await again.whenShown("exit 130");
    expect(again.screen().split("left at once")[1]).not.toMatch(/STARTED|done|interrupted/);
    const left = await east.lastRun();
    expect(left.outcome).toBe("interrupted");
    expect(left.writes.map(({ end }) => end)).toEqual(["answered", "answered", null]);
  });
});
