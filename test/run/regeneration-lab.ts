// A lab cluster in memory → steps of a certificate run carried out on it, as one process or one after the other, over one state folder.
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LabClusterOptions, LabNodeOptions } from "../../mocks/lab/cluster-options.ts";
import { createCluster, type StagedCluster } from "../../mocks/lab/cluster-state.ts";
import { createLabClock } from "../../mocks/lab/lab-clock.ts";
import type { LabClock, LabRelease, LabUnit } from "../../mocks/lab/model.ts";
import { createMasker, Secret } from "../../src/base/secret.ts";
import { parseCertificate } from "../../src/facts/certificate.ts";
import type { Cluster } from "../../src/inventory/cluster.ts";
import type { Step } from "../../src/playbook/step.ts";
import { createRunEvents, type RunEvent } from "../../src/run/events.ts";
import { type Journal, openJournal } from "../../src/run/journal.ts";
import type { JournalEvent } from "../../src/run/journal-entry.ts";
import { replay, type RunState } from "../../src/run/replay.ts";
import type { RunContext, StepResult } from "../../src/run/step-kind.ts";
import { hold } from "../../src/run/steps/hold.ts";
import { regenerate } from "../../src/run/steps/regenerate.ts";
import type { WorkBasis } from "../../src/run/work-basis.ts";
import type { Session } from "../../src/session/session.ts";
import { openSessionPool, type SessionPool } from "../../src/session/session-pool.ts";
import { nullTranscript } from "../../src/session/transcript.ts";
import { memoryShells } from "../faults/memory-shells.ts";

export const holdMs = 300_000;

/** What one process that carries out a step is like. */
export interface ProcessOptions {
  readonly isWaiting?: boolean;
  readonly run?: string;
  /** By how much the clock of this process is off, now. */
  readonly clockOffMs?: () => number;
  /** The process dies at this line of the journal (counted from 1 over all processes), before or after it is on disk. */
  /** The same, so many lines on. */
  readonly diesIn?: number;
  readonly diesAt?: { readonly line: number; readonly isWritten: boolean };
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: RunEvent) => void;
  /** What the platform says to a write, in place of its own words; what it does stays the same. */
  readonly said?: string;
}

export interface Told {
  readonly result: StepResult;
  readonly events: readonly RunEvent[];
  readonly state: RunState;
}

export interface RegenerationLab {
  readonly cluster: StagedCluster;
  readonly clock: LabClock;
  readonly stateFolder: string;
  readonly work: WorkBasis;
  /** A new process that carries out the step and ends. */
  hold(nodes: readonly string[], options?: ProcessOptions): Promise<Told>;
  regenerate(unit: LabUnit, node: string, options?: ProcessOptions & StepOptions): Promise<Told>;
  /** Carried out until it is neither held nor unknown, the clock moved to where a hold says; how often. */
  untilOver(work: () => Promise<Told>): Promise<Told & { readonly attempts: number }>;
  /** By hand, behind the tool's back. */
  byHand(unit: LabUnit, node: string): void;
  /** `set cert regen` lines typed so far, and how many of them did something. */
  typed(): number;
  done(): number;
  /** How many sessions are open. */
  sessions(): number;
  serialOf(unit: LabUnit, node: string): string;
  close(): void;
}

export interface StepOptions {
  readonly id?: string;
  readonly replaceCaSigned?: boolean;
}

/** Two nodes, or those named; the plan rests on what is there now. */
export function openRegenerationLab(
  release: LabRelease,
  options: Partial<LabClusterOptions> & { readonly nodes?: readonly LabNodeOptions[] } = {},
): RegenerationLab {
  const clock = createLabClock({ auto: { upToMs: 30_000 } });
  const name = "east";
  const cluster = createCluster({ name, release, phones: 0, hasEcdsaUnits: true, ...options }, { clock });
  const stateFolder = mkdtempSync(join(existsSync("/dev/shm") ? "/dev/shm" : tmpdir(), "itlctl-regen-"));
  const inventory = inventoryOf(cluster);
  const work = workOf(cluster);
  let open = 0;
  const shells = memoryShells({ cluster: () => cluster });

  const carryOut = async (step: Step, settings: ProcessOptions): Promise<Told> => {
    const masker = createMasker();
    const events = createRunEvents();
    const told: RunEvent[] = [];
    events.listen((event) => {
      told.push(event);
      settings.onEvent?.(event);
    });
    const own = { now: () => clock.now() + (settings.clockOffMs?.() ?? 0), sleep: clock.sleep };
    const run = settings.run ?? "run";
    const file = join(stateFolder, `${run}.jsonl`);
    const isNew = !existsSync(file);
    const whole = openJournal(file, { clock: own, masker, isNew });
    const { diesIn, diesAt = diesIn === undefined ? undefined : inLines(whole, diesIn) } = settings;
    const journal = dying(whole, diesAt);
    if (isNew) beginRun(whole, run, work);
    const pool = openSessionPool({
      loginOf: (node) => {
        const account = cluster.node(node.name).accounts[0];
        return { username: account?.username ?? "", password: new Secret(account?.password ?? "") };
      },
      transcriptOf: () => nullTranscript,
      ...{ masker, clock: own, parallel: 4, retryDelayMs: 0 },
      openTransport: async (opening) => {
        const transport = await shells(opening);
        open += 1;
        void transport.closed.then(() => {
          open -= 1;
        });
        return transport;
      },
    });
    const state = () => replay(journal.entries());
    const context = {
      ...{ cluster: inventory, clock: own, masker, events, stateFolder, run, journal, state },
      pool: settings.said === undefined ? pool : saying(pool, settings.said),
      ...{ signal: settings.signal, isWaiting: settings.isWaiting ?? true, request: state().request },
      record(event: JournalEvent) {
        journal.append(event);
        if (event.kind === "node-ended") events.emit(event);
      },
      work: () => work,
      ground: () => work,
    } as unknown as RunContext;
    try {
      journal.append({ kind: "step-started", step: step.id, node: null });
      if (step.verb === "hold")
        return { result: await hold.carryOut(step, context), events: told, state: state() };
      if (step.verb !== "regenerate") throw new Error("not a step of this lab");
      return { result: await regenerate.carryOut(step, context), events: told, state: state() };
    } finally {
      await pool.closeAll();
      journal.close();
    }
  };
  return {
    ...{ cluster, clock, stateFolder, work },
    hold: (nodes, settings = {}) => carryOut({ verb: "hold", id: "hold-it", nodes }, settings),
    regenerate: (unit, node, settings = {}) => {
      const { replaceCaSigned = false, id = `${unit}-${node}` } = settings;
      return carryOut({ verb: "regenerate", id, units: [unit], nodes: [node], replaceCaSigned }, settings);
    },
    async untilOver(once) {
      for (let attempts = 1; attempts < 10; attempts += 1) {
        const told = await once();
        const { kind } = told.result;
        if (kind === "held") await clock.advance(Date.parse(told.result.until ?? "") - clock.now());
        else if (kind !== "unknown") return { ...told, attempts };
      }
      throw new Error("it is never over");
    },
    byHand(unit, node) {
      const { kind } = cluster.regenerate(cluster.node(node), unit);
      if (kind !== "regenerated") throw new Error(`by hand: ${kind}`);
    },
    typed: () => cluster.commandLog.filter(({ line }) => line.startsWith("set cert regen")).length,
    done: () => cluster.writes.filter(({ kind }) => kind === "regen").length,
    sessions: () => open,
    serialOf: (unit, node) => parseCertificate(certificate(cluster, unit, node)).serial,
    close: () => rmSync(stateFolder, { recursive: true, force: true }),
  };
}

function saying(pool: SessionPool, text: string): SessionPool {
  return {
    ...pool,
    async session(node) {
      const session = await pool.session(node);
      const write: Session["write"] = async (command, hooks) => {
        const outcome = await session.write(command, hooks);
        return outcome.kind === "answered" ? { ...outcome, text, tail: text, isRefused: false } : outcome;
      };
      return Object.assign(Object.create(session) as Session, { write });
    },
  };
}

/** How a process ends that is killed. */
export class Killed extends Error {}

/** Every other time just before the line is on disk. */
function inLines(journal: Journal, lines: number): { line: number; isWritten: boolean } {
  return { line: journal.entries().length + 1 + (lines >> 1), isWritten: lines % 2 === 1 };
}

function dying(journal: Journal, at: ProcessOptions["diesAt"]): Journal {
  if (at === undefined) return journal;
  let isDead = false;
  return {
    ...journal,
    append(event) {
      const isTime = journal.entries().length + 1 >= at.line;
      isDead ||= isTime && !at.isWritten;
      if (isDead) throw new Killed("killed");
      const entry = journal.append(event);
      isDead = isTime;
      if (isDead) throw new Killed("killed");
      return entry;
    },
  };
}

function beginRun(journal: Journal, run: string, work: WorkBasis): void {
  const request = {
    ...{ requestedKey: null, accepted: [], isUnattended: true, remoteKey: null, heldFile: null },
  };
  journal.append({
    ...{ kind: "run-started", run, cluster: "east", playbook: "certificates", fingerprint: "f", request },
    ...{ nodes: work.seenNodes, version: "0" },
  });
}

function inventoryOf(lab: StagedCluster): Cluster {
  const nodes = lab.nodes.map(({ name, address, role }) => ({
    ...{ cluster: lab.name, name, address, role, tftp: { port: 6970 } },
    ssh: { port: 22, hostKeys: [], knownHosts: null, algorithms: "modern" },
  }));
  return { name: lab.name, nodes, regenerationHoldMs: holdMs } as unknown as Cluster;
}

function certificate(lab: StagedCluster, unit: LabUnit, node: string): Buffer {
  return lab.node(node).certificates.get(unit)?.der ?? Buffer.alloc(0);
}

function workOf(lab: StagedCluster): WorkBasis {
  const names = lab.nodes.map(({ name }) => name);
  return {
    ...{ release: lab.profile.version, publisher: lab.publisher.name, isMixedMode: lab.isMixedMode },
    ...{ tftpNodes: names, seenNodes: names, activatedServices: {}, baseline: [] },
    certificates: lab.nodes.flatMap((node) =>
      [...node.certificates.keys()].map((unit) => {
        const { serial, sha1, isSelfSigned, notBefore } = parseCertificate(certificate(lab, unit, node.name));
        const hex = sha1.replaceAll(":", "").toLowerCase();
        return { node: node.name, unit, serial, sha1: hex, isSelfSigned, notBefore };
      }),
    ),
  };
}
