// Which CTL of a plan phones take: by the tokens of the one they hold when it is served, and a person's word in between.
import { describe, expect, test } from "vitest";
import { type CtlForecastInput, ctlResetSigner, forecastCtl } from "../../src/verdict/ctl-forecast.ts";
import { hashOf, planOf as plan, shownList, smallCertificate, smallRecord } from "./small-facts.ts";

const token = (serial: string, sha1 = hashOf(serial)) =>
  smallRecord("token", serial, { certificateSha1: sha1 });
const old = "11.5.1.12900-21";
const recent = "15.0.1.12900-234";
const given: Omit<CtlForecastInput, "steps"> = {
  release: recent,
  publisher: "pub",
  ctl: shownList([token("0A"), token("0B")]),
  certificates: {
    CallManager: smallCertificate("CallManager", "0A"),
    ITLRecovery: smallCertificate("ITLRecovery", "0B"),
  },
};
/** As `s2 CallManager taken`. */
const told = (words: readonly string[], parts: Partial<CtlForecastInput> = {}) =>
  forecastCtl({ ...given, steps: plan(...words), ...parts }).map(
    ({ step, signer, isTaken }) => `${step} ${signer} ${isTaken ? "taken" : "lost"}`,
  );

test("a plan that writes no CTL has nothing to forecast", () => {
  expect(told([])).toEqual([]);
  expect(told(["CallManager@pub", "ITLRecovery@pub", "reset", "restart-tftp", "gate", "confirm"])).toEqual(
    [],
  );
});

describe("who signs", () => {
  test.each([
    [old, "CallManager", "ITLRecovery"],
    ["12.0.1.10000-10", "ITLRecovery", "CallManager"],
    [recent, "ITLRecovery", "CallManager"],
  ])("on %s `update` is %s's and `reset localkey` %s's", (release, update, reset) => {
    expect(told(["update-ctl", "restart-tftp"], { release })).toEqual([`s1 ${update} taken`]);
    expect(told(["reset-ctl", "restart-tftp"], { release })).toEqual([`s1 ${reset} taken`]);
    expect(ctlResetSigner(release)).toBe(reset);
  });
});

describe("what phones hold at first", () => {
  const both = ["update-ctl", "restart-tftp", "reset-ctl", "restart-tftp"];
  const [update, reset] = ["s1 ITLRecovery", "s3 CallManager"];

  test.each([
    ["both certificates", [token("0A"), token("0B")], "taken", "taken"],
    ["only ITLRecovery", [token("0C"), token("0B")], "taken", "lost"],
    ["only CallManager", [token("0A")], "lost", "taken"],
    ["neither", [token("0C"), token("0D")], "lost", "lost"],
    ["nothing", [], "lost", "lost"],
    ["ITLRecovery's serial, of another certificate", [token("0B", hashOf("FF"))], "lost", "lost"],
    ["them in records that are no tokens", [smallRecord("CCM+TFTP", "0A")], "lost", "lost"],
  ])("a CTL that names %s", (_, records, updated, wasReset) => {
    expect(told(both, { ctl: shownList(records) })).toEqual([`${update} ${updated}`, `${reset} ${wasReset}`]);
  });

  test("nothing that is sure, where the publisher's certificate was not read", () => {
    const without = (unit: "CallManager" | "ITLRecovery") => ({
      certificates: { ...given.certificates, [unit]: null },
    });
    expect(told(both, without("CallManager"))).toEqual([`${update} taken`, `${reset} lost`]);
    expect(told(both, without("ITLRecovery"))).toEqual([`${update} lost`, `${reset} taken`]);
  });
});

describe("a new certificate of the publisher", () => {
  test.each([
    ["CallManager@pub", "reset-ctl", "lost"],
    ["CallManager@pub", "update-ctl", "taken"],
    ["ITLRecovery@pub", "update-ctl", "lost"],
    ["ITLRecovery@pub", "reset-ctl", "taken"],
    ["CallManager@sub", "reset-ctl", "taken"],
    ["ITLRecovery@sub", "update-ctl", "taken"],
    ["CAPF@pub", "reset-ctl", "taken"],
    ["TVS@pub", "update-ctl", "taken"],
  ])("%s and then %s: %s", (change, write, end) => {
    expect(told([change, write, "restart-tftp"])[0]).toMatch(new RegExp(` ${end}$`));
  });

  test("that comes only after the CTL was written does not change who signed it", () => {
    expect(told(["update-ctl", "ITLRecovery@pub", "restart-tftp"])).toEqual(["s1 ITLRecovery taken"]);
    const [, again] = told([
      "update-ctl",
      "ITLRecovery@pub",
      "restart-tftp",
      "gate",
      "update-ctl",
      "restart-tftp",
    ]);
    expect(again).toBe("s5 ITLRecovery lost");
  });

  test("is another one each time: the CTL of the first does not name the second", () => {
    const once = ["CallManager@pub", "update-ctl", "restart-tftp", "gate"];
    expect(told([...once, "reset-ctl", "restart-tftp"])).toEqual([
      "s2 ITLRecovery taken",
      "s5 CallManager taken",
    ]);
    expect(told([...once, "CallManager@pub", "reset-ctl", "restart-tftp"])[1]).toBe("s6 CallManager lost");
  });
});

describe("phones hold a new CTL", () => {
  /** With it, phones know CallManager's new certificate, and a reset that it signs is taken. */
  const followed = (...between: readonly string[]) =>
    told(["CallManager@pub", "update-ctl", ...between, "reset-ctl", "restart-tftp"])
      .at(-1)
      ?.split(" ")[2];

  test.each([
    ["taken", ["restart-tftp", "gate"]],
    ["taken", ["reset", "gate"]],
    ["taken", ["reset", "confirm"]],
    ["taken", ["reset", "restart-tftp", "confirm"]],
    // Served, but nobody said that they have it.
    ["lost", ["restart-tftp"]],
    ["lost", ["restart-tftp", "hold"]],
    ["lost", ["reset"]],
    ["lost", ["reset", "hold"]],
    ["lost", ["reset", "other", "restart-tvs", "TVS@pub"]],
    // A word before any reset of the ITL is not about phones.
    ["lost", ["restart-tftp", "confirm"]],
    // Nobody serves it: Cisco Tftp was not restarted.
    ["lost", ["gate"]],
    ["lost", ["gate", "restart-tftp"]],
    ["lost", ["restart-tvs", "gate"]],
    ["lost", ["other", "gate"]],
  ] as const)("%s: %j", (end, between) => {
    expect(followed(...between)).toBe(end);
  });

  test("a word that was given before a reset counts for no CTL that is served after it", () => {
    const words = ["confirm", "CallManager@pub", "update-ctl", "reset", "reset-ctl", "restart-tftp"];
    expect(told(words)).toEqual(["s3 ITLRecovery taken", "s5 CallManager lost"]);
  });

  test("and a reset at the beginning of the plan is enough for every word behind it", () => {
    const words = ["reset", "CallManager@pub", "update-ctl", "restart-tftp", "confirm", "reset-ctl"];
    expect(told(words)).toEqual(["s3 ITLRecovery taken", "s6 CallManager taken"]);
  });

  test("only where they took it: a gate behind one that they did not take changes nothing", () => {
    const lost = ["ITLRecovery@pub", "update-ctl", "restart-tftp", "gate"];
    expect(told([...lost, "update-ctl", "restart-tftp"])).toEqual([
      "s2 ITLRecovery lost",
      "s5 ITLRecovery lost",
    ]);
    // CallManager is in the CTL that they kept: its reset brings them the new ITLRecovery.
    const way = ["reset-ctl", "restart-tftp", "gate", "update-ctl", "restart-tftp"];
    expect(told([...lost, ...way]).map((line) => line.split(" ")[2])).toEqual(["lost", "taken", "taken"]);
  });

  test("and forget what only the one before it named", () => {
    const words = ["reset-ctl", "restart-tftp", "gate", "update-ctl", "restart-tftp"];
    expect(told(words)).toEqual(["s1 CallManager taken", "s4 ITLRecovery taken"]);
    // The certificates that the CTL of now names are gone after two changes that phones followed one by one.
    const both = ["CallManager@pub", "update-ctl", "restart-tftp", "gate"];
    const next = ["ITLRecovery@pub", "reset-ctl", "restart-tftp", "gate", "update-ctl", "restart-tftp"];
    expect(told([...both, ...next]).map((line) => line.split(" ")[2])).toEqual(["taken", "taken", "taken"]);
  });
});

describe("a CTL that is written over before it is served", () => {
  test("reaches no phone, and only the last one is forecast", () => {
    expect(told(["reset-ctl", "update-ctl", "restart-tftp"])).toEqual(["s2 ITLRecovery taken"]);
  });

  test("one that the plan never serves is forecast as the next restart will serve it", () => {
    expect(told(["ITLRecovery@pub", "update-ctl"])).toEqual(["s2 ITLRecovery lost"]);
    expect(told(["update-ctl"])).toEqual(["s1 ITLRecovery taken"]);
  });

  test("a restart serves the same one again, which is no second forecast", () => {
    const again = ["update-ctl", "restart-tftp", "gate", "restart-tftp", "gate", "reset", "confirm"];
    expect(told(again)).toEqual(["s1 ITLRecovery taken"]);
  });

  test("and one that is written while phones still have to take the one before does not undo that", () => {
    const words = [
      "CallManager@pub",
      "update-ctl",
      "restart-tftp",
      "update-ctl",
      "gate",
      "reset-ctl",
      "restart-tftp",
    ];
    expect(told(words)).toEqual(["s2 ITLRecovery taken", "s6 CallManager taken"]);
  });
});
