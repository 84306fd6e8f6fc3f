// A release in, the bad night rehearsed: a backup is taken, the publisher is rebuilt with new keys, and the backup brings the phones back.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { createLabClock } from "../lab/lab-clock.ts";
import type { LabRelease } from "../lab/model.ts";
import { loadScenario, playSteps } from "../lab/scenarios.ts";
import { startLab } from "../lab/start-lab.ts";
import { itlctl, printPhones, requireExit, say, tell } from "./stage.ts";

const releases: readonly LabRelease[] = ["10.0", "11.5", "12.5", "15"];

/** The platform fetches remote keys from port 22 only; rehearsing, it and the tool take this one for it. */
function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

function addVault(inventory: string, receiver: object): void {
  const written = parse(readFileSync(inventory, "utf8")) as { clusters: Record<string, object> };
  for (const cluster of Object.values(written.clusters))
    Object.assign(cluster, { vault: { kind: "directory", path: "./vault", receiver } });
  writeFileSync(inventory, stringify(written, { lineWidth: 0 }), { mode: 0o600 });
}

async function rehearse(release: LabRelease): Promise<void> {
  const scenario = loadScenario("publisher-rebuilt", release);
  const port = await freePort();
  const lab = await startLab({
    clusters: scenario.clusters,
    clock: createLabClock({ real: true }),
    remoteKeyServer: { host: "127.0.0.1", port },
  });
  const folder = mkdtempSync(join(tmpdir(), "itlctl-drill-"));
  const cluster = lab.cluster();
  const { name } = cluster;
  for (const node of cluster.nodes) Object.assign(node.ssh, { bannerMs: 300, promptMs: 100 });
  cluster.switches.serviceRestartMs = 400;
  const environment = {
    ...{ PATH: process.env.PATH, HOME: folder, NO_COLOR: "1", ...lab.environment },
    ITLCTL_REMOTE_KEY_PORT: String(port),
  };
  const run = (...args: readonly string[]) => itlctl(args, folder, environment);
  const document = async <Shape>(...args: readonly string[]) =>
    JSON.parse((await run(...args, "--json")).out) as Shape;
  try {
    const inventory = await lab.writeInventory(folder);
    writeFileSync(join(folder, "receiver-key"), lab.sftp.hostKeyPem, { mode: 0o600 });
    addVault(inventory, { address: "127.0.0.1", port, hostKey: "receiver-key" });

    tell(`Any night. Cluster ${name}, release ${cluster.profile.version}: the backup that a timer starts.`);
    requireExit("backup run", (await run("backup", "run", name)).exit, 0, 3);
    await run("backup", "list");
    const { backups } = await document<{ backups: readonly { id: string }[] }>("backup", "list");
    const id = backups.at(-1)?.id ?? "";

    tell(
      "The bad day: the publisher is installed anew. No certificate is the old one; the phones hold the old list.",
    );
    const loss = scenario.steps.filter(({ kind }) => kind !== "save-recovery-key");
    await playSteps(loss, lab.clusters, () => {});
    printPhones(cluster, "Before");
    await run("status", name);

    tell(
      "The recovery, with the key from the vault. (--yes stands for typing the cluster's name at a terminal.)",
    );
    const recover = await run("recover", name, "--key", "remote", "--backup", id, "--yes");
    requireExit("recover", recover.exit, 21);
    const { runs } = await document<{ runs: readonly { run: string }[] }>("runs");
    tell("Now the phones are reset.");
    printPhones(cluster, "After the reset list");
    const resume = (step: string) => run("resume", runs[0]?.run ?? "", "--confirm", step, "--yes");
    let { exit } = await resume("phones");
    if (exit === 21) {
      tell("From 12.0 the phones are reset a second time, onto the normal signer's list.");
      printPhones(cluster, "After the TFTP restart");
      ({ exit } = await resume("phones-again"));
    }
    requireExit("resume", exit, 0, 3);

    tell("Proof, as the phones see it.");
    const trusting = printPhones(cluster, "After");
    tell("The publisher has the old key again: the next night keeps it with the lists of today.");
    requireExit("backup run", (await run("backup", "run", name)).exit, 0, 3);
    await run("backup", "list");
    if (trusting < cluster.phones.length)
      throw new Error(`${cluster.phones.length - trusting} phones were not brought back`);
    if (lab.complaints.length > 0) throw new Error(`the lab complains: ${lab.complaints.join("; ")}`);
    say(`\nThe drill ends well: ${trusting} of ${cluster.phones.length} phones trust their cluster again.`);
  } finally {
    await lab.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

const flag = process.argv.indexOf("--release");
const given = flag < 0 ? "11.5" : process.argv[flag + 1];
const release = releases.find((known) => known === given);
if (release === undefined) {
  process.stderr.write(`no drill for release ${given ?? ""}; there is one for ${releases.join(", ")}\n`);
  process.exitCode = 2;
} else {
  await rehearse(release);
}
