// A lab cluster in memory → a step that writes its CTL carried out, as one process or one after the other, over one journal.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createCluster, type StagedCluster } from "../../mocks/lab/cluster-state.ts";
import { createLabClock } from "../../mocks/lab/lab-clock.ts";
import { isListSignedBy, readList } from "../../mocks/lab/list-bytes.ts";
import type { LabClock, LabRelease } from "../../mocks/lab/model.ts";
import { createMasker, Secret } from "../../src/base/secret.ts";
import type { Cluster } from "../../src/inventory/cluster.ts";
import { createRunEvents } from "../../src/run/events.ts";
import type { JournalEvent } from "../../src/run/journal-entry.ts";
import { openJournal } from "../../src/run/journal.ts";
import { replay, type RunState } from "../../src/run/replay.ts";
import type { RunContext, StepResult } from "../../src/run/step-kind.ts";
import { resetCtl } from "../../src/run/steps/reset-ctl.ts";
import { updateCtl } from "../../src/run/steps/update-ctl.ts";
import type { WorkBasis } from "../../src/run/work-basis.ts";
import { openSessionPool } from "../../src/session/session-pool.ts";
import { nullTranscript } from "../../src/session/transcript.ts";
import { memoryShells } from "../faults/memory-shells.ts";

export type CtlVerb = "update-ctl" | "reset-ctl";

export interface CtlLab {
  readonly cluster: StagedCluster;
  readonly clock: LabClock;
  /** A new process that carries out the step and ends; `isWaiting` false: a timed wait ends it as held. */
  carryOut(verb: CtlVerb, options?: { isWaiting?: boolean; signal?: AbortSignal }): Promise<StepResult>;
  state(): RunState;
  /** `utils ctl` lines typed so far, and how many of them did something. */
  typed(): number;
  done(): number;
  isSignedBy(unit: "CallManager" | "ITLRecovery"): boolean;
  /** How many sessions are open. */
  sessions(): number;
  close(): void;
}

/** Two nodes in mixed mode, unless said; the plan rests on what is there now. */
export function openCtlLab(release: LabRelease, isMixedMode = true): CtlLab {
  const clock = createLabClock({ auto: { upToMs: 30_000 } });
  const cluster = createCluster({ name: "east", release, phones: 0, isMixedMode }, { clock });
  const folder = mkdtempSync(join(tmpdir(), "itlctl-ctl-"));
  const masker = createMasker();
  const journal = openJournal(join(folder, "run.jsonl"), { clock, masker, isNew: true });
  const work = workOf(cluster);
  journal.append({
    ...{ kind: "run-started", run: "run", cluster: "east", playbook: "certificates", fingerprint: "f" },
    ...{ nodes: work.seenNodes, version: "0" },
    request: {
      ...{ requestedKey: null, accepted: [], isUnattended: true, remoteKey: null, heldFile: null },
    },
  });
  const state = () => replay(journal.entries());
  const shells = memoryShells({ cluster: () => cluster });
  let open = 0;

  const carryOut: CtlLab["carryOut"] = async (verb, { isWaiting = true, signal } = {}) => {
    const pool = openSessionPool({
      loginOf: (node) => {
        const account = cluster.node(node.name).accounts[0];
        return { username: account?.username ?? "", password: new Secret(account?.password ?? "") };
      },
      transcriptOf: () => nullTranscript,
      ...{ masker, clock, parallel: 4, retryDelayMs: 0 },
      openTransport: async (opening) => {
        const transport = await shells(opening);
        open += 1;
        void transport.closed.then(() => {
          open -= 1;
        });
        return transport;
      },
    });
    const context = {
      ...{ cluster: inventoryOf(cluster), pool, clock, masker, events: createRunEvents(), run: "run" },
      ...{ journal, state, signal, isWaiting, request: state().request },
      record: (event: JournalEvent) => journal.append(event),
      work: () => work,
      ground: () => work,
    } as Pick<RunContext, "cluster"> as RunContext;
    const step = { verb, id: verb } as const;
    try {
      journal.append({ kind: "step-started", step: step.id, node: null });
      if (step.verb === "update-ctl") return await updateCtl.carryOut({ ...step, verb: step.verb }, context);
      return await resetCtl.carryOut({ ...step, verb: step.verb }, context);
    } finally {
      await pool.closeAll();
    }
  };
  return {
    ...{ cluster, clock, carryOut, state },
    typed: () => cluster.commandLog.filter(({ line }) => line.startsWith("utils ctl ")).length,
    done: () => cluster.writes.filter(({ kind }) => kind === "ctl").length,
    isSignedBy(unit) {
      const { ctlFile, certificates } = cluster.publisher;
      const signer = certificates.get(unit);
      return ctlFile !== null && signer !== undefined && isListSignedBy(readList(ctlFile), signer.publicKey);
    },
    sessions: () => open,
    close() {
      journal.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function inventoryOf(lab: StagedCluster): Cluster {
  const nodes = lab.nodes.map(({ name, address, role }) => ({
    ...{ cluster: lab.name, name, address, role, tftp: { port: 6970 } },
    ssh: { port: 22, hostKeys: [], knownHosts: null, algorithms: "modern" },
  }));
  return { name: lab.name, nodes } as unknown as Cluster;
}

function workOf(lab: StagedCluster): WorkBasis {
  const names = lab.nodes.map(({ name }) => name);
  return {
    ...{ release: lab.profile.version, publisher: lab.publisher.name, isMixedMode: lab.isMixedMode },
    ...{ tftpNodes: names, seenNodes: names, activatedServices: {}, baseline: [], certificates: [] },
  };
}
