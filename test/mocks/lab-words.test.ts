// What `npm run lab` tells people about an open lab.
import { afterEach, expect, it } from "vitest";
import { renderLogins, renderState, renderVerdicts } from "../../mocks/lab/lab-words.ts";
import { type Lab, startLab } from "../../mocks/lab/start-lab.ts";

let lab: Lab;
afterEach(() => lab.close());

it("says how to log in to every node and where the passwords are, and what each node serves", async () => {
  lab = await startLab({ scenario: "subscriber-down" });
  const cluster = lab.cluster();
  const logins = renderLogins(lab, "/somewhere/clusters.yaml", "/somewhere/passwords.env");
  for (const node of cluster.nodes) expect(logins).toContain(`ssh -p ${node.sshPort} `);
  expect(logins).toContain("administrator / Platform-east-1 (level 4)");
  expect(logins).toContain("release 11.5.1.12900-21");
  expect(renderState(lab)).toMatch(/tftp2 +TFTP started, \d+ bytes signed by CN=tftp2\./);
  expect(renderState(lab)).toMatch(/tftp3 +down/);
  expect(renderVerdicts(cluster.bootPhones())).toMatch(/^ {2}SEP001122334401 rejected CN=pub/);
});

it("says where the signer of a list stands in no record of it", async () => {
  lab = await startLab({ clusters: [{ name: "east", release: "12.5" }] });
  const cluster = lab.cluster();
  const oldKey = cluster.recoveryFile();
  cluster.rebuildPublisher();
  await cluster.resetRemotekey(oldKey);
  expect(renderState(lab)).toContain("in no record of it");
});
