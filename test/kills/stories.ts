// The name of a story and a release → its cluster in the lab, what happened to it, and the command that begins its run.
import type { LabClusterOptions } from "../../mocks/lab/cluster-options.ts";
import type { LabRelease } from "../../mocks/lab/model.ts";
import { loadScenario, type ScenarioStep } from "../../mocks/lab/scenarios.ts";

/** `local` and `remote`: a recovery with that key; the others: what the other shipped playbooks are for. */
export type StoryName = "local" | "remote" | "certificates" | "renewal" | "backup";

export interface Story {
  readonly name: StoryName;
  readonly playbook: string;
  /** For the table: what was asked for. */
  readonly about: string;
  readonly clusters: readonly LabClusterOptions[];
  readonly steps: readonly ScenarioStep[];
  /** The lists were fetched two days before. */
  readonly isHistoryKept: boolean;
  readonly hasVault: boolean;
  /** Flags of a recovery come from the lab. */
  readonly begin: readonly string[];
}

const waitless = ["--yes", "--no-wait"];

export function storyOf(name: StoryName, release: LabRelease): Story {
  switch (name) {
    case "local":
    case "remote": {
      const isOlder = release === "10.0" || release === "11.5";
      const { clusters, steps } = loadScenario(isOlder ? "lost-trust" : "recovery-lost", release);
      return {
        ...{ name, playbook: "itl-recovery", about: `${name} key`, isHistoryKept: true, hasVault: false },
        ...{ clusters, steps },
        begin: ["recover", "east", ...waitless, "--key", name],
      };
    }
    case "certificates":
      return {
        ...{ name, playbook: "certificate-regeneration", about: "CallManager and TVS of both nodes" },
        ...healthy(release, false),
        begin: ["cert", "regen", "east", "CallManager", "TVS", ...waitless],
      };
    case "renewal":
      return {
        ...{ name, playbook: "itlrecovery-renewal", about: "ITLRecovery" },
        ...healthy(release, true),
        begin: ["cert", "regen", "east", "ITLRecovery", ...waitless],
      };
    case "backup":
      return {
        ...{ name, playbook: "recovery-key-backup", about: "into a folder" },
        ...healthy(release, true),
        begin: ["backup", "run", "east"],
      };
  }
}

function healthy(release: LabRelease, hasVault: boolean) {
  const nodes = [{ name: "pub" }, { name: "tftp2" }];
  return {
    ...{ clusters: [{ name: "east", release, nodes, phones: 1 }], steps: [] },
    ...{ isHistoryKept: false, hasVault },
  };
}
