// `cert regen --dry-run` on a healthy lab: the plan, read-only, and the command that would carry it out as it was typed.
import { expect, test } from "vitest";
import type { RunDocument } from "../../src/report/run-document.ts";
import { openCertChange } from "../support/cert-change.ts";

test("the command it names has every unit, node and flag that counts, each once, and nothing is written", async () => {
  const change = await openCertChange({ release: "12.5" });
  try {
    const flags = [
      "--node",
      "tftp2",
      "--node",
      "tftp2",
      "--replace-ca-signed",
      "--accept",
      "node-unreachable",
    ];
    const words = ["TVS", "tomcat", "TVS", ...flags, "--dry-run", "--json"];
    const result = await change.run(["cert", "regen", "east", ...words]);
    expect([result.exit, result.stderr]).toEqual([0, ""]);
    const { next, plan, run } = result.json<RunDocument>();
    expect(next).toBe(
      "itlctl cert regen east TVS tomcat --node tftp2 --replace-ca-signed --accept node-unreachable",
    );
    const regenerated = plan?.steps.flatMap(({ commands }) =>
      commands.map(({ node, line }) => `${node}: ${line}`),
    );
    expect(regenerated?.filter((line) => line.includes("cert regen"))).toEqual([
      "tftp2: set cert regen tomcat",
      "tftp2: set cert regen TVS",
    ]);
    expect([run, change.written()]).toEqual([null, []]);
  } finally {
    await change.close();
  }
});
