// Change windows in mixed mode, from the command line to the lab's phones: the CTL is written between regeneration and restarts.
import { afterEach, expect, test } from "vitest";
import type { RunDocument } from "../../src/report/run-document.ts";
import { type CertChange, openCertChange } from "../support/cert-change.ts";

let change: CertChange;

afterEach(async () => {
  expect(change.lab.complaints).toEqual([]);
  expect(change.lab.cluster().faults.pending()).toEqual([]);
  await change.close();
});

test("CAPF in mixed mode: the CTL carries the new certificate before the services restart, and phones take it", async () => {
  change = await openCertChange({ scenario: "mixed-mode", release: "15" });
  const cluster = change.lab.cluster();
  const result = await change.carryOut(["cert", "regen", "east", "CAPF"]);
  const document = result.json<RunDocument>();
  expect(document.error).toBeNull();
  expect(cluster.writes.map(({ kind, line }) => `${kind}: ${line}`).slice(0, 3)).toEqual([
    "regen: set cert regen CAPF",
    "ctl: utils ctl update CTLFile",
    "restart: utils service restart Cisco Certificate Authority Proxy Function",
  ]);
  const step = document.steps.find((one) => one.step.endsWith("-ctl"));
  expect(step).toMatchObject({ outcome: "done" });
  expect(step?.detail).toContain("has a CTL signed by ITLRECOVERY_pub");
  expect(cluster.bootPhones().map(({ ctl }) => ctl?.accepted)).toEqual(cluster.phones.map(() => "direct"));
});

const playbook = `playbook: ctl-signers
description: The CTL under the CallManager key, and back.
steps:
  - { id: preflight, verb: preflight }
  - { id: sign-by-callmanager, verb: reset-ctl }
  - { id: serve-it, verb: restart-service, service: Cisco Tftp }
  - { id: sign-by-recovery, verb: update-ctl }
  - { id: serve-that, verb: restart-service, service: Cisco Tftp }
`;

test("a reset of the CTL stops once with the platform's unknown words, and the resumed run goes on without a second one", async () => {
  change = await openCertChange({ scenario: "mixed-mode" });
  const cluster = change.lab.cluster();
  const file = change.write("ctl-signers.yaml", playbook);
  const stopped = await change.carryOut(["run", file, "--cluster", "east"]);
  const { error, run, next } = stopped.json<RunDocument>();
  expect(stopped.exit).toBe(23);
  expect(error).toMatchObject({ code: "step-failed", place: { node: "pub", step: "sign-by-callmanager" } });
  expect(error?.message).toContain("[lab] the CTL file was signed with the local key");
  expect(next).toContain(`itlctl resume ${run}`);
  const resumed = await change.carryOut(["resume", run ?? ""]);
  expect(resumed.json<RunDocument>()).toMatchObject({ error: null, outcome: "warned" });
  expect(cluster.writes.filter(({ kind }) => kind === "ctl").map(({ line }) => line)).toEqual([
    "utils ctl reset localkey",
    "utils ctl update CTLFile",
  ]);
  expect(cluster.bootPhones().map(({ ctl }) => ctl?.accepted)).toEqual(cluster.phones.map(() => "direct"));
});
