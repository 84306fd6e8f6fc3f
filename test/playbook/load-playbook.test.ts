// Playbook files: the shipped one is sound, a wrong one is refused with every problem and its place.
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { OperatorError } from "../../src/base/errors.ts";
import { loadPlaybook } from "../../src/playbook/load-playbook.ts";
import { isFromRelease } from "../../src/playbook/step-release.ts";

const folderOfShipped = new URL("../../playbooks/", import.meta.url).pathname;
const shipped = new URL("../../playbooks/itl-recovery.yaml", import.meta.url).pathname;
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "itlctl-playbook-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

function trouble(text: string | null): OperatorError {
  const file = join(folder, text === null ? "missing.yaml" : "playbook.yaml");
  if (text !== null) writeFileSync(file, text);
  try {
    loadPlaybook(file);
  } catch (error) {
    if (error instanceof OperatorError) return error;
    throw error;
  }
  throw new Error("the playbook was taken");
}

test("the shipped playbook has the steps of a recovery, in order", () => {
  const playbook = loadPlaybook(shipped);
  expect(playbook.name).toBe("itl-recovery");
  expect(playbook.steps.map(({ id, verb, fromRelease }) => [id, verb, fromRelease])).toEqual([
    ["preflight", "preflight", undefined],
    ["reset-ctl", "reset-ctl", undefined],
    ["reset", "reset", undefined],
    ["verify-reset", "verify", undefined],
    ["phones", "confirm", undefined],
    ["update-ctl", "update-ctl", undefined],
    ["restart-tftp", "restart-service", undefined],
    ["verify-normal", "verify", undefined],
    ["phones-again", "confirm", "12.0"],
  ]);
  const ofMixedMode = playbook.steps.filter(({ onlyIn }) => onlyIn === "mixed-mode");
  expect(ofMixedMode.map(({ id }) => id)).toEqual(["reset-ctl", "update-ctl"]);
  expect(playbook.sha256).toBe(createHash("sha256").update(readFileSync(shipped)).digest("hex"));
});

test.each(readdirSync(folderOfShipped))(
  "the shipped %s tells editors where its schema is, and is sound",
  (name) => {
    const file = join(folderOfShipped, name);
    expect(readFileSync(file, "utf8").split("\n")[0]).toBe(
      "# yaml-language-server: $schema=../docs/playbook.schema.json",
    );
    const playbook = loadPlaybook(file, name.startsWith("certificate-") ? { units: "TVS" } : {});
    expect(`${playbook.name}.yaml`).toBe(name);
    expect(playbook.window).toBeNull();
  },
);

describe("the shipped renewal of ITLRecovery", () => {
  const { steps } = loadPlaybook(join(folderOfShipped, "itlrecovery-renewal.yaml"));
  const first = ["preflight", "backup-before", "phones-ready", "regenerate"];

  test.each([
    [
      "11.5.1.12900-21",
      ["update-ctl", "restart-tvs", "restart-tftp", "verify-present"],
      ["hold", "phones-updated"],
    ],
    [
      "12.0.1.10000-10",
      [
        ...["reset-ctl", "reset", "verify-reset", "phones", "update-ctl", "restart-tvs", "restart-tftp"],
        "verify-normal",
      ],
      ["phones-again"],
    ],
  ])("has the procedure of %s", (release, between, last) => {
    expect(steps.filter((step) => isFromRelease(step, release)).map(({ id }) => id)).toEqual([
      ...first,
      ...between,
      "backup-after",
      ...last,
    ]);
  });
});

describe("a wrong playbook", () => {
  const playbook = (...steps: string[]) =>
    `playbook: mine\ndescription: What it is for.\nsteps:\n${steps.map((step) => `  - ${step}\n`).join("")}`;

  test.each([
    ["an unknown verb", playbook("{ id: a, verb: reboot }"), 4],
    ["a step without an id", playbook("{ verb: reset }"), 4],
    ["an id twice", playbook("{ id: a, verb: preflight }", "{ id: a, verb: reset }"), 5],
    ["an id with a space", playbook('{ id: "a b", verb: reset }'), 4],
    ["an unknown key", playbook("{ id: a, verb: reset, force: true }"), 4],
    ["a verb's missing key", playbook("{ id: a, verb: verify }"), 4],
    ["another signer", playbook("{ id: a, verb: verify, signer: mine }"), 4],
    ["a release that is a number", playbook("{ id: a, verb: reset, fromRelease: 12.0 }"), 4],
    ["a release for the preflight", playbook('{ id: a, verb: preflight, fromRelease: "12.0" }'), 4],
    [
      "a unit that is none",
      playbook("{ id: p, verb: preflight }", "{ id: a, verb: regenerate, units: [tvs] }"),
      5,
    ],
    ["no units", playbook("{ id: p, verb: preflight }", "{ id: a, verb: regenerate, units: [] }"), 5],
    [
      "a unit twice",
      playbook("{ id: p, verb: preflight }", "{ id: a, verb: regenerate, units: [TVS, TVS] }"),
      5,
    ],
    [
      "a node twice",
      playbook("{ id: p, verb: preflight }", "{ id: a, verb: hold, nodes: [pub, sub, PUB] }"),
      5,
    ],
    [
      "a service that is not restarted",
      playbook("{ id: p, verb: preflight }", "{ id: a, verb: restart-service, service: Cisco DHCP }"),
      5,
    ],
    ["a hook without a program", playbook("{ id: a, verb: notify, hook: [] }"), 4],
    ["a text that steers a terminal", playbook('{ id: a, verb: confirm, text: "\\e[2J" }'), 4],
    ["a unit of work", playbook("{ id: a, verb: backup, work: mine }"), 4],
    ["a key twice", playbook("{ id: a, verb: backup, id: b }"), 4],
    ["an alias", "playbook: &a mine\ndescription: *a\nsteps: []\n", 1],
    ["more than 256 KiB", `playbook: mine\n${"#".repeat(262_144)}`, 1],
    ["half a megabyte of steps", `steps:\n${"- {}\n".repeat(100_000)}`, 1],
    ["501 steps", playbook(...Array.from({ length: 501 }, () => "{ id: a, verb: backup }")), 4],
    ["no steps", "playbook: mine\ndescription: x\nsteps: []\n", 3],
    ["no YAML", "playbook: [\n", 2],
    ["a tab", "playbook: mine\n\tsteps: []\n", 2],
  ])("with %s is refused at its place", (_what, text, line) => {
    const error = trouble(text);
    expect(error.code).toBe("playbook-invalid");
    expect(error.place).toMatchObject({ file: join(folder, "playbook.yaml"), line });
    expect(error.message).toContain(`playbook.yaml:${line}:`);
  });

  test("with several problems names them all", () => {
    const error = trouble(playbook("{ id: a, verb: reboot }", "{ id: B, verb: reset }"));
    expect(error.message).toContain(":4:");
    expect(error.message).toContain(":5:");
  });

  test("that is not there is named", () => {
    const error = trouble(null);
    expect(error.code).toBe("playbook-invalid");
    expect(error.place).toEqual({ file: join(folder, "missing.yaml") });
  });
});

describe("a window", () => {
  const withWindow = (window: string) =>
    `playbook: mine\ndescription: What it is for.\nwindow: ${window}\nsteps:\n  - { id: a, verb: backup }\n`;

  test.each([
    ["22:00", "04:00", "Europe/Berlin"],
    ["00:00", "23:59", "UTC"],
    ["09:30", "09:31", "America/Argentina/Buenos_Aires"],
  ])("from %s until %s in %s is taken", (from, until, timeZone) => {
    const file = join(folder, "window.yaml");
    writeFileSync(file, withWindow(`{ from: "${from}", until: "${until}", timeZone: ${timeZone} }`));
    expect(loadPlaybook(file).window).toEqual({ from, until, timeZone });
  });

  test.each([
    ['{ from: "22:00", until: "22:00", timeZone: UTC }', "window.until: is the same as from"],
    ['{ from: "24:00", until: "04:00", timeZone: UTC }', "window.from: must be a time of the day"],
    ['{ from: "9:00", until: "04:00", timeZone: UTC }', "window.from: must be a time of the day"],
    ['{ from: 22, until: "04:00", timeZone: UTC }', "window.from: must be a time of the day"],
    ['{ from: "22:00", until: "04:00", timeZone: Europe/Berln }', "window.timeZone: must be the IANA name"],
    ['{ from: "22:00", until: "04:00", timeZone: "+01:00" }', "window.timeZone: must be the IANA name"],
    ['{ from: "22:00", until: "04:00" }', "window.timeZone: is missing"],
  ])("%s is refused", (window, message) => {
    expect(trouble(withWindow(window)).message).toMatch(/^\S+:3:\d+ /);
    expect(trouble(withWindow(window)).message).toContain(message);
  });
});
