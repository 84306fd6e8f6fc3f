// The bad night: a backup is taken, the publisher is rebuilt with new keys, and the backup brings back every phone that can come back.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import type { LabRelease } from "../../mocks/lab/model.ts";
import { loadScenario, playSteps } from "../../mocks/lab/scenarios.ts";
import type { RunDocument } from "../../src/report/run-document.ts";
import { changeInventory } from "../support/backup-cli.ts";
import { type LabCli, openLabCli } from "../support/lab-cli.ts";
import { freePort } from "../vault/vault-tools.ts";

let cli: LabCli;
afterEach(async () => {
  expect(cli.lab.complaints).toEqual([]);
  await cli.close();
});

type Step = (...words: readonly string[]) => Promise<{ exit: number; document: RunDocument }>;

/** A vault of that kind behind the cluster, and `itlctl` that reaches it; the platform's port 22 is where the vault answers. */
async function openCluster(release: LabRelease, kind: "sftp" | "receiver"): Promise<Step> {
  const { clusters } = loadScenario("publisher-rebuilt", release);
  const port = kind === "receiver" ? await freePort() : null;
  cli = await openLabCli({
    clusters,
    ...(port === null ? {} : { remoteKeyServer: { host: "127.0.0.1", port } }),
  });
  const { sftp } = cli.lab;
  cli.write("receiver-key", sftp.hostKeyPem);
  mkdirSync(join(sftp.root, "kept"));
  changeInventory(cli.inventory, (cluster) => {
    cluster["vault"] =
      port === null
        ? {
            ...{ kind: "sftp", host: sftp.host, port: sftp.port, username: sftp.username },
            ...{ password: "env:SFTP_PASSWORD", directory: "/kept", hostKeys: [sftp.hostKeySha256] },
          }
        : {
            kind: "directory",
            path: "./vault",
            receiver: { address: "127.0.0.1", port, hostKey: "receiver-key" },
          };
  });
  return async (...words) => {
    const result = await cli.run([...words, "--json"], {
      remoteKeyPort: port ?? sftp.port,
      environment: { SFTP_PASSWORD: sftp.password },
    });
    return { exit: result.exit, document: result.json<RunDocument>() };
  };
}

/** Phones that trust what their node serves, by their own check of its signature. */
const trusting = () =>
  cli.lab
    .cluster()
    .bootPhones()
    .filter(({ accepted }) => accepted !== "rejected")
    .map(({ phone }) => phone);

test.each([
  ["10.0", "receiver"],
  ["11.5", "sftp"],
  ["12.5", "receiver"],
  ["15", "sftp"],
] as const)(
  "release %s: yesterday's backup out of a vault (%s) brings the phones back after the publisher was rebuilt",
  async (release, kind) => {
    const itlctl = await openCluster(release, kind);
    const cluster = cli.lab.cluster();
    const phones = cluster.phones.map(({ name }) => name);
    const backedUp = await itlctl("backup", "run", "east");
    expect(backedUp).toMatchObject({ exit: 0, document: { outcome: "done", backup: { proof: "matched" } } });
    await cli.lab.clock.advance(86_400_000);

    const [hopeless = "", ...others] = phones;
    const loss = loadScenario("publisher-rebuilt", release).steps;
    await playSteps(
      [{ kind: "drop-recovery-record", phones: [hopeless] }, ...loss],
      cli.lab.clusters,
      (name, bytes) => writeFileSync(join(cli.lab.sftp.root, name), bytes),
    );
    expect(trusting()).toEqual([]);

    const id = backedUp.document.backup?.id ?? "";
    const begun = await itlctl("recover", "east", "--key", "remote", "--backup", id, "--yes");
    expect(begun).toMatchObject({ exit: 21, document: { outcome: "held", error: null } });
    expect(trusting()).toEqual(others);
    const run = begun.document.run ?? "";
    let ended = await itlctl("resume", run, "--confirm", "phones", "--yes");
    if (ended.document.waitsFor === "phones-again") {
      expect(trusting()).toEqual(others);
      ended = await itlctl("resume", run, "--confirm", "phones-again", "--yes");
    }
    expect([0, 3]).toContain(ended.exit);
    expect(ended.document.error).toBeNull();
    expect(trusting()).toEqual(others);
    expect(cluster.writes.filter(({ line }) => line.startsWith("utils itl reset remotekey"))).toHaveLength(1);
  },
  60_000,
);
