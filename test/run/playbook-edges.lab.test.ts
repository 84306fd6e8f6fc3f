// Playbooks and runs at their edges: names that look alike, a window that closes during a hold, steps that no recovery has, a word that grew old.
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import type { RunDocument } from "../../src/report/run-document.ts";
import { type CertChange, openCertChange } from "../support/cert-change.ts";
import type { CliResult } from "../support/run-cli.ts";

let change: CertChange;

afterEach(async () => {
  expect(change.lab.complaints).toEqual([]);
  await change.close();
});

const documentOf = (result: CliResult) => result.json<RunDocument>();
const regenerated = () => change.written().filter((line) => line.includes("cert regen"));
const playbook = (name: string, ...steps: string[]) =>
  change.write(
    `${name}.yaml`,
    [
      `playbook: ${name}`,
      "description: One of our own.",
      "steps:",
      ...steps.map((step) => `  - { ${step} }`),
      "",
    ].join("\n"),
  );

test("two nodes of which one is called like the other with a service behind it are both regenerated", async () => {
  change = await openCertChange({
    clusters: [{ name: "east", release: "11.5", nodes: [{ name: "cucm" }, { name: "cucm-tftp" }] }],
  });
  const result = await change.carryOut(["cert", "regen", "east", "TVS"]);
  expect(documentOf(result)).toMatchObject({ outcome: "done" });
  expect(regenerated()).toEqual(["cucm: set cert regen TVS", "cucm-tftp: set cert regen TVS"]);
  const ids = documentOf(result).steps.map(({ step }) => step);
  expect(new Set(ids).size).toBe(ids.length);
});

test("a unit of work of which only the hold was begun does not begin outside the window", async () => {
  change = await openCertChange({ release: "11.5" });
  const at = (minutes: number) =>
    new Date(change.lab.clock.now() + minutes * 60_000).toISOString().slice(11, 16);
  const file = change.write(
    "own.yaml",
    [
      "playbook: own-window",
      "description: TVS in the night.",
      `window: { from: "${at(-10)}", until: "${at(60)}", timeZone: UTC }`,
      "steps:",
      "  - { id: preflight, verb: preflight }",
      "  - { id: ready, verb: gate }",
      "  - { id: change, verb: regenerate, units: [TVS] }",
      "",
    ].join("\n"),
  );
  const ready = await change.run(["run", file, "--cluster", "east", "--yes", "--json"]);
  const { run } = documentOf(ready);
  expect(documentOf(ready)).toMatchObject({ outcome: "held", waitsFor: "ready" });
  change.lab.cluster().regenerate(change.lab.cluster().publisher, "CAPF", "by hand");
  const resume = ["resume", run ?? "", "--yes", "--json"];
  const holding = await change.run([...resume, "--confirm", "ready", "--no-wait"]);
  expect(documentOf(holding)).toMatchObject({ outcome: "held", waitsFor: null });
  const before = change.written();
  await change.lab.clock.advance(12 * 3_600_000);
  const late = await change.run(resume);
  expect(change.written()).toEqual(before);
  expect(documentOf(late)).toMatchObject({ outcome: "held", until: expect.any(String) });
  expect(late.exit).toBe(21);
});

test("a playbook that only asks people needs no plan", async () => {
  change = await openCertChange({ release: "11.5" });
  const file = playbook("ask", 'id: ready, verb: confirm, text: "Is the room free?"');
  const result = await change.run(["run", file, "--cluster", "east", "--yes", "--json"]);
  expect(documentOf(result)).toMatchObject({ outcome: "held", waitsFor: "ready" });
  expect(result.exit).toBe(21);
});

describe("a playbook whose first change is a reset", () => {
  test("and that names a node which the cluster has not is refused before anything is sent", async () => {
    change = await openCertChange({ release: "11.5" });
    const file = playbook(
      "odd",
      "id: preflight, verb: preflight",
      "id: reset, verb: reset",
      "id: tftp, verb: restart-service, service: Cisco Tftp, nodes: [TFTP2]",
    );
    const args = ["run", file, "--cluster", "east", "--accept", "held-list-assumed", "--yes", "--json"];
    const result = await change.run(args);
    expect(documentOf(result).error).toMatchObject({
      code: "usage",
      message: expect.stringContaining("TFTP2"),
    });
    expect(result.exit).toBe(2);
    expect(change.written()).toEqual([]);
  });

  test("and that restarts another service or regenerates afterwards is planned and carried out", async () => {
    change = await openCertChange({ release: "11.5" });
    const file = playbook(
      "odd",
      "id: preflight, verb: preflight",
      "id: reset, verb: reset",
      "id: proof, verb: verify, signer: reset",
      "id: phones, verb: gate",
      "id: tftp, verb: restart-service, service: Cisco Tftp",
      "id: normal, verb: verify, signer: normal",
      "id: back, verb: gate",
      "id: tomcat, verb: restart-service, service: Cisco Tomcat",
      "id: regen, verb: regenerate, units: [tomcat]",
    );
    const args = ["run", file, "--cluster", "east", "--accept", "held-list-assumed"];
    const result = await change.carryOut(args);
    expect(documentOf(result)).toMatchObject({ error: null });
    expect([0, 3]).toContain(result.exit);
    expect(regenerated()).toEqual(["pub: set cert regen tomcat", "tftp2: set cert regen tomcat"]);
  });
});

test("a verify of the normal signer without a reset before it is refused with its place", async () => {
  change = await openCertChange({ release: "11.5" });
  const file = playbook(
    "odd",
    "id: preflight, verb: preflight",
    "id: tftp, verb: restart-service, service: Cisco Tftp",
    "id: normal, verb: verify, signer: normal",
  );
  const result = await change.run(["run", file, "--cluster", "east", "--yes", "--json"]);
  expect(result.exit).toBe(10);
  expect(change.written()).toEqual([]);
});

test("a word that phones have followed does not count for lists that are served only since", async () => {
  change = await openCertChange({ release: "11.5" });
  const asked = await change.run(["cert", "regen", "east", "TVS", "--yes", "--json"]);
  const { run } = documentOf(asked);
  const [pub, tftp2] = change.lab.cluster().nodes;
  if (pub === undefined || tftp2 === undefined) throw new Error("no nodes");
  const resume = ["resume", run ?? "", "--yes", "--json"];
  // The word is given while a node cannot be looked at, so its proof fails after it.
  await change.lab.cluster().setReachable(tftp2, false);
  const down = await change.run([...resume, "--confirm", "phones-ready"]);
  expect(documentOf(down)).toMatchObject({ waitsFor: null });
  expect(down.exit).not.toBe(0);
  await change.lab.cluster().setReachable(tftp2, true);
  await change.lab.clock.advance(600_000);
  change.lab.cluster().regenerate(pub, "CAPF", "by hand");
  await change.lab.clock.advance(600_000);
  await change.lab.cluster().restartTftp(tftp2, "by hand");
  const before = change.written();
  const again = await change.run(resume);
  expect(documentOf(again)).toMatchObject({ outcome: "held", waitsFor: "phones-ready" });
  expect(change.written()).toEqual(before);
  const done = await change.carryOut(resume.slice(0, 2));
  expect(documentOf(done)).toMatchObject({ outcome: "done" });
});

test("a saved plan is refused where a service was activated since that it would restart", async () => {
  change = await openCertChange({ release: "11.5" });
  const file = join(change.folder, "plan.json");
  const args = ["plan", "certificate-regeneration", "--cluster", "east", "--var", "units=CallManager"];
  const accepting = await change.run([...args, "--accept", "clock-skew", "--json"]);
  expect(documentOf(accepting)).toMatchObject({
    next: "itlctl run certificate-regeneration --cluster east --var units=CallManager --accept clock-skew",
  });
  expect((await change.run([...args, "--save", file])).exit).toBe(0);
  const proxy = change.lab.cluster().nodes[1]?.services.find(({ name }) => name === "Cisco HAProxy");
  if (proxy === undefined) throw new Error("no such service in the lab");
  Object.assign(proxy, { state: "STARTED", isActivated: true });
  const result = await change.run(["run", file, "--yes", "--json"]);
  expect(documentOf(result).error).toMatchObject({
    code: "baseline-changed",
    message: expect.stringContaining("what would be sent"),
  });
  expect(result.exit).toBe(11);
  expect(change.written()).toEqual([]);
});

test("another anchor that changed between the gate and the write stops it, and strands nobody", async () => {
  change = await openCertChange({ release: "11.5" });
  const held = await change.run(["cert", "regen", "east", "TVS", "--yes", "--json"]);
  const { run } = documentOf(held);
  change.lab.cluster().regenerate(change.lab.cluster().publisher, "tomcat", "by hand");
  const resume = ["resume", run ?? "", "--yes", "--json"];
  const holding = await change.run([...resume, "--confirm", "phones-ready", "--no-wait"]);
  expect(documentOf(holding)).toMatchObject({ outcome: "held", waitsFor: null });
  await change.lab.clock.advance(3_600_000);
  change.lab.cluster().regenerate(change.lab.cluster().publisher, "CallManager", "by hand");
  await change.lab.clock.advance(3_600_000);
  const before = change.written();
  const late = await change.run(resume);
  expect(change.written()).toEqual(before);
  expect(documentOf(late).error).toMatchObject({
    code: "baseline-changed",
    message: expect.stringContaining("CallManager of pub"),
  });
  expect(late.exit).toBe(11);
  expect(change.stranded()).toEqual([]);
});
