// A release in, its story out: a cluster whose phones lost their trust, and the built tool bringing it back, as an operator would.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLabClock } from "../lab/lab-clock.ts";
import type { LabRelease } from "../lab/model.ts";
import { loadScenario, playSteps } from "../lab/scenarios.ts";
import { type Lab, startLab } from "../lab/start-lab.ts";
import { itlctl, printPhones, requireExit, say, tell } from "./stage.ts";

interface Story {
  readonly scenario: string;
  readonly release: LabRelease;
  /** What happened, for the listener. */
  readonly loss: string;
  readonly recoverFlags: (lab: Lab) => readonly string[];
}

const stories: Readonly<Record<string, Story>> = {
  "10.0": before12("10.0"),
  "11.5": before12("11.5"),
  "12.5": from12("12.5"),
  "15": from12("15"),
};

function before12(release: LabRelease): Story {
  return {
    ...{ scenario: "lost-trust", release },
    loss: "Over the weekend CallManager and TVS were regenerated on every node, while the phones were off.",
    recoverFlags: () => [],
  };
}

function from12(release: LabRelease): Story {
  return {
    ...{ scenario: "recovery-lost", release },
    loss: "ITLRecovery and TVS were replaced while the phones were off; the old recovery key was kept on an SFTP server.",
    recoverFlags: (lab) => [
      ...["--key", "remote", "--remote-key", "itl@127.0.0.1:/ITLRecovery.p12"],
      ...["--remote-password", "env:LAB_SFTP_PASSWORD", "--remote-host-key", lab.sftp.hostKeySha256],
    ],
  };
}

async function tellStory(story: Story): Promise<void> {
  const scenario = loadScenario(story.scenario, story.release);
  const lab = await startLab({ clusters: scenario.clusters, clock: createLabClock({ real: true }) });
  const folder = mkdtempSync(join(tmpdir(), "itlctl-demo-"));
  const cluster = lab.cluster();
  for (const node of cluster.nodes) Object.assign(node.ssh, { bannerMs: 300, promptMs: 100 });
  cluster.switches.serviceRestartMs = 400;
  const environment = {
    ...{ PATH: process.env.PATH, HOME: folder, NO_COLOR: "1", ...lab.environment },
    ...{ LAB_SFTP_PASSWORD: lab.sftp.password, ITLCTL_REMOTE_KEY_PORT: String(lab.sftp.port) },
  };
  const run = (...args: readonly string[]) => itlctl(args, folder, environment);
  try {
    await lab.writeInventory(folder);
    tell(
      `Friday evening. Cluster ${cluster.name}, release ${cluster.profile.version}; the nightly look keeps every list it sees.`,
    );
    requireExit("status", (await run("status", cluster.name)).exit, 0, 3);

    await playSteps(scenario.steps, lab.clusters, (name, bytes) => {
      writeFileSync(join(lab.sftp.root, name), bytes, { mode: 0o600 });
    });
    tell(`Monday morning. ${story.loss}`);
    printPhones(cluster, "Before");
    await run("status", cluster.name);

    tell("The recovery. (--yes stands for typing the cluster's name at a terminal.)");
    requireExit(
      "recover",
      (await run("recover", cluster.name, ...story.recoverFlags(lab), "--yes")).exit,
      21,
    );
    const { runs } = JSON.parse((await run("runs", "--json")).out) as { runs: readonly { run: string }[] };
    const id = runs[0]?.run ?? "";

    tell("Now the phones are reset.");
    printPhones(cluster, "After the reset list");
    let { exit } = await run("resume", id, "--confirm", "phones", "--yes");
    if (exit === 21) {
      tell("From 12.0 the phones are reset a second time, onto the normal signer's list.");
      printPhones(cluster, "After the TFTP restart");
      ({ exit } = await run("resume", id, "--confirm", "phones-again", "--yes"));
    }
    requireExit("resume", exit, 0, 3);

    tell("Proof, as the phones see it.");
    const trusting = printPhones(cluster, "After");
    await run("status", cluster.name);
    const lost = cluster.phones.length - trusting;
    if (lost > 0)
      say(
        `\n${lost} phone cannot be helped from here: its list has no recovery record. Delete its trust list by hand.`,
      );
    if (lab.complaints.length > 0) throw new Error(`the lab complains: ${lab.complaints.join("; ")}`);
  } finally {
    await lab.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

const flag = process.argv.indexOf("--release");
const release = flag < 0 ? "11.5" : (process.argv[flag + 1] ?? "");
const story = stories[release];
if (story === undefined) {
  process.stderr.write(
    `no story for release ${release}; there is one for ${Object.keys(stories).join(", ")}\n`,
  );
  process.exitCode = 2;
} else {
  await tellStory(story);
}
