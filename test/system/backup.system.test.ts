// Backups over real OpenSSH, plain, chrooted and with an account for deliveries, and over the receiver: taken, kept, and used on the bad night.
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { LabRelease } from "../../mocks/lab/model.ts";
import { loadScenario, playSteps } from "../../mocks/lab/scenarios.ts";
import type { RunDocument } from "../../src/report/run-document.ts";
import { changeInventory } from "../support/backup-cli.ts";
import { type LabCli, openLabCli } from "../support/lab-cli.ts";
import { needs } from "../support/needs.ts";
import { freePort, hostKeyFile } from "../vault/vault-tools.ts";
import { type OpenSshServer, openOpenSshServer } from "./openssh-server.ts";

const isPossible = [needs("sshd"), needs("root")].every(Boolean);
const releases: readonly LabRelease[] = ["10.0", "11.5", "12.5", "15"];
const scenarioOf = (release: LabRelease) =>
  ["10.0", "11.5"].includes(release) ? "publisher-rebuilt" : "recovery-lost";

interface Place {
  readonly vault: Record<string, unknown>;
  /** Where the platform finds port 22 of the vault's host. */
  readonly port: number;
  readonly environment: Readonly<Record<string, string>>;
  /** The vault's folder as this machine sees it. */
  readonly path: string;
}

/** A day of good backups, then the bad night: everything with the vault of `place`. */
async function dayAndNight(
  release: LabRelease,
  placeOf: (cli: LabCli) => Place | Promise<Place>,
): Promise<void> {
  const { clusters, steps } = loadScenario(scenarioOf(release), release);
  const remoteKeyServer = { host: "127.0.0.1", port: 0 };
  const cli = await openLabCli({ clusters, remoteKeyServer });
  try {
    const place = await placeOf(cli);
    remoteKeyServer.port = place.port;
    changeInventory(cli.inventory, (cluster) => {
      cluster["vault"] = place.vault;
    });
    const run = (args: readonly string[]) =>
      cli.run([...args, "--json"], { environment: place.environment, remoteKeyPort: place.port });
    const cluster = cli.lab.cluster();
    const key = cluster.recoveryFile();

    const taken = await run(["backup", "run", "east"]);
    expect(taken.json<RunDocument>()).toMatchObject({
      outcome: "done",
      error: null,
      backup: { proof: "matched" },
    });
    const { backup } = taken.json<RunDocument>();
    const kept = join(place.path, backup?.path ?? "");
    expect(readFileSync(join(kept, "ITLRecovery.p12"))).toEqual(key);
    expect(statSync(join(kept, "ITLRecovery.p12")).mode & 0o077).toBe(0);
    expect(readdirSync(kept).sort()).toEqual(
      [
        "ITLRecovery.p12",
        "manifest.json",
        ...cluster.activeTftpNodes().map(({ name }) => `ITLFile-${name}.tlv`),
      ].sort(),
    );
    expect(leftIn(place)).toEqual([]);

    cluster.switches.deliveredAs = "active/usr/local/cm/tftp/ITLRecovery.p12";
    await cli.lab.clock.advance(86_400_000);
    const again = await run(["backup", "run", "east"]);
    expect(again.json<RunDocument>()).toMatchObject({ outcome: "done", backup: { id: backup?.id } });
    expect(leftIn(place)).toEqual([]);
    expect((await run(["backup", "verify"])).exit).toBe(0);

    await playSteps(steps, cli.lab.clusters, () => {});
    await cli.lab.clock.advance(86_400_000);
    for (const { accepted } of cluster.bootPhones()) expect(accepted).toBe("rejected");
    const held = await run(["recover", "east", "--key", "remote", "--backup", backup?.id ?? "", "--yes"]);
    expect(held.json<RunDocument>()).toMatchObject({ outcome: "held", waitsFor: "phones", error: null });
    for (const { accepted } of cluster.bootPhones()) expect(accepted).toBe("direct");
    expect(leftIn(place)).toEqual([]);
    expect(cli.lab.complaints).toEqual([]);
  } finally {
    await cli.close();
  }
}

/** Folders of deliveries and fetches that are still there. */
function leftIn({ path }: Place): string[] {
  const incoming = join(path, "incoming");
  return existsSync(incoming) ? readdirSync(incoming) : [];
}

describe.runIf(isPossible).each([
  ["OpenSSH", {}],
  ["chrooted OpenSSH", { isChrooted: true }],
  ["OpenSSH with an account for deliveries", { hasSecondUser: true }],
] as const)("%s", (name, settings) => {
  let server: OpenSshServer;
  beforeAll(async () => {
    server = await openOpenSshServer(settings);
  });
  afterAll(() => server.close());

  test.each(releases)(
    "release %s: taken, found in a sub-path, verified, and phones brought back",
    async (release) => {
      await dayAndNight(release, () => {
        const folder = `vault-${name.length}-${release}`;
        // The delivery account is in the group, and what itlctl makes for it stays in that group.
        const directory = server.own(folder, server.secondUser === null ? 0o700 : 0o2770);
        return {
          vault: {
            ...{ kind: "sftp", host: "127.0.0.1", port: server.port, username: server.user },
            ...{ password: "env:VAULT", directory, hostKeys: [server.hostKeySha256] },
            ...(server.secondUser === null
              ? {}
              : { delivery: { username: server.secondUser, password: "env:VAULT" } }),
          },
          port: server.port,
          environment: { VAULT: server.password },
          path: join(server.folder, folder),
        };
      });
    },
  );
});

describe("the receiver", () => {
  test.each(releases)(
    "release %s: taken, found in a sub-path, verified, and phones brought back",
    async (release) => {
      await dayAndNight(release, async (cli) => {
        const port = await freePort();
        const path = join(cli.folder, "vault");
        return {
          vault: {
            kind: "directory",
            path,
            receiver: { address: "127.0.0.1", port, hostKey: hostKeyFile(cli.folder) },
          },
          ...{ port, environment: {}, path },
        };
      });
    },
  );
});
