// A scenario and a release → a lab whose lists were seen while it was healthy, and whose phones then lost their trust.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { LabRelease, PhoneAnswer } from "../../mocks/lab/model.ts";
import { loadScenario, playSteps } from "../../mocks/lab/scenarios.ts";
import type { RunDocument } from "../../src/report/run-document.ts";
import { type LabCli, openLabCli } from "./lab-cli.ts";
import type { CliResult, CliWorld } from "./run-cli.ts";

export interface LostCluster extends LabCli {
  /** Flags of `recover` for the recovery key that was kept on the lab's SFTP server. */
  readonly remoteFlags: readonly string[];
  recover(...flags: readonly string[]): Promise<CliResult>;
  resume(run: string, ...flags: readonly string[]): Promise<CliResult>;
  /** What each phone did at its last boot, by name. */
  boot(): Record<string, PhoneAnswer>;
  /** The lines written on the cluster so far, `node: line`. */
  written(): string[];
}

/** `isHistoryKept` false: nothing was seen before the loss. `isMixedMode`: the cluster has a CTL, which nobody wrote anew. */
export async function openLostCluster(
  scenario: string,
  release: LabRelease,
  options: {
    readonly isHistoryKept?: boolean;
    readonly isMixedMode?: boolean;
    readonly world?: CliWorld;
  } = {},
): Promise<LostCluster> {
  const { clusters: plain, steps } = loadScenario(scenario, release);
  const clusters = options.isMixedMode === true ? plain.map((one) => ({ ...one, isMixedMode: true })) : plain;
  const cli = await openLabCli({ clusters });
  const { lab } = cli;
  if (options.isHistoryKept ?? true) await cli.run(["status"]);
  await lab.clock.advance(86_400_000);
  await playSteps(steps, lab.clusters, (name, bytes) => {
    writeFileSync(join(lab.sftp.root, name), bytes, { mode: 0o600 });
  });
  const run = (args: readonly string[]) =>
    cli.run(args, {
      ...options.world,
      environment: { LAB_SFTP_PASSWORD: lab.sftp.password, ...options.world?.environment },
    });
  return {
    ...cli,
    remoteFlags: [
      ...["--key", "remote", "--remote-key", "itl@127.0.0.1:/ITLRecovery.p12"],
      ...["--remote-password", "env:LAB_SFTP_PASSWORD", "--remote-host-key", lab.sftp.hostKeySha256],
    ],
    recover: (...flags) => run(["recover", "east", "--json", ...flags]),
    resume: (name, ...flags) => run(["resume", name, "--json", "--yes", ...flags]),
    boot: () =>
      Object.fromEntries(
        lab
          .cluster()
          .bootPhones()
          .map(({ phone, accepted }) => [phone, accepted]),
      ),
    written: () => lab.cluster().writes.map(({ node, line }) => `${node}: ${line}`),
  };
}

/** `step outcome` of every step, in order. */
export function stepsOf(result: CliResult): string[] {
  return result.json<RunDocument>().steps.map(({ step, outcome }) => `${step} ${outcome}`);
}
